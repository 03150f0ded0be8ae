extension AdvancedSelector {
  /// What a field may be asked, in a trail's selectors.
  private enum Rule {
    /// Any operators and values.
    case any
    /// These operators only, and of values these only, where there are some named.
    case only([FieldSelector.Operator], [String], isSingle: Bool)
  }

  /// The table of §5.3: which fields selectors of a category may have.
  private static func rules(of category: EventCategory) -> [(field: String, rule: Rule)] {
    let readOnly = Rule.only([.equals], ["true", "false"], isSingle: true)
    return switch category {
    case .management:
      [
        ("readOnly", readOnly),
        ("eventSource", .only([.notEquals], BasicSelector.excludableSources, isSingle: false)),
      ]
    case .data:
      [
        ("resources.type", .only([.equals], [], isSingle: true)), ("readOnly", readOnly),
        ("eventName", .any), ("eventSource", .any), ("eventType", .any), ("resources.ARN", .any),
        (
          "sessionCredentialFromConsole", .only([.equals, .notEquals], ["true"], isSingle: true)
        ),
        ("userIdentity.arn", .any),
      ]
    case .networkActivity:
      [
        ("eventSource", .only([.equals], [], isSingle: false)), ("eventName", .any),
        ("errorCode", .only([.equals], ["VpceAccessDenied"], isSingle: true)),
        ("vpcEndpointId", .any), ("userIdentity.arn", .any),
      ]
    case .insight: []
    }
  }

  /// Throws where a field is missing, does not belong to the category, or is asked what it cannot be asked.
  func checkFields() throws(AWSError) {
    guard let categories = self["eventCategory"] else {
      throw .selectors(
        "An advanced event selector must have the field eventCategory.",
        advice: "begin it with {\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}")
    }
    let possible: [EventCategory] = [.management, .data, .networkActivity]
    guard categories.tests.count == 1, categories.tests[0].comparison == .equals,
      categories.tests[0].values.count == 1, let category, possible.contains(category)
    else {
      throw .selectors(
        "The field eventCategory must equal exactly one of \(possible.map(\.rawValue).joined(separator: ", "))."
      )
    }
    let rules = Self.rules(of: category)
    for field in fields where field.field != "eventCategory" {
      guard let rule = rules.first(where: { $0.field == field.field })?.rule else {
        throw .selectors(
          "The field \(field.field) is not valid for the event category \(category.rawValue).",
          advice: "fields: " + rules.map(\.field).joined(separator: ", "))
      }
      try Self.check(field, by: rule)
    }
    if category == .data { try checkResourceType() }
    if category == .networkActivity { try checkNetworkSource() }
  }

  private static func check(_ field: FieldSelector, by rule: Rule) throws(AWSError) {
    guard case .only(let operators, let values, let isSingle) = rule else { return }
    for test in field.tests {
      guard operators.contains(test.comparison) else {
        throw .selectors(
          "The operator \(test.comparison.rawValue) is not valid for the field \(field.field). Valid operators: \(operators.map(\.rawValue).joined(separator: ", "))."
        )
      }
      for value in test.values where !values.isEmpty && !values.contains(value) {
        throw .selectors(
          "Value \(value) for the field \(field.field) is invalid. Valid values: \(values.joined(separator: ", "))."
        )
      }
    }
    if isSingle, field.tests.count > 1 || field.tests[0].values.count > 1 {
      throw .selectors("The field \(field.field) must have exactly one value.")
    }
  }

  /// Any `AWS::Service::Type`: AWS adds new ones every month (§5.4).
  private func checkResourceType() throws(AWSError) {
    guard let type = resourceType else {
      throw .selectors(
        "An advanced event selector for data events must have the field resources.type.",
        advice: "add {\"Field\":\"resources.type\",\"Equals\":[\"AWS::S3::Object\"]}")
    }
    let parts = type.split(separator: ":", omittingEmptySubsequences: false)
    let isWord = { (part: Substring) in
      !part.isEmpty
        && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
    }
    guard parts.count == 5, parts[0] == "AWS", parts[1].isEmpty, parts[3].isEmpty,
      isWord(parts[2]), isWord(parts[4])
    else { throw .selectors("Value \(type) for the field resources.type is invalid.") }
  }

  private func checkNetworkSource() throws(AWSError) {
    guard let sources = self["eventSource"] else {
      throw .selectors(
        "An advanced event selector for network activity events must have the field eventSource.",
        advice: "add {\"Field\":\"eventSource\",\"Equals\":[\"s3.amazonaws.com\"]}")
    }
    for source in sources.tests[0].values where !source.hasSuffix(".amazonaws.com") {
      throw .selectors("Value \(source) for the field eventSource is invalid.")
    }
  }
}

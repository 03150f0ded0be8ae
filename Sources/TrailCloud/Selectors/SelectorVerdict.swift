internal import TrailRecord

/// Why a selector takes a record or does not: found by walking the selector as it was written.
package enum SelectorVerdict: Hashable, Sendable {
  case selected
  /// It is about another category.
  case otherCategory(wanted: [EventCategory])
  /// It takes only reads, or only writes.
  case otherReadWrite(wanted: String)
  /// It leaves this source of management events out.
  case excludedSource(String)
  /// No data resource of it fits what the record is about.
  case otherResource(wanted: [String])
  /// A field of an advanced selector fails.
  case otherField(field: String, wanted: String, found: String?)

  /// On one line, after "it".
  package var text: String {
    switch self {
    case .selected: return "selects it"
    case .otherCategory(let wanted):
      let names = wanted.map { $0.rawValue.lowercased() }
      return names.isEmpty
        ? "selects nothing" : "selects \(names.joined(separator: " and ")) events only"
    case .otherReadWrite(let wanted): return "selects \(wanted) events only"
    case .excludedSource(let source): return "leaves \(source) out"
    case .otherResource(let wanted):
      return wanted.isEmpty
        ? "names no resources" : "selects \(wanted.joined(separator: ", ")) only"
    case .otherField(let field, let wanted, let found):
      return "wants \(field) \(wanted), and the event has \(found ?? "none")"
    }
  }
}

extension EventSelectors {
  /// What each selector says of a record, in their order.
  package func verdicts(on record: EventRecord) -> [(name: String?, verdict: SelectorVerdict)] {
    switch self {
    case .basic(let selectors): selectors.map { (nil, $0.verdict(on: record)) }
    case .advanced(let selectors): selectors.map { ($0.name, $0.verdict(on: record)) }
    }
  }
}

extension BasicSelector {
  func verdict(on record: EventRecord) -> SelectorVerdict {
    switch record.category {
    case .management:
      guard includesManagementEvents else { return .otherCategory(wanted: [.data]) }
    case .data:
      guard !dataResources.isEmpty else { return .otherCategory(wanted: [.management]) }
    default:
      return .otherCategory(
        wanted: (includesManagementEvents ? [.management] : [])
          + (dataResources.isEmpty ? [] : [.data]))
    }
    let isRead = record.isReadOnly ?? false
    if readWriteType == .readOnly, !isRead { return .otherReadWrite(wanted: "read") }
    if readWriteType == .writeOnly, isRead { return .otherReadWrite(wanted: "write") }
    if record.category == .management {
      return excludedSources.contains(record.eventSource)
        ? .excludedSource(record.eventSource) : .selected
    }
    return dataResources.contains { $0.covers(record) }
      ? .selected
      : .otherResource(
        wanted: dataResources.flatMap { resource in
          resource.values.isEmpty ? ["no \(resource.type)"] : resource.values
        })
  }
}

extension DataResource {
  /// Whether it names a resource of the record.
  func covers(_ record: EventRecord) -> Bool {
    record.resources.contains { resource in
      guard Self.isType(resource.type, type) else { return false }
      return values.contains { value in
        if Self.meansAll(value) { return true }
        return switch type {
        case "AWS::S3::Object": resource.arn.hasPrefix(value)
        // A version or alias of the function is the function.
        case "AWS::Lambda::Function":
          resource.arn == value || resource.arn.hasPrefix(value + ":")
        default: resource.arn == value || resource.arn.hasPrefix(value + "/")
        }
      }
    }
  }

  /// A selector of DynamoDB tables takes the events of their streams too (facts §5.4).
  static func isType(_ found: String?, _ wanted: String) -> Bool {
    found == wanted || wanted == "AWS::DynamoDB::Table" && found == "AWS::DynamoDB::Stream"
  }
}

extension AdvancedSelector {
  func verdict(on record: EventRecord) -> SelectorVerdict {
    guard category == record.category else {
      return .otherCategory(wanted: category.map { [$0] } ?? [])
    }
    for field in fields where field.field != "eventCategory" {
      switch field.field {
      case "resources.type", "resources.ARN": continue
      default:
        let value = record.value(of: field.field)
        guard field.accepts(value) else {
          return .otherField(field: field.field, wanted: field.text, found: value)
        }
      }
    }
    guard let type = resourceType else { return .selected }
    let resources = record.resources.filter { DataResource.isType($0.type, type) }
    guard !resources.isEmpty else {
      return .otherField(
        field: "resources.type", wanted: "Equals \(type)",
        found: record.resources.compactMap(\.type).first)
    }
    guard let arns = self["resources.ARN"], !resources.contains(where: { arns.accepts($0.arn) })
    else { return .selected }
    return .otherField(field: "resources.ARN", wanted: arns.text, found: resources[0].arn)
  }
}

extension FieldSelector {
  /// Such as `Equals true` or `StartsWith Get or Head`.
  var text: String {
    tests.map { "\($0.comparison.rawValue) \($0.values.joined(separator: " or "))" }
      .joined(separator: ", ")
  }
}

extension EventRecord {
  /// What a selector's field finds in the record, resources aside.
  func value(of field: String) -> String? {
    switch field {
    case "readOnly": (isReadOnly ?? false) ? "true" : "false"
    case "eventName": eventName
    case "eventSource": eventSource
    case "eventType": eventType.rawValue
    case "userIdentity.arn": userIdentityARN
    case "sessionCredentialFromConsole": isSessionCredentialFromConsole ? "true" : nil
    case "errorCode": errorCode
    case "vpcEndpointId": vpcEndpointID
    default: nil
    }
  }
}

package import TrailRecord

/// An advanced event selector (facts §5.3).
package struct AdvancedSelector: Hashable, Sendable {
  package var name: String?
  package var fields: [FieldSelector]

  package init(name: String? = nil, fields: [FieldSelector]) {
    self.name = name
    self.fields = fields
  }

  static let maximumNameLength = 1000

  init(_ json: JSONValue) throws(AWSError) {
    let reader = try SelectorReader(
      json, "AdvancedEventSelectors", known: ["Name", "FieldSelectors"])
    name = try reader.text("Name")
    if let name, name.unicodeScalars.count > Self.maximumNameLength {
      throw .selectors(
        "The name of an advanced event selector must have at most \(Self.maximumNameLength) characters."
      )
    }
    fields = []
    for element in try reader.list("FieldSelectors") ?? [] {
      let field = try FieldSelector(element)
      guard !fields.contains(where: { $0.field == field.field }) else {
        throw .selectors(
          "The field \(field.field) is used more than once in an advanced event selector.",
          advice: "one field selector can hold several operators and values")
      }
      fields.append(field)
    }
    guard !fields.isEmpty else {
      throw .selectors("FieldSelectors of an advanced event selector must not be empty.")
    }
    try checkFields()
  }

  /// As it was given.
  package var json: JSONValue {
    .members([("Name", .text(name)), ("FieldSelectors", .array(fields.map(\.json)))])
  }

  subscript(_ field: String) -> FieldSelector? { fields.first { $0.field == field } }

  /// The category that it selects; a checked selector has one.
  package var category: EventCategory? {
    self["eventCategory"]?.tests.first?.values.first.flatMap { EventCategory(rawValue: $0) }
  }

  /// The type of resource that a data selector is about.
  package var resourceType: String? { self["resources.type"]?.tests.first?.values.first }
}

/// A field and what it is compared with.
package struct FieldSelector: Hashable, Sendable {
  package enum Operator: String, Hashable, Sendable, CaseIterable {
    case equals = "Equals"
    case startsWith = "StartsWith"
    case endsWith = "EndsWith"
    case notEquals = "NotEquals"
    case notStartsWith = "NotStartsWith"
    case notEndsWith = "NotEndsWith"

    var isNegative: Bool { rawValue.hasPrefix("Not") }
  }
  package struct Test: Hashable, Sendable {
    package var comparison: Operator
    package var values: [String]

    package init(_ comparison: Operator, _ values: [String]) {
      self.comparison = comparison
      self.values = values
    }
  }
  package var field: String
  /// In the order given; each operator at most once.
  package var tests: [Test]

  package init(field: String, tests: [Test]) {
    self.field = field
    self.tests = tests
  }

  static let maximumValueLength = 2048
  static let maximumFieldLength = 1000

  init(_ json: JSONValue) throws(AWSError) {
    let operators = Operator.allCases.map(\.rawValue)
    let reader = try SelectorReader(json, "FieldSelectors", known: ["Field"] + operators)
    guard let field = try reader.text("Field"), !field.isEmpty else {
      throw .selectors("Field of a field selector must not be empty.")
    }
    guard field.unicodeScalars.count <= Self.maximumFieldLength,
      field.utf8.allSatisfy({ byte in
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "|")
          || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
      })
    else { throw .selectors("Value \(field) for Field is invalid.") }
    self.field = field
    tests = []
    for name in reader.names {
      guard let comparison = Operator(rawValue: name) else { continue }
      let values = try reader.texts(name) ?? []
      guard !values.isEmpty else {
        throw .selectors("\(name) of the field \(field) must not be empty.")
      }
      for value in values
      where !(1...Self.maximumValueLength).contains(value.unicodeScalars.count) {
        throw .selectors(
          "A value of \(name) of the field \(field) must have 1 to \(Self.maximumValueLength) characters."
        )
      }
      tests.append(Test(comparison, values))
    }
    guard !tests.isEmpty else {
      throw .selectors(
        "The field \(field) has no operator.",
        advice: "operators: \(operators.joined(separator: ", "))")
    }
  }

  var json: JSONValue {
    .members(
      [("Field", .string(field))]
        + tests.map { (name: $0.comparison.rawValue, value: .texts($0.values)) })
  }

  /// The rule of §5.3: any of the positive tests where there are some, and all of the negative ones.
  ///
  /// A value that the record lacks meets no positive test and every negative one.
  func accepts(_ value: String?) -> Bool {
    var hasPositive = false
    var isPositive = false
    for test in tests {
      let hit =
        value.map { value in test.values.contains { test.comparison.hits(value, $0) } } ?? false
      if test.comparison.isNegative {
        if hit { return false }
      } else {
        hasPositive = true
        isPositive = isPositive || hit
      }
    }
    return !hasPositive || isPositive
  }
}

extension FieldSelector.Operator {
  /// Whether the text equals, begins with or ends with the other: the negations ask for the same, and turn it round.
  func hits(_ text: String, _ other: String) -> Bool {
    switch self {
    case .equals, .notEquals: text == other
    case .startsWith, .notStartsWith: text.hasPrefix(other)
    case .endsWith, .notEndsWith: text.hasSuffix(other)
    }
  }
}

import TrailRecord

/// A condition with its fields resolved and its values typed.
package indirect enum BoundPredicate: Sendable {
  case constant(Bool)
  case and([BoundPredicate])
  case or([BoundPredicate])
  case not(BoundPredicate)
  case test(FieldTest)
  case exists(BoundField)
  case about(AboutPattern)
  /// The event's time lies in `start..<end`; an event without a time never does.
  case time(Range<Int64>)
  /// The event could be known at a certain time.
  case known(Knowledge)
  /// A word, with what it stands for.
  case word(String, BoundPredicate)
}

/// One comparison: the field, the test, and the words for it.
package struct FieldTest: Sendable {
  package let field: BoundField
  package let test: ValueTest
  /// As the plan shows it, such as `name = DeleteTrail`.
  package let text: String
  /// Where only events with one of a few identifiers can pass: these, as the segments' filters know them.
  let identifierKeys: [IdentifierKey]?
  /// What segments remember the outcome under; empty where they do not.
  let outcomeKey: [UInt8]

  package init(field: BoundField, test: ValueTest, text: String) {
    self.field = field
    self.test = test
    self.text = text
    identifierKeys = IdentifierFilter.covers(field) ? test.identifierKeys : nil
    var key: [UInt8] = []
    // A test that no sentence spells is asked once.
    if !text.isEmpty {
      key += "\(field.kind) \(field.sourceKey) ".utf8
      test.appendKey(to: &key)
    }
    outcomeKey = key
  }
}

extension ValueTest {
  /// Appends what tells the test from all others of its field, byte by byte: texts that are the same to Unicode, or
  /// that a plan shows in the same way, may be different values.
  fileprivate func appendKey(to key: inout [UInt8]) {
    func append(_ kind: String, _ bytes: some Collection<UInt8>) {
      key += "\(kind)\(bytes.count):".utf8
      key += bytes
    }
    switch self {
    case .equal(let equality): append("=", equality.literal.utf8)
    case .identical(let bytes): append("==", bytes)
    case .ordered(let order): append(order.comparison.rawValue, order.literal.utf8)
    case .regex(let program): append("~", program.key.utf8)
    case .any(let tests):
      key += "in\(tests.count):".utf8
      for test in tests { test.appendKey(to: &key) }
    }
  }

  /// The keys of all values that can pass; nil where that cannot be told.
  fileprivate var identifierKeys: [IdentifierKey]? {
    switch self {
    case .equal(let equality) where isLookup:
      equality.lookups.map { IdentifierKey(folded: $0) }
    case .identical(let bytes): [IdentifierKey(folded: CaseFolding.folded(bytes))]
    case .any(let tests):
      tests.reduce(into: []) { keys, test in
        if let more = test.identifierKeys { keys?.append(contentsOf: more) } else { keys = nil }
      }
    case .equal, .ordered, .regex: nil
    }
  }
}

extension BoundPredicate {
  /// The conjuncts of an `and`; any other predicate is its own only one.
  package var conjuncts: [BoundPredicate] {
    if case .and(let parts) = self { return parts.flatMap(\.conjuncts) }
    return [self]
  }

  /// The window of time outside of which nothing can satisfy it.
  var window: Range<Int64> {
    conjuncts.reduce(.min ..< .max) { window, part in
      guard case .time(let range) = part else { return window }
      return range.clamped(to: window)
    }
  }

  /// True for a window of time.
  var isWindow: Bool { if case .time = self { true } else { false } }

  /// All parts together; none is true.
  package static func all(_ parts: [BoundPredicate]) -> BoundPredicate {
    let flat = parts.flatMap(\.conjuncts)
    return flat.count == 1 ? flat[0] : flat.isEmpty ? .constant(true) : .and(flat)
  }

  /// As a plan shows it.
  package var text: String {
    switch self {
    case .constant(let flag): flag ? "true" : "false"
    case .and(let parts): parts.map(\.nestedText).joined(separator: " and ")
    case .or(let parts): parts.map(\.nestedText).joined(separator: " or ")
    case .not(let inner): "not \(inner.nestedText)"
    case .test(let test): test.text
    case .exists(let field): "\(field.name) exists"
    case .about(let pattern): "about \(Quoting.value(pattern.source))"
    case .time(let range): WindowText.window(range)
    case .known(let knowledge): knowledge.text
    case .word(let name, _): name
    }
  }

  private var nestedText: String {
    switch self {
    case .and, .or: "(\(text))"
    default: text
    }
  }
}

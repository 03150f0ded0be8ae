/// One of the alternatives that a pattern lists for a field, as it is written (facts §10.2).
package enum Alternative: Hashable, Sendable {
  case string([UInt8])
  /// A number's spelling.
  case number(String)
  case bool(Bool)
  case null
  /// `exactly`: a string that is never read as an address.
  case exactly([UInt8])
  case prefix([UInt8])
  case prefixIgnoringCase([UInt8])
  case suffix([UInt8])
  case suffixIgnoringCase([UInt8])
  case equalsIgnoringCase([UInt8])
  case wildcard(WildcardText)
  case numeric(NumericRange)
  case cidr([UInt8], AddressBlock)
  case exists(Bool)
  /// `anything-but` with the values that it leaves out.
  case anythingBut(LeftOut)

  /// What `anything-but` leaves out.
  package enum LeftOut: Hashable, Sendable {
    case strings([[UInt8]])
    /// Numbers' spellings.
    case numbers([String])
    case prefixes([[UInt8]])
    case suffixes([[UInt8]])
    case textsIgnoringCase([[UInt8]])
    case wildcards([WildcardText])
  }

  /// What it asks of a field's value.
  package var test: ValueTest {
    switch self {
    case .string(let text): AddressText.address(text).map { .address($0) } ?? .text(text)
    case .number(let spelling): Self.test(ofNumber: spelling)
    case .bool(let flag): .bool(flag)
    case .null: .null
    case .exactly(let text): .text(text)
    case .prefix(let text): .prefix(text)
    case .prefixIgnoringCase(let text): .caseless(CaselessText(text, anchor: .start))
    case .suffix(let text): .suffix(text)
    case .suffixIgnoringCase(let text): .caseless(CaselessText(text, anchor: .end))
    case .equalsIgnoringCase(let text): .caseless(CaselessText(text, anchor: .whole))
    case .wildcard(let wildcard): Self.test(of: wildcard)
    case .numeric(let range): .range(range.low, range.high)
    case .cidr(_, let block): .block(block)
    case .exists(let isPresent): isPresent ? .present : .absent
    case .anythingBut(let values): .butNot(values.tests)
    }
  }

  /// Without a wildcard it is just a text.
  fileprivate static func test(of wildcard: WildcardText) -> ValueTest {
    wildcard.pieces.count == 1 ? .text(wildcard.pieces[0]) : .wildcard(wildcard)
  }

  fileprivate static func test(ofNumber spelling: String) -> ValueTest {
    NumberKey(spelling).map { .number($0) } ?? .spelling(spelling)
  }
}

extension Alternative.LeftOut {
  fileprivate var tests: [ValueTest] {
    switch self {
    case .strings(let texts): texts.map { .text($0) }
    case .numbers(let spellings): spellings.map { Alternative.test(ofNumber: $0) }
    case .prefixes(let texts): texts.map { .prefix($0) }
    case .suffixes(let texts): texts.map { .suffix($0) }
    case .textsIgnoringCase(let texts): texts.map { .caseless(CaselessText($0, anchor: .whole)) }
    case .wildcards(let wildcards): wildcards.map { Alternative.test(of: $0) }
    }
  }
}

/// A range of numbers: the comparisons as written, and the first and last number of it.
package struct NumericRange: Hashable, Sendable {
  /// A comparison: an operator (`=`, `<`, `<=`, `>`, `>=`) and a number's spelling.
  package struct Comparison: Hashable, Sendable {
    package let comparison: String
    package let bound: String
  }

  package let comparisons: [Comparison]
  package let low: NumberKey
  package let high: NumberKey

  /// Throws the matcher's text for numbers that cannot be compared and for ranges of nothing.
  init(_ comparisons: [Comparison]) throws(EventPatternProblem) {
    self.comparisons = comparisons
    var low = NumberKey.lowest
    var high = NumberKey.highest
    var bounds: [NumberKey] = []
    for comparison in comparisons {
      guard let bound = NumberKey(comparison.bound) else {
        throw EventPatternProblem("Cannot compare number : \(comparison.bound)")
      }
      bounds.append(bound)
      switch comparison.comparison {
      case "<": high = bound.moved(by: -1)
      case "<=": high = bound
      case ">": low = bound.moved(by: 1)
      case ">=": low = bound
      default: (low, high) = (bound, bound)
      }
    }
    if bounds.count == 2, bounds[0] >= bounds[1] {
      throw EventPatternProblem("Bottom must be less than top")
    }
    self.low = low
    self.high = high
  }
}

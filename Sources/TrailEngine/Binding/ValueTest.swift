package import TrailRecord

/// A condition on one value, as a comparison or a pattern states it.
package enum ValueTest: Sendable {
  /// `=`: how people compare.
  case equal(EqualityTest)
  /// `==`: these bytes.
  case identical([UInt8])
  /// `<`, `<=`, `>`, `>=`.
  case ordered(OrderTest)
  /// `~`.
  case regex(RegexProgram)
  /// `in (…)`.
  case any([ValueTest])
}

/// `=` with one literal: folded text with globs; numbers and times by value; addresses in a block.
package struct EqualityTest: Sendable {
  package let literal: String
  package let kind: BoundField.Kind
  package let glob: GlobPattern
  let number: ExactNumber?
  let period: Range<Int64>?
  let network: IPNetwork?
  let address: IPAddress?
  /// Of a literal such as `50.0`, the text `50`: the number is spelled in either way.
  private let whole: [UInt8]?

  package init(_ literal: String, kind: BoundField.Kind, period: Range<Int64>?) throws(IPNetwork
    .ParseError)
  {
    self.literal = literal
    self.kind = kind
    glob = GlobPattern(kind == .service ? ServiceName.short(literal) : literal)
    number = ExactNumber(literal)
    whole = Self.whole(literal)
    self.period = period
    if kind == .ip {
      network = IPNetwork.isMeant(by: literal) ? try IPNetwork(literal) : nil
      address = IPAddress(literal)
    } else {
      network = nil
      address = nil
    }
  }

  /// The digits before a point with nothing but zeros behind it; nil for other texts, and for those that are no numbers
  /// in JSON: `1.10` and `050.0` may be names of versions and the like.
  private static func whole(_ literal: String) -> [UInt8]? {
    let parts = literal.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy({ $0 == 0x30 }) else {
      return nil
    }
    let digits = parts[0].first == UInt8(ascii: "-") ? parts[0].dropFirst() : parts[0]
    guard let first = digits.first, digits.allSatisfy({ $0 &- 0x30 < 10 }),
      first != 0x30 || digits.count == 1
    else { return nil }
    return Array(parts[0])
  }

  /// True where only values whose folded text is the literal's can match, but for numbers and times that equal
  /// it by value.
  var isTextLookup: Bool {
    guard glob.isLiteral, network == nil, address == nil else { return false }
    switch kind {
    case .text, .flag, .number, .service: return true
    case .time, .ip: return false
    // A bare name also matches inside ARNs.
    case .principal, .role: return literal.utf8.contains(UInt8(ascii: ":"))
    }
  }

  /// The folded texts to look up where `isTextLookup`.
  var lookups: [[UInt8]] {
    if kind == .service { return [glob.literalPrefix, glob.literalPrefix + ServiceName.suffix] }
    return [glob.literalPrefix] + (whole.map { [$0] } ?? [])
  }

  /// True where values that are numbers or times may equal the literal though their text differs.
  var comparesByValue: Bool { number != nil || period != nil }

  func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ valueKind: ValueKind) -> Bool {
    if matchesText(bytes) { return true }
    return matchesByValue(bytes, valueKind)
  }

  /// Numbers that equal the literal, and texts that are a time within its period.
  func matchesByValue(_ bytes: UnsafeBufferPointer<UInt8>, _ valueKind: ValueKind) -> Bool {
    if let number, valueKind == .number { return ExactNumber(bytes) == number }
    if let period, valueKind == .text, bytes.count >= 10, let time = EventTime.parse(bytes) {
      return period.contains(time)
    }
    return false
  }

  private func matchesText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch kind {
    case .service:
      return glob.matches(
        UnsafeBufferPointer(rebasing: bytes.prefix(ServiceName.shortCount(bytes))))
    case .ip:
      if network != nil || address != nil, let own = IPAddress(bytes: bytes) {
        return network?.contains(own) ?? false || own == address
      }
      return glob.matches(bytes)
    case .principal, .role:
      if glob.matches(bytes) { return true }
      guard !literal.utf8.contains(UInt8(ascii: ":")), let name = ARNBytes.lastName(bytes) else {
        return false
      }
      return glob.matches(name)
    case .text, .time, .flag, .number:
      return glob.matches(bytes) || whole.map { bytes.elementsEqual($0) } ?? false
    }
  }
}

/// `<` and its kin. The literal says how: a number orders numbers, a time times, an address addresses, each by value
/// and nothing else; any other literal orders texts, without regard to case.
package struct OrderTest: Sendable {
  package let comparison: ComparisonKind
  package let literal: String
  let folded: [UInt8]
  let number: ExactNumber?
  /// `number`, where it is spelled with a few digits.
  private let smallNumber: Int64?
  let period: Range<Int64>?
  let address: IPAddress?

  package enum ComparisonKind: String, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
      switch self {
      case .less: left < right
      case .lessOrEqual: left <= right
      case .greater: left > right
      case .greaterOrEqual: left >= right
      }
    }

    /// Compares a time with a whole period: `<` is before its start, `>` behind its end.
    func holds(_ time: Int64, _ period: Range<Int64>) -> Bool {
      switch self {
      case .less: time < period.lowerBound
      case .lessOrEqual: time < period.upperBound
      case .greater: time >= period.upperBound
      case .greaterOrEqual: time >= period.lowerBound
      }
    }
  }

  package init(
    _ comparison: ComparisonKind, _ literal: String, kind: BoundField.Kind, period: Range<Int64>?
  ) {
    self.comparison = comparison
    self.literal = literal
    folded = CaseFolding.folded(kind == .service ? ServiceName.short(literal) : literal)
    number = ExactNumber(literal)
    smallNumber = SmallInteger.value(of: literal.utf8)
    self.period = period
    address = kind == .ip ? IPAddress(literal) : nil
  }

  func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ valueKind: ValueKind) -> Bool {
    if let smallNumber, valueKind != .flag, let own = SmallInteger.value(of: bytes) {
      return comparison.holds(own, smallNumber)
    }
    if let number {
      guard valueKind != .flag, let own = ExactNumber(bytes) else { return false }
      return comparison.holds(own, number)
    }
    if let period {
      guard valueKind == .text, bytes.count >= 10, let time = EventTime.parse(bytes) else {
        return false
      }
      return comparison.holds(time, period)
    }
    if let address {
      guard let own = IPAddress(bytes: bytes) else { return false }
      return comparison.holds(own, address)
    }
    var own: [UInt8] = []
    CaseFolding.fold(bytes, into: &own)
    switch comparison {
    case .less: return own.lexicographicallyPrecedes(folded)
    case .lessOrEqual: return !folded.lexicographicallyPrecedes(own)
    case .greater: return folded.lexicographicallyPrecedes(own)
    case .greaterOrEqual: return !own.lexicographicallyPrecedes(folded)
    }
  }
}

/// `s3.amazonaws.com` is `s3` for short.
package enum ServiceName {
  static let suffix = Array(".amazonaws.com".utf8)

  package static func short(_ name: String) -> String {
    var name = name
    let count = name.withUTF8 { shortCount($0) }
    return String(decoding: name.utf8.prefix(count), as: UTF8.self)
  }

  /// How many bytes of `name` stand before the suffix.
  static func shortCount(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    let start = name.count - suffix.count
    guard start > 0 else { return name.count }
    for index in 0..<suffix.count where CaseFolding.fold(name[start + index]) != suffix[index] {
      return name.count
    }
    return start
  }
}

/// ARNs as bytes.
enum ARNBytes {
  /// What stands behind the last `/` or `:` of an ARN; nil for what is no ARN.
  static func lastName(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard bytes.count > 4, bytes.prefix(4).elementsEqual("arn:".utf8) else { return nil }
    var start = bytes.count
    while start > 0, bytes[start - 1] != UInt8(ascii: "/"), bytes[start - 1] != UInt8(ascii: ":") {
      start -= 1
    }
    return UnsafeBufferPointer(rebasing: bytes[start...])
  }
}

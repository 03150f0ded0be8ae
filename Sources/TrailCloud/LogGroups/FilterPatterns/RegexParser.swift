/// Reads a regular expression as filter patterns have them.
struct RegexParser {
  private var scanner: PatternScanner
  private let range: Range<Int>

  /// What stands for itself, beside letters and digits (and the space, which AWS's examples have).
  private static let symbols: Set<UInt8> = Set(":_#=@/;,- ".utf8)
  private static let operators: Set<UInt8> = Set("^$?[]{}|\\*+.".utf8)
  /// The largest count in braces.
  private static let maximumCount = 1000

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    scanner = PatternScanner(bytes, range)
    self.range = range
  }

  mutating func branches() throws(FilterPatternError) -> [[FilterRegex.Item]] {
    guard !range.isEmpty else {
      throw FilterPatternError(
        "there is no regular expression between the percentage signs",
        at: max(range.lowerBound - 1, 0)..<range.upperBound + 1)
    }
    var branches: [[FilterRegex.Item]] = [[]]
    var total = 0
    while let byte = scanner.byte {
      let start = scanner.offset
      if byte == UInt8(ascii: "|") {
        scanner.offset += 1
        branches.append([])
        continue
      }
      let kind = try atom()
      let items = try repeated(FilterRegex.Item(kind: kind), from: start)
      total += items.count
      guard total <= FilterRegex.maximumItems else {
        throw refused("this repeats too much: \(FilterRegex.maximumItems) in all at most", start)
      }
      branches[branches.count - 1] += items
    }
    return branches
  }

  private func refused(_ detail: String, _ start: Int) -> FilterPatternError {
    .characters(
      in: scanner.text(range), detail,
      at: start..<max(scanner.offset, min(start + 1, range.upperBound)))
  }

  // MARK: Atoms

  private mutating func atom() throws(FilterPatternError) -> FilterRegex.Item.Kind {
    let start = scanner.offset
    guard let byte = scanner.byte else { throw scanner.expected("an expression") }
    scanner.offset += 1
    switch byte {
    case UInt8(ascii: "^"): return .start
    case UInt8(ascii: "$"): return .end
    case UInt8(ascii: "."): return .symbol(.anything)
    case UInt8(ascii: "\\"): return .symbol(try escape(start).symbols)
    case UInt8(ascii: "["): return .symbol(try symbolClass(start))
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw refused("there is nothing before `\(scanner.text(start..<start + 1))` to repeat", start)
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      throw refused(
        "a `\(scanner.text(start..<start + 1))` that closes nothing is written with a backslash",
        start)
    default:
      try check(byte, start)
      return .symbol(SymbolClass([byte]))
    }
  }

  private func check(_ byte: UInt8, _ start: Int) throws(FilterPatternError) {
    guard PatternScanner.isAlphanumeric(byte) || Self.symbols.contains(byte) else {
      let isParenthesis = byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
      let text = byte < 0x80 ? "`\(scanner.text(start..<start + 1))`" : "a character beyond ASCII"
      let hex = byte < 0x80 ? "; `\\x\(Self.hex(byte))` stands for it" : ""
      throw refused(
        isParenthesis
          ? "there are no groups, and so no parentheses, in filter patterns\(hex)"
          : "\(text) cannot be in the regular expression of a filter pattern\(hex)", start)
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// What follows a backslash: a class, or the character itself.
  private mutating func escape(
    _ start: Int
  ) throws(FilterPatternError) -> (symbols: SymbolClass, character: UInt8?) {
    guard let byte = scanner.byte else {
      throw refused("a backslash needs something after it", start)
    }
    scanner.offset += 1
    func one(_ byte: UInt8) -> (SymbolClass, UInt8?) { (SymbolClass([byte]), byte) }
    switch byte {
    case UInt8(ascii: "d"): return (.digits, nil)
    case UInt8(ascii: "D"): return (SymbolClass.digits.inverted, nil)
    case UInt8(ascii: "s"): return (.spaces, nil)
    case UInt8(ascii: "S"): return (SymbolClass.spaces.inverted, nil)
    case UInt8(ascii: "w"): return (.words, nil)
    case UInt8(ascii: "W"): return (SymbolClass.words.inverted, nil)
    case UInt8(ascii: "t"): return one(0x09)
    case UInt8(ascii: "n"): return one(0x0A)
    case UInt8(ascii: "r"): return one(0x0D)
    case UInt8(ascii: "x"):
      guard scanner.offset + 2 <= scanner.end,
        let code = UInt8(scanner.text(scanner.offset..<scanner.offset + 2), radix: 16),
        scanner.byte != UInt8(ascii: "+"), code < 0x80
      else { throw refused("`\\x` needs two hexadecimal digits up to 7F", start) }
      scanner.offset += 2
      return one(code)
    default:
      guard Self.operators.contains(byte) || Self.symbols.contains(byte) else {
        throw refused("a backslash before this means nothing", start)
      }
      return one(byte)
    }
  }

  /// `[a-z_\d]` or `[^…]`; the scanner stands behind the bracket.
  private mutating func symbolClass(_ start: Int) throws(FilterPatternError) -> SymbolClass {
    var symbols = SymbolClass()
    let isNegated = scanner.take("^")
    var isEmpty = true
    while let byte = scanner.byte {
      if byte == UInt8(ascii: "]"), !isEmpty {
        scanner.offset += 1
        return isNegated ? symbols.inverted : symbols
      }
      isEmpty = false
      let first = try member()
      guard let lower = first.character, scanner.byte == UInt8(ascii: "-"),
        scanner.offset + 1 < scanner.end, scanner.bytes[scanner.offset + 1] != UInt8(ascii: "]")
      else {
        symbols.formUnion(first.symbols)
        continue
      }
      scanner.offset += 1
      guard let upper = try member().character, lower <= upper else {
        throw refused("this range ends before it begins", start)
      }
      symbols.formUnion(SymbolClass(lower...upper))
    }
    throw refused("this `[` is never closed", start)
  }

  private mutating func member() throws(FilterPatternError) -> (
    symbols: SymbolClass, character: UInt8?
  ) {
    let start = scanner.offset
    guard let byte = scanner.byte else { throw scanner.expected("a character") }
    scanner.offset += 1
    if byte == UInt8(ascii: "\\") { return try escape(start) }
    if !Self.operators.contains(byte) { try check(byte, start) }
    return (SymbolClass([byte]), byte)
  }

  // MARK: Repetition

  /// An item as often as what follows it says.
  private mutating func repeated(
    _ item: FilterRegex.Item, from start: Int
  ) throws(FilterPatternError) -> [FilterRegex.Item] {
    guard let byte = scanner.byte else { return [item] }
    var least = 1
    var most: Int? = 1
    switch byte {
    case UInt8(ascii: "*"): (least, most) = (0, nil)
    case UInt8(ascii: "+"): (least, most) = (1, nil)
    case UInt8(ascii: "?"): (least, most) = (0, 1)
    case UInt8(ascii: "{"): (least, most) = try counts()
    default: return [item]
    }
    if byte != UInt8(ascii: "{") { scanner.offset += 1 }
    guard case .symbol = item.kind else {
      throw refused("`^` and `$` cannot be repeated", start)
    }
    // A reluctant repetition finds the same texts.
    if scanner.byte == UInt8(ascii: "?") { scanner.offset += 1 }
    if let byte = scanner.byte, "*+?{".utf8.contains(byte) {
      throw refused("this is repeated already", start)
    }
    var items = [FilterRegex.Item](repeating: item, count: least)
    var optional = item
    optional.isOptional = true
    if let most {
      items += [FilterRegex.Item](repeating: optional, count: most - least)
    } else if least > 0 {
      items[least - 1].isRepeated = true
    } else {
      optional.isRepeated = true
      items = [optional]
    }
    return items
  }

  /// `{3}`, `{3,}`, `{,5}` or `{3,5}`; the scanner stands at the brace.
  private mutating func counts() throws(FilterPatternError) -> (least: Int, most: Int?) {
    let start = scanner.offset
    scanner.offset += 1
    scanner.skipSpace()
    let least = count()
    scanner.skipSpace()
    guard scanner.take(",") else {
      guard let least, scanner.take("}") else { throw badCounts(start) }
      return try checked(least, least, start)
    }
    scanner.skipSpace()
    let most = count()
    scanner.skipSpace()
    guard scanner.take("}"), least != nil || most != nil else { throw badCounts(start) }
    return try checked(least ?? 0, most, start)
  }

  private mutating func count() -> Int? {
    let start = scanner.offset
    while let byte = scanner.byte, byte &- 0x30 < 10 { scanner.offset += 1 }
    return start == scanner.offset ? nil : Int(scanner.text(start..<scanner.offset)) ?? .max
  }

  private func checked(
    _ least: Int, _ most: Int?, _ start: Int
  ) throws(FilterPatternError) -> (Int, Int?) {
    guard least <= most ?? least, max(least, most ?? 0) <= Self.maximumCount else {
      throw badCounts(start)
    }
    return (least, most)
  }

  private func badCounts(_ start: Int) -> FilterPatternError {
    refused(
      "in braces stand counts up to \(Self.maximumCount), the smaller first: {2}, {2,}, {,5} or {2,5}",
      start)
  }
}

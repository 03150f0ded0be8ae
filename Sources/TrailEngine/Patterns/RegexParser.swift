/// Reads a pattern: literals, `.`, classes, groups, alternation, greedy and lazy quantifiers, anchors.
///
/// What a search in linear time cannot have (back references, looking around) is refused with its place.
struct RegexParser {
  /// The most that `{m,n}` may repeat.
  static let maximumRepetition = 1_000
  /// The deepest nesting of groups.
  static let maximumDepth = 200

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0
  private let ignoresCase: Bool
  private let isMultiline: Bool
  private let dotMatchesAll: Bool

  static func parse(_ pattern: String, flags: String) throws(RegexError) -> RegexNode {
    for flag in flags where !"ims".contains(flag) {
      throw RegexError(
        message: "`\(flag)` is no flag; there are i, m and s", offset: pattern.utf8.count)
    }
    var parser = RegexParser(
      scalars: Array(pattern.unicodeScalars), ignoresCase: flags.contains("i"),
      isMultiline: flags.contains("m"), dotMatchesAll: flags.contains("s"))
    let node = try parser.choice()
    if parser.index < parser.scalars.count { throw parser.error("`)` closes nothing") }
    return node
  }

  private init(
    scalars: [Unicode.Scalar], ignoresCase: Bool, isMultiline: Bool, dotMatchesAll: Bool
  ) {
    self.scalars = scalars
    self.ignoresCase = ignoresCase
    self.isMultiline = isMultiline
    self.dotMatchesAll = dotMatchesAll
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private func error(_ message: String, at place: Int? = nil) -> RegexError {
    let offset = scalars[..<min(place ?? index, scalars.count)].reduce(0) { $0 + UTF8.width($1) }
    return RegexError(message: message, offset: offset)
  }

  private mutating func choice() throws(RegexError) -> RegexNode {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(RegexError) -> RegexNode {
    var parts: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated()) }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func repeated() throws(RegexError) -> RegexNode {
    let start = index
    var node = try atom()
    while let (low, high) = try quantifier() {
      if case .assertion = node { throw error("nothing to repeat", at: start) }
      // Lazy or greedy finds the same texts; a possessive one would not.
      if !take("?"), next == "+" { throw error("possessive quantifiers are not supported") }
      node = .repetition(node, atLeast: low, atMost: high)
    }
    return node
  }

  private mutating func quantifier() throws(RegexError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard next == "{" else { return nil }
    let start = index
    index += 1
    let low = number()
    var high: Int? = low
    let hasComma = take(",")
    if hasComma { high = number() }
    guard take("}"), low != nil || (hasComma && high != nil) else {
      // `{` that begins no quantifier stands for itself.
      index = start
      return nil
    }
    for bound in [low, high] {
      if let bound, bound > Self.maximumRepetition {
        throw error("a quantifier repeats at most \(Self.maximumRepetition) times", at: start)
      }
    }
    if let low, let high, low > high {
      throw error("the quantifier's bounds are reversed", at: start)
    }
    return (low ?? 0, high)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, scalar.value &- 0x30 < 10 {
      value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 10 * Self.maximumRepetition)
      index += 1
    }
    return value
  }

  private mutating func atom() throws(RegexError) -> RegexNode {
    let start = index
    guard let scalar = next else { return .empty }
    index += 1
    switch scalar {
    case "(": return try group(start)
    case "[": return try characterClass(start)
    case ".":
      return .scalars(dotMatchesAll ? [0...ScalarSet.last] : ScalarSet.complement([0x0A...0x0A]))
    case "^": return .assertion(isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(isMultiline ? .lineEnd : .textEnd)
    case "*", "+", "?": throw error("nothing to repeat", at: start)
    case "\\": return try escape(start)
    case "{" where try startsQuantifier(start): throw error("nothing to repeat", at: start)
    default: return literal(scalar)
    }
  }

  private func startsQuantifier(_ start: Int) throws(RegexError) -> Bool {
    var probe = self
    probe.index = start
    return try probe.quantifier() != nil
  }

  private func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    let range = [scalar.value...scalar.value]
    return .scalars(ignoresCase ? ScalarSet.addingOtherCase(range) : range)
  }

  private mutating func group(_ start: Int) throws(RegexError) -> RegexNode {
    if take("?") {
      if take("P") {
        guard next == "<" else { throw error("this kind of group is not supported", at: start) }
      }
      if take("<") {
        if next == "=" || next == "!" { throw error("looking behind is not supported", at: start) }
        while let scalar = next, scalar != ">" {
          guard scalar.properties.isAlphabetic || scalar.value &- 0x30 < 10 || scalar == "_" else {
            break
          }
          index += 1
        }
        guard take(">") else { throw error("the group's name has no end", at: start) }
      } else if next == "=" || next == "!" {
        throw error("looking ahead is not supported", at: start)
      } else if !take(":") {
        if let flag = next, "imsx-".unicodeScalars.contains(flag) {
          throw error("flags stand behind the pattern, as in `/…/i`", at: start)
        }
        throw error("this kind of group is not supported", at: start)
      }
    }
    depth += 1
    guard depth <= Self.maximumDepth else { throw error("groups are nested too deeply", at: start) }
    let node = try choice()
    guard take(")") else { throw error("`(` is never closed", at: start) }
    depth -= 1
    return node
  }

  private mutating func escape(_ start: Int) throws(RegexError) -> RegexNode {
    switch next {
    case "b":
      index += 1
      return .assertion(.wordBoundary)
    case "B":
      index += 1
      return .assertion(.noWordBoundary)
    case "A":
      index += 1
      return .assertion(.textStart)
    case "z", "Z":
      index += 1
      return .assertion(.textEnd)
    case let digit? where digit.value &- 0x31 < 9:
      throw error("back references are not supported", at: start)
    default:
      let ranges = try escapedSet(start)
      return .scalars(ignoresCase ? ScalarSet.addingOtherCase(ranges) : ranges)
    }
  }

  /// What an escape stands for, in a class or outside; the backslash is already read.
  private mutating func escapedSet(_ start: Int) throws(RegexError) -> [ClosedRange<UInt32>] {
    guard let scalar = next else { throw error("the pattern ends in a backslash", at: start) }
    index += 1
    switch scalar {
    case "d": return ScalarSet.digit
    case "D": return ScalarSet.complement(ScalarSet.digit)
    case "w": return ScalarSet.word
    case "W": return ScalarSet.complement(ScalarSet.word)
    case "s": return ScalarSet.space
    case "S": return ScalarSet.complement(ScalarSet.space)
    case "n": return [0x0A...0x0A]
    case "r": return [0x0D...0x0D]
    case "t": return [0x09...0x09]
    case "f": return [0x0C...0x0C]
    case "v": return [0x0B...0x0B]
    case "0": return [0...0]
    case "x": return [try hexadecimal(start, digits: 2)]
    case "u": return [try hexadecimal(start, digits: 4)]
    default:
      if scalar.isASCII, scalar.properties.isAlphabetic || scalar.value &- 0x30 < 10 {
        throw error("`\\\(scalar)` has no meaning here", at: start)
      }
      return [scalar.value...scalar.value]
    }
  }

  private mutating func hexadecimal(
    _ start: Int, digits: Int
  ) throws(RegexError) -> ClosedRange<UInt32> {
    var text = ""
    if take("{") {
      while let scalar = next, scalar != "}", text.count < 8 {
        text.unicodeScalars.append(scalar)
        index += 1
      }
      guard take("}") else { throw error("`}` is missing", at: start) }
    } else {
      while let scalar = next, text.count < digits {
        text.unicodeScalars.append(scalar)
        index += 1
      }
      guard text.count == digits else {
        throw error("\(digits) hexadecimal digits are needed", at: start)
      }
    }
    guard text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }), let value = UInt32(text, radix: 16),
      value <= ScalarSet.last
    else { throw error("this is no code point", at: start) }
    return value...value
  }

  private mutating func characterClass(_ start: Int) throws(RegexError) -> RegexNode {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      let place = index
      index += 1
      if scalar == "[", next == ":" {
        ranges += try posixClass(place)
        continue
      }
      let low = scalar == "\\" ? try classEscape(place) : [scalar.value...scalar.value]
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        ranges += low
        continue
      }
      guard low.count == 1, low[0].count == 1 else {
        throw error("a range cannot begin with a class", at: place)
      }
      index += 1
      let upperPlace = index
      let upper = scalars[index]
      index += 1
      let high = upper == "\\" ? try classEscape(upperPlace) : [upper.value...upper.value]
      guard high.count == 1, high[0].count == 1 else {
        throw error("a range cannot end with a class", at: upperPlace)
      }
      guard low[0].lowerBound <= high[0].lowerBound else {
        throw error("the range is reversed", at: place)
      }
      ranges.append(low[0].lowerBound...high[0].lowerBound)
    }
    guard take("]") else { throw error("`[` is never closed", at: start) }
    if ignoresCase { ranges = ScalarSet.addingOtherCase(ranges) }
    return .scalars(isNegated ? ScalarSet.complement(ranges) : ScalarSet.normalised(ranges))
  }

  private mutating func classEscape(_ place: Int) throws(RegexError) -> [ClosedRange<UInt32>] {
    if take("b") { return [0x08...0x08] }
    return try escapedSet(place)
  }

  private mutating func posixClass(_ place: Int) throws(RegexError) -> [ClosedRange<UInt32>] {
    index += 1
    var name = ""
    while let scalar = next, scalar != ":", name.count < 10 {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard take(":"), take("]") else { throw error("`:]` is missing", at: place) }
    switch name {
    case "digit": return ScalarSet.digit
    case "alpha": return [0x41...0x5A, 0x61...0x7A]
    case "alnum": return [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
    case "upper": return [0x41...0x5A]
    case "lower": return [0x61...0x7A]
    case "space": return ScalarSet.space
    case "xdigit": return [0x30...0x39, 0x41...0x46, 0x61...0x66]
    case "punct": return [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
    default: throw error("there is no class `\(name)`", at: place)
    }
  }
}

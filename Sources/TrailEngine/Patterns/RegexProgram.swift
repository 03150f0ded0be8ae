internal import TrailRecord

/// A pattern compiled to a nondeterministic automaton over bytes.
package struct RegexProgram: Sendable {
  /// The largest automaton that is built: nested counted repetitions multiply.
  package static let maximumInstructions = 50_000

  enum Instruction: Hashable, Sendable {
    case byte(UInt8, UInt8, next: Int32)
    case split(Int32, Int32)
    case assertion(RegexAssertion, next: Int32)
    case match
  }

  let instructions: [Instruction]
  let start: Int32
  /// Equivalence class of each byte; bytes of one class are never told apart.
  let byteClasses: [UInt8]
  let classCount: Int
  /// A byte of each class.
  let representatives: [UInt8]
  /// Text that every match contains, as it is (empty where none is known); folded if `literalIsFolded`.
  package let requiredLiteral: [UInt8]
  package let literalIsFolded: Bool
  /// True where every match begins with the literal.
  let literalIsPrefix: Bool
  package let source: String
  /// What tells one program from another: pattern and flags.
  let key: String

  /// Compiles a pattern. Throws `RegexError` with the place of what is wrong or not supported.
  package init(_ pattern: String, flags: String = "") throws(RegexError) {
    source = pattern
    key = flags + "/" + pattern
    let tree = try RegexParser.parse(pattern, flags: flags)
    var builder = Builder()
    let match = builder.add(.match)
    start = builder.build(tree, next: match)
    guard builder.instructions.count <= Self.maximumInstructions else {
      throw RegexError(message: "the pattern is too large", offset: 0)
    }
    instructions = builder.instructions
    (byteClasses, representatives) = Self.classify(builder.instructions)
    classCount = representatives.count
    literalIsFolded = flags.contains("i")
    (requiredLiteral, literalIsPrefix) = RequiredLiteral.longest(in: tree, folded: literalIsFolded)
  }

  private static func classify(_ instructions: [Instruction]) -> ([UInt8], [UInt8]) {
    var isBoundary = [Bool](repeating: false, count: 257)
    isBoundary[0] = true
    func mark(_ low: UInt8, _ high: UInt8) {
      isBoundary[Int(low)] = true
      isBoundary[Int(high) + 1] = true
    }
    for instruction in instructions {
      switch instruction {
      case .byte(let low, let high, _): mark(low, high)
      case .assertion:
        mark(0x0A, 0x0A)
        for range in ScalarSet.word { mark(UInt8(range.lowerBound), UInt8(range.upperBound)) }
      case .split, .match: break
      }
    }
    var classes: [UInt8] = []
    var representatives: [UInt8] = []
    for byte in 0..<256 {
      if isBoundary[byte] { representatives.append(UInt8(byte)) }
      classes.append(UInt8(representatives.count - 1))
    }
    return (classes, representatives)
  }

  private struct Builder {
    var instructions: [Instruction] = []

    mutating func add(_ instruction: Instruction) -> Int32 {
      instructions.append(instruction)
      return Int32(instructions.count - 1)
    }

    /// Adds `node` so that it goes on at `next`; returns where it begins. Stops growing beyond the limit.
    mutating func build(_ node: RegexNode, next: Int32) -> Int32 {
      guard instructions.count <= RegexProgram.maximumInstructions else { return next }
      switch node {
      case .empty: return next
      case .scalars(let ranges): return build(ranges, next: next)
      case .assertion(let kind): return add(.assertion(kind, next: next))
      case .sequence(let parts): return parts.reversed().reduce(next) { build($1, next: $0) }
      case .choice(let branches):
        let starts = branches.map { build($0, next: next) }
        return starts.dropLast().reversed().reduce(starts[starts.count - 1]) { add(.split($1, $0)) }
      case .repetition(let inner, let low, let high):
        var entry = next
        if let high {
          for _ in 0..<(high - low) { entry = add(.split(build(inner, next: entry), next)) }
        } else {
          let loop = add(.split(next, next))
          instructions[Int(loop)] = .split(build(inner, next: loop), next)
          entry = loop
        }
        for _ in 0..<low { entry = build(inner, next: entry) }
        return entry
      }
    }

    private mutating func build(_ ranges: [ClosedRange<UInt32>], next: Int32) -> Int32 {
      var starts: [Int32] = []
      for range in ranges {
        for sequence in UTF8Ranges.sequences(range) {
          starts.append(
            sequence.reversed().reduce(next) { add(.byte($1.lowerBound, $1.upperBound, next: $0)) })
        }
      }
      guard let last = starts.popLast() else {
        // An empty class: a byte that no text has.
        return add(.byte(0xFF, 0xFF, next: next))
      }
      return starts.reversed().reduce(last) { add(.split($1, $0)) }
    }
  }
}

/// Code point ranges as sequences of byte ranges.
enum UTF8Ranges {
  static func sequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    var result: [[ClosedRange<UInt8>]] = []
    for (low, high) in [(0, 0x7F), (0x80, 0x7FF), (0x800, 0xFFFF), (0x10000, 0x10FFFF)]
      as [(UInt32, UInt32)]
    {
      let start = max(low, range.lowerBound)
      let end = min(high, range.upperBound)
      if start <= end { split(bytes(start), bytes(end), into: &result, prefix: []) }
    }
    return result
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    var output: [UInt8] = []
    UTF8Bytes.append(value, to: &output)
    return output
  }

  /// Splits the range between two texts of equal width where their continuation bytes do not span all values.
  private static func split(
    _ low: [UInt8], _ high: [UInt8], into result: inout [[ClosedRange<UInt8>]],
    prefix: [ClosedRange<UInt8>]
  ) {
    if low.count == 1 {
      result.append(prefix + [low[0]...high[0]])
      return
    }
    let rest = low.count - 1
    let smallest = [UInt8](repeating: 0x80, count: rest)
    let largest = [UInt8](repeating: 0xBF, count: rest)
    let lowRest = Array(low.dropFirst())
    let highRest = Array(high.dropFirst())
    if low[0] == high[0] {
      split(lowRest, highRest, into: &result, prefix: prefix + [low[0]...low[0]])
      return
    }
    var first = low[0]
    var last = high[0]
    if lowRest != smallest {
      split(lowRest, largest, into: &result, prefix: prefix + [first...first])
      first += 1
    }
    let endsInside = highRest != largest
    if endsInside { last -= 1 }
    if first <= last {
      result.append(
        prefix + [first...last] + [ClosedRange<UInt8>](repeating: 0x80...0xBF, count: rest))
    }
    if endsInside {
      split(smallest, highRest, into: &result, prefix: prefix + [high[0]...high[0]])
    }
  }
}

/// The longest text that every match must contain.
enum RequiredLiteral {
  static func longest(in node: RegexNode, folded: Bool) -> (text: [UInt8], isPrefix: Bool) {
    var best: [UInt8] = []
    var bestIsPrefix = false
    var run: [UInt8] = []
    var isAtStart = true
    func endRun() {
      if run.count > best.count {
        best = run
        bestIsPrefix = isAtStart
      }
      run = []
      isAtStart = false
    }
    func visit(_ node: RegexNode) {
      switch node {
      case .scalars(let ranges):
        if let byte = literal(ranges, folded: folded) { run += byte } else { endRun() }
      case .sequence(let parts): for part in parts { visit(part) }
      case .repetition(let inner, let low, let high):
        if low > 0 {
          visit(inner)
          if high != 1 { endRun() }
        } else {
          endRun()
        }
      case .choice: endRun()
      case .empty: break
      case .assertion: endRun()
      }
    }
    visit(node)
    endRun()
    return (best, bestIsPrefix)
  }

  private static func literal(_ ranges: [ClosedRange<UInt32>], folded: Bool) -> [UInt8]? {
    if ranges.count == 1, ranges[0].count == 1 {
      var output: [UInt8] = []
      UTF8Bytes.append(ranges[0].lowerBound, to: &output)
      return output
    }
    // Both cases of an ASCII letter.
    guard folded, ranges.count == 2, ranges[0].count == 1, ranges[1].count == 1,
      ranges[0].lowerBound | 0x20 == ranges[1].lowerBound, ranges[1].lowerBound &- 0x61 < 26
    else { return nil }
    return [UInt8(ranges[1].lowerBound)]
  }
}

import Glibc

/// Runs a program over texts, building the deterministic automaton as it is needed.
///
/// Each byte costs one table look-up once the states of a pattern are known, and never more than a pass over
/// the program: so time is linear in the text whatever the pattern. Not shared between threads; make one a worker.
package final class RegexMatcher {
  /// States kept before the table is thrown away and begun again.
  private static let maximumStates = 2_000

  private let program: RegexProgram
  /// For each state a row of `classCount + 1` next states; the last is for the end of the text.
  private var transitions: [Int32] = []
  private var states: [State] = []
  private var numbers: [State: Int32] = [:]
  private let width: Int
  private let classes: [UInt8]
  /// What every match contains, as it is; empty where that depends on letter case.
  private let literal: [UInt8]
  /// Where in `literal` its rarest byte is.
  private let rarest: Int
  private var visited: [UInt32]
  private var generation: UInt32 = 0

  private static let unknown: Int32 = -1
  private static let accepted: Int32 = -2
  private static let rejected: Int32 = -3

  /// Places in the program that wait for the next byte, and what came before it.
  private struct State: Hashable {
    var places: [Int32]
    var before: Before
  }

  private enum Before: UInt8 {
    case textStart, newline, wordByte, otherByte
  }

  package init(_ program: RegexProgram) {
    self.program = program
    width = program.classCount + 1
    classes = program.byteClasses
    let required = program.literalIsFolded ? [] : program.requiredLiteral
    literal = required
    rarest =
      required.indices.min {
        HeapSearch.frequency(required[$0]) < HeapSearch.frequency(required[$1])
      } ?? 0
    visited = [UInt32](repeating: 0, count: program.instructions.count)
    _ = number(of: State(places: [program.start], before: .textStart))
  }

  /// Whether the pattern is found anywhere in `text`.
  ///
  /// - Complexity: O(text), times the program's size at worst.
  package func isFound(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard var offset = start(in: text) else { return false }
    var state: Int32 = 0
    while true {
      let known = run(&state, &offset, text)
      if known == Self.accepted { return true }
      if known == Self.rejected { return false }
      let column = offset < text.count ? Int(classes[Int(text[offset])]) : width - 1
      let next = transition(from: &state, column: column)
      if next == Self.accepted { return true }
      if next == Self.rejected { return false }
      state = next
      offset &+= 1
    }
  }

  /// Goes on as long as the table knows the way; `unknown` where it does not.
  private func run(
    _ state: inout Int32, _ offset: inout Int, _ text: UnsafeBufferPointer<UInt8>
  ) -> Int32 {
    transitions.withUnsafeBufferPointer { table in
      classes.withUnsafeBufferPointer { classes in
        var current = state
        var place = offset
        let width = width
        let end = text.count
        while place < end {
          let next = table[Int(current) &+ Int(classes[Int(text[place])])]
          if next < 0 {
            (state, offset) = (current, place)
            return next
          }
          current = next
          place &+= 1
        }
        (state, offset) = (current, place)
        return table[Int(current) &+ width &- 1]
      }
    }
  }

  /// Where the search has to begin; nil where the text lacks what every match contains.
  private func start(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !literal.isEmpty, let base = text.baseAddress else { return 0 }
    return literal.withUnsafeBufferPointer { literal in
      let rare = Int32(literal[rarest])
      var offset = 0
      while offset + literal.count <= text.count {
        let places = text.count - offset - literal.count + 1
        guard let found = memchr(base + offset + rarest, rare, places) else { return nil }
        offset = UnsafeRawPointer(found) - UnsafeRawPointer(base) - rarest
        if memcmp(base + offset, literal.baseAddress.unsafelyUnwrapped, literal.count) == 0 {
          return program.literalIsPrefix ? offset : 0
        }
        offset += 1
      }
      return nil
    }
  }

  private func number(of state: State) -> Int32 {
    if let known = numbers[state] { return known }
    // A state's number is where its row begins.
    let number = Int32(transitions.count)
    states.append(state)
    numbers[state] = number
    transitions.append(contentsOf: repeatElement(Self.unknown, count: width))
    return number
  }

  private func transition(from number: inout Int32, column: Int) -> Int32 {
    if states.count >= Self.maximumStates {
      let current = states[Int(number) / width]
      states.removeAll(keepingCapacity: true)
      numbers.removeAll(keepingCapacity: true)
      transitions.removeAll(keepingCapacity: true)
      _ = self.number(of: State(places: [program.start], before: .textStart))
      number = self.number(of: current)
    }
    let state = states[Int(number) / width]
    let byte = column == width - 1 ? nil : program.representatives[column]
    let next = step(state, byte)
    transitions[Int(number) + column] = next
    return next
  }

  private func step(_ state: State, _ byte: UInt8?) -> Int32 {
    generation &+= 1
    var pending = state.places
    var places: [Int32] = []
    while let place = pending.popLast() {
      if visited[Int(place)] == generation { continue }
      visited[Int(place)] = generation
      switch program.instructions[Int(place)] {
      case .match: return Self.accepted
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assertion(let kind, let next):
        if Self.holds(kind, before: state.before, next: byte) { pending.append(next) }
      case .byte(let low, let high, let next):
        if let byte, low <= byte, byte <= high { places.append(next) }
      }
    }
    guard let byte else { return Self.rejected }
    // A match may begin after any byte.
    places.append(program.start)
    places.sort()
    var unique: [Int32] = []
    for place in places where unique.last != place { unique.append(place) }
    let before: Before = byte == 0x0A ? .newline : Self.isWord(byte) ? .wordByte : .otherByte
    return number(of: State(places: unique, before: before))
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x5F
  }

  private static func holds(_ kind: RegexAssertion, before: Before, next: UInt8?) -> Bool {
    let isAfterWord = before == .wordByte
    let isBeforeWord = next.map(isWord) ?? false
    return switch kind {
    case .textStart: before == .textStart
    case .textEnd: next == nil
    case .lineStart: before == .textStart || before == .newline
    case .lineEnd: next == nil || next == 0x0A
    case .wordBoundary: isAfterWord != isBeforeWord
    case .noWordBoundary: isAfterWord == isBeforeWord
    }
  }
}

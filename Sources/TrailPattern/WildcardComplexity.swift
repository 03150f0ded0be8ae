/// Whether wildcards are too many or too alike for the matcher (facts §10.2).
///
/// The matcher's own measure (ER): the most beginnings of wildcards that one string can match at the same time. A
/// beginning is what stands before any place in the wildcard, and a string matches it as a whole. For `*:*:` the
/// string `::` matches `*`, `*:`, `*:*` and `*:*:`.
///
/// Ours: AWS names no limit. It refuses `*:*:*:*:*:event-bus/*`, which comes to 10, and four of
/// `*/datasync/*.tif` in one field (16); it takes `/Users/*/dir/dir/dir/dir/dir/doc.txt` (7) and two of the
/// former (8). So ten are too many here.
enum WildcardComplexity {
  private static let tooManyBeginnings = 10
  /// Ours: so many sets of beginnings are looked at; what would only show later is let pass.
  private static let largestSearch = 2_000

  static func check(_ branches: [PatternBranch]) throws(EventPatternProblem) {
    // Alternatives of one field are matched together, and so are those of branches that agree so far.
    var groupNumbers: [Group: Int] = [:]
    var groups: [[WildcardText]] = []
    for branch in branches {
      for (index, condition) in branch.conditions.enumerated() {
        let wildcards = condition.alternatives.flatMap(\.wildcards)
        guard !wildcards.isEmpty else { continue }
        let group = Group(before: Array(branch.conditions[..<index]), path: condition.path)
        let number = groupNumbers[group] ?? groups.count
        if number == groups.count {
          groupNumbers[group] = number
          groups.append([])
        }
        for wildcard in wildcards where !groups[number].contains(wildcard) {
          groups[number].append(wildcard)
        }
      }
    }
    for wildcards in groups where isTooMuch(wildcards) {
      throw EventPatternProblem.tooManyWildcards
    }
  }

  /// A field, and the conditions that come before it.
  private struct Group: Hashable {
    var before: [FieldCondition]
    var path: [UInt8]
  }

  /// Walks all strings that matter, as sets of the beginnings that they match.
  private static func isTooMuch(_ wildcards: [WildcardText]) -> Bool {
    let graph = BeginningGraph(wildcards)
    var seen: Set<[Int]> = []
    var work = [graph.start]
    while let beginnings = work.popLast(), seen.count < largestSearch {
      for byte in graph.bytes {
        let next = graph.beginnings(after: beginnings, byte)
        if graph.weight(of: next) >= tooManyBeginnings { return true }
        if !next.isEmpty, seen.insert(next).inserted { work.append(next) }
      }
    }
    return false
  }
}

/// The beginnings of some wildcards. Places are numbered through all of them; a string is told by its bytes with a
/// quote before it and one behind it, as the matcher takes them.
private struct BeginningGraph {
  private enum Token: Equatable {
    case byte(UInt8)
    case wildcard
    /// Behind the last token.
    case end
  }

  private var tokens: [Token] = []
  /// The places at which the wildcards begin.
  let start: [Int]
  /// Bytes that some wildcard asks for, and one that none does.
  let bytes: [UInt8?]

  init(_ wildcards: [WildcardText]) {
    var start: [Int] = []
    let quote = UInt8(ascii: "\"")
    for wildcard in wildcards {
      start.append(tokens.count)
      tokens.append(.byte(quote))
      for (index, piece) in wildcard.pieces.enumerated() {
        if index > 0 { tokens.append(.wildcard) }
        tokens += piece.map { .byte($0) }
      }
      tokens += [.byte(quote), .end]
    }
    self.start = start
    let asked = Set(wildcards.flatMap { $0.pieces.joined() } + [quote]).sorted()
    bytes = asked.map { $0 } + [nil]
  }

  /// Places that are reached from `places` with one more byte; a place stands for the beginning before it.
  func beginnings(after places: [Int], _ byte: UInt8?) -> [Int] {
    var next: Set<Int> = []
    for place in places {
      // A wildcard that was begun takes the byte, and one that comes now takes it or nothing.
      if place > 0, tokens[place - 1] == .wildcard { next.insert(place) }
      var ahead = place
      if tokens[ahead] == .wildcard {
        ahead += 1
        next.insert(ahead)
      }
      if let byte, tokens[ahead] == .byte(byte) { next.insert(ahead + 1) }
    }
    return next.sorted()
  }

  /// How many beginnings a string matches: a wildcard that may take nothing counts, too.
  func weight(of places: [Int]) -> Int {
    places.reduce(0) { sum, place in
      let begins = tokens[place] == .wildcard && !places.contains(place + 1)
      return sum + (begins ? 2 : 1)
    }
  }
}

extension Alternative {
  /// The wildcards in it, also those that are left out.
  fileprivate var wildcards: [WildcardText] {
    switch self {
    case .wildcard(let wildcard): [wildcard]
    case .anythingBut(.wildcards(let wildcards)): wildcards
    default: []
    }
  }
}

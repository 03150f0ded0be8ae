/// The filter patterns of a log group, asked together about each event.
struct FilterPatternSet: Sendable {
  /// Ours: an automaton for all patterns on JSON has no more nodes than this; else each has its own.
  private static let maximumNodes = 4096

  private let patterns: [FilterPattern]
  /// Those that are not on JSON, by their places.
  private var others: [Int] = []
  /// Automatons, with the places of their patterns.
  private var programs: [(program: JSONFilterProgram, places: [Int])] = []

  var isEmpty: Bool { patterns.isEmpty }
  /// True where no pattern looks into JSON.
  var needsJSON: Bool { !programs.isEmpty }

  init(_ patterns: [FilterPattern]) {
    self.patterns = patterns
    var places: [Int] = []
    var parts: [(conditions: [JSONPattern.Condition], expression: JSONPattern.Expression)] = []
    for (place, pattern) in patterns.enumerated() {
      if case .json(let json) = pattern.form {
        places.append(place)
        parts.append((json.conditions, json.expression))
      } else {
        others.append(place)
      }
    }
    if parts.isEmpty { return }
    if let program = JSONFilterProgram(parts, maximumNodes: Self.maximumNodes) {
      programs = [(program, places)]
    } else {
      programs = zip(parts, places).map { (JSONFilterProgram([$0]), [$1]) }
    }
  }

  /// The patterns that an event satisfies, by their places in order.
  ///
  /// - Parameter isJSON: whether the message is a JSON object or array; nil where nobody knows yet.
  func matching(_ bytes: [UInt8], _ range: Range<Int>, isJSON: Bool?) -> [Int] {
    var matching = others.filter { patterns[$0].matches(bytes, range, isJSON: isJSON) }
    guard needsJSON, isJSON ?? JSONText.isContainer(bytes, range) else { return matching }
    let isMixed = !matching.isEmpty || programs.count > 1
    for (program, places) in programs {
      for place in program.matching(bytes, range) { matching.append(places[place]) }
    }
    return isMixed ? matching.sorted() : matching
  }
}

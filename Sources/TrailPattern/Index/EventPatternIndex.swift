package import TrailRecord

/// Many rules' patterns, and which of them an event matches.
package struct EventPatternIndex: Sendable {
  private var patterns: [Int: EventPattern] = [:]

  package init() {}

  /// Adds a rule, in place of one with the same id.
  package mutating func add(_ pattern: EventPattern, id: Int) { patterns[id] = pattern }

  /// Takes a rule out; nothing happens where there is none.
  package mutating func remove(id: Int) { patterns[id] = nil }

  /// The ids of the rules that an event matches, in ascending order.
  package mutating func matches(_ event: JSONValue) -> [Int] {
    patterns.filter { $0.value.matches(event) }.map(\.key).sorted()
  }

  /// The same for an event's JSON text; a text that is no JSON object matches nothing.
  package mutating func matches(_ eventBytes: [UInt8]) -> [Int] {
    guard let event = try? JSONParser.parse(eventBytes) else { return [] }
    return matches(event)
  }
}

internal import TrailPattern
internal import TrailRecord

// The one door between rules and the pattern language.

/// A rule's event pattern, ready to be asked.
struct RulePattern: Sendable {
  fileprivate let pattern: EventPattern

  /// - Throws: AWS's refusal of PutRule and TestEventPattern.
  init(_ text: String) throws(AWSError) {
    do {
      pattern = try EventPattern(text)
    } catch {
      throw AWSError(error.code.rawValue, error.message)
    }
  }

  func matches(_ event: JSONValue) -> Bool { pattern.matches(event) }
}

/// Finds the rules of one bus that an event meets.
struct RuleIndex: Sendable {
  private var index = EventPatternIndex()
  private var names: [Int: String] = [:]
  private var numbers: [String: Int] = [:]
  private var count = 0

  var isEmpty: Bool { numbers.isEmpty }

  /// Takes the place of what was known of the rule; nil forgets it.
  mutating func set(_ pattern: RulePattern?, of rule: String) {
    if let number = numbers.removeValue(forKey: rule) {
      index.remove(id: number)
      names[number] = nil
    }
    guard let pattern else { return }
    count += 1
    index.add(pattern.pattern, id: count)
    names[count] = rule
    numbers[rule] = count
  }

  /// The names of the rules whose patterns the event meets, in order.
  mutating func matches(_ event: [UInt8]) -> [String] {
    let found = index.matches(event)
    return found.isEmpty ? [] : found.compactMap { names[$0] }.sorted()
  }
}

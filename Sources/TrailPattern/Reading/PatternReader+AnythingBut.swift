/// `anything-but` in all its forms.
extension PatternReader {
  /// What the values that are left out are compared by; none of these is equality.
  private enum Comparison: String {
    case prefix
    case suffix
    case equalsIgnoringCase = "equals-ignore-case"
    case wildcard

    /// What AWS says of a value that is no string.
    var typeMessage: String {
      switch self {
      case .prefix, .suffix: "prefix/suffix match pattern must be a string"
      case .wildcard: "wildcard match pattern must be a string"
      case .equalsIgnoringCase:
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
      }
    }
  }

  /// Reads what stands behind `anything-but`, to behind the expression's `}`.
  mutating func leftOut() throws(EventPatternProblem) -> Alternative.LeftOut {
    var token = try tokens.nextToken()
    var comparison: Comparison?
    if token == .startObject {
      guard case .name(let name) = try tokens.nextToken() else {
        throw tokens.problem("Anything-But expression name not found")
      }
      let option = String(decoding: name, as: UTF8.self)
      guard let known = Comparison(rawValue: option) else {
        throw tokens.problem("Unsupported anything-but pattern: \(option)")
      }
      comparison = known
      token = try tokens.nextToken()
    }
    let values: Alternative.LeftOut
    switch (token, comparison) {
    case (.startArray, let comparison?):
      // Read first: a message tells how far the reader is.
      let texts = try textList(comparison)
      values = try compared(texts, comparison)
    case (.startArray, nil): values = try equalList()
    case (.string, let comparison?):
      let text = try text(.string, comparison)
      values = try compared([text], comparison)
    case (.string, nil): values = .strings([try tokens.string()])
    case (.number, let comparison?): throw tokens.problem(comparison.typeMessage)
    case (.number(let spelling), nil):
      // A single number that cannot be compared is refused without a position.
      guard NumberKey(spelling) != nil else { throw incomparable(spelling) }
      values = .numbers([spelling])
    default:
      throw tokens.problem("Value of anything-but must be an array or single string/number value.")
    }
    try closeNumeric()
    if comparison != nil { try closeNumeric() }
    return values
  }

  private func incomparable(_ spelling: String) -> EventPatternProblem {
    EventPatternProblem("Cannot compare number : \(spelling)")
  }

  /// A list of strings or of numbers, from behind its `[`.
  private mutating func equalList() throws(EventPatternProblem) -> Alternative.LeftOut {
    var texts: [[UInt8]] = []
    var spellings: [String] = []
    do throws(EventPatternProblem) {
      reading: while true {
        switch try tokens.nextToken() {
        case .endArray: break reading
        case .string: texts.append(try tokens.string())
        case .number(let spelling):
          guard NumberKey(spelling) != nil else { throw incomparable(spelling) }
          spellings.append(spelling)
        default:
          throw tokens.problem("Inside anything but list, start|null|boolean is not supported.")
        }
      }
    } catch {
      // AWS catches what went wrong in a list and reports it once more.
      throw tokens.problem(around: error)
    }
    guard texts.isEmpty != spellings.isEmpty else {
      throw tokens.problem(
        "Inside anything but list, either all values are number or string, mixed type is not "
          + "supported")
    }
    return texts.isEmpty ? .numbers(spellings) : .strings(texts)
  }

  private mutating func textList(
    _ comparison: Comparison
  ) throws(EventPatternProblem) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    do throws(EventPatternProblem) {
      while case let token = try tokens.nextToken(), token != .endArray {
        texts.append(try text(token, comparison))
      }
    } catch {
      throw tokens.problem(around: error)
    }
    return texts
  }

  private mutating func text(
    _ token: PatternToken?, _ comparison: Comparison
  ) throws(EventPatternProblem) -> [UInt8] {
    guard token == .string else { throw tokens.problem(comparison.typeMessage) }
    let text = try tokens.string()
    if text.isEmpty, comparison == .prefix || comparison == .suffix {
      throw tokens.problem("Null prefix/suffix not allowed")
    }
    return text
  }

  private func compared(
    _ texts: [[UInt8]], _ comparison: Comparison
  ) throws(EventPatternProblem) -> Alternative.LeftOut {
    switch comparison {
    case .prefix: return .prefixes(texts)
    case .suffix: return .suffixes(texts)
    case .equalsIgnoringCase: return .textsIgnoringCase(texts)
    case .wildcard:
      var wildcards: [WildcardText] = []
      for text in texts { wildcards.append(try wildcard(text)) }
      return .wildcards(wildcards)
    }
  }
}

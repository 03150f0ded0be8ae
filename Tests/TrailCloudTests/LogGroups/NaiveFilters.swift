import Foundation
import TrailRecord
import TrailTestSupport

@testable import TrailCloud

/// Filter patterns as values, written out and judged in the plainest way: what the real ones are compared with.
///
/// It works on parsed JSON, never on bytes, and shares no code with the patterns but the JSON parser.
indirect enum NaiveFilter {
  case compare([NaiveStep], String, NaiveOperand)
  case word([NaiveStep], String)
  case all([NaiveFilter])
  case any([NaiveFilter])

  /// As a part of a pattern; brackets stand wherever they are needed, and sometimes where they are not.
  func text(_ random: inout SeededGenerator) -> String {
    let space = ["", " ", "  "]
    func gap() -> String { space[Int(random.next() % 3)] }
    switch self {
    case .compare(let path, let sign, let operand):
      let text = NaiveStep.text(path) + gap() + sign + gap() + operand.text
      return random.next() % 3 == 0 ? "(" + gap() + text + gap() + ")" : text
    case .word(let path, let words): return "\(NaiveStep.text(path)) \(words)"
    case .all(let parts):
      return parts.map { part in
        if case .any = part { return "(" + part.text(&random) + ")" }
        return part.text(&random)
      }.joined(separator: " && ")
    case .any(let parts):
      return parts.map { $0.text(&random) }.joined(separator: gap() + "||" + gap())
    }
  }

  func matches(_ event: JSONValue) -> Bool {
    switch self {
    case .all(let parts): parts.allSatisfy { $0.matches(event) }
    case .any(let parts): parts.contains { $0.matches(event) }
    case .word(let path, let words):
      switch words {
      case "NOT EXISTS": NaiveStep.values(path, event).isEmpty
      case "IS NULL": NaiveStep.values(path, event).contains(.null)
      case "IS TRUE": NaiveStep.values(path, event).contains(.bool(true))
      default: NaiveStep.values(path, event).contains(.bool(false))
      }
    case .compare(let path, let sign, let operand):
      NaiveStep.values(path, event).contains { value in
        guard let text = Self.text(of: value) else { return false }
        return operand.compares(text, sign)
      }
    }
  }

  /// What a value is compared as; nil for null, objects and arrays.
  private static func text(of value: JSONValue) -> String? {
    switch value {
    case .string: value.text
    case .number(let spelling): spelling
    case .bool(let truth): truth ? "true" : "false"
    case .null, .object, .array: nil
    }
  }
}

enum NaiveStep {
  case name(String)
  case index(Int)
  case anyMember, anyElement

  static func text(_ path: [NaiveStep]) -> String {
    path.reduce("$") { text, step in
      switch step {
      case .name(let name):
        text
          + (name.contains(where: { !$0.isASCII || !$0.isLetter && $0 != "-" })
            ? "['\(name)']" : ".\(name)")
      case .index(let index): text + "[\(index)]"
      case .anyMember: text + ".*"
      case .anyElement: text + "[*]"
      }
    }
  }

  static func values(_ path: [NaiveStep], _ event: JSONValue) -> [JSONValue] {
    path.reduce([event]) { values, step in
      values.flatMap { value -> [JSONValue] in
        switch (step, value) {
        case (.name(let name), .object(let members)):
          members.filter { $0.nameText == name }.map(\.value)
        case (.index(let index), .array(let elements)):
          elements.indices.contains(index) ? [elements[index]] : []
        case (.anyMember, .object(let members)): members.map(\.value)
        case (.anyElement, .array(let elements)): elements
        default: []
        }
      }
    }
  }
}

enum NaiveOperand {
  case quoted(String)
  case bare(String)
  case regex(String)

  var text: String {
    switch self {
    case .quoted(let text): "\"" + text.replacingOccurrences(of: "\"", with: "\\\"") + "\""
    case .bare(let text): text
    case .regex(let text): "%\(text)%"
    }
  }

  func compares(_ value: String, _ sign: String) -> Bool {
    switch self {
    case .regex(let regex):
      let isFound = value.range(of: regex, options: .regularExpression) != nil
      return isFound == (sign == "=")
    case .quoted(let pattern): return Self.like(pattern, value) == (sign == "=")
    case .bare(let pattern):
      guard let wanted = Decimal(string: pattern), Self.isNumber(pattern) else {
        return Self.like(pattern, value) == (sign == "=")
      }
      guard Self.isNumber(value), let number = Decimal(string: value) else { return sign == "!=" }
      switch sign {
      case "=": return number == wanted
      case "!=": return number != wanted
      case "<": return number < wanted
      case "<=": return number <= wanted
      case ">": return number > wanted
      default: return number >= wanted
      }
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
  }

  /// Whether a text is a pattern's with its stars filled in; by trying everything.
  static func like(_ pattern: String, _ text: String) -> Bool {
    func like(_ pattern: Substring, _ text: Substring) -> Bool {
      guard let first = pattern.first else { return text.isEmpty }
      if first == "*" {
        return (0...text.count).contains { like(pattern.dropFirst(), text.dropFirst($0)) }
      }
      return text.first == first && like(pattern.dropFirst(), text.dropFirst())
    }
    return like(pattern[...], text[...])
  }
}

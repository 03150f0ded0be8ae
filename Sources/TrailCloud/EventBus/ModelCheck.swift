internal import TrailRecord

/// Checks parameters against AWS's model of an API, and says what is wrong in AWS's words: all of it in one message.
struct ModelCheck {
  private var problems: [String] = []

  /// Which characters a text may have, and how AWS writes that.
  struct Pattern: Sendable {
    var text: String
    var accepts: @Sendable (String) -> Bool

    /// `[\.\-_A-Za-z0-9]+`
    static let name = Pattern(text: #"[\.\-_A-Za-z0-9]+"#) { text in
      !text.isEmpty && text.utf8.allSatisfy { isNameByte($0) }
    }
    /// `[/\.\-_A-Za-z0-9]+`
    static let busName = Pattern(text: #"[/\.\-_A-Za-z0-9]+"#) { text in
      !text.isEmpty && text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") }
    }
    /// A bus's name or ARN.
    static let busNameOrARN = Pattern(
      text: #"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+"#
    ) { text in
      if let bus = BusID(arn: text) { return busName.accepts(bus.name) }
      return busName.accepts(text)
    }
    /// An ARN of EventBridge's.
    static let arn = Pattern(
      text: #"^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:.+\/.+$"#
    ) { text in
      let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "events",
        let slash = parts[5].dropFirst().firstIndex(of: "/")
      else { return false }
      return parts[5].index(after: slash) < parts[5].endIndex
    }
    /// `[a-zA-Z0-9-_]+`
    static let statementID = Pattern(text: "[a-zA-Z0-9-_]+") { text in
      !text.isEmpty && text.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: ".") }
    }
    /// `(\d{12}|\*)`
    static let principal = Pattern(text: #"(\d{12}|\*)"#) { text in
      text == "*" || text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    /// `events:[a-zA-Z]+`
    static let action = Pattern(text: "events:[a-zA-Z]+") { text in
      text.hasPrefix("events:") && text.utf8.count > 7
        && text.utf8.dropFirst(7).allSatisfy { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
      (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
        || ".-_".utf8.contains(byte)
    }
  }

  /// - Parameter member: as AWS writes paths: `targets.1.member.id`.
  mutating func text(
    _ value: String?, _ member: String, lengths: ClosedRange<Int>, pattern: Pattern? = nil
  ) {
    guard let value else { return }
    let count = value.unicodeScalars.count
    if count > lengths.upperBound {
      add(value, member, "Member must have length less than or equal to \(lengths.upperBound)")
    }
    if count < lengths.lowerBound {
      add(value, member, "Member must have length greater than or equal to \(lengths.lowerBound)")
    }
    if let pattern, !pattern.accepts(value) {
      add(value, member, "Member must satisfy regular expression pattern: \(pattern.text)")
    }
  }

  mutating func choice(_ value: String?, _ member: String, of values: [String]) {
    guard let value, !values.contains(value) else { return }
    add(value, member, "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
  }

  mutating func number(_ value: Int?, _ member: String, in range: ClosedRange<Int>) {
    guard let value else { return }
    if value > range.upperBound {
      add("\(value)", member, "Member must have value less than or equal to \(range.upperBound)")
    }
    if value < range.lowerBound {
      add("\(value)", member, "Member must have value greater than or equal to \(range.lowerBound)")
    }
  }

  mutating func count(_ list: JSONValue?, _ member: String, in range: ClosedRange<Int>) {
    guard let list, let count = list.elements?.count ?? list.members?.count else { return }
    let shown = String(decoding: JSONWriter.bytes(list), as: UTF8.self)
    if count > range.upperBound {
      add(shown, member, "Member must have length less than or equal to \(range.upperBound)")
    }
    if count < range.lowerBound {
      add(shown, member, "Member must have length greater than or equal to \(range.lowerBound)")
    }
  }

  mutating func needed(_ value: JSONValue?, _ member: String) {
    if value == nil || value == .null {
      problems.append(
        "Value null at '\(member)' failed to satisfy constraint: Member must not be null")
    }
  }

  private mutating func add(_ value: String, _ member: String, _ constraint: String) {
    problems.append(
      "Value '\(value)' at '\(member)' failed to satisfy constraint: \(constraint)")
  }

  /// - Throws: `ValidationException` where anything was wrong.
  func finish() throws(AWSError) {
    guard !problems.isEmpty else { return }
    let errors = problems.count == 1 ? "error" : "errors"
    throw AWSError(
      "ValidationException",
      "\(problems.count) validation \(errors) detected: " + problems.joined(separator: "; "))
  }
}

internal import TrailRecord

/// An input transformer: paths that take values out of an event, and a text that is filled in with them.
///
/// As AWS fills in: outside quotes a value is JSON (texts get quotes), inside quotes it is bare text, where objects and
/// lists lose their quotes; nothing is escaped inside quotes; a path that finds nothing gives an empty text.
struct InputTemplate: Hashable, Sendable {
  /// Names that AWS defines.
  enum Reserved: String, CaseIterable, Hashable, Sendable {
    case ruleARN = "aws.events.rule-arn"
    case ruleName = "aws.events.rule-name"
    case ingestionTime = "aws.events.event.ingestion-time"
    /// The event without `detail`; its `detail-type` is called `detailType`.
    case event = "aws.events.event"
    case eventJSON = "aws.events.event.json"

    /// Allowed only where the template is a JSON object.
    var isJSON: Bool { self == .event || self == .eventJSON }
  }
  /// Where an event is being filled in.
  struct Context {
    var ruleARN: String
    var ruleName: String
    /// When the bus received the event.
    var time: Int64
  }
  private enum Part: Hashable, Sendable {
    case text(String)
    case path(EventPath, isQuoted: Bool)
    case reserved(Reserved, isQuoted: Bool)
  }
  private var parts: [Part] = []
  let isJSON: Bool

  /// - Throws: AWS's refusal of PutTargets.
  init(_ template: String, paths: [JSONMember], target: String) throws(AWSError) {
    isJSON = template.first { !$0.isWhitespace } == "{"
    var known: [String: EventPath] = [:]
    for member in paths {
      guard let text = member.value.text, let path = EventPath(text) else {
        throw AWSError("ValidationException", "InputPath for target \(target) is invalid.")
      }
      known[member.nameText] = path
    }
    var text = ""
    var isQuoted = false
    var rest = template[...]
    while let character = rest.first {
      if character == "\\" {
        text += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if character == "<", let name = Self.placeholder(rest) {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        rest = rest.dropFirst(name.count + 2)
        parts.append(try part(named: String(name), isQuoted, known, target))
      } else {
        if character == "\"" { isQuoted.toggle() }
        text.append(character)
        rest.removeFirst()
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
  }

  private func part(
    named name: String, _ isQuoted: Bool, _ known: [String: EventPath], _ target: String
  ) throws(AWSError) -> Part {
    if let path = known[name] { return .path(path, isQuoted: isQuoted) }
    guard let reserved = Reserved(rawValue: name) else {
      throw AWSError(
        "ValidationException",
        "InputTemplate for target \(target) contains invalid placeholder \(name).")
    }
    guard isJSON || !reserved.isJSON else {
      throw AWSError(
        "ValidationException",
        "InputTemplate for target \(target) contains placeholder \(name) valid only for JSON template."
      )
    }
    return .reserved(reserved, isQuoted: isQuoted)
  }

  /// The name in `<name>` that a text begins with.
  static func placeholder(_ text: Substring) -> Substring? {
    guard let end = text.firstIndex(of: ">") else { return nil }
    let name = text[text.index(after: text.startIndex)..<end]
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy {
        ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)
          || "._-".utf8.contains($0)
      }
    return isName ? name : nil
  }

  // MARK: Filling in

  /// The template filled in with an event.
  func filled(with event: JSONValue, _ context: Context) -> [UInt8] {
    var output: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let text): output += text.utf8
      case .path(let path, let isQuoted):
        Self.append(path.value(in: event) ?? "", isQuoted, to: &output)
      case .reserved(let name, let isQuoted):
        Self.append(value(of: name, event, context), isQuoted, to: &output)
      }
    }
    return output
  }

  private func value(
    of name: Reserved, _ event: JSONValue, _ context: Context
  ) -> JSONValue {
    switch name {
    case .ruleARN: return .string(context.ruleARN)
    case .ruleName: return .string(context.ruleName)
    case .ingestionTime: return .string(EventTime.format(context.time))
    case .eventJSON: return event
    case .event:
      return .object(
        (event.members ?? []).compactMap { member in
          switch member.nameText {
          case "detail": nil
          case "detail-type": JSONMember("detailType", member.value)
          default: member
          }
        })
    }
  }

  private static func append(_ value: JSONValue, _ isQuoted: Bool, to output: inout [UInt8]) {
    guard isQuoted else { return JSONWriter.append(value, to: &output) }
    switch value {
    case .string(let bytes): output += bytes
    case .array, .object:
      output += JSONWriter.bytes(value).filter { $0 != UInt8(ascii: "\"") }
    case .null, .bool, .number: JSONWriter.append(value, to: &output)
    }
  }
}

internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// Values that stand in a statement for what happened before: `$event` in a script that a rule runs, for the event that
/// the rule was told of, and `$response` anywhere, for AWS's answer to the call that was simulated last.
///
/// `$event.detail.userIdentity.userName` follows members; `[0]` takes an element and `."odd key"` a name of any kind.
/// Values are put in as one value, however they look: an attacker chooses many of them, and what he writes must not
/// become a statement. Within quotes they stay within, elsewhere they get quotes; objects are put in as JSON.
struct ValueBinding {
  /// Nil where no rule runs the statement: the name means nothing there.
  var event: JSONValue?
  /// Nil where nothing was simulated yet.
  var response: JSONValue?

  /// What a value can be taken from.
  private enum Root: String, CaseIterable {
    case event, response
  }

  /// The statement with values in the place of `$event…` and `$response…`.
  ///
  /// - Throws: `Diagnostics` at a path that finds nothing.
  func bound(_ statement: PlacedStatement) throws -> PlacedStatement {
    guard statement.text.utf8.contains(UInt8(ascii: "$")), !Self.asksForHelp(statement.text) else {
      return statement
    }
    let bytes = Array(statement.text.utf8)
    let isQuery = FirstWord(statement.text)?.beginsQuery ?? false
    var scanner = Scanner(bytes: bytes)
    var output: [UInt8] = []
    while scanner.offset < bytes.count {
      if bytes[scanner.offset] == UInt8(ascii: "$"), let root = root(at: scanner.offset, in: bytes),
        let end = scanner.endOfName(after: scanner.offset + 1 + root.rawValue.utf8.count)
      {
        let place = SourceRange(scanner.offset, end.offset)
        let value = try self.value(of: root, at: end.steps, place, in: bytes)
        let isWord =
          (scanner.offset == 0 || bytes[scanner.offset - 1] <= 0x20)
          && (end.offset == bytes.count || bytes[end.offset] <= 0x20)
        output += Self.text(of: value, in: scanner.context, isQuery: isQuery, isWord: isWord)
        scanner.offset = end.offset
      } else {
        output += scanner.step()
      }
    }
    guard output != bytes else { return statement }
    // Places in what was put together are in no file: the statement stands for itself.
    let text = String(decoding: output, as: UTF8.self)
    return PlacedStatement(
      text, source: SourceText(text, name: statement.place + ", with its values"))
  }

  /// Whether a statement is about what names mean: `help $response`.
  private static func asksForHelp(_ text: String) -> Bool {
    FirstWord(text)?.text.lowercased() == "help"
  }

  private func root(at offset: Int, in bytes: [UInt8]) -> Root? {
    Root.allCases.first { root in
      (root != .event || event != nil)
        && bytes[(offset + 1)...].starts(with: root.rawValue.utf8)
    }
  }

  /// A step of a path.
  private enum Step {
    case name([UInt8])
    case index(Int)
  }

  private func value(
    of root: Root, at steps: [Step], _ range: SourceRange, in bytes: [UInt8]
  ) throws -> JSONValue {
    let found = root == .event ? event : response
    guard var value = found else {
      throw Diagnostics(
        Diagnostic(
          "no-value", "no call was simulated yet whose answer `$response` could be", at: range,
          notes: ["for example: simulate iam:CreateAccessKey userName=bob"]))
    }
    for step in steps {
      let next: JSONValue? =
        switch step {
        case .name(let name): value.members?.last { $0.name == name }?.value
        case .index(let index):
          value.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        }
      guard let next else {
        let written = String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self)
        throw Diagnostics(
          Diagnostic(
            "no-value",
            "the \(root == .event ? "event" : "answer") has nothing at `\(written)`", at: range,
            notes: [Self.names(in: value)]))
      }
      value = next
    }
    return value
  }

  /// What could have been written instead.
  private static func names(in value: JSONValue) -> String {
    switch value {
    case .object(let members):
      members.isEmpty
        ? "it is empty"
        : "there is: "
          + members.prefix(12).map { String(decoding: $0.name, as: UTF8.self) }.joined(
            separator: ", ")
    case .array(let elements): "there is a list of \(NumberText.counted(elements.count, "element"))"
    default: "there is a single value"
    }
  }

  // MARK: Writing

  /// Where in a statement a value is put.
  private enum Context: Hashable {
    case bare
    /// Between quotes of this kind.
    case quoted(UInt8)
    /// In brackets, outside and inside JSON's strings.
    case json
    case jsonString
  }

  /// - Parameter isWord: whether the value is a whole word, which would lose JSON's quotes where it had none around it.
  private static func text(
    of value: JSONValue, in context: Context, isQuery: Bool, isWord: Bool
  ) -> [UInt8] {
    let plain: [UInt8] =
      if case .string(let bytes) = value { bytes } else { JSONWriter.bytes(value) }
    switch context {
    case .json: return JSONWriter.bytes(value)
    case .jsonString: return Array(JSONWriter.bytes(.string(plain)).dropFirst().dropLast())
    case .quoted(let mark): return escaped(plain, mark, isQuery: isQuery)
    case .bare:
      switch value {
      case .number, .bool: return plain
      case .object, .array: if !isQuery, !isWord { return plain }
      case .string, .null: break
      }
      let mark = UInt8(ascii: "\"")
      return [mark] + escaped(plain, mark, isQuery: isQuery) + [mark]
    }
  }

  /// The text so that it stays within quotes: sentences know `\n` and `\u{…}`, commands take line ends as they are.
  private static func escaped(_ text: [UInt8], _ mark: UInt8, isQuery: Bool) -> [UInt8] {
    var result: [UInt8] = []
    for byte in text {
      switch byte {
      case mark, UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0..<0x20 where isQuery:
        result += "\\u{\(String(byte, radix: 16))}".utf8
      default: result.append(byte)
      }
    }
    return result
  }

  // MARK: Reading

  /// Walks through a statement, and knows whether it is within quotes or brackets.
  private struct Scanner {
    let bytes: [UInt8]
    var offset = 0
    private var quote: UInt8?
    private var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var context: Context {
      if depth > 0 { return quote == nil ? .json : .jsonString }
      return quote.map { .quoted($0) } ?? .bare
    }

    /// Passes one character, or an escape, and returns it.
    mutating func step() -> ArraySlice<UInt8> {
      let start = offset
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\\"), offset < bytes.count {
        offset += 1
        return bytes[start..<offset]
      }
      if let mark = quote {
        if byte == mark { quote = nil }
        return bytes[start..<offset]
      }
      switch byte {
      case UInt8(ascii: "\""): quote = byte
      case UInt8(ascii: "'") where depth == 0: quote = byte
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      case UInt8(ascii: "#") where start == 0 || bytes[start - 1] <= 0x20:
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      default: break
      }
      return bytes[start..<offset]
    }

    /// The path behind `$event`, and where it ends; nil where the word goes on otherwise (`$events`).
    func endOfName(after start: Int) -> (steps: [Step], offset: Int)? {
      var place = start
      var steps: [Step] = []
      if place < bytes.count, Self.belongsToName(bytes[place]) { return nil }
      while place < bytes.count {
        if bytes[place] == UInt8(ascii: "["),
          let end = bytes[place...].firstIndex(of: UInt8(ascii: "]")),
          let index = Int(String(decoding: bytes[place + 1..<end], as: UTF8.self)), index >= 0
        {
          steps.append(.index(index))
          place = end + 1
        } else if bytes[place] == UInt8(ascii: "."), let name = name(at: place + 1) {
          steps.append(.name(name.text))
          place = name.end
        } else {
          break
        }
      }
      return (steps, place)
    }

    private func name(at start: Int) -> (text: [UInt8], end: Int)? {
      guard start < bytes.count else { return nil }
      if quote != UInt8(ascii: "\""), bytes[start] == UInt8(ascii: "\""),
        let end = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "\""))
      {
        return (Array(bytes[start + 1..<end]), end + 1)
      }
      var end = start
      while end < bytes.count, Self.belongsToName(bytes[end]) { end += 1 }
      return end > start ? (Array(bytes[start..<end]), end) : nil
    }

    private static func belongsToName(_ byte: UInt8) -> Bool {
      (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte >= 0x80
    }
  }
}

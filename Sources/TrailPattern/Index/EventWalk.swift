/// Walks an event's text once, from its first byte to its last, and looks only into what patterns ask about.
///
/// It takes the text for JSON and does not check that it is: of a text that is none, it sees what looks like
/// fields, and it always ends.
struct EventWalk {
  /// A container that is open.
  struct Frame: Sendable {
    var node: Int32
    /// The array's number; -1 for an object.
    var array: Int32
    /// The innermost element around it, or -1.
    var element: Int32
  }

  let bytes: UnsafeBufferPointer<UInt8>
  let base: UnsafePointer<UInt8>
  let end: Int
  var offset = 0

  /// Nil for an empty text.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return nil }
    self.bytes = bytes
    self.base = base
    end = bytes.count
  }

  /// Collects the fields' values and tells the tests that they pass. False where the text is no object.
  mutating func run(_ tables: IndexTables, _ state: inout MatchState) -> Bool {
    skipSpace()
    guard offset < end, base[offset] == UInt8(ascii: "{") else { return false }
    offset &+= 1
    state.frames.append(Frame(node: 0, array: -1, element: -1))
    while let frame = state.frames.last {
      skipSpace()
      guard offset < end else { return false }
      let byte = base[offset]
      switch byte {
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        offset &+= 1
        state.frames.removeLast()
      case UInt8(ascii: ","), UInt8(ascii: ":"): offset &+= 1
      default:
        if frame.array >= 0 {
          value(frame.node, frame, tables, &state)
        } else {
          guard byte == UInt8(ascii: "\"") else { return false }
          member(frame, tables, &state)
        }
      }
    }
    return true
  }

  private mutating func member(_ frame: Frame, _ tables: IndexTables, _ state: inout MatchState) {
    let start = offset &+ 1
    let hasEscape = skipString()
    let node: Int32
    if hasEscape {
      resolve(start, offset &- 1, &state.text)
      node = state.text.withUnsafeBufferPointer { tables.child(of: frame.node, named: $0) }
    } else {
      let name = UnsafeBufferPointer(start: base + start, count: max(0, offset &- 1 &- start))
      node = tables.child(of: frame.node, named: name)
    }
    skipSpace()
    if offset < end, base[offset] == UInt8(ascii: ":") { offset &+= 1 }
    skipSpace()
    guard offset < end else { return }
    if node < 0 { skipValue() } else { value(node, frame, tables, &state) }
  }

  /// Reads or opens the value that begins here.
  private mutating func value(
    _ node: Int32, _ frame: Frame, _ tables: IndexTables, _ state: inout MatchState
  ) {
    let byte = base[offset]
    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
      guard byte == UInt8(ascii: "[") || tables.hasChildren[Int(node)] else {
        skipValue()
        return
      }
      var element = frame.element
      if frame.array >= 0 {
        element = state.addElement(
          ArrayElement(array: Int(frame.array), parent: Int(frame.element), node: Int(node)))
      }
      offset &+= 1
      var array: Int32 = -1
      if byte == UInt8(ascii: "[") {
        array = state.arrays
        state.arrays &+= 1
      }
      state.frames.append(Frame(node: node, array: array, element: element))
      return
    }
    guard let field = tables.fields[Int(node)] else {
      skipValue()
      return
    }
    field._withUnsafeGuaranteedRef { scalar(byte, node, frame.element, $0, &state) }
  }

  private mutating func scalar(
    _ byte: UInt8, _ node: Int32, _ element: Int32, _ field: FieldIndex, _ state: inout MatchState
  ) {
    let start = offset
    switch byte {
    case UInt8(ascii: "\""):
      let hasEscape = skipString()
      let (from, to) = (start &+ 1, max(start &+ 1, offset &- 1))
      state.add(
        MatchState.Seen(
          node: node, element: element, start: from, end: to, kind: hasEscape ? .escapedText : .text
        ))
      guard hasEscape else {
        field.match(text: UnsafeBufferPointer(start: base + from, count: to &- from)) {
          state.tell($0)
        }
        return
      }
      var text: [UInt8] = []
      swap(&text, &state.text)
      resolve(from, to, &text)
      text.withUnsafeBufferPointer { field.match(text: $0) { state.tell($0) } }
      swap(&text, &state.text)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      skipValue()
      let kind: MatchState.Seen.Kind =
        byte == UInt8(ascii: "t") ? .yes : byte == UInt8(ascii: "f") ? .no : .null
      state.add(
        MatchState.Seen(node: node, element: element, start: start, end: offset, kind: kind))
      field.match(kind == .yes ? .yes : kind == .no ? .no : .null) { state.tell($0) }
    default:
      skipValue()
      state.add(
        MatchState.Seen(node: node, element: element, start: start, end: offset, kind: .number))
      field.match(number: UnsafeBufferPointer(start: base + start, count: offset &- start)) {
        state.tell($0)
      }
    }
  }

  /// A value that was seen, with its escapes resolved.
  func value(of seen: MatchState.Seen) -> FieldValue {
    switch seen.kind {
    case .text: return .string(Array(bytes[seen.start..<seen.end]))
    case .escapedText:
      var text: [UInt8] = []
      resolve(seen.start, seen.end, &text)
      return .string(text)
    case .number: return .number(String(decoding: bytes[seen.start..<seen.end], as: UTF8.self))
    case .yes: return .bool(true)
    case .no: return .bool(false)
    case .null: return .null
    }
  }
}

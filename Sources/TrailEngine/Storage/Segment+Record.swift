import Glibc
import TrailRecord

// A record rebuilt from its structure and its values.

extension Segment {
  /// Appends the record's JSON text: keys in their order, numbers as they were spelled, no white space.
  ///
  /// - Complexity: O(values of the record · log entries of a sparse column).
  package func appendRecord(row: Int, to output: inout [UInt8]) {
    let keys = computedColumns.value(.init(.keyTexts)) { KeyTexts(paths) }
    var writer = RecordWriter(segment: self, keys: keys, row: row)
    writer.appendNode(shapes.root(ofRow: row), to: &output)
  }
}

private struct RecordWriter {
  let segment: Segment
  let keys: KeyTexts
  let row: Int
  /// For paths with several entries in this row: the entries not yet written.
  private var remaining: [PathID: Range<Int>] = [:]
  private let buffer = TextBuffer.make()

  init(segment: Segment, keys: KeyTexts, row: Int) {
    self.segment = segment
    self.keys = keys
    self.row = row
  }

  /// One object or array that is being written.
  private struct Level {
    let tokens: NodeTokens
    var index = 1
    var isObject: Bool { tokens[0] == ShapeToken.object }
  }

  /// Writes a node with a stack of its own: records nest deeper than some threads' stacks reach.
  mutating func appendNode(_ root: UInt32, to output: inout [UInt8]) {
    var levels: [Level] = []
    open(root, &levels, to: &output)
    while var level = levels.popLast() {
      if level.index == level.tokens.count {
        output.append(level.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        continue
      }
      if level.index > 1 { output.append(UInt8(ascii: ",")) }
      let token = level.tokens[level.index]
      let path = PathID(token >> ShapeToken.pathShift)
      level.index += 1
      if level.isObject { output.append(contentsOf: keys.text(of: path)) }
      if token & ShapeToken.kindMask == ShapeToken.node {
        let node = level.tokens[level.index]
        level.index += 1
        levels.append(level)
        open(node, &levels, to: &output)
      } else {
        appendValue(token & ShapeToken.kindMask, path, to: &output)
        levels.append(level)
      }
    }
  }

  private func open(_ node: UInt32, _ levels: inout [Level], to output: inout [UInt8]) {
    let level = Level(tokens: segment.shapes.tokens(ofNode: node))
    output.append(level.isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
    levels.append(level)
  }

  private mutating func appendValue(_ kind: UInt32, _ path: PathID, to output: inout [UInt8]) {
    switch kind {
    case ShapeToken.null: output.append(contentsOf: "null".utf8)
    case ShapeToken.emptyObject: output.append(contentsOf: "{}".utf8)
    case ShapeToken.emptyArray: output.append(contentsOf: "[]".utf8)
    case ShapeToken.identifier:
      output.append(UInt8(ascii: "\""))
      segment.identifiers(path)?.identifier(at: row)?.append(to: &output)
      output.append(UInt8(ascii: "\""))
    case ShapeToken.eventTime:
      output.append(UInt8(ascii: "\""))
      EventTime.append(segment.times[row], to: &output)
      output.append(UInt8(ascii: "\""))
    default: appendLeaf(path, to: &output)
    }
  }

  private mutating func appendLeaf(_ path: PathID, to output: inout [UInt8]) {
    guard let field = segment.field(path) else { return }
    let column = field.column
    let entries =
      column.isMultiValued
      ? remaining[path] ?? column.entries(at: row) : column.entries(at: row)
    // Only what was read from a damaged file can have fewer values than its structure says.
    guard let entry = entries.first else { return }
    if column.isMultiValued { remaining[path] = entries.dropFirst() }
    let code = column.codes[entry]
    let bytes = field.bytes(ofCode: code, in: buffer)
    if field.kind(ofCode: code) == .text {
      JSONText.appendString(bytes, to: &output)
    } else {
      output.append(contentsOf: bytes)
    }
  }
}

/// Each path's key as a record spells it, with quotes and colon.
private struct KeyTexts: Sendable {
  private let bytes: Slab<UInt8>
  private let starts: Slab<UInt32>

  init(_ paths: PathTable) {
    var bytes: [UInt8] = []
    var starts: [UInt32] = [0]
    for index in 0..<paths.count {
      switch paths.step(of: PathID(UInt32(index))) {
      case .key(var key): key.withUTF8 { JSONText.appendString($0, to: &bytes) }
      case .unnameableKey(let key):
        key.withUnsafeBufferPointer { JSONText.appendString($0, to: &bytes) }
      case .element: break
      }
      bytes.append(UInt8(ascii: ":"))
      starts.append(UInt32(bytes.count))
    }
    self.bytes = Slab(bytes)
    self.starts = Slab(starts)
  }

  func text(of path: PathID) -> UnsafeBufferPointer<UInt8> {
    let start = Int(starts[Int(path.rawValue)])
    return UnsafeBufferPointer(
      start: bytes.base + start, count: Int(starts[Int(path.rawValue) + 1]) - start)
  }
}

/// Writing of JSON strings.
package enum JSONText {
  /// Appends `bytes` (WTF-8) as a JSON string in quotes.
  ///
  /// Only what JSON demands is escaped; a lone surrogate, which UTF-8 cannot hold, goes out as `\uXXXX`.
  package static func appendString(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var start = 0
    var index = 0
    let count = bytes.count
    while index < count {
      if index &+ 8 <= count, let base = bytes.baseAddress,
        !mayNeedEscape(UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
      {
        index &+= 8
        continue
      }
      let byte = bytes[index]
      if byte >= 0x20 && byte != 0x22 && byte != 0x5C && byte != 0xED {
        index &+= 1
        continue
      }
      if byte == 0xED {
        if index + 2 < count, bytes[index + 1] >= 0xA0 {
          output.append(contentsOf: bytes[start..<index])
          let unit =
            0xD000 | UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F)
          appendEscape(unit, to: &output)
          index += 3
          start = index
        } else {
          index += 1
        }
        continue
      }
      output.append(contentsOf: bytes[start..<index])
      switch byte {
      case 0x22: output.append(contentsOf: [0x5C, 0x22])
      case 0x5C: output.append(contentsOf: [0x5C, 0x5C])
      case 0x0A: output.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: output.append(contentsOf: [0x5C, 0x72])
      case 0x09: output.append(contentsOf: [0x5C, 0x74])
      default: appendEscape(UInt32(byte), to: &output)
      }
      index += 1
      start = index
    }
    output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<count]))
    output.append(UInt8(ascii: "\""))
  }

  /// Appends what is JSON already.
  package static func append(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { output.append(contentsOf: $0) }
  }

  /// Appends `text` as a JSON string in quotes.
  package static func appendString(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { appendString($0, to: &output) }
  }

  /// True if one of eight bytes is a quote, a backslash, a control character, or 0xED (a surrogate may follow).
  @inline(__always)
  private static func mayNeedEscape(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }
    let quotes = zeros(word ^ (ones &* 0x22))
    let backslashes = zeros(word ^ (ones &* 0x5C))
    let controls = (word &- ones &* 0x20) & ~word & highs
    return quotes | backslashes | controls | zeros(word ^ (ones &* 0xED)) != 0
  }

  private static func appendEscape(_ unit: UInt32, to output: inout [UInt8]) {
    output.append(contentsOf: [0x5C, 0x75])
    for shift in [UInt32(12), 8, 4, 0] {
      let digit = UInt8((unit >> shift) & 15)
      output.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
    }
  }
}

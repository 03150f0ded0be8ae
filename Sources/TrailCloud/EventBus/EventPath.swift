internal import TrailRecord

/// A JSON path as EventBridge takes it for targets: `$`, `$.detail.items[0].name`, `$.detail.list[*].id`.
///
/// Dots alone, numbers and `*` in brackets; names in brackets are refused (measured on AWS: `InputPath for target X is
/// invalid.`).
struct EventPath: Hashable, Sendable {
  private enum Step: Hashable, Sendable {
    case name([UInt8])
    case index(Int)
    /// All members or elements.
    case all
  }
  private var steps: [Step] = []

  /// Nil where it is no path.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.first == UInt8(ascii: "$") else { return nil }
    var offset = 1
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: ".") {
        offset += 1
        let start = offset
        while offset < bytes.count, Self.belongsToName(bytes[offset]) { offset += 1 }
        if offset == start {
          guard offset < bytes.count, bytes[offset] == UInt8(ascii: "*") else { return nil }
          offset += 1
          steps.append(.all)
        } else {
          steps.append(.name(Array(bytes[start..<offset])))
        }
      } else if bytes[offset] == UInt8(ascii: "["),
        let end = bytes[offset...].firstIndex(of: UInt8(ascii: "]"))
      {
        let inner = String(decoding: bytes[offset + 1..<end], as: UTF8.self)
        if inner == "*" {
          steps.append(.all)
        } else if let index = Int(inner), index >= 0 {
          steps.append(.index(index))
        } else {
          return nil
        }
        offset = end + 1
      } else {
        return nil
      }
    }
  }

  /// Letters, digits and whatever else JSON names have in events, but what paths are written with.
  private static func belongsToName(_ byte: UInt8) -> Bool {
    byte > 0x20 && !".[]*$'\"<>{}()".utf8.contains(byte)
  }

  /// What it finds; a path with `*` finds a list.
  func value(in event: JSONValue) -> JSONValue? {
    var found = [event]
    var isList = false
    for step in steps {
      switch step {
      case .name(let name):
        found = found.compactMap { value in
          // Of members that repeat, the last counts, as everywhere in EventBridge.
          value.members?.last { $0.name == name }?.value
        }
      case .index(let index):
        found = found.compactMap { value in
          value.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        }
      case .all:
        isList = true
        found = found.flatMap { $0.elements ?? $0.members?.map(\.value) ?? [] }
      }
    }
    return isList ? (found.isEmpty ? nil : .array(found)) : found.first
  }
}

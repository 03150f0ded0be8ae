/// Finds many texts inside a string in one pass (Aho and Corasick's automaton).
struct PieceAutomaton: Sendable {
  /// A table of all steps is made where it has no more entries than this.
  private static let largestTable = 1 << 19

  private var edges = ByteEdges()
  /// From the root, by byte: most bytes of a string stay there.
  private var rootTargets = [Int32](repeating: 0, count: 256)
  /// By node: where to go on when no edge fits.
  private var fallbacks: [Int32] = [0]
  /// By node: the number of the text that ends there, or -1.
  private var values: [Int32] = [-1]
  /// By node: this node if a text ends there, else the nearest such one on the way of fallbacks, or 0.
  private var outputs: [Int32] = [0]
  /// By byte: which column of the table it has; bytes of no text share the first.
  private var columns = [UInt8](repeating: 0, count: 256)
  private var columnCount = 1
  /// By node and column, where the next node's row begins, times two, and one more where a text ends there; empty
  /// where it would be too large.
  private var table: [UInt32] = []

  var isEmpty: Bool { values.count == 1 }

  /// Texts are not empty and differ. O(total length), or of the table.
  init(_ texts: [(key: [UInt8], value: Int32)]) {
    var order: [(node: Int32, parent: Int32, byte: UInt8)] = []
    var depths: [Int] = [0]
    for (text, number) in texts {
      var node: Int32 = 0
      for byte in text {
        var next = target(node, byte)
        if next < 0 {
          next = Int32(values.count)
          values.append(-1)
          depths.append(depths[Int(node)] + 1)
          order.append((next, node, byte))
          if node == 0 { rootTargets[Int(byte)] = next } else { edges.insert(node, byte, next) }
        }
        node = next
      }
      values[Int(node)] = number
    }
    fallbacks = Array(repeating: 0, count: values.count)
    outputs = values.indices.map { values[$0] >= 0 ? Int32($0) : 0 }
    order.sort { (depths[Int($0.node)], $0.node) < (depths[Int($1.node)], $1.node) }
    for (node, parent, byte) in order where parent != 0 {
      let fallback = step(fallbacks[Int(parent)], byte)
      fallbacks[Int(node)] = fallback
      if values[Int(node)] < 0 { outputs[Int(node)] = outputs[Int(fallback)] }
    }
    makeTable(Set(texts.lazy.map(\.key).joined()))
  }

  private mutating func makeTable(_ bytes: Set<UInt8>) {
    for byte in bytes.sorted() where columnCount <= Int(UInt8.max) {
      columns[Int(byte)] = UInt8(columnCount)
      columnCount += 1
    }
    guard values.count * columnCount <= Self.largestTable, columnCount <= Int(UInt8.max) else {
      return
    }
    table = Array(repeating: 0, count: values.count * columnCount)
    for byte in UInt8.min...UInt8.max where columns[Int(byte)] > 0 {
      for node in values.indices {
        let next = Int(step(Int32(node), byte))
        table[node * columnCount + Int(columns[Int(byte)])] =
          UInt32(next * columnCount) << 1 | (outputs[next] != 0 ? 1 : 0)
      }
    }
  }

  /// Calls `found` with the number of each text in `value`, as often as it stands there. O(length + calls).
  @inline(__always)
  func forEachMatch(in value: UnsafeBufferPointer<UInt8>, _ found: (Int32) -> Void) {
    guard table.isEmpty else { return walkTable(value, found) }
    var node: Int32 = 0
    for byte in value {
      node = step(node, byte)
      if outputs[Int(node)] != 0 { tell(outputs[Int(node)], found) }
    }
  }

  @inline(__always)
  private func walkTable(_ value: UnsafeBufferPointer<UInt8>, _ found: (Int32) -> Void) {
    table.withUnsafeBufferPointer { table in
      columns.withUnsafeBufferPointer { columns in
        var row: UInt32 = 0
        for byte in value {
          let entry = table[Int(row) &+ Int(columns[Int(byte)])]
          row = entry >> 1
          if entry & 1 != 0 { tell(outputs[Int(row) / columnCount], found) }
        }
      }
    }
  }

  private func tell(_ node: Int32, _ found: (Int32) -> Void) {
    var end = node
    while end != 0 {
      found(values[Int(end)])
      end = outputs[Int(fallbacks[Int(end)])]
    }
  }

  @inline(__always)
  private func target(_ node: Int32, _ byte: UInt8) -> Int32 {
    guard node == 0 else { return edges.target(of: node, byte) }
    let target = rootTargets[Int(byte)]
    return target == 0 ? -1 : target
  }

  @inline(__always)
  private func step(_ node: Int32, _ byte: UInt8) -> Int32 {
    var node = node
    while node != 0 {
      let target = edges.target(of: node, byte)
      if target >= 0 { return target }
      node = fallbacks[Int(node)]
    }
    return rootTargets[Int(byte)]
  }
}

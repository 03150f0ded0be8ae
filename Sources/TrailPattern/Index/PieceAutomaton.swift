/// Finds many texts inside a string in one pass (Aho and Corasick's automaton).
struct PieceAutomaton: Sendable {
  private var edges = ByteEdges()
  /// From the root, by byte: most bytes of a string stay there.
  private var rootTargets = [Int32](repeating: 0, count: 256)
  /// By node: where to go on when no edge fits.
  private var fallbacks: [Int32] = [0]
  /// By node: the number of the text that ends there, or -1.
  private var values: [Int32] = [-1]
  /// By node: the nearest node on the way of fallbacks at which a text ends, or 0.
  private var outputs: [Int32] = [0]

  var isEmpty: Bool { values.count == 1 }

  init() {}

  /// Texts are not empty and differ. O(total length).
  init(_ texts: [[UInt8]]) {
    var order: [(node: Int32, parent: Int32, byte: UInt8)] = []
    var depths: [Int] = [0]
    for (number, text) in texts.enumerated() {
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
      values[Int(node)] = Int32(number)
    }
    fallbacks = Array(repeating: 0, count: values.count)
    outputs = Array(repeating: 0, count: values.count)
    order.sort { (depths[Int($0.node)], $0.node) < (depths[Int($1.node)], $1.node) }
    for (node, parent, byte) in order where parent != 0 {
      let fallback = step(fallbacks[Int(parent)], byte)
      fallbacks[Int(node)] = fallback
      outputs[Int(node)] = values[Int(fallback)] >= 0 ? fallback : outputs[Int(fallback)]
    }
  }

  /// Calls `found` with the number of each text in `value`, as often as it stands there. O(length + calls).
  @inline(__always)
  func forEachMatch(in value: UnsafeBufferPointer<UInt8>, _ found: (Int32) -> Void) {
    var node: Int32 = 0
    for byte in value {
      node = step(node, byte)
      guard node != 0 else { continue }
      var end = values[Int(node)] >= 0 ? node : outputs[Int(node)]
      while end != 0 {
        found(values[Int(end)])
        end = outputs[Int(end)]
      }
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

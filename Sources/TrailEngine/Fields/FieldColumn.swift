/// One field in one segment: a column and the dictionary that its values are in.
///
/// A field that is a single stored path uses the segment's own; any other is worked out once and kept with
/// the segment.
package struct FieldColumn: Sendable {
  package let column: Column
  package let dictionary: ValueDictionary

  @inline(__always)
  package func bytes(
    ofCode code: UInt32, in buffer: TextBuffer
  ) -> UnsafeBufferPointer<UInt8> {
    dictionary.bytes(of: column.value(ofCode: code), in: buffer)
  }

  /// Bytes of a code's text.
  @inline(__always)
  func byteCount(ofCode code: UInt32) -> Int {
    dictionary.byteCount(of: column.value(ofCode: code))
  }

  @inline(__always)
  package func kind(ofCode code: UInt32) -> ValueKind {
    dictionary.kind(of: column.value(ofCode: code))
  }
}

/// The stored paths of a field's key sequences.
package struct FieldPaths: Sendable {
  /// The paths of exactly these keys.
  package let exact: Set<PathID>
  /// Those, and all below them.
  package let leaves: [PathID]

  init(_ sequences: [[String]], in table: PathTable) {
    exact = Set(sequences.flatMap { table.paths(keys: $0) })
    guard !exact.isEmpty else {
      leaves = []
      return
    }
    let open = sequences.filter { !Self.meansItselfOnly($0, among: sequences) }
    let roots = Set(open.flatMap { table.paths(keys: $0) })
    guard roots.contains(where: { table.hasDescendants($0) }) else {
      leaves = exact.sorted()
      return
    }
    // A path is numbered after its parent, so one pass finds all descendants.
    var isBelow = [Bool](repeating: false, count: table.count)
    var found: [PathID] = []
    for index in 0..<table.count {
      let path = PathID(UInt32(index))
      let isInside =
        roots.contains(path) || index > 0 && isBelow[Int(table.parent(of: path).rawValue)]
      isBelow[index] = isInside
      if isInside || exact.contains(path) { found.append(path) }
    }
    leaves = found
  }

  /// True for keys that stand beside longer ones below them, as `resources` beside `resources.ARN`: then they are read
  /// where they are values themselves, and what else is below them is no value of the field.
  static func meansItselfOnly(_ keys: [String], among sequences: [[String]]) -> Bool {
    sequences.contains { $0.count > keys.count && $0.starts(with: keys) }
  }
}

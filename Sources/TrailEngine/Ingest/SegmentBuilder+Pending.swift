/// A value of the record that is being walked, before it has its number.
struct PendingLeaf: BitwiseCopyable {
  let base: UnsafePointer<UInt8>
  let hash: UInt64
  let count: UInt32
  /// Its place in `leaves`.
  let leaf: UInt32
  let path: UInt32
  let kind: ValueKind

  init(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, hash: UInt64, path: UInt32,
    leaf: Int
  ) {
    self.base = base
    self.hash = hash
    self.count = UInt32(truncatingIfNeeded: count)
    self.leaf = UInt32(truncatingIfNeeded: leaf)
    self.path = path
    self.kind = kind
  }
}

extension SegmentBuilder {
  /// Notes the value that a path had last.
  ///
  /// - Parameter isInText: The value is what stands in the record's text.
  @inline(__always)
  mutating func noteLast(
    _ value: (number: UInt32, start: UInt32), of path: UInt32, _ count: Int, _ kind: ValueKind,
    hash: UInt64, isInText: Bool
  ) {
    var last = PathInterner.LastValue()
    last.number = value.number &+ 1
    last.start = value.start
    last.count = UInt32(truncatingIfNeeded: count)
    last.kind = kind
    if isInText {
      if kind != .text {
        last.writing = .bare
      } else if paths.nodes[Int(path)].role == .value {
        last.writing = .quoted
      }
    }
    last.hash = hash
    paths.setLast(last, of: path)
  }

  /// Puts a value of the record's text off until the record is over.
  ///
  /// The table and the texts of a segment's values are larger than the processor's near memory, and a search in them
  /// waits for the far one twice. So each search is made in three steps, between which others make theirs: its slot is
  /// fetched, then the text that the slot means, and then they are read.
  @inline(__always)
  mutating func putOff(_ leaf: PendingLeaf) {
    values.fetchSlot(ofHash: leaf.hash)
    pending.append(leaf)
    let earlier = pending.count &- 1 &- Self.slotsUnderWay
    if earlier >= 0 { values.fetchText(ofHash: pending.base[earlier].hash) }
  }

  /// Values whose slots are being fetched.
  private static let slotsUnderWay = 4

  /// Gives the values of a whole record their numbers, and returns that of its root, whose tokens are on the stack.
  mutating func numberRecord() -> UInt32 {
    let rootHash = ShapeInterner.hash(tokens.base, tokens.count)
    shapes.fetchSlot(ofHash: rootHash)
    let count = pending.count
    for index in max(0, count &- Self.slotsUnderWay)..<count {
      values.fetchText(ofHash: pending.base[index].hash)
    }
    let half = count / 2
    for index in 0..<half { number(pending.base[index]) }
    shapes.fetchTokens(ofHash: rootHash, tokens.count)
    for index in half..<count { number(pending.base[index]) }
    pending.truncate(to: 0)
    rememberObjects()
    return shapes.number(tokens.base, tokens.count, hash: rootHash)
  }

  @inline(__always)
  private mutating func number(_ leaf: PendingLeaf) {
    let value = values.place(
      leaf.base, Int(leaf.count), leaf.kind, hash: leaf.hash, isPadded: true)
    leaves[Int(leaf.leaf)] = value.number
    noteLast(value, of: leaf.path, Int(leaf.count), leaf.kind, hash: leaf.hash, isInText: true)
  }

  private mutating func rememberObjects() {
    for index in 0..<walkedObjects.count {
      let walked = walkedObjects[index]
      objects.remember(
        walked.hash, walked.path, walked.text, Int(walked.textCount),
        leaves: leaves.base + Int(walked.firstLeaf), Int(walked.leafCount), walked.outcome)
    }
    walkedObjects.truncate(to: 0)
  }
}

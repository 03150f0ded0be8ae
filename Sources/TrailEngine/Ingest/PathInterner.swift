import Glibc

/// The paths of a segment that is being built.
///
/// Records of one kind repeat their keys in the same order, so each path remembers which path came next: the
/// guess is right nearly always and costs one comparison of bytes instead of a hash.
struct PathInterner: ~Copyable {
  struct Node {
    var parent: UInt32
    /// Where the key's bytes lie; an element of an array has no key.
    var keyStart: UInt32
    var keyCount: Int32
    var firstChild: UInt32 = PathInterner.none
    var nextSibling: UInt32 = PathInterner.none
    /// The one that followed before `nextSibling` did.
    var otherSibling: UInt32 = PathInterner.none
    /// A hash of the path's steps that is the same in every session.
    var hash: UInt64
    /// How values at this path are stored.
    var role: Role
    /// What a member of the record itself tells of it.
    var marks: RecordMarks = []
    /// True if JSON writes the key as it is.
    var isPlainKey = false
    /// The value that was seen here last: many columns repeat it.
    var last = LastValue()
  }

  /// A value that a path had last, with all that a record needs to know of it.
  struct LastValue: BitwiseCopyable {
    /// Its number plus one; 0 where there was none.
    var number: UInt32 = 0
    /// Where its bytes lie in the builder's values.
    var start: UInt32 = 0
    var count: UInt32 = 0
    var kind = ValueKind.text
    var writing = Writing.any
    var hash: UInt64 = 0
  }

  /// How JSON writes a value, as far as that can be compared as it stands.
  enum Writing: UInt8 {
    /// In more than one way; or at its path texts have another meaning.
    case any
    /// A text, as it is, between quotes.
    case quoted
    /// A number, true or false.
    case bare
  }

  /// The objects or arrays that a path had last.
  struct LastShapes: BitwiseCopyable {
    /// The last structure, as the builder numbers them; `none` where there was none.
    var node = PathInterner.none
    /// Another that came before it.
    var other = PathInterner.none
    /// How often one may still be looked for among those remembered (`RememberedObjects`) before one is found; once
    /// that is used up, how often it was not looked for since, below zero.
    private var credit = newTry

    /// False where objects are repeated too seldom to be worth looking for. That is tried again now and then.
    @inline(__always)
    mutating func mayBeRepeated() -> Bool {
      if credit > 0 { return true }
      credit &-= 1
      if credit < -Self.pause { credit = Self.newTry }
      return false
    }

    /// Notes whether an object was found among those remembered. One in five keeps the credit.
    @inline(__always)
    mutating func note(wasRepeated: Bool) {
      credit = wasRepeated ? min(credit &+ Self.gain, Self.mostCredit) : credit &- 1
    }
    private static let gain: Int32 = 4
    private static let mostCredit: Int32 = 256
    private static let pause: Int32 = 16_384
    private static let newTry: Int32 = 512
  }

  enum Role: UInt8 {
    case value
    /// requestID and sharedEventID of the record itself.
    case identifier
    case eventID
    case eventTime
  }

  static let none = UInt32.max
  static let root: UInt32 = 0
  private static let elementHash: UInt64 = 0x5B5D_5B5D_5B5D_5B5D

  private(set) var nodes = GrowingBuffer<Node>(capacity: 2_048)
  private(set) var lastShapes = GrowingBuffer<LastShapes>(capacity: 2_048)
  /// The bytes of each key, and behind them what JSON writes behind a key.
  private var keys = GrowingBuffer<UInt8>(capacity: 1 << 15)
  /// The quote and the colon behind a key.
  private static let keyEnd: StaticString = "\":"
  /// (parent, key) → path + 1 by open addressing, for what the guesses miss.
  private var table: UnsafeMutablePointer<UInt32>
  private var mask: Int

  var count: Int { nodes.count }

  init() {
    mask = (1 << 13) - 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    nodes.append(
      Node(parent: Self.root, keyStart: 0, keyCount: -1, hash: 0x1234_5678, role: .value))
    lastShapes.append(LastShapes())
  }

  deinit { table.deallocate() }

  /// The member that came behind `previous` the last time; `previous` is `none` before the first one.
  @inline(__always)
  func guess(of parent: UInt32, after previous: UInt32) -> UInt32 {
    previous == Self.none ? nodes[Int(parent)].firstChild : nodes[Int(previous)].nextSibling
  }

  /// Takes the member that had come behind `previous` before the last one did, if its key stands at `text`, for the
  /// one that came last; else nil.
  @inline(__always)
  mutating func otherGuess(
    after previous: UInt32, at text: UnsafePointer<UInt8>
  ) -> (member: UInt32, keyCount: Int)? {
    if previous == Self.none { return nil }
    let other = nodes[Int(previous)].otherSibling
    guard other != Self.none, let count = writtenKeyCount(of: other, at: text) else { return nil }
    nodes.base[Int(previous)].otherSibling = nodes[Int(previous)].nextSibling
    nodes.base[Int(previous)].nextSibling = other
    return (other, count)
  }

  /// The bytes of a path's key with its closing quote and colon, if they stand at `text`; else nil.
  @inline(__always)
  func writtenKeyCount(of path: UInt32, at text: UnsafePointer<UInt8>) -> Int? {
    let node = nodes.base + Int(path)
    guard node.pointee.isPlainKey else { return nil }
    let count = Int(node.pointee.keyCount) &+ Self.keyEnd.utf8CodeUnitCount
    return startsAlike(keys.base + Int(node.pointee.keyStart), text, count) ? count : nil
  }

  /// The member `key` of the object at `parent`; `previous` is the member before it, or `none`.
  @inline(__always)
  mutating func member(
    of parent: UInt32, after previous: UInt32, _ key: UnsafePointer<UInt8>, _ count: Int
  ) -> UInt32 {
    let guess = guess(of: parent, after: previous)
    if guess != Self.none {
      let node = nodes.base + Int(guess)
      if node.pointee.keyCount == Int32(truncatingIfNeeded: count),
        equalBytes(keys.base + Int(node.pointee.keyStart), key, count)
      {
        return guess
      }
    }
    let path = lookUp(parent, key, count)
    if previous == Self.none {
      nodes.base[Int(parent)].firstChild = path
    } else {
      nodes.base[Int(previous)].otherSibling = guess
      nodes.base[Int(previous)].nextSibling = path
    }
    return path
  }

  /// The path that all elements of the array at `parent` share.
  mutating func element(of parent: UInt32) -> UInt32 {
    let first = nodes[Int(parent)].firstChild
    if first != Self.none && nodes[Int(first)].keyCount < 0 { return first }
    let path = lookUp(parent, keys.base, -1)
    nodes.base[Int(parent)].firstChild = path
    return path
  }

  /// The path one step below `parent`, however it comes to be known.
  mutating func path(below parent: UInt32, _ step: PathStep) -> UInt32 {
    let key: [UInt8]
    switch step {
    case .element: return element(of: parent)
    case .key(let text): key = Array(text.utf8)
    case .unnameableKey(let bytes): key = bytes
    }
    // The hash and comparison of keys read whole words.
    return (key + [UInt8](repeating: 0, count: 8)).withUnsafeBufferPointer { padded in
      padded.baseAddress.map { lookUp(parent, $0, key.count) } ?? parent
    }
  }

  private mutating func lookUp(_ parent: UInt32, _ key: UnsafePointer<UInt8>, _ count: Int)
    -> UInt32
  {
    let own = count < 0 ? Self.elementHash : ValueHash.hash(key, count)
    let hash = ValueHash.mix(nodes[Int(parent)].hash, own)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 {
      let path = table[slot] &- 1
      let node = nodes[Int(path)]
      if node.hash == hash, node.parent == parent,
        node.keyCount == Int32(truncatingIfNeeded: count),
        count <= 0 || equalBytes(keys.base + Int(node.keyStart), key, count)
      {
        return path
      }
      slot = (slot &+ 1) & mask
    }
    let path = UInt32(nodes.count)
    let start = UInt32(keys.count)
    if count >= 0 {
      keys.append(key, count)
      keys.append(
        Self.keyEnd.utf8Start, Self.keyEnd.utf8CodeUnitCount, slack: comparedAtOnce)
    }
    let isPlainKey =
      count >= 0
      && UnsafeBufferPointer(start: key, count: count).allSatisfy {
        // No control byte either: the zeros behind a text begin no key.
        $0 >= 0x20 && $0 < 0x80 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
    let (role, marks) = traits(parent, key, count)
    nodes.append(
      Node(
        parent: parent, keyStart: start, keyCount: Int32(truncatingIfNeeded: count), hash: hash,
        role: role, marks: marks, isPlainKey: isPlainKey))
    lastShapes.append(LastShapes())
    table[slot] = path + 1
    if nodes.count * 2 > mask { rehash() }
    return path
  }

  private mutating func rehash() {
    table.deallocate()
    mask = mask * 2 + 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    for path in 1..<nodes.count {
      var slot = Int(truncatingIfNeeded: nodes[path].hash) & mask
      while table[slot] != 0 { slot = (slot &+ 1) & mask }
      table[slot] = UInt32(path + 1)
    }
  }

  /// What a key means in a record itself (facts §1.1).
  private func traits(
    _ parent: UInt32, _ key: UnsafePointer<UInt8>, _ count: Int
  ) -> (Role, RecordMarks) {
    guard parent == Self.root, count > 0 else { return (.value, []) }
    let name = String(decoding: UnsafeBufferPointer(start: key, count: count), as: UTF8.self)
    let marks = RecordMarks.of(name)
    switch name {
    case "eventID": return (.eventID, marks)
    case "requestID", "sharedEventID": return (.identifier, marks)
    case "eventTime": return (.eventTime, marks)
    default: return (.value, marks)
    }
  }

  /// A path as its parent's number and the step from there.
  struct Step: Sendable {
    var parent: Int
    var step: PathStep
  }

  /// All paths behind the root, each after its parent.
  var steps: [Step] {
    (1..<count).map { Step(parent: Int(nodes[$0].parent), step: step(of: UInt32($0))) }
  }

  /// The step that leads from the parent to this path.
  func step(of path: UInt32) -> PathStep {
    let node = nodes[Int(path)]
    if node.keyCount < 0 { return .element }
    let bytes = UnsafeBufferPointer(
      start: UnsafePointer(keys.base + Int(node.keyStart)), count: Int(node.keyCount))
    if let key = String(validating: bytes, as: UTF8.self) { return .key(key) }
    return .unnameableKey(Array(bytes))
  }

  /// Forgets the values and structures seen last; the paths stay, since the next segment will have the same.
  mutating func forgetValues() {
    for path in 0..<count {
      nodes.base[path].last = LastValue()
      lastShapes[path] = LastShapes()
    }
  }

  @inline(__always)
  mutating func setLast(_ value: LastValue, of path: UInt32) {
    nodes.base[Int(path)].last = value
  }
}

import Glibc

/// Objects and arrays of a segment's records as they stand in the text, each with what the walk through it came to.
///
/// The calls of one session repeat who made them, key by key and value by value, and connections are of a few kinds.
/// Such an object is found again by its first bytes, compared as a whole, and not walked. What came last is remembered:
/// a newer one takes the slot of an older one, and the ring's oldest bytes.
struct RememberedObjects: ~Copyable {
  /// What the walk through an object came to.
  struct Outcome: BitwiseCopyable {
    /// The number of its structure.
    var node: UInt32
    /// What its values add to the hash of the record's content.
    var contentHash: UInt64
  }

  /// An object that was found again.
  struct Found {
    let outcome: Outcome
    let textCount: Int
    /// The numbers of its values.
    let leaves: UnsafePointer<UInt32>
    let leafCount: Int
  }

  private struct Slot: BitwiseCopyable {
    var hash: UInt64
    /// Where in the ring, counted from its first byte ever, the numbers of the values begin, and its text behind them.
    var position: UInt64
    var outcome: Outcome
    var path: UInt32
    /// 0 where the slot is free.
    var textCount: UInt32
    var leafCount: UInt32
  }

  /// Bytes by which an object is looked for; a shorter one is looked for by what follows it, too. So many tell one who
  /// calls, and mostly the session, from others.
  static let hashedBytes = 128
  /// A longer one is rarely repeated.
  private static let mostTextBytes = 4_096
  private static let mostLeaves = 256

  private static let slotCount = 1 << 12
  /// Few enough to be mostly in the processor's near memory.
  private static let ringBytes = 1 << 20
  private static let alignment = 8

  private let slots = LargeMemory.allocateZeros(Slot.self, capacity: slotCount)
  private let ring = LargeMemory.allocate(UInt8.self, capacity: ringBytes + comparedAtOnce)
  /// Bytes that were ever written into the ring.
  private(set) var head: UInt64 = 0

  deinit {
    LargeMemory.release(slots, capacity: Self.slotCount)
    LargeMemory.release(ring, capacity: Self.ringBytes + comparedAtOnce)
  }

  /// The hash of an object's path and first bytes; `hashedBytes` must be readable.
  @inline(__always)
  static func hash(_ path: UInt32, _ text: UnsafePointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawPointer(text)
    var hash = UInt64(path)
    var offset = 0
    // No multiplication waits for another.
    while offset < hashedBytes {
      hash &+= ValueHash.mix(
        raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) &+ UInt64(offset),
        raw.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
      offset &+= 16
    }
    return hash ^ hash &>> 32
  }

  /// The object that begins at `text`, of which `available` bytes are there and `comparedAtOnce` more are readable.
  @inline(__always)
  func find(
    _ hash: UInt64, _ path: UInt32, _ text: UnsafePointer<UInt8>, available: Int
  ) -> Found? {
    let slot = slots + Int(truncatingIfNeeded: hash) & (Self.slotCount &- 1)
    let count = Int(slot.pointee.textCount)
    guard slot.pointee.hash == hash, slot.pointee.path == path, count > 0, count <= available,
      head &- slot.pointee.position <= UInt64(Self.ringBytes)
    else { return nil }
    let leafCount = Int(slot.pointee.leafCount)
    let start = ring + Int(truncatingIfNeeded: slot.pointee.position) & (Self.ringBytes &- 1)
    guard startsAlike(start + leafCount &* MemoryLayout<UInt32>.stride, text, count) else {
      return nil
    }
    return Found(
      outcome: slot.pointee.outcome, textCount: count,
      leaves: UnsafeRawPointer(start).assumingMemoryBound(to: UInt32.self), leafCount: leafCount)
  }

  /// Remembers an object if it is not too large.
  mutating func remember(
    _ hash: UInt64, _ path: UInt32, _ text: UnsafePointer<UInt8>, _ textCount: Int,
    leaves: UnsafePointer<UInt32>, _ leafCount: Int, _ outcome: Outcome
  ) {
    guard textCount <= Self.mostTextBytes, leafCount <= Self.mostLeaves else { return }
    let leafBytes = leafCount * MemoryLayout<UInt32>.stride
    let needed = (leafBytes + textCount + Self.alignment - 1) & ~(Self.alignment - 1)
    var place = Int(truncatingIfNeeded: head) & (Self.ringBytes - 1)
    if place + needed > Self.ringBytes {
      head += UInt64(Self.ringBytes - place)
      place = 0
    }
    memcpy(ring + place, leaves, leafBytes)
    memcpy(ring + place + leafBytes, text, textCount)
    slots[Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)] = Slot(
      hash: hash, position: head, outcome: outcome, path: path, textCount: UInt32(textCount),
      leafCount: UInt32(leafCount))
    head += UInt64(needed)
  }

  /// Forgets all, because a new segment numbers its values and structures anew.
  mutating func reset() {
    memset(slots, 0, Self.slotCount * MemoryLayout<Slot>.stride)
  }
}

/// An object of the record that is being walked, before its values have their numbers.
struct WalkedObject: BitwiseCopyable {
  let hash: UInt64
  let text: UnsafePointer<UInt8>
  let outcome: RememberedObjects.Outcome
  let path: UInt32
  let textCount: UInt32
  /// Its values among those of the record.
  let firstLeaf: UInt32
  let leafCount: UInt32
}

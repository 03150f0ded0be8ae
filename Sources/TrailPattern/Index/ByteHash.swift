/// Hashes of byte strings, the same in every run.
enum ByteHash {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// O(count), eight bytes at a time.
  @inline(__always)
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var state = (seed ^ UInt64(truncatingIfNeeded: bytes.count)) &* multiplier
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return state }
    let count = bytes.count
    if count >= 8 {
      var offset = 0
      while offset &+ 8 <= count {
        state = mixed(state, base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset &+= 8
      }
      // The last eight bytes overlap what was read before.
      if offset < count {
        state = mixed(state, base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
      }
    } else if count >= 4 {
      let low = UInt64(base.loadUnaligned(as: UInt32.self))
      let high = UInt64(base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
      state = mixed(state, high << 32 | low)
    } else if count > 0 {
      let low = UInt64(bytes[0]) | UInt64(bytes[count / 2]) << 8
      state = mixed(state, low | UInt64(bytes[count &- 1]) << 16)
    }
    return state ^ state >> 29
  }

  @inline(__always)
  private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word) &* multiplier
    return product ^ product >> 32
  }

  /// True where the bytes are those of `other`.
  @inline(__always)
  static func isEqual(
    _ bytes: UnsafeBufferPointer<UInt8>, _ other: UnsafePointer<UInt8>
  ) -> Bool {
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return true }
    let raw = UnsafeRawPointer(other)
    let count = bytes.count
    guard count >= 8 else {
      for offset in 0..<count where bytes[offset] != other[offset] { return false }
      return true
    }
    var offset = 0
    while offset &+ 8 <= count {
      if base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset &+= 8
    }
    return base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      == raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
  }
}

/// Byte strings, each with a number of its own: built once, looked up often.
///
/// Keys may stand in groups (`scope`), so that one table serves all objects of a tree.
struct ByteTable: Sendable {
  private struct Entry {
    var hash: UInt64
    var scope: Int32
    var offset: Int32
    var count: Int32
    var value: Int32
  }

  /// Indexes of entries, or -1; a power of two of them, at most half of them used.
  private var slots: [Int32] = []
  private var entries: [Entry] = []
  private var bytes: [UInt8] = []

  var isEmpty: Bool { entries.isEmpty }

  init() {}

  /// Later keys that are equal replace nothing: keys must differ.
  init(_ keys: some Collection<(scope: Int32, key: [UInt8], value: Int32)>) {
    var capacity = 4
    while capacity < 2 * keys.count { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
    for (scope, key, value) in keys {
      let hash = key.withUnsafeBufferPointer {
        ByteHash.hash($0, seed: UInt64(truncatingIfNeeded: scope))
      }
      entries.append(
        Entry(
          hash: hash, scope: scope, offset: Int32(bytes.count), count: Int32(key.count),
          value: value))
      bytes += key
      var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = Int32(entries.count - 1)
    }
  }

  /// The key's number, or -1. O(length of the key).
  @inline(__always)
  func value(of key: UnsafeBufferPointer<UInt8>, scope: Int32 = 0) -> Int32 {
    guard !entries.isEmpty else { return -1 }
    let hash = ByteHash.hash(key, seed: UInt64(truncatingIfNeeded: scope))
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while case let index = slots[slot], index >= 0 {
      let entry = entries[Int(index)]
      if entry.hash == hash, entry.scope == scope, Int(entry.count) == key.count,
        isEqual(key, at: Int(entry.offset))
      {
        return entry.value
      }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  @inline(__always)
  private func isEqual(_ key: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    bytes.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return key.isEmpty }
      return ByteHash.isEqual(key, base + offset)
    }
  }
}

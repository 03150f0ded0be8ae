import CVectors
import Glibc

/// An array over raw memory that only grows: what the walker writes to, without checks in the way.
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private(set) var capacity: Int

  init(capacity: Int) {
    self.capacity = max(16, capacity)
    base = LargeMemory.allocate(Element.self, capacity: self.capacity)
  }

  deinit { LargeMemory.release(base, capacity: capacity) }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    base[count] = element
    count &+= 1
  }

  /// Appends `length` elements and leaves `slack` further ones writable.
  @inline(__always)
  mutating func append(_ source: UnsafePointer<Element>, _ length: Int, slack: Int = 0) {
    reserve(length &+ slack)
    memcpy(base + count, source, length &* MemoryLayout<Element>.stride)
    count &+= length
  }

  /// Makes room for so many further elements.
  @inline(__always)
  mutating func reserve(_ room: Int) {
    if count &+ room > capacity { grow(to: count + room) }
  }

  /// So many elements were written behind the last one, in room that was made.
  @inline(__always)
  mutating func advance(by length: Int) { count &+= length }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }

  mutating func truncate(to newCount: Int) { count = newCount }

  private static var largeBytes: Range<Int> { (1 << 20)..<(1 << 27) }

  private mutating func grow(to needed: Int) {
    // Large memory is taken page by page as it is written, so that few copies cost nothing; but what is larger yet may
    // be refused.
    let bytes = capacity * MemoryLayout<Element>.stride
    let factor = Self.largeBytes.contains(bytes) ? 4 : 2
    let newCapacity = max(needed, capacity * factor)
    let newBase = LargeMemory.allocate(Element.self, capacity: newCapacity)
    memcpy(newBase, base, count * MemoryLayout<Element>.stride)
    LargeMemory.release(base, capacity: capacity)
    base = newBase
    capacity = newCapacity
  }
}

extension GrowingBuffer<UInt8> {
  /// Appends `length` bytes and leaves `slack` further ones writable.
  ///
  /// - Parameter isPadded: 32 bytes are readable behind them. Few are then copied with some of these: a call
  ///   costs more.
  @inline(__always)
  mutating func append(
    _ source: UnsafePointer<UInt8>, _ length: Int, slack: Int, isPadded: Bool
  ) {
    if isPadded, length <= comparedAtOnce, slack >= comparedAtOnce {
      reserve(length &+ slack)
      CVectorsCopy32(base + count, source)
      advance(by: length)
    } else {
      append(source, length, slack: slack)
    }
  }
}

/// True if the first `count` bytes are equal; seven bytes behind them must be readable on both sides.
///
/// Most comparisons are of short keys and values, for which a call of `memcmp` costs more than the work.
@inline(__always)
func equalBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  let first = UnsafeRawPointer(a)
  let second = UnsafeRawPointer(b)
  var offset = 0
  while offset &+ 8 <= count {
    if first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      != second.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    {
      return false
    }
    offset &+= 8
  }
  if offset == count { return true }
  let difference =
    first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    ^ second.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  return difference &<< UInt64((8 &- (count &- offset)) &* 8) == 0
}

/// Bytes that `startsAlike` reads, however few it compares.
let comparedAtOnce = 32

/// True if the first `count` bytes are equal; 31 bytes behind them must be readable on both sides.
///
/// 32 bytes are compared at once: what is looked at is mostly shorter, and of any length, so that a loop by words would
/// end where nobody foresees it. The last 32 of more are compared with those before them that they have in common.
@inline(__always)
func startsAlike(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  let different = CVectorsDifferent(a, b)
  // Twice, since a shift by all bits would be none.
  if count < comparedAtOnce {
    return (different &<< UInt32(truncatingIfNeeded: comparedAtOnce &- 1 &- count)) &<< 1 == 0
  }
  if different != 0 { return false }
  let last = count &- comparedAtOnce
  var offset = comparedAtOnce
  while offset < last {
    if CVectorsDifferent(a + offset, b + offset) != 0 { return false }
    offset &+= comparedAtOnce
  }
  return CVectorsDifferent(a + last, b + last) == 0
}

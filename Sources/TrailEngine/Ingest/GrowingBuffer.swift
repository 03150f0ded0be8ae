import Glibc

/// An array over raw memory that only grows: what the walker writes to, without checks in the way.
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private(set) var capacity: Int

  init(capacity: Int) {
    self.capacity = max(16, capacity)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    base[count] = element
    count &+= 1
  }

  /// Appends `length` elements and leaves `slack` further ones writable.
  @inline(__always)
  mutating func append(_ source: UnsafePointer<Element>, _ length: Int, slack: Int = 0) {
    if count &+ length &+ slack > capacity { grow(to: count + length + slack) }
    memcpy(base + count, source, length &* MemoryLayout<Element>.stride)
    count &+= length
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }

  mutating func truncate(to newCount: Int) { count = newCount }

  private mutating func grow(to needed: Int) {
    let newCapacity = max(needed, capacity * 2)
    let newBase = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
    memcpy(newBase, base, count * MemoryLayout<Element>.stride)
    base.deallocate()
    base = newBase
    capacity = newCapacity
  }
}

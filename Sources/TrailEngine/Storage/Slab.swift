import Glibc

/// A fixed array whose memory an owner keeps alive: a heap allocation today, a part of a mapped file when a
/// segment is opened from disk.
///
/// `@unchecked Sendable`: the memory is written only while it is being built, before the slab exists, and never
/// after, so any number of threads may read it.
package struct Slab<Element: BitwiseCopyable>: @unchecked Sendable {
  private let owner: AnyObject?
  package let base: UnsafePointer<Element>
  package let count: Int

  /// Memory of another owner, which must outlive nothing but this slab.
  init(owner: AnyObject, base: UnsafePointer<Element>, count: Int) {
    self.owner = owner
    self.base = base
    self.count = count
  }

  /// Fills new memory of `count` elements, which starts out uninitialised.
  ///
  /// `padding` further elements are readable behind the end, so that a kernel may load whole vectors.
  init(count: Int, padding: Int = 0, _ fill: (UnsafeMutablePointer<Element>) -> Void) {
    let memory = HeapMemory<Element>(count: count + padding)
    fill(memory.base)
    if padding > 0 {
      memset(memory.base + count, 0, padding * MemoryLayout<Element>.stride)
    }
    self.init(owner: memory, base: UnsafePointer(memory.base), count: count)
  }

  init(_ elements: [Element], padding: Int = 0) {
    self.init(count: elements.count, padding: padding) { base in
      elements.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { base.update(from: start, count: source.count) }
      }
    }
  }

  @inline(__always)
  package subscript(index: Int) -> Element {
    assert(index >= 0 && index < count)
    return base[index]
  }

  package var buffer: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: count)
  }
  package var byteCount: Int { count * MemoryLayout<Element>.stride }
}

private final class HeapMemory<Element: BitwiseCopyable> {
  let base: UnsafeMutablePointer<Element>

  init(count: Int) { base = .allocate(capacity: max(1, count)) }
  deinit { base.deallocate() }
}

extension Slab {
  /// The first index in `range` whose element is not less than `value`, in a sorted slab.
  ///
  /// - Complexity: O(log n).
  package func lowerBound(of value: Element, in range: Range<Int>) -> Int
  where Element: Comparable {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if base[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

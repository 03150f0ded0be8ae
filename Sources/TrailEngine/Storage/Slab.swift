import Glibc

/// A fixed array whose memory an owner keeps alive: a heap allocation today, a part of a mapped file when a
/// segment is opened from disk.
///
/// `@unchecked Sendable`: the memory is written only while it is being built, before the slab exists, and never
/// after, so any number of threads may read it.
package struct Slab<Element: BitwiseCopyable>: @unchecked Sendable {
  /// What keeps the memory alive.
  let memory: AnyObject
  package let base: UnsafePointer<Element>
  package let count: Int

  /// Memory of another owner, which must outlive nothing but this slab.
  init(owner: AnyObject, base: UnsafePointer<Element>, count: Int) {
    memory = owner
    self.base = base
    self.count = count
  }

  /// Fills new memory of `count` elements, which starts out uninitialised.
  ///
  /// `padding` further elements are readable behind the end, so that a kernel may load whole vectors.
  init(count: Int, padding: Int = 0, _ fill: (UnsafeMutablePointer<Element>) -> Void) {
    let memory = HeapMemory<Element>.create(count: count + padding)
    let base = memory.base
    fill(base)
    if padding > 0 { memset(base + count, 0, padding * MemoryLayout<Element>.stride) }
    self.init(owner: memory, base: UnsafePointer(base), count: count)
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

/// Elements behind the object's own header: a segment has tens of thousands of these, most of them small.
private final class HeapMemory<Element: BitwiseCopyable>: ManagedBuffer<Void, Element> {
  static func create(count: Int) -> ManagedBuffer<Void, Element> {
    create(minimumCapacity: max(1, count)) { _ in }
  }
}

extension ManagedBuffer where Element: BitwiseCopyable {
  fileprivate var base: UnsafeMutablePointer<Element> { withUnsafeMutablePointerToElements { $0 } }
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

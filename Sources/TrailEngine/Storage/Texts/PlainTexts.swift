/// The texts of values as they are, one buffer in value order: of a segment that lies in a workspace, or of values that
/// were worked out.
final class PlainTexts: Sendable {
  /// 64 readable bytes follow. Of a kept segment's only what `kept` has read.
  let heap: Slab<UInt8>
  private let kept: KeptHeap?
  /// Where each value begins in `heap`, and where the last one ends.
  let offsets: Slab<UInt32>
  let kinds: Slab<UInt8>

  init(heap: Slab<UInt8>, offsets: Slab<UInt32>, kinds: Slab<UInt8>, kept: KeptHeap?) {
    self.heap = heap
    self.offsets = offsets
    self.kinds = kinds
    self.kept = kept
  }

  var byteCount: Int { heap.byteCount + offsets.byteCount + kinds.byteCount }

  @inline(__always)
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(offsets[index])
    let end = Int(offsets[index + 1])
    if let kept { kept.need(start, end) }
    return UnsafeBufferPointer(start: heap.base + start, count: end - start)
  }

  func run(_ values: Range<Int>) -> TextRun {
    let start = Int(offsets[values.lowerBound])
    let end = Int(offsets[values.upperBound])
    if let kept { kept.need(start, end) }
    return TextRun(
      bytes: UnsafeBufferPointer(start: heap.base + start, count: end - start), values: values,
      starts: offsets, firstPlace: values.lowerBound)
  }
}

/// The texts of neighbouring values, one after the other.
package struct TextRun {
  /// 64 readable bytes follow.
  package let bytes: UnsafeBufferPointer<UInt8>
  private let values: Range<Int>
  /// Where each value begins, counted from somewhere before the run, and where the last one ends.
  private let starts: Slab<UInt32>
  /// The first value's place in `starts`.
  private let firstPlace: Int

  init(
    bytes: UnsafeBufferPointer<UInt8>, values: Range<Int>, starts: Slab<UInt32>, firstPlace: Int
  ) {
    self.bytes = bytes
    self.values = values
    self.starts = starts
    self.firstPlace = firstPlace
  }

  /// The value that the byte at `offset` belongs to, and where it ends.
  ///
  /// - Complexity: O(log values).
  package func value(at offset: Int) -> (value: ValueID, end: Int) {
    let origin = Int(starts[firstPlace])
    // The last value that begins at or before the offset; empty values share a start with their successor.
    let next = starts.lowerBound(
      of: UInt32(origin + offset) + 1, in: firstPlace..<(firstPlace + values.count + 1))
    let value = values.lowerBound + next - 1 - firstPlace
    return (ValueID(UInt32(value)), Int(starts[next]) - origin)
  }
}

/// The texts of values as they are, one buffer in value order: of values that were worked out, or that lie beside their
/// column, and of segments in workspaces of before.
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
      bytes: UnsafeBufferPointer(start: heap.base + start, count: end - start),
      values: .all(from: values.lowerBound, count: values.count), starts: offsets)
  }
}

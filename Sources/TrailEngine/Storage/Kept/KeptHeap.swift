import Glibc
import Synchronization

/// The text of a kept segment's values, which is a third of its bytes: read block by block, as values are asked for.
///
/// Its memory is one range of addresses of the whole text's size, of which the system gives pages only when a block
/// is read into them.
///
/// `@unchecked Sendable`: a block is written once, under the lock and before its mark is set, and only read afterwards.
final class KeptHeap: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt8>
  let byteCount: Int
  private let mappedBytes: Int
  /// A mark for each block that was read.
  private let isRead: UnsafeMutablePointer<Atomic<Bool>>
  private let blockCount: Int
  private let lock = Mutex<Void>(())
  /// Fills the memory of a block; where it is damaged, it says so and leaves zeros.
  private let read: @Sendable (_ block: Int, UnsafeMutableRawBufferPointer) -> Void

  private static let shift = SegmentLayout.heapBlockBytes.trailingZeroBitCount

  /// - Parameter addresses: As `SegmentSource.addresses`.
  /// - Throws: where the system has no addresses left for the text: its segment is left out, and is whole on disk.
  init(
    byteCount: Int, addresses: (Int) -> UnsafeMutableRawPointer?,
    read: @escaping @Sendable (Int, UnsafeMutableRawBufferPointer) -> Void
  ) throws(SegmentDamage) {
    self.byteCount = byteCount
    self.read = read
    blockCount = SegmentLayout.heapBlocks(ofBytes: byteCount)
    mappedBytes = byteCount + PartMemory.padding
    guard let memory = addresses(mappedBytes) else {
      throw SegmentDamage("the system has no memory left for the \(byteCount) bytes of its text")
    }
    _ = madvise(memory, mappedBytes, MADV_HUGEPAGE)
    base = memory.bindMemory(to: UInt8.self, capacity: mappedBytes)
    isRead = .allocate(capacity: max(1, blockCount))
    for block in 0..<blockCount { (isRead + block).initialize(to: Atomic(false)) }
  }

  deinit {
    munmap(base, mappedBytes)
    isRead.deinitialize(count: blockCount)
    isRead.deallocate()
  }

  /// Makes the bytes of a range readable.
  @inline(__always)
  func need(_ start: Int, _ end: Int) {
    if start == end { return }
    for block in (start &>> Self.shift)...((end &- 1) &>> Self.shift)
    where !isRead[block].load(ordering: .acquiring) { readBlock(block) }
  }

  private func readBlock(_ block: Int) {
    lock.withLock { _ in
      if isRead[block].load(ordering: .acquiring) { return }
      let start = block << Self.shift
      let count = min(SegmentLayout.heapBlockBytes, byteCount - start)
      read(block, UnsafeMutableRawBufferPointer(start: base + start, count: count))
      isRead[block].store(true, ordering: .releasing)
    }
  }
}

import Glibc

/// The piece of a text that is in memory, always with `padding` zero bytes behind it.
///
/// A small file is one window; a large one slides through: what has been read is dropped, the rest of a cut
/// record moves to the front, and more is read behind it.
final class TextWindow {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0
  /// The offset in the whole text of the first byte here.
  private(set) var startOffset = 0
  /// True when nothing more will come.
  private(set) var isLast = true

  private let pieceBytes: Int

  /// Zero bytes behind every text that is walked, wherever it lies: reading ahead needs no look at its end.
  static let padding = 64

  /// - Parameter pieceBytes: Bytes that are read at a time.
  init(pieceBytes: Int = IngestLimits.windowBytes) {
    self.pieceBytes = pieceBytes
    capacity = 1 << 20
    base = .allocate(capacity: capacity + Self.padding)
  }

  deinit { base.deallocate() }

  /// Room for `newCount` bytes, for a whole text that the caller writes.
  func makeRoom(_ newCount: Int) {
    if newCount > capacity {
      base.deallocate()
      capacity = newCount
      base = .allocate(capacity: capacity + Self.padding)
    }
  }

  /// The caller has written the whole text.
  func setWhole(count: Int) {
    self.count = count
    startOffset = 0
    isLast = true
    memset(base + count, 0, Self.padding)
  }

  /// Begins a text that comes in pieces.
  func beginPieces(at offset: Int = 0) {
    count = 0
    startOffset = offset
    isLast = false
    memset(base, 0, Self.padding)
  }

  /// Drops the first `consumed` bytes and reads more behind the rest. False if nothing came.
  ///
  /// What is not consumed may fill the window: it then grows.
  func advance(consuming consumed: Int, from source: any ByteSource) -> Bool {
    let rest = count - consumed
    memmove(base, base + consumed, rest)
    startOffset += consumed
    count = rest
    let target = max(pieceBytes, rest * 2)
    if target > capacity {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: target + Self.padding)
      memcpy(larger, base, rest)
      base.deallocate()
      base = larger
      capacity = target
    }
    var added = 0
    while count < target {
      let read = source.read(into: base + count, capacity: target - count)
      if read == 0 {
        isLast = true
        break
      }
      count += read
      added += read
    }
    memset(base + count, 0, Self.padding)
    return added > 0
  }
}

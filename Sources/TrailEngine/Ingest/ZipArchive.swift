import Glibc

/// The entries of a zip file in memory (PKWARE's APPNOTE: stored and deflated entries, zip64 sizes).
struct ZipArchive {
  struct Entry {
    var name: String
    var isDeflated: Bool
    var compressed: Range<Int>
    var inflatedSize: Int
    /// CRC-32 of what was compressed.
    var checksum: UInt32
  }
  private(set) var entries: [Entry] = []
  /// Entries that cannot be read, with the reason.
  private(set) var unreadable: [(name: String, reason: String)] = []
  /// Entries that the directory should have and has not, because it is damaged or not where it should be.
  private(set) var missing = 0

  /// `nil` where `bytes` have no readable directory at their end.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return nil }
    func load16(_ offset: Int) -> Int? {
      offset >= 0 && offset <= bytes.count - 2
        ? Int(base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) : nil
    }
    func load32(_ offset: Int) -> Int? {
      offset >= 0 && offset <= bytes.count - 4
        ? Int(base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) : nil
    }
    func load64(_ offset: Int) -> Int? {
      guard offset >= 0 && offset <= bytes.count - 8 else { return nil }
      return Int(exactly: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    // The end record is 22 bytes and a comment of at most 65,535.
    var end = bytes.count - 22
    let lowest = max(0, end - 65_535)
    while end >= lowest, load32(end) != 0x0605_4B50 { end -= 1 }
    guard end >= lowest, end >= 0, var count = load16(end + 10), var offset = load32(end + 16)
    else {
      return nil
    }
    if offset == 0xFFFF_FFFF || count == 0xFFFF {
      guard load32(end - 20) == 0x0706_4B50, let wide = load64(end - 12),
        load32(wide) == 0x0606_4B50, let wideCount = load64(wide + 32),
        let wideOffset = load64(wide + 48)
      else { return nil }
      (count, offset) = (wideCount, wideOffset)
    }
    missing = max(0, count)
    for _ in 0..<max(0, min(count, bytes.count / 46)) {
      guard load32(offset) == 0x0201_4B50, let flags = load16(offset + 8),
        let method = load16(offset + 10), let checksum = load32(offset + 16),
        var compressedSize = load32(offset + 20),
        var inflatedSize = load32(offset + 24), let nameLength = load16(offset + 28),
        let extraLength = load16(offset + 30), let commentLength = load16(offset + 32),
        var header = load32(offset + 42), offset + 46 + nameLength <= bytes.count
      else { break }
      missing -= 1
      let name = String(
        decoding: UnsafeBufferPointer(rebasing: bytes[(offset + 46)..<(offset + 46 + nameLength)]),
        as: UTF8.self)
      // Sizes beyond 32 bits stand in the extra field, in this order.
      var extra = offset + 46 + nameLength
      let extraEnd = extra + extraLength
      while let id = load16(extra), let length = load16(extra + 2), extra + 4 + length <= extraEnd {
        if id == 1 {
          var field = extra + 4
          if inflatedSize == 0xFFFF_FFFF, let wide = load64(field) {
            inflatedSize = wide
            field += 8
          }
          if compressedSize == 0xFFFF_FFFF, let wide = load64(field) {
            compressedSize = wide
            field += 8
          }
          if header == 0xFFFF_FFFF, let wide = load64(field) { header = wide }
        }
        extra += 4 + length
      }
      offset += 46 + nameLength + extraLength + commentLength
      if name.hasSuffix("/") { continue }
      guard flags & 1 == 0 else {
        unreadable.append((name, "is encrypted"))
        continue
      }
      guard method == 0 || method == 8 else {
        unreadable.append((name, "is compressed by a method other than deflate"))
        continue
      }
      guard load32(header) == 0x0403_4B50, let localName = load16(header + 26),
        let localExtra = load16(header + 28)
      else {
        unreadable.append((name, "has a damaged header"))
        continue
      }
      let start = header + 30 + localName + localExtra
      guard start <= bytes.count, compressedSize <= bytes.count - start else {
        unreadable.append((name, "is cut short"))
        continue
      }
      entries.append(
        Entry(
          name: name, isDeflated: method == 8, compressed: start..<(start + compressedSize),
          inflatedSize: inflatedSize, checksum: UInt32(truncatingIfNeeded: checksum)))
    }
  }
}

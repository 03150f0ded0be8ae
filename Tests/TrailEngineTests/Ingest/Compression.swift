import CZlib

/// Compressed forms of bytes, made by zlib for tests.
enum Compression {
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes, windowBits: 15 + 16) }
  static func raw(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes, windowBits: -15) }

  private static func deflate(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
    var stream = z_stream()
    precondition(
      deflateInit2_(
        &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes + [0]
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    let capacity = output.count
    let produced = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(bytes.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(capacity)
        precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
        return capacity - Int(stream.avail_out)
      }
    }
    return Array(output[..<produced])
  }

  /// A zip archive of these entries; `isDeflated` by entry.
  static func zip(_ entries: [(name: String, bytes: [UInt8], isDeflated: Bool)]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    for (name, bytes, isDeflated) in entries {
      let body = isDeflated ? raw(bytes) : bytes
      let checksum = Int(crc32(0, bytes, UInt32(bytes.count)))
      let common: [UInt8] =
        little(20, 2) + little(0, 2) + little(isDeflated ? 8 : 0, 2) + little(0, 4)
        + little(checksum, 4) + little(body.count, 4) + little(bytes.count, 4)
        + little(name.utf8.count, 2) + little(0, 2)
      directory += little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2)
      directory += little(0, 2) + little(0, 4) + little(archive.count, 4) + Array(name.utf8)
      archive += little(0x0403_4B50, 4) + common + Array(name.utf8) + body
    }
    let start = archive.count
    archive += directory
    archive += little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2)
    archive += little(entries.count, 2) + little(directory.count, 4) + little(start, 4)
    archive += little(0, 2)
    return archive
  }
}

import CDeflate
import CZlib
import Glibc

/// Bytes that come in pieces: a file, or what is inflated from one.
protocol ByteSource: AnyObject {
  /// Reads up to `capacity` bytes; 0 means the end.
  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int
  /// What went wrong before the end, in words for a person; what was read until then is good.
  var damage: String? { get }
}

/// An open file.
final class FileSource: ByteSource {
  private let descriptor: Int32
  private let onRead: ((_ count: Int) -> Void)?
  private(set) var damage: String?

  /// Takes over `descriptor` and closes it.
  ///
  /// - Parameter onRead: Told of the bytes of each read.
  init(descriptor: Int32, onRead: ((_ count: Int) -> Void)? = nil) {
    self.descriptor = descriptor
    self.onRead = onRead
  }

  deinit { close(descriptor) }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    while true {
      let count = Glibc.read(descriptor, base, capacity)
      if count >= 0 {
        onRead?(count)
        return count
      }
      if errno == EINTR { continue }
      damage = "cannot be read further: \(String(cString: strerror(errno)))"
      return 0
    }
  }
}

/// Bytes in memory that another object keeps.
final class MemorySource: ByteSource {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  let damage: String? = nil

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    let count = min(capacity, bytes.count - position)
    if count > 0, let start = bytes.baseAddress { memcpy(base, start + position, count) }
    position += count
    return count
  }
}

/// One source after the other.
final class JoinedSource: ByteSource {
  private let sources: [any ByteSource]
  private var current = 0

  init(_ sources: [any ByteSource]) { self.sources = sources }

  var damage: String? { sources.compactMap(\.damage).first }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    while current < sources.count {
      let count = sources[current].read(into: base, capacity: capacity)
      if count > 0 { return count }
      current += 1
    }
    return 0
  }
}

/// Inflates a gzip file of any number of members, or one raw deflate stream, piece by piece.
///
/// zlib does this and not libdeflate, which inflates only whole buffers: it is for files that are large, cut
/// short or damaged.
final class InflatingSource: ByteSource {
  enum Wrapping {
    case gzip
    case raw

    /// What zlib wants to know: the largest window, and what is around it.
    var windowBits: Int32 { self == .gzip ? 15 + 16 : -15 }
  }
  private let source: any ByteSource
  private let wrapping: Wrapping
  private var stream = z_stream()
  private let input: UnsafeMutablePointer<UInt8>
  private var inflated = 0
  private var isFinished = false
  private var membersRead = 0
  private(set) var ownDamage: String?

  private static let inputBytes = 1 << 18

  init(_ source: any ByteSource, _ wrapping: Wrapping) {
    self.source = source
    self.wrapping = wrapping
    input = .allocate(capacity: Self.inputBytes)
    let status = inflateInit2_(
      &stream, wrapping.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if status != Z_OK {
      ownDamage = "zlib cannot be started"
      isFinished = true
    }
  }

  deinit {
    inflateEnd(&stream)
    input.deallocate()
  }

  var damage: String? { ownDamage ?? source.damage }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    if isFinished { return 0 }
    stream.next_out = base
    stream.avail_out = UInt32(clamping: capacity)
    while stream.avail_out > 0 {
      if stream.avail_in == 0 && !refill() { break }
      let status = inflate(&stream, Z_NO_FLUSH)
      if status == Z_STREAM_END {
        membersRead += 1
        if !beginNextMember() { break }
      } else if status != Z_OK {
        ownDamage =
          "the compressed data is damaged (\(status == Z_DATA_ERROR ? "bad data" : "error \(status)"))"
        isFinished = true
        break
      }
    }
    let produced = min(capacity, Int(UInt32(clamping: capacity))) - Int(stream.avail_out)
    inflated += produced
    if inflated > IngestLimits.inflatedBytesPerFile {
      ownDamage =
        "inflates to more than \(IngestLimits.inflatedBytesPerFile >> 30) GiB; the rest was not read"
      isFinished = true
    }
    return produced
  }

  /// False at the end of the input, which is damage where a member is under way.
  private func refill() -> Bool {
    let count = source.read(into: input, capacity: Self.inputBytes)
    stream.next_in = input
    stream.avail_in = UInt32(count)
    if count > 0 { return true }
    isFinished = true
    if source.damage == nil { ownDamage = "the compressed data ends too early" }
    return false
  }

  /// Another gzip member may follow, behind zeros that fill up a block; anything else is not read, which is said.
  private func beginNextMember() -> Bool {
    isFinished = true
    guard wrapping == .gzip else { return false }
    var zeros = 0
    while stream.avail_in == 0 || stream.next_in[0] == 0 {
      if stream.avail_in > 0 {
        stream.next_in += 1
        stream.avail_in -= 1
        zeros += 1
        continue
      }
      if zeros > IngestLimits.bytesWithoutRecord {
        ownDamage = "nothing but zeros stands behind the compressed data: the rest is not read"
        return false
      }
      let count = source.read(into: input, capacity: Self.inputBytes)
      stream.next_in = input
      stream.avail_in = UInt32(count)
      if count == 0 { return false }
    }
    guard stream.next_in[0] == 0x1F else {
      ownDamage = "what stands behind the compressed data is not read: it is not compressed by gzip"
      return false
    }
    isFinished = false
    return inflateReset(&stream) == Z_OK
  }
}

/// Bytes of another source, and their CRC-32.
final class ChecksumSource: ByteSource {
  private let source: any ByteSource
  private var checksum: UInt32 = 0
  private var isAtEnd = false

  init(_ source: any ByteSource) { self.source = source }

  var damage: String? { source.damage }
  /// Nil where not all of the source was read.
  var checksumOfAll: UInt32? { isAtEnd && damage == nil ? checksum : nil }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    let count = source.read(into: base, capacity: capacity)
    if count == 0 { isAtEnd = true }
    checksum = libdeflate_crc32(checksum, base, count)
    return count
  }
}

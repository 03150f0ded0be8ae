import CDeflate
import CZlib
import Glibc

/// The library that inflates what lies in memory as a whole.
package enum InflatingLibrary: Sendable {
  /// Needs half of zlib's time.
  case libdeflate
  /// What a system without libdeflate would have; chosen only to measure what that would cost.
  case zlib
}

/// A decompressor of whole buffers, which is used again for one after the other.
final class Inflater {
  private enum Decompressor {
    case libdeflate(OpaquePointer?)
    case zlib(WholeStream)
  }
  private let decompressor: Decompressor
  /// Whether something stood behind the members that were inflated last, other than zeros that fill up a block.
  private(set) var hasRest = false

  init(_ library: InflatingLibrary = .libdeflate) {
    decompressor =
      switch library {
      case .libdeflate: .libdeflate(libdeflate_alloc_decompressor())
      case .zlib: .zlib(WholeStream())
      }
  }

  deinit {
    if case .libdeflate(let state) = decompressor { libdeflate_free_decompressor(state) }
  }

  /// Inflates all gzip members of `input` into `output`.
  ///
  /// Returns the bytes written, or `nil` where the data are damaged, cut short or larger than `capacity`: the
  /// piecewise way then finds out which, and saves what can be saved. Of what is no member behind them only `hasRest`
  /// tells.
  func inflateGzip(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> Int? {
    guard let start = input.baseAddress else { return nil }
    var consumed = 0
    var produced = 0
    repeat {
      let rest = UnsafeBufferPointer(rebasing: input[consumed...])
      guard let member = inflateMember(rest, into: output + produced, capacity: capacity - produced)
      else { return nil }
      consumed += member.consumed
      produced += member.produced
    } while consumed + 18 <= input.count && start[consumed] == 0x1F && start[consumed + 1] == 0x8B
    hasRest = input[consumed...].contains { $0 != 0 }
    return produced
  }

  /// Inflates the first gzip member of `input`; `nil` where that cannot be done as a whole.
  private func inflateMember(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> (consumed: Int, produced: Int)? {
    switch decompressor {
    case .libdeflate(let state):
      guard let state else { return nil }
      var consumed = 0
      var produced = 0
      let status = libdeflate_gzip_decompress_ex(
        state, input.baseAddress, input.count, output, capacity, &consumed, &produced)
      return status == LIBDEFLATE_SUCCESS ? (consumed, produced) : nil
    case .zlib(let stream):
      return stream.inflate(input, .gzip, into: output, capacity: capacity)
    }
  }

  /// Inflates one raw deflate stream (a zip entry) of known size.
  func inflateRaw(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, count: Int
  ) -> Bool {
    guard let start = input.baseAddress else { return false }
    switch decompressor {
    case .libdeflate(let state):
      guard let state else { return false }
      return libdeflate_deflate_decompress(state, start, input.count, output, count, nil)
        == LIBDEFLATE_SUCCESS
    case .zlib(let stream):
      return stream.inflate(input, .raw, into: output, capacity: count)?.produced == count
    }
  }

  /// The inflated size that a single-member gzip file states in its last four bytes.
  static func statedSize(_ input: UnsafeBufferPointer<UInt8>) -> Int? {
    guard input.count >= 18, let start = input.baseAddress else { return nil }
    return Int(
      UnsafeRawPointer(start).loadUnaligned(fromByteOffset: input.count - 4, as: UInt32.self))
  }
}

/// zlib's decompressor, for buffers that hold all of a stream and have room for all that it inflates to.
private final class WholeStream {
  private var stream = z_stream()
  private var isReady = false

  init() {
    isReady =
      inflateInit2_(
        &stream, InflatingSource.Wrapping.gzip.windowBits, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { inflateEnd(&stream) }

  func inflate(
    _ input: UnsafeBufferPointer<UInt8>, _ wrapping: InflatingSource.Wrapping,
    into output: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> (consumed: Int, produced: Int)? {
    guard isReady, inflateReset2(&stream, wrapping.windowBits) == Z_OK,
      let inputCount = UInt32(exactly: input.count), let room = UInt32(exactly: capacity)
    else { return nil }
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = inputCount
    stream.next_out = output
    stream.avail_out = room
    guard CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END else { return nil }
    return (input.count - Int(stream.avail_in), capacity - Int(stream.avail_out))
  }
}

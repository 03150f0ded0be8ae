import CDeflate
import Glibc

/// libdeflate's decompressor, which needs half of zlib's time and whole buffers.
final class Inflater {
  private let decompressor: OpaquePointer?

  init() { decompressor = libdeflate_alloc_decompressor() }
  deinit { libdeflate_free_decompressor(decompressor) }

  /// Inflates all gzip members of `input` into `output`.
  ///
  /// Returns the bytes written, or `nil` where the data are damaged, cut short or larger than `capacity`: the
  /// piecewise way then finds out which, and saves what can be saved.
  func inflateGzip(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> Int? {
    guard let decompressor, let start = input.baseAddress else { return nil }
    var consumed = 0
    var produced = 0
    repeat {
      var consumedHere = 0
      var producedHere = 0
      let status = libdeflate_gzip_decompress_ex(
        decompressor, start + consumed, input.count - consumed, output + produced,
        capacity - produced, &consumedHere, &producedHere)
      guard status == LIBDEFLATE_SUCCESS else { return nil }
      consumed += consumedHere
      produced += producedHere
    } while consumed + 18 <= input.count && start[consumed] == 0x1F && start[consumed + 1] == 0x8B
    return produced
  }

  /// Inflates one raw deflate stream (a zip entry) of known size.
  func inflateRaw(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, count: Int
  ) -> Bool {
    guard let decompressor, let start = input.baseAddress else { return false }
    return libdeflate_deflate_decompress(
      decompressor, start, input.count, output, count, nil) == LIBDEFLATE_SUCCESS
  }

  /// The inflated size that a single-member gzip file states in its last four bytes.
  static func statedSize(_ input: UnsafeBufferPointer<UInt8>) -> Int? {
    guard input.count >= 18, let start = input.baseAddress else { return nil }
    return Int(
      UnsafeRawPointer(start).loadUnaligned(fromByteOffset: input.count - 4, as: UInt32.self))
  }
}

internal import CCrypto
internal import CDeflate

/// Hashes of bytes.
package enum Hash {
  /// SHA-256, 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    digest(bytes, EVP_sha256(), size: 32)
  }

  /// MD5, 16 bytes: only for fingerprints, as AWS has them (facts §8.4).
  package static func md5(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_md5(), size: 16) }

  private static func digest(
    _ bytes: [UInt8], _ algorithm: OpaquePointer?, size: Int
  ) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size)
    let done = EVP_Digest(bytes, bytes.count, &result, nil, algorithm, nil)
    precondition(done == 1, "libcrypto cannot hash")
    return result
  }
}

/// Text forms of bytes.
package enum Encoding {
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Lower-case hexadecimal.
  package static func hex(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes { text += [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes that hexadecimal digits stand for; nil for anything else.
  package static func bytes(hex: String) -> [UInt8]? {
    let digits = hex.utf8.map { byte -> UInt8? in
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x57
      case 0x41...0x46: byte - 0x37
      default: nil
      }
    }
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func base64(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for offset in 0..<3 {
        bits = bits << 8 | UInt32(offset < group.count ? group[start + offset] : 0)
      }
      for digit in 0..<4 {
        text.append(
          digit <= group.count
            ? base64Digits[Int(bits >> UInt32(18 - 6 * digit) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  package static func bytes(base64 text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      guard let digit = base64Digits.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(digit)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}

/// Gzip, the same bytes every time.
package enum Gzip {
  /// How much work goes into making it small.
  package enum Effort: Int32, Sendable {
    case least = 1
    case usual = 6
  }

  package static func compress(_ bytes: [UInt8], effort: Effort = .usual) -> [UInt8] {
    guard let compressor = libdeflate_alloc_compressor(effort.rawValue) else {
      preconditionFailure("no memory to compress with")
    }
    defer { libdeflate_free_compressor(compressor) }
    let bound = libdeflate_gzip_compress_bound(compressor, bytes.count)
    var output = [UInt8](repeating: 0, count: bound)
    let count = libdeflate_gzip_compress(
      compressor, bytes, bytes.count, &output, output.count)
    output.removeLast(bound - count)
    return output
  }

  /// The largest file that is unpacked, in bytes: AWS's are at most 50 MB.
  private static let largest = 1 << 30

  /// What was compressed; nil where this is no whole gzip file.
  package static func decompress(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 18, bytes[0] == 0x1F, bytes[1] == 0x8B else { return nil }
    guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
    defer { libdeflate_free_decompressor(decompressor) }
    // The last four bytes tell the size.
    let size = bytes.suffix(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard size <= largest else { return nil }
    var output = [UInt8](repeating: 0, count: max(size, 1))
    var count = 0
    let result = libdeflate_gzip_decompress(
      decompressor, bytes, bytes.count, &output, output.count, &count)
    guard result == LIBDEFLATE_SUCCESS else { return nil }
    output.removeLast(output.count - count)
    return output
  }
}

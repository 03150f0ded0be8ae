/// The one source of everything that looks random: ids, keys, addresses, file names.
///
/// SplitMix64 from the world's seed. What needs many ids of its own takes a branch, so that an id more in one
/// part of the world does not change those of all others.
package struct IdentifierSource: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A source of its own for something with a name, whatever else was drawn before.
  package static func branch(seed: UInt64, name: String) -> IdentifierSource {
    // FNV-1a, because Swift's hashes differ from run to run.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return IdentifierSource(seed: seed ^ hash)
  }
}

extension IdentifierSource {
  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
  private static let base36 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
  private static let base62 = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// The length of a UUID's text.
  static let uuidBytes = 36

  /// A random UUID in lower case.
  package mutating func uuid() -> String {
    unsafe String(unsafeUninitializedCapacity: Self.uuidBytes) { unsafe putUUID(in: $0) }
  }

  /// Writes a random UUID in lower case; returns its length.
  mutating func putUUID(in bytes: UnsafeMutableBufferPointer<UInt8>) -> Int {
    let high = (next() & ~0xF000) | 0x4000
    let low = (next() & ~(UInt64(3) << 62)) | (UInt64(2) << 62)
    var place = 0
    for digit in 0..<32 {
      if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
        unsafe bytes[place] = UInt8(ascii: "-")
        place += 1
      }
      let word = digit < 16 ? high : low
      let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15))) & 15
      unsafe bytes[place] = value < 10 ? value + 0x30 : value + 0x57
      place += 1
    }
    return place
  }

  /// Lower-case hexadecimal digits, as in `i-0abc…`.
  package mutating func hex(_ count: Int) -> String { text(count, of: Self.hexDigits) }

  /// An id of IAM's: a prefix that tells the kind (`AKIA`, `ASIA`, `AIDA`, `AROA`, …), then capitals and digits.
  package mutating func iamID(_ prefix: String, count: Int = 16) -> String {
    prefix + text(count, of: Self.base32)
  }

  /// Sixteen capitals and digits, as S3's request ids are.
  package mutating func s3RequestID() -> String { text(16, of: Self.base36) }

  /// Letters and digits, as in the names of log files.
  package mutating func letters(_ count: Int) -> String { text(count, of: Self.base62) }

  private mutating func text(_ count: Int, of alphabet: [UInt8]) -> String {
    unsafe String(unsafeUninitializedCapacity: count) { bytes in
      var bits: UInt64 = 0
      for index in 0..<count {
        if index & 7 == 0 { bits = next() }
        unsafe bytes[index] = alphabet[(Int(bits & 0xFF) * alphabet.count) >> 8]
        bits >>= 8
      }
      return count
    }
  }
}

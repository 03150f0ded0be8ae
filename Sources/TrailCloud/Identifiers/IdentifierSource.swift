/// The one source of everything that looks random: ids, keys, addresses, file names.
///
/// SplitMix64 from the world's seed. What needs many ids of its own takes a branch, so that an id more in one
/// part of the world does not change those of all others.
package struct IdentifierSource: RandomNumberGenerator, Sendable {
  private var state: UInt64
  /// What was drawn since somebody began to watch.
  private var trace: [Draw]?

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    trace?.append(Draw(kind: .number, text: ""))
    return step()
  }

  private static let stride: UInt64 = 0x9E37_79B9_7F4A_7C15

  private mutating func step() -> UInt64 {
    state &+= Self.stride
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
  /// A random UUID in lower case.
  package mutating func uuid() -> String { drawn(.uuid) }

  /// Lower-case hexadecimal digits, as in `i-0abc…`.
  package mutating func hex(_ count: Int) -> String { drawn(.text(count, .hexadecimal)) }

  /// An id of IAM's: a prefix that tells the kind (`AKIA`, `ASIA`, `AIDA`, `AROA`, …), then capitals and digits.
  package mutating func iamID(_ prefix: String, count: Int = 16) -> String {
    prefix + drawn(.text(count, .base32))
  }

  /// Sixteen capitals and digits, as S3's request ids are.
  package mutating func s3RequestID() -> String { drawn(.text(16, .base36)) }

  /// Letters and digits, as in the names of log files.
  package mutating func letters(_ count: Int) -> String { drawn(.text(count, .base62)) }

  private mutating func drawn(_ kind: Draw.Kind) -> String {
    var bytes: [UInt8] = []
    append(kind, to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    trace?.append(Draw(kind: kind, text: text))
    return text
  }
}

// MARK: - What is drawn

extension IdentifierSource {
  /// Something that was drawn, and how.
  struct Draw: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
      case uuid
      case text(Int, Alphabet)
      /// A number, whatever is made of it.
      case number
    }
    enum Alphabet: Hashable, Sendable {
      case hexadecimal, base32, base36, base62
    }
    var kind: Kind
    var text: String
  }

  /// Begins to note what is drawn.
  mutating func beginTrace() { trace = [] }

  /// How much has been drawn since.
  var drawCount: Int { trace?.count ?? 0 }

  /// What was drawn since; ends it.
  mutating func endTrace() -> [Draw] {
    defer { trace = nil }
    return trace ?? []
  }

  /// Draws a text. Nobody's trace has it.
  mutating func append(_ kind: Draw.Kind, to bytes: inout [UInt8]) {
    switch kind {
    case .uuid: appendUUID(to: &bytes)
    case .text(let count, let alphabet):
      switch alphabet {
      case .hexadecimal: append(count, of: Self.hexDigits, to: &bytes)
      case .base32: append(count, of: Self.base32, to: &bytes)
      case .base36: append(count, of: Self.base36, to: &bytes)
      case .base62: append(count, of: Self.base62, to: &bytes)
      }
    case .number: _ = step()
    }
  }

  /// Draws a text that nobody wants to see.
  ///
  /// - Complexity: O(1).
  mutating func skip(_ kind: Draw.Kind) {
    let steps: Int =
      switch kind {
      case .uuid: 2
      case .text(let count, _): (count + Self.lettersPerStep - 1) / Self.lettersPerStep
      case .number: 1
      }
    state &+= Self.stride &* UInt64(steps)
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
  private static let base36 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
  private static let base62 = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  /// A step gives eight bytes, and each makes a letter.
  private static let lettersPerStep = 8
  /// The length of a UUID's text.
  static let uuidBytes = 36

  private mutating func appendUUID(to bytes: inout [UInt8]) {
    let high = (step() & ~0xF000) | 0x4000
    let low = (step() & ~(UInt64(3) << 62)) | (UInt64(2) << 62)
    for digit in 0..<32 {
      if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
        bytes.append(UInt8(ascii: "-"))
      }
      let word = digit < 16 ? high : low
      let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15))) & 15
      bytes.append(value < 10 ? value + 0x30 : value + 0x57)
    }
  }

  private mutating func append(_ count: Int, of alphabet: [UInt8], to bytes: inout [UInt8]) {
    var bits: UInt64 = 0
    for index in 0..<count {
      if index % Self.lettersPerStep == 0 { bits = step() }
      bytes.append(alphabet[(Int(bits & 0xFF) * alphabet.count) >> 8])
      bits >>= 8
    }
  }
}

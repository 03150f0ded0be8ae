/// How the symbols of a text are stored: as bytes, or in as few bits as their alphabet needs.
///
/// Most distinct values are used once, and most of those are keys, tokens and identifiers: random symbols of a small
/// alphabet, which no dictionary makes shorter, but which need no eight bits each.
enum TextPacking: UInt8, CaseIterable {
  case bytes = 0
  case hexadecimal = 1
  case capitalHexadecimal = 2
  /// Times, addresses, numbers.
  case digits = 3
  case base64 = 4
  /// Base64 with one `=` behind it, which is not stored.
  case base64PaddedOnce = 5
  case base64PaddedTwice = 6
  case urlBase64 = 7
  /// Names, and the ends of paths and ARNs.
  case names = 8

  /// Symbols in the order of their codes; empty for bytes.
  var alphabet: String {
    let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    let letters = "abcdefghijklmnopqrstuvwxyz"
    let digits = "0123456789"
    return switch self {
    case .bytes: ""
    case .hexadecimal: digits + "abcdef"
    case .capitalHexadecimal: digits + "ABCDEF"
    case .digits: digits + "-:. TZ"
    case .base64, .base64PaddedOnce, .base64PaddedTwice: capitals + letters + digits + "+/"
    case .urlBase64: capitals + letters + digits + "-_"
    case .names: letters + digits + "-_./:=@ ,$" + "ACDEFGIKLMNOPRSTUW"
    }
  }

  /// Bytes that `count` symbols take.
  @inline(__always)
  func byteCount(ofSymbols count: Int) -> Int {
    switch self {
    case .bytes: count
    case .hexadecimal, .capitalHexadecimal, .digits: (count &+ 1) / 2
    default: (count &* 6 &+ 7) / 8
    }
  }

  /// Symbols that fill `byteCount` bytes. There may be one fewer, which `TextTag.isShort` says.
  @inline(__always)
  func symbolCount(ofBytes byteCount: Int) -> Int {
    switch self {
    case .bytes: byteCount
    case .hexadecimal, .capitalHexadecimal, .digits: byteCount &* 2
    default: byteCount &* 8 / 6
    }
  }

  /// Bytes of padding that are not stored.
  @inline(__always)
  var padding: Int {
    switch self {
    case .base64PaddedOnce: 1
    case .base64PaddedTwice: 2
    default: 0
    }
  }
}

/// What is known of a value beside its bytes, in one byte: its kind and how its text is stored.
struct TextTag: BitwiseCopyable {
  let rawValue: UInt8

  private static let kindMask: UInt8 = 3
  private static let prefixFlag: UInt8 = 4
  private static let shortFlag: UInt8 = 8
  private static let packingShift: UInt8 = 4

  @inline(__always)
  init(rawValue: UInt8) { self.rawValue = rawValue }

  @inline(__always)
  init(kind: UInt8, packing: TextPacking, hasPrefix: Bool, isShort: Bool) {
    rawValue =
      kind | (hasPrefix ? Self.prefixFlag : 0) | (isShort ? Self.shortFlag : 0)
      | packing.rawValue << Self.packingShift
  }

  @inline(__always)
  var kind: UInt8 { rawValue & Self.kindMask }
  /// True where the number of a common beginning stands before the symbols.
  @inline(__always)
  var hasPrefix: Bool { rawValue & Self.prefixFlag != 0 }
  /// True where the last byte has room for one symbol more.
  @inline(__always)
  var isShort: Bool { rawValue & Self.shortFlag != 0 }
  @inline(__always)
  var packing: TextPacking { TextPacking(rawValue: rawValue >> Self.packingShift) ?? .bytes }
  @inline(__always)
  var isKnownPacking: Bool { rawValue >> Self.packingShift <= TextPacking.names.rawValue }
  /// True where the stored bytes are the text.
  @inline(__always)
  var isPlain: Bool { rawValue & ~Self.kindMask == 0 }
}

/// The alphabets as tables.
///
/// `@unchecked Sendable`: the tables are written once, before anybody has them, and live as long as the program.
struct TextPackingTables: @unchecked Sendable {
  /// 64 symbols for each packing.
  let symbols: UnsafePointer<UInt8>
  /// For each packing, the code of each of 256 bytes.
  let codes: UnsafePointer<UInt8>
  /// For each byte, the alphabets that have it, as bits in the order of `alphabets`, and what it does to names. Control
  /// bytes and what is not ASCII have none of it.
  let members: UnsafePointer<UInt8>

  static let symbolsPerPacking = 64
  static let codesPerPacking = 256
  /// The alphabets that texts are tried with, the shortest codes first.
  static let alphabets: [TextPacking] = [
    .hexadecimal, .capitalHexadecimal, .digits, .base64, .urlBase64, .names,
  ]
  static let base64Member: UInt8 = 1 << 3
  static let namesMember: UInt8 = 1 << 5
  /// A text of one of these has nothing in it that another begins with.
  static let randomMembers: UInt8 = 0b1_1111
  static let anyMember: UInt8 = 0b11_1111
  /// The byte is part of a name (`NameTokens`).
  static let isOfName: UInt8 = 1 << 6
  /// A beginning that others share may end with the byte.
  static let isDelimiter: UInt8 = 1 << 7

  /// The bit of a packing's alphabet.
  @inline(__always)
  static func member(of packing: TextPacking) -> UInt8 {
    switch packing {
    case .bytes: anyMember
    case .hexadecimal: 1
    case .capitalHexadecimal: 1 << 1
    case .digits: 1 << 2
    case .base64, .base64PaddedOnce, .base64PaddedTwice: base64Member
    case .urlBase64: 1 << 4
    case .names: namesMember
    }
  }

  static let shared = TextPackingTables()

  private init() {
    let packings = Int(TextPacking.names.rawValue) + 1
    let symbols = UnsafeMutablePointer<UInt8>.allocate(
      capacity: packings * Self.symbolsPerPacking)
    symbols.initialize(repeating: 0, count: packings * Self.symbolsPerPacking)
    let codes = UnsafeMutablePointer<UInt8>.allocate(capacity: packings * Self.codesPerPacking)
    codes.initialize(repeating: 0, count: packings * Self.codesPerPacking)
    let members = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.codesPerPacking)
    members.initialize(repeating: 0, count: Self.codesPerPacking)
    for packing in TextPacking.allCases {
      let number = Int(packing.rawValue)
      for (code, symbol) in packing.alphabet.utf8.enumerated() {
        symbols[number * Self.symbolsPerPacking + code] = symbol
        codes[number * Self.codesPerPacking + Int(symbol)] = UInt8(code)
      }
    }
    for (bit, packing) in Self.alphabets.enumerated() {
      for symbol in packing.alphabet.utf8 { members[Int(symbol)] |= 1 << UInt8(bit) }
    }
    for byte in UInt8(ascii: " ")..<0x80 where !NameTokens.delimiters[Int(byte)] {
      members[Int(byte)] |= Self.isOfName
    }
    for symbol in "/:".utf8 { members[Int(symbol)] |= Self.isDelimiter }
    self.symbols = UnsafePointer(symbols)
    self.codes = UnsafePointer(codes)
    self.members = UnsafePointer(members)
  }
}

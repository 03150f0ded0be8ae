import CVectors

/// What packing does with the bytes of a text: by vectors where the processor can look up in them, else byte by byte.
///
/// 64 bytes behind a text must be readable, and 64 behind what is written writable.
struct TextKernels {
  /// The alphabets that have a text's symbols, as bits of `TextPackingTables.members`.
  struct Membership: Equatable {
    /// Of all symbols.
    var all: UInt8
    /// Of those behind the last delimiter.
    var tail: UInt8
    /// Where these begin: 0 where nothing is parted.
    var cut: Int
  }
  private let tables = TextPackingTables.shared
  private let usesVectors: Bool

  static let knowsVectors = CVectorsKnowsTexts()

  init(usesVectors: Bool = knowsVectors) { self.usesVectors = usesVectors }

  /// What alphabets have of the first `core` bytes of a text of `length`.
  ///
  /// A delimiter that is the text's last byte parts nothing.
  @inline(__always)
  func membership(_ text: UnsafePointer<UInt8>, core: Int, length: Int) -> Membership {
    if usesVectors {
      let found = CVectorsMembershipOf(
        text, core, min(core, max(0, length &- 1)), TextPackingTables.isDelimiter, tables.members)
      return Membership(all: found.all, tail: found.tail, cut: Int(found.cut))
    }
    var members = UInt8.max
    var cut = core
    while cut > 0 {
      let own = tables.members[Int(text[cut &- 1])]
      if own & TextPackingTables.isDelimiter != 0, cut < length { break }
      members &= own
      cut &-= 1
    }
    var all = members
    for index in 0..<cut { all &= tables.members[Int(text[index])] }
    return Membership(all: all, tail: members, cut: cut)
  }

  /// Writes symbols with the codes of a packing; `count` is without what pads them.
  @inline(__always)
  func pack(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ packing: TextPacking,
    to output: UnsafeMutablePointer<UInt8>
  ) {
    let codes = tables.codes + Int(packing.rawValue) &* TextPackingTables.codesPerPacking
    switch packing {
    case .bytes: output.update(from: text, count: count)
    case .hexadecimal, .capitalHexadecimal, .digits:
      if usesVectors {
        CVectorsPackHalves(text, count, codes, output)
      } else {
        packHalves(text, count, codes, output)
      }
    default:
      if usesVectors {
        CVectorsPackSixes(text, count, codes, output)
      } else {
        packSixes(text, count, codes, UnsafeMutableRawPointer(output))
      }
    }
  }

  private func packHalves(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ codes: UnsafePointer<UInt8>,
    _ output: UnsafeMutablePointer<UInt8>
  ) {
    var index = 0
    while index &+ 1 < count {
      output[index / 2] = codes[Int(text[index])] | codes[Int(text[index &+ 1])] &<< 4
      index &+= 2
    }
    if index < count { output[index / 2] = codes[Int(text[index])] }
  }

  private func packSixes(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ codes: UnsafePointer<UInt8>,
    _ output: UnsafeMutableRawPointer
  ) {
    var index = 0
    var offset = 0
    while index < count {
      var word: UInt32 = 0
      for place in 0..<min(4, count &- index) {
        word |= UInt32(codes[Int(text[index &+ place])]) &<< UInt32(place &* 6)
      }
      output.storeBytes(of: word, toByteOffset: offset, as: UInt32.self)
      index &+= 4
      offset &+= 3
    }
  }
}

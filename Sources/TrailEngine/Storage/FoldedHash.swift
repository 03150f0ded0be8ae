import TrailRecord

/// The hash of a value's case-folded bytes.
enum FoldedHash {
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The case-folded bytes, written to `scratch`.
  @inline(__always)
  static func fold(
    _ bytes: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8]
  ) -> [UInt8].SubSequence {
    scratch.removeAll(keepingCapacity: true)
    CaseFolding.fold(bytes, into: &scratch)
    return scratch[...]
  }

  static func hash(ofFolded folded: [UInt8]) -> UInt64 {
    var padded = folded
    padded.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
    return padded.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { ValueHash.hash($0, folded.count) } ?? 0
    }
  }

  /// Folds and hashes in one pass where the value is ASCII, as nearly all are.
  ///
  /// Up to seven bytes behind the value must be readable.
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8]) -> UInt64 {
    guard let base = bytes.baseAddress else { return hash(ofFolded: []) }
    let raw = UnsafeRawPointer(base)
    let count = bytes.count
    var state = ValueHash.State(count: count)
    var index = 0
    while index < count {
      var word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if count &- index < 8 { word &= (UInt64(1) &<< UInt64((count &- index) &* 8)) &- 1 }
      if word & highBits != 0 {
        _ = fold(bytes, scratch: &scratch)
        return hash(ofFolded: scratch)
      }
      state.add(lowercased(word))
      index &+= 8
    }
    return state.finish()
  }

  /// The hash of a text that is known to be ASCII. Up to seven bytes behind it must be readable.
  @inline(__always)
  static func hash(ofASCII base: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    let raw = UnsafeRawPointer(base)
    var state = ValueHash.State(count: count)
    var index = 0
    while index &+ 8 <= count {
      state.add(lowercased(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index &+= 8
    }
    if index < count {
      let mask = (UInt64(1) &<< UInt64((count &- index) &* 8)) &- 1
      // What stands behind it may be anything, and must not carry into it.
      state.add(lowercased(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & mask))
    }
    return state.finish()
  }

  /// Sets bit 5 of each byte that is an upper-case ASCII letter.
  @inline(__always)
  private static func lowercased(_ word: UInt64) -> UInt64 {
    let fromA = word &+ 0x3F3F_3F3F_3F3F_3F3F
    let beyondZ = word &+ 0x2525_2525_2525_2525
    return word | ((fromA & ~beyondZ & highBits) &>> 2)
  }
}

/// A checksum of bytes that lie in a workspace: it finds damage, and is no defence against forgers.
///
/// Four lanes of wide multiplies, eight bytes a step, so that checking costs less than reading.
package enum Checksum {
  private static let factors: (UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB
  )
  private static let laneBytes = 8
  private static let blockBytes = 4 * laneBytes

  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var lanes = factors
    var offset = 0
    while offset &+ blockBytes <= bytes.count {
      lanes.0 = fold(lanes.0, word(bytes, offset), factors.1)
      lanes.1 = fold(lanes.1, word(bytes, offset &+ laneBytes), factors.2)
      lanes.2 = fold(lanes.2, word(bytes, offset &+ 2 &* laneBytes), factors.3)
      lanes.3 = fold(lanes.3, word(bytes, offset &+ 3 &* laneBytes), factors.0)
      offset &+= blockBytes
    }
    while offset < bytes.count {
      var last: UInt64 = 0
      for index in offset..<min(offset + laneBytes, bytes.count) {
        last |= UInt64(bytes[index]) << UInt64((index - offset) * 8)
      }
      lanes.0 = fold(lanes.0, last, factors.1)
      offset += laneBytes
    }
    var sum = fold(lanes.0, lanes.1, factors.2)
    sum = fold(sum, lanes.2, factors.3)
    sum = fold(sum, lanes.3, factors.0)
    return fold(sum, UInt64(bytes.count), factors.1)
  }

  package static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The sum keeps a lane going that a product of zero would end.
  @inline(__always)
  private static func fold(_ lane: UInt64, _ word: UInt64, _ factor: UInt64) -> UInt64 {
    let product = (lane ^ word).multipliedFullWidth(by: factor)
    return (product.low ^ product.high) &+ word
  }
}

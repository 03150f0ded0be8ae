/// Finds bytes in a large buffer without regard to the case of ASCII letters, sixteen places at a time.
///
/// Two bytes of the needle are compared at each place; where both fit, the rest is.
struct HeapSearch {
  private let needle: [UInt8]
  private let first: Int
  private let second: Int

  /// `needle` is folded ASCII and not empty.
  init(_ needle: [UInt8]) {
    precondition(!needle.isEmpty)
    self.needle = needle
    // The two rarest bytes let the fewest places through.
    let order = needle.indices.sorted {
      let left = Self.frequency(needle[$0])
      let right = Self.frequency(needle[$1])
      return left != right ? left < right : $0 < $1
    }
    first = order[0]
    second = order.count > 1 ? order[1] : order[0]
  }

  /// How common a byte is in names, ARNs and identifiers: only the order matters.
  private static func frequency(_ byte: UInt8) -> Int {
    switch byte {
    case 0x61...0x66, 0x30...0x39: 9
    case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."): 8
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "n"),
      UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "l"):
      7
    case UInt8(ascii: "m"), UInt8(ascii: "p"), UInt8(ascii: "u"), UInt8(ascii: "w"): 5
    case UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "z"), UInt8(ascii: "j"): 1
    default: 3
    }
  }

  /// Calls `body` with each place where the needle begins; `body` gives back where to go on.
  ///
  /// 64 bytes behind the buffer must be readable.
  func forEach(in buffer: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Int) {
    guard let base = buffer.baseAddress, buffer.count >= needle.count else { return }
    let raw = UnsafeRawPointer(base)
    let last = buffer.count - needle.count
    let (firstByte, firstCase) = Self.probe(needle[first])
    let (secondByte, secondCase) = Self.probe(needle[second])
    var offset = 0
    while offset <= last {
      let a = raw.loadUnaligned(fromByteOffset: offset &+ first, as: SIMD32<UInt8>.self) | firstCase
      let b =
        raw.loadUnaligned(fromByteOffset: offset &+ second, as: SIMD32<UInt8>.self) | secondCase
      let hits = unsafeBitCast((a .== firstByte) .& (b .== secondByte), to: SIMD4<UInt64>.self)
      if hits == .zero {
        offset &+= 32
        continue
      }
      var next = offset &+ 32
      var index = 0
      while index < 32 {
        let place = offset &+ index
        let lane = hits[index >> 3] &>> UInt64((index & 7) &* 8)
        if lane & 0xFF != 0, place <= last, isNeedle(base + place) {
          let resume = body(place)
          if resume > place &+ 1 {
            index = resume &- offset
            next = max(next, resume)
            continue
          }
        }
        index &+= 1
      }
      offset = next
    }
  }

  private static func probe(_ byte: UInt8) -> (SIMD32<UInt8>, SIMD32<UInt8>) {
    let isLetter = byte &- 0x61 < 26
    return (SIMD32(repeating: byte), SIMD32(repeating: isLetter ? 0x20 : 0))
  }

  @inline(__always)
  private func isNeedle(_ place: UnsafePointer<UInt8>) -> Bool {
    needle.withUnsafeBufferPointer { needle in
      for index in 0..<needle.count {
        let byte = place[index]
        let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
        if folded != needle[index] { return false }
      }
      return true
    }
  }
}

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
  static func frequency(_ byte: UInt8) -> Int {
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
    let firstWord = Self.repeated(needle[first])
    let secondWord = Self.repeated(needle[second])
    let firstFold = Self.caseBits(needle[first])
    let secondFold = Self.caseBits(needle[second])
    let low = SIMD2<UInt64>(repeating: 0x0101_0101_0101_0101)
    let high = SIMD2<UInt64>(repeating: 0x8080_8080_8080_8080)
    // Sixteen places: not zero where both probes fit some of them.
    @inline(__always)
    func hits(_ place: Int) -> SIMD2<UInt64> {
      let a = raw.loadUnaligned(fromByteOffset: place &+ first, as: SIMD2<UInt64>.self)
      let b = raw.loadUnaligned(fromByteOffset: place &+ second, as: SIMD2<UInt64>.self)
      let misses = ((a | firstFold) ^ firstWord) | ((b | secondFold) ^ secondWord)
      return (misses &- low) & ~misses & high
    }
    var offset = 0
    // Four blocks at once as long as all of them lie in the buffer with both probes.
    let fast = last &- 64
    while offset <= last {
      while offset <= fast {
        let any = hits(offset) | hits(offset &+ 16) | hits(offset &+ 32) | hits(offset &+ 48)
        if any[0] | any[1] != 0 { break }
        offset &+= 64
      }
      let end = min(offset &+ 64, last &+ 1)
      while offset < end {
        let block = hits(offset)
        var next = offset &+ 16
        if block[0] | block[1] != 0 {
          var place = offset
          while place < min(next, last &+ 1) {
            if isNeedle(base + place) {
              place = max(place &+ 1, body(place))
              next = max(next, place)
            } else {
              place &+= 1
            }
          }
        }
        offset = next
      }
    }
  }

  private static func repeated(_ byte: UInt8) -> SIMD2<UInt64> {
    SIMD2(repeating: 0x0101_0101_0101_0101 &* UInt64(byte))
  }

  /// What makes both cases of a letter one; nothing for any other byte.
  private static func caseBits(_ byte: UInt8) -> SIMD2<UInt64> {
    repeated(byte &- 0x61 < 26 ? 0x20 : 0)
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

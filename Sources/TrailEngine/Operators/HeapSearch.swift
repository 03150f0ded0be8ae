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
    let (firstByte, firstCase) = Self.probe(needle[first])
    let (secondByte, secondCase) = Self.probe(needle[second])
    @inline(__always)
    func misses(_ place: Int) -> SIMD16<UInt8> {
      let a = raw.loadUnaligned(fromByteOffset: place &+ first, as: SIMD16<UInt8>.self)
      let b = raw.loadUnaligned(fromByteOffset: place &+ second, as: SIMD16<UInt8>.self)
      // A byte is zero where both probes fit.
      return ((a | firstCase) ^ firstByte) | ((b | secondCase) ^ secondByte)
    }
    var offset = 0
    // Four blocks at once as long as all of them lie in the buffer with both probes.
    let fast = last &- 64
    while offset <= last {
      while offset <= fast {
        let least = pointwiseMin(
          pointwiseMin(misses(offset), misses(offset &+ 16)),
          pointwiseMin(misses(offset &+ 32), misses(offset &+ 48)))
        let words = unsafeBitCast(least, to: SIMD2<UInt64>.self)
        if Self.zeroBytes(words[0]) | Self.zeroBytes(words[1]) != 0 { break }
        offset &+= 64
      }
      let end = min(offset &+ 64, last &+ 1)
      while offset < end {
        let block = misses(offset)
        let words = unsafeBitCast(block, to: SIMD2<UInt64>.self)
        var next = offset &+ 16
        if Self.zeroBytes(words[0]) | Self.zeroBytes(words[1]) != 0 {
          var index = 0
          while index < 16 {
            let place = offset &+ index
            if block[index] == 0, place <= last, isNeedle(base + place) {
              let resume = body(place)
              if resume > place &+ 1 {
                index = resume &- offset
                next = max(next, resume)
                continue
              }
            }
            index &+= 1
          }
        }
        offset = next
      }
    }
  }

  /// Not zero where a byte of `word` is.
  @inline(__always)
  private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  private static func probe(_ byte: UInt8) -> (SIMD16<UInt8>, SIMD16<UInt8>) {
    let isLetter = byte &- 0x61 < 26
    return (SIMD16(repeating: byte), SIMD16(repeating: isLetter ? 0x20 : 0))
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

import CVectors
import Testing
import TrailRecord

@testable import TrailEngine

/// What is done to the bytes of texts at once, against what it is byte by byte.
@Suite struct TextKernelTests {
  private static let slack = 64
  /// What a text of the test is made of: symbols of all alphabets, what parts names and beginnings, and whatever else.
  private static let symbols =
    Array("abcdefXYZ0123456789-_+/=:.@ ,;\"'()[]{}<>&?|\\`\t\r\n~!".utf8) + [
      0, 0x7F, 0x80, 0xC3, 0xFF,
    ]

  /// A text of `count` bytes, mostly of one alphabet, and behind it what must not count.
  private static func text(_ count: Int, _ generator: inout RecordGenerator) -> [UInt8] {
    let alphabets = TextPacking.allCases.map { Array($0.alphabet.utf8) }.filter { !$0.isEmpty }
    let alphabet = alphabets[generator.below(alphabets.count)]
    let oddity = [1, 4, 40, 1_000][generator.below(4)]
    return (0..<(count + slack)).map { _ in
      generator.below(oddity) == 0
        ? symbols[generator.below(symbols.count)] : alphabet[generator.below(alphabet.count)]
    }
  }

  /// Calls `body` with texts of every length up to two pieces of 64 and a few longer ones.
  private static func forEachText(_ body: (_ text: UnsafePointer<UInt8>, _ count: Int) -> Void) {
    var generator = RecordGenerator(seed: 11)
    for count in Array(0..<140) + [255, 256, 300] {
      for _ in 0..<30 {
        text(count, &generator).withUnsafeBufferPointer { buffer in
          if let base = buffer.baseAddress { body(base, count) }
        }
      }
    }
  }

  @Test func vectorsSayWhatBytesSay() {
    let (byVectors, byBytes) = (TextKernels(), TextKernels(usesVectors: false))
    Self.forEachText { text, count in
      for padding in 0...min(2, count) {
        let core = count - padding
        #expect(
          byVectors.membership(text, core: core, length: count)
            == byBytes.membership(text, core: core, length: count))
      }
      for packing in TextPacking.allCases {
        let packed = [byVectors, byBytes].map { kernels in
          var output = [UInt8](repeating: 0xAA, count: count + Self.slack)
          kernels.pack(text, count, packing, to: &output)
          return output.prefix(packing.byteCount(ofSymbols: count))
        }
        #expect(packed[0] == packed[1])
      }
    }
  }

  @Test func capitals() {
    Self.forEachText { text, count in
      let bytes = UnsafeBufferPointer(start: text, count: count)
      let has = bytes.contains {
        $0 >= 0x80 || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
      }
      #expect(CVectorsHasCapitals(text, count) == has)
    }
  }

  @Test func partsOfNames() {
    for byte in UInt8.min...UInt8.max {
      let text = [UInt8](repeating: byte, count: 64)
      for kernel in [CVectorsNameEnds, CVectorsNameEndsOlder] {
        var beyondASCII: UInt64 = 1
        let ends = kernel(text, &beyondASCII)
        #expect(ends == (NameTokens.delimiters[Int(byte)] ? .max : 0))
        #expect(beyondASCII == (byte >= 0x80 ? .max : 0))
      }
      let isOfName = TextPackingTables.shared.members[Int(byte)] & TextPackingTables.isOfName != 0
      #expect(isOfName == ((0x20..<0x80).contains(byte) && !NameTokens.delimiters[Int(byte)]))
    }
  }

  /// The names of a text are what stands between the marks, folded, and without a full stop at their end too.
  @Test func hashesOfNames() {
    var scratch: [UInt8] = []
    Self.forEachText { text, count in
      let bytes = UnsafeBufferPointer(start: text, count: count)
      var expected: Set<UInt64> = []
      for name in CaseFolding.folded(Array(bytes)).split(whereSeparator: {
        NameTokens.delimiters[Int($0)]
      }) {
        expected.insert(NameTokens.hash(Array(name)))
        if name.last == UInt8(ascii: "."), name.count > 1 {
          expected.insert(NameTokens.hash(Array(name.dropLast())))
        }
      }
      var found: Set<UInt64> = []
      NameTokens.forEachHash(in: bytes, scratch: &scratch) { found.insert($0) }
      #expect(found == expected)
      if count > 0,
        bytes.allSatisfy({ (0x20..<0x80).contains($0) && !NameTokens.delimiters[Int($0)] })
      {
        found = []
        NameTokens.hashes(ofASCII: text, count) { found.insert($0) }
        #expect(found == expected)
      }
    }
  }

  @Test func startsAlikeToTheByte() {
    var generator = RecordGenerator(seed: 12)
    for count in 0..<140 {
      let first = Self.text(count, &generator)
      // What stands behind both does not count.
      var second = Array(first.prefix(count)) + first.suffix(Self.slack).map { ~$0 }
      #expect(startsAlike(first, second, count))
      for place in 0..<count {
        second[place] ^= 0x20
        #expect(!startsAlike(first, second, count))
        second[place] ^= 0x20
      }
    }
  }
}

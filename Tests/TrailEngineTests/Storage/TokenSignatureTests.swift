import Testing
import TrailRecord

@testable import TrailEngine

/// The signatures let every value through that holds a name, and few others.
@Suite struct TokenSignatureTests {
  private static func dictionary(
    _ texts: [String]
  ) -> (values: ValueDictionary, signatures: TokenSignatureIndex) {
    var interner = ValueInterner()
    for text in texts {
      let bytes = Array(text.utf8) + [0, 0, 0, 0, 0, 0, 0, 0]
      _ = bytes.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { interner.number($0, text.utf8.count, .text) }
      }
    }
    return ValueRenumbering(interner).dictionary(of: interner)
  }

  /// - Parameter isRemade: Made of a segment's values, as where a kept one is damaged, and not with them.
  @Test(arguments: [false, true]) func noNameIsLost(isRemade: Bool) {
    let texts = (0..<20_000).map { index in
      switch index % 4 {
      case 0: "arn:aws:s3:::Bucket-\(index)/Folder\(index * 7)/key.csv"
      case 1: "User: arn:aws:iam::1:user/u\(index) is not allowed to do X on r\(index)."
      case 2: "{\"Résource\":\"ÉTÉ\(index)\",\"x\":[\"y\(index)\"]}"
      default: "plain-\(index)"
      }
    }
    let made = Self.dictionary(texts)
    let dictionary = made.values
    let index = isRemade ? TokenSignatureIndex(dictionary.packedTexts()) : made.signatures
    let buffer = TextBuffer.make()
    var searched = 0
    for number in stride(from: 0, to: 20_000, by: 997) {
      let names = [
        "bucket-\(number)", "u\(number)", "été\(number)", "plain-\(number)", "r\(number)",
      ]
      let pattern = AboutPattern(names[number % 4 == 1 && number % 2 == 1 ? 4 : number % 4])
      let ranges = index.candidates(pattern.wholeNames)
      searched += ranges.reduce(0) { $0 + $1.count }
      for value in 0..<dictionary.count {
        let bytes = dictionary.bytes(of: ValueID(UInt32(value)), in: buffer)
        if pattern.occurs(in: bytes) { #expect(ranges.contains { $0.contains(value) }) }
      }
    }
    // Nearly all blocks are passed over.
    #expect(searched < 21 * dictionary.count / 10)
  }

  @Test(arguments: [
    ("payroll", ["payroll"]), ("arn:aws:s3:::b/k", ["arn", "aws", "s3", "b", "k"]),
    ("arn:aws:*:b", ["arn", "aws", "b"]), ("pay*", []), ("*pay", []), ("*", []),
    ("a/b*c/d", ["a", "d"]), ("/x/", ["x"]),
  ])
  func wholeNames(of source: String, names: [String]) {
    #expect(
      AboutPattern(source).wholeNames.map { String(decoding: $0, as: UTF8.self) } == names)
  }

  /// An index of a segment of before has a name where its own hash of the name says.
  @Test func namesOfOlderSegments() {
    let name = Array("payroll-2023".utf8)
    // FNV-1a, and its bits mixed.
    let hash = name.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    let mixed = (hash ^ (hash >> 32)) &* 0xD6E8_FEB8_6659_FD93
    let bits = mixed ^ (mixed >> 32)
    var slices = [UInt64](repeating: 0, count: TokenSignatureIndex.signatureBits)
    for turn in 0..<3 { slices[Int(bits >> UInt64(turn * 12) & 0xFFF)] = 0b10 }
    let starts: [UInt32] = [0, 5, 9]
    let older = TokenSignatureIndex(blockStarts: Slab(starts), slices: Slab(slices), .bytes)
    #expect(older.candidates([name]) == [5..<9])
    #expect(older.candidates([Array("payroll-2024".utf8)]) == [])
    let newer = TokenSignatureIndex(blockStarts: Slab(starts), slices: Slab(slices))
    #expect(newer.candidates([name]) == [])
  }
}

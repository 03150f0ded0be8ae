import Testing
import TrailRecord

@testable import TrailEngine

/// Whatever a text is, it comes back as it was, alone and in a run.
@Suite struct PackedTextTests {
  private typealias Value = (bytes: [UInt8], kind: ValueKind)

  private static func dictionary(_ values: [Value]) -> ValueDictionary {
    var interner = ValueInterner()
    for value in values {
      let padded = value.bytes + [0, 0, 0, 0, 0, 0, 0, 0]
      _ = padded.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { interner.number($0, value.bytes.count, value.kind) }
      }
    }
    return ValueRenumbering(interner).dictionary(of: interner).values
  }

  /// Every value is there once, with its kind, and a look-up finds it.
  private func check(_ values: [Value], looksUp: Bool = true) {
    let dictionary = Self.dictionary(values)
    let buffer = TextBuffer.make()
    var expected: [[UInt8]: Set<UInt8>] = [:]
    for value in values { expected[value.bytes, default: []].insert(value.kind.rawValue) }
    #expect(dictionary.count == expected.values.reduce(0) { $0 + $1.count })
    #expect(
      dictionary.textByteCount == expected.reduce(0) { $0 + $1.key.count * $1.value.count })
    var found: [[UInt8]: Set<UInt8>] = [:]
    // In another order every text is still itself.
    let texts = dictionary.packedTexts()
    let turned = texts.arranged(by: Permutation.turned(dictionary.count))
    #expect(texts.isSound && turned.isSound)
    for number in 0..<dictionary.count {
      let value = ValueID(UInt32(number))
      let bytes = Array(dictionary.bytes(of: value, in: buffer))
      #expect(dictionary.byteCount(of: value) == bytes.count)
      found[bytes, default: []].insert(dictionary.kind(of: value).rawValue)
      #expect(turned.bytes(number, in: buffer).elementsEqual(bytes))
      #expect(turned.length(number) == bytes.count)
      #expect(turned.tag(number).kind == dictionary.kind(of: value).rawValue)
      #expect(Int(turned.value(at: turned.place(of: number))) == number)
    }
    #expect(found == expected)
    guard looksUp else { return }
    for (bytes, kinds) in expected {
      #expect(dictionary.values(equalTo: bytes).count == kinds.count)
    }
  }

  private static func isIn(_ text: [UInt8], _ piece: [UInt8]) -> Bool {
    guard let first = piece.first else { return true }
    return text.indices.contains { text[$0] == first && text[$0...].starts(with: piece) }
  }

  private func check(_ texts: [String]) {
    check(texts.map { (Array($0.utf8), .text) })
  }

  @Test func nothing() { check([String]()) }

  /// Each alphabet, in each length, so that each has every rest; and the same with one symbol that it lacks.
  @Test(arguments: TextPacking.allCases.filter { $0 != .bytes })
  func alphabets(packing: TextPacking) {
    let alphabet = Array(packing.alphabet.utf8)
    #expect(Set(alphabet).count == alphabet.count)
    #expect(alphabet.count == (packing.byteCount(ofSymbols: 2) == 1 ? 16 : 64))
    var generator = RecordGenerator(seed: UInt64(packing.rawValue))
    let padding = [UInt8](repeating: UInt8(ascii: "="), count: packing.padding)
    var values: [Value] = []
    for length in 0..<200 {
      let symbols = (0..<length).map { _ in alphabet[generator.below(alphabet.count)] }
      values.append((symbols + padding, .text))
      values.append((symbols + padding, .number))
      guard length > 0 else { continue }
      var other = symbols
      other[generator.below(length)] = UInt8(ascii: "~")
      values.append((other + padding, .text))
    }
    check(values)
  }

  @Test func everyByteAlone() {
    check((UInt8.min...UInt8.max).map { ([$0], .text) } + [([], .text), ([], .flag)])
  }

  /// Beginnings that are shared, that are not, that are too long, and delimiters in every place.
  @Test func beginnings() {
    var texts = [
      "/", ":", "//", "::", "a/", "/a", "a:b:", "=", "==", "===", "a/=", "a/b==", ":===",
    ]
    for role in 0..<20 {
      for session in 0..<30 {
        texts.append("arn:aws:sts::111122223333:assumed-role/role-\(role)/session-\(session * 7)")
      }
    }
    for index in 0..<50 {
      texts.append("arn:aws:s3:::bucket/only-once-\(index)/\(index).json")
      texts.append("AROAEXAMPLE:user.\(index)@acme.example")
      texts.append("x/\(index)")
      texts.append("shared/beginning/\(index)/")
      texts.append("shared/beginning/\u{E9}\(index)")
      texts.append("shared/beginning/QUJD\(index)==")
      texts.append(
        "shared/beginning/\(String(repeating: "0123456789abcdef", count: index % 4 + 1))")
      texts.append(String(repeating: "long", count: 50) + "/\(index)")
    }
    check(texts)
  }

  @Test func longTexts() {
    var generator = RecordGenerator(seed: 4)
    let alphabet = Array(TextPacking.base64.alphabet.utf8)
    let values: [Value] = [70_000, 65_536, 65_535, 100_001].map { length in
      ((0..<length).map { _ in alphabet[generator.below(alphabet.count)] }, .text)
    }
    check(values + [(Array(repeating: 0xFF, count: 70_000), .text)])
    // Blocks of values that are too far apart for 16 bits.
    check(
      (0..<300).map { (Array(String(repeating: "~\($0)", count: 2_000).utf8), .text) },
      looksUp: false)
  }

  @Test(arguments: 0..<6)
  func anything(seed: Int) {
    var generator = RecordGenerator(seed: UInt64(seed))
    let pools = TextPacking.allCases.map { Array($0.alphabet.utf8) } + [Array("/:=".utf8)]
    let values: [Value] = (0..<800).map { _ in
      var bytes: [UInt8] = []
      for _ in 0..<generator.below(4) {
        let pool = pools[generator.below(pools.count)]
        for _ in 0..<generator.below(24) {
          bytes.append(
            pool.isEmpty ? UInt8(generator.below(256)) : pool[generator.below(pool.count)])
        }
        if generator.below(3) == 0 { bytes.append(UInt8(ascii: "/")) }
      }
      return (bytes, [ValueKind.text, .number, .flag][generator.below(3)])
    }
    check(values)
  }

  /// More beginnings than there are numbers for: those beyond are stored with their texts.
  @Test func moreBeginningsThanNumbers() {
    let count = PackedTexts.mostPrefixes + 40
    let values: [Value] = (0..<2 * count).map { index in
      (Array("folder-\(index % count)/\(index < count ? "a~" : "b~")".utf8), .text)
    }
    let dictionary = Self.dictionary(values)
    let buffer = TextBuffer.make()
    #expect(dictionary.count == 2 * count)
    let texts = Set(
      (0..<dictionary.count).map { Array(dictionary.bytes(of: ValueID(UInt32($0)), in: buffer)) })
    #expect(texts == Set(values.map(\.bytes)))
  }

  /// What random symbols and shared beginnings take: their entropy, about.
  @Test func packedTextsAreSmaller() {
    var generator = RecordGenerator(seed: 9)
    let alphabet = Array(TextPacking.base64.alphabet.utf8)
    func bytesPerValue(_ values: [Value]) -> Double {
      let dictionary = Self.dictionary(values)
      return Double(dictionary.byteCount) / Double(dictionary.count)
    }
    let tokens: [Value] = (0..<2_000).map { _ in
      ((0..<320).map { _ in alphabet[generator.below(64)] }, .text)
    }
    #expect(bytesPerValue(tokens) < 320 * 0.75 + 6)
    let sessions: [Value] = (0..<2_000).map {
      (Array("arn:aws:sts::111122223333:assumed-role/role-\($0 % 50)/session-\($0)".utf8), .text)
    }
    #expect(bytesPerValue(sessions) < 2 + 12 * 0.75 + 6)
  }

  /// No text with the probe in it is passed over, wherever in it the probe lies and whatever its case.
  @Test(arguments: 0..<4)
  func probes(seed: Int) {
    var generator = RecordGenerator(seed: UInt64(seed) + 70)
    var texts: [String] = []
    for index in 0..<120 {
      let role = "Role-\(generator.below(12))"
      texts.append("arn:aws:sts::1111\(index % 3):assumed-role/\(role)/Session.\(index)")
      texts.append(String(generator.next(), radix: 16, uppercase: index % 2 == 0))
      texts.append("2026-11-\(10 + index % 20)T10:00:0\(index % 10)Z")
      texts.append("s3/Ab+\(generator.next())/x\(index)" + String(repeating: "=", count: index % 3))
    }
    let dictionary = Self.dictionary(texts.map { (Array($0.utf8), .text) })
    let runBuffer = TextBuffer.make()
    let folded = (0..<UInt32(dictionary.count)).map {
      CaseFolding.folded(dictionary.string(of: ValueID($0)))
    }
    for _ in 0..<20 {
      let text = Array(texts[generator.below(texts.count)].utf8)
      let start = generator.below(text.count)
      let piece = text[start..<min(text.count, start + 1 + generator.below(40))]
      let probe = CaseFolding.folded(String(decoding: piece, as: UTF8.self))
      var met: Set<ValueID> = []
      withExtendedLifetime(runBuffer) {
        let run = dictionary.run(
          of: 0..<dictionary.count, probe: TextProbe(probe), in: runBuffer)
        HeapSearch(probe).forEach(in: run.bytes) { place in
          let (value, end) = run.value(at: place)
          // A hit may lie across two texts.
          if place + probe.count <= end { met.insert(value) }
          return place + 1
        }
      }
      let wanted = folded.indices.filter { Self.isIn(folded[$0], probe) }.map {
        ValueID(UInt32($0))
      }
      #expect(met == Set(wanted), "\(String(decoding: probe, as: UTF8.self))")
    }
  }
}

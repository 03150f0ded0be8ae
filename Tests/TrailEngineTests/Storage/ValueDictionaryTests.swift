import Testing
import TrailRecord

@testable import TrailEngine

/// Every value is found by its text, whatever the case, and nothing else is.
@Suite struct ValueDictionaryTests {
  private static let texts =
    ["", "bob", "Bob", "BOB", "straße", "STRASSE", "ÉTÉ", "été", "日本", "\u{212A}elvin", "kelvin"]
    + (0..<5_000).map { "value-\($0)" } + (0..<500).map { "Value-\($0)" }

  private static func dictionary() -> ValueDictionary {
    var interner = ValueInterner()
    for text in texts {
      let bytes = Array(text.utf8) + [0, 0, 0, 0, 0, 0, 0, 0]
      _ = bytes.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { interner.number($0, text.utf8.count, .text) }
      }
    }
    return ValueRenumbering(interner).dictionary(of: interner).values
  }

  /// How a dictionary has its texts.
  enum Form: CaseIterable {
    case packed
    case plain
    /// As in a workspace: in another order, with tags that a look-up goes by.
    case arranged
  }

  private static func dictionary(_ form: Form) -> ValueDictionary {
    let made = dictionary()
    let buffer = TextBuffer.make()
    func bytes(_ value: Int) -> UnsafeBufferPointer<UInt8> {
      made.bytes(of: ValueID(UInt32(value)), in: buffer)
    }
    return withExtendedLifetime(buffer) {
      switch form {
      case .packed: return made
      case .plain:
        var heap: [UInt8] = []
        var offsets: [UInt32] = [0]
        for value in 0..<made.count {
          heap.append(contentsOf: bytes(value))
          offsets.append(UInt32(heap.count))
        }
        return ValueDictionary(
          heap: Slab(heap, padding: 64), offsets: Slab(offsets),
          kinds: Slab((0..<made.count).map { made.kind(of: ValueID(UInt32($0))).rawValue }))
      case .arranged:
        var scratch: [UInt8] = []
        return ValueDictionary(
          made.packedTexts().arranged(by: .turned(made.count)),
          hashTags: HashTags(count: made.count) {
            FoldedHash.hash(bytes($0), scratch: &scratch)
          })
      }
    }
  }

  @Test(arguments: Form.allCases) func lookUps(form: Form) {
    let dictionary = Self.dictionary(form)
    #expect(dictionary.count == Set(Self.texts).count)
    let byFolded = Dictionary(grouping: Self.texts) { CaseFolding.folded($0) }
    for text in Self.texts {
      let exact = dictionary.values(equalTo: Array(text.utf8)).map { dictionary.string(of: $0) }
      #expect(exact == [text])
      let folded = CaseFolding.folded(text)
      let found = Set(dictionary.values(foldedEqualTo: folded).map { dictionary.string(of: $0) })
      #expect(found == Set(byFolded[folded] ?? []))
    }
    for absent in ["value-5000", "bo", "bobb", "éTe", "x"] {
      #expect(dictionary.values(equalTo: Array(absent.utf8)).isEmpty)
    }
  }

  /// A run has every text in which the probe is, and leads from a place in it back to the value.
  @Test(
    arguments: Form.allCases, ["value-1", "-", "kelvin", "straße", "#"])
  func placesLeadBack(form: Form, probe: String) {
    let dictionary = Self.dictionary(form)
    let texts = dictionary.packedTexts()
    // Of a text beyond ASCII, a search looks for the longest run of ASCII.
    let ascii = Array(probe.utf8.prefix { $0 < 0x80 })
    let count = dictionary.count
    let (buffer, runBuffer) = (TextBuffer.make(), TextBuffer.make())
    for range in [37..<37, 100..<101, 1_000..<1_200, (count - 5)..<count] {
      withExtendedLifetime(runBuffer) {
        let run = dictionary.run(
          of: range, probe: TextProbe(ascii), in: runBuffer)
        var place = 0
        var met: [ValueID] = []
        while place < run.bytes.count {
          let (value, end) = run.value(at: place)
          let text = dictionary.bytes(of: value, in: buffer)
          #expect(end - place == text.count && dictionary.byteCount(of: value) == text.count)
          #expect(run.bytes[place..<end].elementsEqual(text))
          for offset in place..<end { #expect(run.value(at: offset) == (value, end)) }
          met.append(value)
          place = end
        }
        let places = met.map { texts.place(of: Int($0.rawValue)) }
        #expect(places == places.sorted() && places.allSatisfy(range.contains))
        let wanted = range.map { ValueID(texts.value(at: $0)) }.filter {
          let folded = CaseFolding.folded(dictionary.string(of: $0))
          return folded.indices.contains { folded[$0...].starts(with: ascii) }
        }
        #expect(Set(wanted).isSubset(of: met))
        if form == .plain { #expect(met.count >= range.count - 1) }
      }
    }
  }
}

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
    return ValueRenumbering(interner).dictionary(of: interner)
  }

  @Test func lookUps() {
    let dictionary = Self.dictionary()
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

  @Test func heapOffsetsLeadBack() {
    let dictionary = Self.dictionary()
    for number in stride(from: 0, to: dictionary.count, by: 37) {
      let value = ValueID(UInt32(number))
      let start = Int(dictionary.offsets[number])
      for offset in start..<(start + dictionary.bytes(of: value).count) {
        #expect(dictionary.value(atHeapOffset: offset) == value)
      }
    }
  }
}

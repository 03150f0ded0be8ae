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

  /// A run has every text in which the probe is, and leads from a place in it back to the value.
  @Test(
    arguments: [true, false], ["value-1", "-", "kelvin", "straße", "#"])
  func placesLeadBack(isPacked: Bool, probe: String) {
    var dictionary = Self.dictionary()
    if !isPacked {
      let plain = dictionary.unpacked()
      dictionary = ValueDictionary(heap: plain.heap, offsets: plain.offsets, kinds: plain.kinds)
    }
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
        #expect(met == met.sorted() && met.allSatisfy { range.contains(Int($0.rawValue)) })
        let wanted = range.map { ValueID(UInt32($0)) }.filter {
          let folded = CaseFolding.folded(dictionary.string(of: $0))
          return folded.indices.contains { folded[$0...].starts(with: ascii) }
        }
        #expect(Set(wanted).isSubset(of: met))
        if !isPacked { #expect(met.count >= range.count - 1) }
      }
    }
  }
}

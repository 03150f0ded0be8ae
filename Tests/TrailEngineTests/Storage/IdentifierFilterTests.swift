import Testing

@testable import TrailEngine

/// A filter lets every value pass that is there, and few others.
@Suite struct IdentifierFilterTests {
  let folder = ScratchFolder()

  private func identifier(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  private func segment(_ values: [String]) throws -> Segment {
    let lines = values.map { #"{"eventName":"A","eventID":\#($0)}"# }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    return try #require(store.snapshot().segments.first)
  }

  private func key(_ text: String) -> IdentifierKey {
    IdentifierKey(folded: Array(text.lowercased().utf8))
  }

  /// Identifiers that follow one another are the hardest to spread.
  @Test func ofIdentifiersInARow() throws {
    let count = 20_000
    let segment = try segment((0..<count).map { "\"\(identifier($0))\"" })
    #expect(segment.rowCount == count)
    for number in 0..<count where !segment.mayHold([key(identifier(number))]) {
      Issue.record("\(identifier(number)) is there")
      break
    }
    let passed = (count..<(2 * count)).count { segment.mayHold([key(identifier($0))]) }
    #expect(passed < count / 50)
    let pieces = segment.identifierFilter.pieces
    #expect(
      pieces.count == IdentifierFilter.pieceCount(ofLines: IdentifierFilter.lineCount(rows: count)))
    #expect(segment.identifierFilter.byteCount < count * 4 / 3)
  }

  @Test func ofWhatIsNoUUID() throws {
    let segment = try segment([
      #""EXAMPLE-1""#, "\"\(identifier(0xAB).uppercased())\"", #""ÄÖ-Kelvin""#, "17", "true",
      "null", #""""#,
    ])
    for text in ["example-1", identifier(0xAB), "äö-kelvin", "17", "true", ""] {
      #expect(segment.mayHold([key(text)]), "\(text)")
    }
    #expect((0..<500).count { segment.mayHold([key("other-\($0)")]) } < 100)
  }

  /// What lies inside an object is a value of the field too.
  @Test func anObjectLetsAllPass() throws {
    let segment = try segment([#"{"inner":"EXAMPLE-2"}"#, #""EXAMPLE-3""#])
    #expect((0..<50).allSatisfy { segment.mayHold([key("other-\($0)")]) })
  }

  @Test func aSegmentWithoutIdentifiersHoldsNone() throws {
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", #"{"eventName":"A"}"#)])
    let segment = try #require(store.snapshot().segments.first)
    #expect((0..<50).allSatisfy { !segment.mayHold([key(identifier($0))]) })
  }
}

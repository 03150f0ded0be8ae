import Testing
import TrailEngine
import TrailLanguage

/// Texts that are the same to Unicode, or that a plan shows in the same way, are different values: what is remembered
/// of one is not taken for the other.
@Suite struct EquivalentTextTests {
  private static let composed = "R\u{E9}sum\u{E9}.pdf"
  private static let decomposed = "Re\u{301}sume\u{301}.pdf"

  private static func count(
    _ sentence: String, _ snapshot: StoreSnapshot, _ engine: QueryEngine
  ) throws -> Int {
    let syntax = try #require(QueryParser.parse(sentence).syntax, "\(sentence)")
    let context = BindingContext(snapshot: snapshot, clock: DifferentialTests.clock)
    return try engine.compile(syntax, in: context).run().rowCount
  }

  private static func store(_ records: [String]) throws -> StoreSnapshot {
    let store = EventStore()
    try RandomStore.importBytes(Array(records.joined(separator: "\n").utf8), into: store)
    return store.snapshot()
  }

  @Test(arguments: [
    [composed, decomposed], [decomposed, composed], [composed], [decomposed],
  ])
  func unicode(stored: [String]) throws {
    let snapshot = try Self.store(
      stored.map { #"{"eventName":"PutObject","requestParameters":{"key":"\#($0)"}}"# })
    for order in [[Self.composed, Self.decomposed], [Self.decomposed, Self.composed]] {
      let engine = QueryEngine()
      for sign in ["=", "=="] {
        for text in order {
          let here = stored.count { Array($0.utf8) == Array(text.utf8) }
          for sentence in [
            "events where req.key \(sign) \"\(text)\"", "events where req.key in (\"\(text)\")",
            "events where req.key = \"*\(text)\"",
          ] {
            #expect(try Self.count(sentence, snapshot, engine) == here)
          }
        }
        let both = order.map { "req.key \(sign) \"\($0)\"" }.joined(separator: " or ")
        #expect(try Self.count("events where \(both)", snapshot, engine) == stored.count)
      }
    }
  }

  /// A newline, and a backslash before an n.
  @Test func escapes() throws {
    let snapshot = try Self.store([
      #"{"eventName":"A","errorMessage":"a\nb"}"#, #"{"eventName":"B","errorMessage":"a\\nb"}"#,
    ])
    let engine = QueryEngine()
    for sign in ["=", "=="] {
      let (newline, backslash) = (#"message \#(sign) "a\nb""#, #"message \#(sign) "a\\nb""#)
      for condition in [newline, backslash, newline] {
        #expect(try Self.count("events where \(condition)", snapshot, engine) == 1)
      }
      #expect(try Self.count("events where \(newline) or \(backslash)", snapshot, engine) == 2)
      #expect(try Self.count("events where \(newline) and \(backslash)", snapshot, engine) == 0)
    }
  }
}

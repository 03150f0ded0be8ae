import TrailEngine
import TrailLanguage
import TrailRecord
import TrailTestSupport
import TrailWorkspace
import Testing

/// A store of many small imports answers as one that took everything in at once, in memory and from a workspace.
@Suite struct MergedStoreTests {
  @Test(arguments: 0..<6)
  func answersAreThoseOfOneImport(seed: Int) throws {
    let folder = try KeptFile()
    var maker = RandomRecords(generator: SeededGenerator(seed: UInt64(seed) + 900))
    var sizes = SeededGenerator(seed: UInt64(seed) + 1_900)
    let (parts, whole) = (EventStore(), EventStore())
    let workspace = try Workspace(folder.path, .create)
    let kept = try workspace.makeStore()
    var all: [UInt8] = []
    for file in 0..<24 {
      var bytes: [UInt8] = []
      for number in 0..<Int.random(in: 1...20, using: &sizes) {
        JSONWriter.append(maker.record(file * 20 + number), to: &bytes)
        bytes.append(0x0A)
      }
      all += bytes
      for store in [parts, kept] { try RandomStore.importBytes(bytes, into: store) }
      let changes = kept.unkeptChanges()
      kept.noteKept(changes, as: try workspace.commit(changes, WorkspaceState(), []))
    }
    try RandomStore.importBytes(all, into: whole)
    workspace.close()
    let opened = try Workspace(folder.path, .readOnly)
    let stores = [whole, parts, kept, try opened.makeStore()]
    #expect(parts.snapshot().segments.count < 10)
    #expect(opened.segments.count == parts.snapshot().segments.count)
    var queries = RandomQueries(generator: SeededGenerator(seed: UInt64(seed) + 5_000))
    let engines = stores.map { _ in QueryEngine() }
    for number in 0..<80 {
      var sentence = queries.sentence()
      if number % 2 == 1 {
        let fields = queries.groups().joined(separator: ", ")
        sentence += " | count, distinct ip, sum req.count by \(fields)"
      }
      let syntax = try #require(QueryParser.parse(sentence).syntax)
      let answers = try zip(stores, engines).map { store, engine in
        try KeptStoreTests.answer(syntax, store.snapshot(), engine)
      }
      for answer in answers.dropFirst() { #expect(answer == answers[0], "\(sentence)") }
    }
    #expect(opened.takeDamage() == [] && opened.check().isClean)
  }
}

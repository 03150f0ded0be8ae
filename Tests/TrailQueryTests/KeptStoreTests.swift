import Glibc
import Testing
import TrailEngine
import TrailLanguage
import TrailRecord
import TrailWorkspace

/// A store that was saved and opened answers as it did before.
@Suite struct KeptStoreTests {
  @Test(arguments: 0..<8)
  func answersAreTheSameAfterOpening(seed: Int) throws {
    let folder = try KeptFile()
    let made = try RandomStore(seed: UInt64(seed) + 300, count: 40).snapshot
    let before = EventStore()
    try RandomStore.importBytes(Self.lines(of: made), into: before)
    _ = try Workspace.save(before, WorkspaceState(), [], to: folder.path)
    let workspace = try Workspace(folder.path, .existing)
    let after = try workspace.makeStore()
    #expect(Self.lines(of: after.snapshot()) == Self.lines(of: before.snapshot()))
    var queries = RandomQueries(generator: SeededGenerator(seed: UInt64(seed) + 3_000))
    let engines = (QueryEngine(), QueryEngine())
    for _ in 0..<120 {
      var sentence = queries.sentence()
      if seed % 2 == 1 {
        let fields = queries.groups().joined(separator: ", ")
        sentence += " | count, distinct ip, sum req.count by \(fields)"
      }
      let syntax = try #require(QueryParser.parse(sentence).syntax)
      let old = try Self.answer(syntax, before.snapshot(), engines.0)
      let new = try Self.answer(syntax, after.snapshot(), engines.1)
      #expect(old == new, "\(sentence)")
    }
    #expect(workspace.takeDamage() == [])
    #expect(workspace.check().isClean)
  }

  @Test func namesAreFoundAfterOpening() throws {
    let folder = try KeptFile()
    let before = EventStore()
    let made = try RandomStore(seed: 77, count: 200).snapshot
    try RandomStore.importBytes(Self.lines(of: made), into: before)
    _ = try Workspace.save(before, WorkspaceState(), [], to: folder.path)
    let after = try Workspace(folder.path, .readOnly).makeStore()
    for name in ["payroll-2026", "data", "bob", "nobody"] {
      let syntax = try #require(QueryParser.parse("events where about \"\(name)\"").syntax)
      let old = try Self.answer(syntax, before.snapshot(), QueryEngine())
      let new = try Self.answer(syntax, after.snapshot(), QueryEngine())
      #expect(old == new, "\(name)")
    }
  }

  static func answer(
    _ syntax: QuerySyntax, _ snapshot: StoreSnapshot, _ engine: QueryEngine
  ) throws -> [String] {
    let context = BindingContext(snapshot: snapshot, clock: DifferentialTests.clock)
    let answer = try engine.compile(syntax, in: context).run()
    if case .table(let table) = answer.content {
      return (0..<table.rowCount).map { row in
        table.cells.map { $0[row].text }.joined(separator: "|")
      }
    }
    return try DifferentialTests.records(answer).map {
      String(decoding: JSONWriter.bytes($0), as: UTF8.self)
    }
  }

  private static func lines(of snapshot: StoreSnapshot) -> [UInt8] {
    var bytes: [UInt8] = []
    for segment in snapshot.segments {
      for row in 0..<segment.rowCount {
        segment.appendRecord(row: row, to: &bytes)
        bytes.append(0x0A)
      }
    }
    return bytes
  }
}

/// A name for a workspace in a folder of its own.
final class KeptFile {
  let folder: String
  var path: String { folder + "/kept" }

  init() throws {
    var template = Array("/tmp/trailq-kept-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TestFailure("no temporary folder") }
    folder = String(cString: made)
  }

  deinit {
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
    rmdir(folder)
  }
}

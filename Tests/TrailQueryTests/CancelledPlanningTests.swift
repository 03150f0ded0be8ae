import Synchronization
import Testing
import TrailEngine
import TrailLanguage

/// The first question after opening reads much before its answer is worked out: Ctrl-C ends that too.
@Suite struct CancelledPlanningTests {
  private func store(_ source: StoppingSource) -> EventStore {
    EventStore(source.entries, in: source, paths: source.paths, nextUnit: 1 << 20, records: nil)
  }

  @Test(arguments: [
    "events where user=bob | count by who", "events where name=GetObject and ip=10.0.0.0/8",
    "events | count by tool", "events | sort user | limit 3", "events | facets",
    "events where login then failed within 1d by user", "events | burst 2 in 1h by user",
  ])
  func aQuestionIsStoppedWhileItReads(sentence: String) throws {
    let made = try RandomStore(seed: 41, count: 240, segments: 3).snapshot
    let syntax = try #require(QueryParser.parse(sentence).syntax)
    func answer(_ snapshot: StoreSnapshot, _ cancellation: Cancellation) throws -> Int {
      let context = BindingContext(snapshot: snapshot, clock: DifferentialTests.clock)
      return try QueryEngine().compile(syntax, in: context).run(cancellation).rowCount
    }
    let whole = StoppingSource(made, Cancellation(), after: .max)
    let rows = try answer(store(whole).snapshot(), Cancellation())
    #expect(whole.reads >= whole.entries.count)
    for after in [0, 1, 3, 6] {
      let cancellation = Cancellation()
      let source = StoppingSource(made, cancellation, after: after)
      let snapshot = store(source).snapshot()
      #expect(throws: QueryCancelled.self) { try answer(snapshot, cancellation) }
      #expect(source.reads < whole.reads, "after \(after) reads")
      #expect(try answer(snapshot, Cancellation()) == rows)
    }
  }
}

/// Segments in memory that are read until somebody presses Ctrl-C.
private final class StoppingSource: SegmentSource {
  let entries: [KeptSegmentEntry]
  let paths: PathTable
  private let segments: [EncodedSegment]
  private let cancellation: Cancellation
  private let limit: Int
  private let count = Atomic<Int>(0)

  /// Each segment lies there several times: what is small is merged before it is kept.
  init(_ snapshot: StoreSnapshot, _ cancellation: Cancellation, after limit: Int) {
    let all = (0..<8).flatMap { _ in snapshot.segments }
    entries = all.enumerated().map {
      KeptSegmentEntry(id: Int64($0.offset), home: .imported, of: $0.element)
    }
    paths = snapshot.paths
    segments = all.map { SegmentEncoder.encode($0) }
    self.cancellation = cancellation
    self.limit = limit
    if limit == 0 { cancellation.cancel() }
  }

  var reads: Int { count.load(ordering: .relaxed) }

  func contents(of segment: Int64) throws(SegmentDamage) -> [UInt8] {
    segments[Int(segment)].contents
  }

  func read(
    part: Int, of segment: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage) {
    if count.add(1, ordering: .relaxed).newValue == limit { cancellation.cancel() }
    memory.copyBytes(from: segments[Int(segment)].parts[part])
  }

  func found(_ damage: SegmentDamage, in segment: Int64) {
    Issue.record("\(damage.reason)")
  }
}

import Testing
import TrailEngine
import TrailRecord
import TrailTestSupport
import TrailText

@testable import TrailLanguage

/// What was planted in generated logs is found by one sentence each, whole and with nothing besides.
///
/// `Tests/Planted/truth.json` comes from what planted the incidents, not from trailq.
@Suite struct PlantedTruthTests {
  private let logs: PlantedLogs

  init() throws { logs = try PlantedLogs.load() }

  @Test func deletedBucket() throws {
    let planted = logs.planted("bob_delete_bucket")
    #expect(try logs.ids("events where delete and user=bob since 1h") == planted)
    #expect(
      try logs.ids(
        "events where name=DeleteBucket and failed then name=DeleteBucket and ok within 1h by who, bucket"
      )
        == planted)
    let bucket = try #require(logs.truth["bob_delete_bucket"]?["bucket"]?.text)
    #expect(try logs.ids("events where delete and about \"\(bucket)\"") == planted)
    // The second try was not known yet.
    #expect(
      try logs.ids("events where delete and about \"\(bucket)\" as-of 2026-11-14T23:41Z")
        == Array(planted.prefix(1)))
  }

  @Test func trailTampering() throws {
    let planted = logs.planted("trail_tamper")
    let decoys = logs.planted("trail_decoy")
    func found(_ within: String, by keys: String) throws -> [String] {
      try logs.ids(
        "events where name=StopLogging then name=DeleteTrail within \(within) by \(keys)")
    }
    #expect(try found("1h", by: "who") == planted)
    #expect(try found("750s", by: "who, trail") == planted)
    #expect(try found("749s", by: "who") == [])
    // With more time and with any principal the decoys are found: they are there.
    #expect(try Set(found("4h", by: "who")) == Set(planted + decoys.prefix(2)))
    #expect(try Set(found("1h", by: "trail")) == Set(planted + decoys.suffix(2)))
    #expect(
      try logs.ids(
        "events where name=StopLogging then no name=DeleteTrail within 1h by who"
      )
      .filter { (planted + decoys).contains($0) } == [decoys[0], decoys[2]])
  }

  @Test func burstOfIAMCalls() throws {
    let truth = try #require(logs.truth["iam_burst"])
    let row = ["arn:aws:iam::111122223333:user/eve", truth["from"]?.text, truth["to"]?.text]
    #expect(
      try logs.rows("events where service=iam | burst 100 in 5m by who") == [row + ["140", "140"]])
    #expect(
      try logs.rows("events where denied | burst 10 in 5m by user | select user, count")
        == [["eve", "20"]])
    #expect(
      try logs.rows(
        "events where service=iam | burst 8 distinct name in 1m by user | select user, count, peak")
        == [["eve", "140", "8"]])
    #expect(
      Set(try logs.ids("events where user=eve and service=iam at 2026-11-11"))
        == Set(logs.planted("iam_burst")))
  }

  @Test func keyUsedFromElsewhere() throws {
    let truth = try #require(logs.truth["key_exfil"])
    let key = truth["accessKeyId"]?.text
    let address = truth["ip"]?.text
    #expect(
      try logs.rows("events where user=ci-deploy since 2026-11-13 | new ip per key baseline 5d")
        == [[address, key, truth["from"]?.text, "302"]])
    #expect(
      try logs.rows(
        "events where name=GetObject | burst 100 in 5m by user, bucket | select user, bucket, count"
      )
        == [["ci-deploy", truth["bucket"]?.text, "300"]])
    #expect(
      try logs.ids("events where key=\(key ?? "") and ip=\(address ?? "")").sorted()
        == logs.planted("key_exfil").sorted())
  }

  @Test func nightWithoutSnapshots() throws {
    let sentence = "events where name=CreateSnapshot and role=nightly-backup"
    #expect(try logs.ids(sentence) == logs.planted("nightly"))
    #expect(
      try logs.rows(sentence + " | gaps over 25h | select from, to")
        == [["2026-11-11T03:00:40Z", "2026-11-13T03:00:05Z"]])
    let silent = try logs.rows(sentence + " | count every 1d | where count = 0 | select time")
    let missing = try #require(logs.truth["missing_nightly_job"]?["missing_date"]?.text)
    #expect(silent == [[missing + "T00:00:00Z"]])
  }

  @Test func chainOfCredentials() throws {
    let planted = logs.planted("chain")
    // The tree's rows are what was done with the key; the call that made it stands above them.
    #expect(
      Set(try logs.ids("events where name=CreateAccessKey | follow")) == Set(planted.dropFirst()))
    let truth = try #require(logs.truth["chain"])
    #expect(
      try logs.rows(
        "events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d | count by k.user, user"
      )
        == [[truth["maker"]?.text, truth["user"]?.text, "32"]])
    let path = try logs.ids("events where name=GetSecretValue and role=prod | limit 1 | backtrace")
    #expect(path.first == planted.first)
    #expect(path.count == 4 && Set(path).isSubset(of: planted))
  }
}

/// The planted logs in a store, and the truth about them.
private struct PlantedLogs {
  let truth: JSONValue
  private let snapshot: StoreSnapshot
  private let engine = QueryEngine()
  private let clock: Int64

  static func load() throws -> PlantedLogs { try loaded.get() }

  /// Read once: the logs do not change.
  private static let loaded = Result { try PlantedLogs() }

  private init() throws {
    truth = try JSONParser.parse(try PackageFiles.text("Tests/Planted/truth.json"))
    let store = EventStore()
    let report = store.importLogs([PackageFiles.root + "/Tests/Planted/events.ndjson.gz"])
    try #require(report.events == 1_094)
    snapshot = store.snapshot()
    let now = try #require(truth["query_params"]?["now"]?.text)
    clock = try #require(EventTime.parse(now))
  }

  /// The ids of the events that were planted under a name, in the order of time.
  func planted(_ name: String) -> [String] {
    guard case .array(let ids) = truth["events"]?[name] else { return [] }
    return ids.compactMap(\.text)
  }

  /// The ids of the events that a sentence finds; of matches, those of all their events.
  func ids(_ sentence: String) throws -> [String] {
    let events: EventRows
    switch try answer(sentence).content {
    case .events(let rows), .timeline(let rows): events = rows
    case .chain(let chain): events = chain.rows
    case .matches(let matches), .matchTimeline(let matches):
      events = EventRows(
        snapshot: matches.snapshot,
        references: (0..<matches.count).flatMap { matches.events(of: $0) })
    case .table, .chart, .facets: throw TestFailure("no events: \(sentence)")
    }
    return try DifferentialTests.records(
      Answer(content: .events(events), plan: PlanReport(normalised: ""))
    ).compactMap { $0["eventID"]?.text }
  }

  /// The rows of a table; nil for what is missing.
  func rows(_ sentence: String) throws -> [[String?]] {
    guard case .table(let table) = try answer(sentence).content else {
      throw TestFailure("no table: \(sentence)")
    }
    return (0..<table.rowCount).map { row in
      table.cells.map { $0[row] == .missing ? nil : $0[row].text }
    }
  }

  private func answer(_ sentence: String) throws -> Answer {
    let parsed = QueryParser.parse(sentence)
    guard parsed.isValid, let syntax = parsed.syntax else {
      throw TestFailure("\(sentence): \(parsed.diagnostics.map(\.message))")
    }
    return try engine.compile(syntax, in: BindingContext(snapshot: snapshot, clock: clock)).run()
  }
}

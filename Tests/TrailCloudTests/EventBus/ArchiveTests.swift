import Testing
import TrailRecord

@testable import TrailCloud

/// Archives of buses and their replays (texts measured on AWS).
@Suite struct ArchiveTests {
  private let bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
  private let archive = "arn:aws:events:us-east-1:123456789012:archive/kept"

  @discardableResult
  private func create(_ bench: RuleBench, _ more: String = "", name: String = "kept") throws
    -> CallResult
  {
    try bench.call(
      "events", "CreateArchive", #"{"ArchiveName":"\#(name)","EventSourceArn":"\#(bus)"\#(more)}"#)
  }

  private func put(_ bench: RuleBench, _ type: String, bus: String = "default") throws {
    try bench.call(
      "events", "PutEvents",
      #"{"Entries":[{"Source":"my.app","DetailType":"\#(type)","Detail":"{\"n\":1}","EventBusName":"\#(bus)"}]}"#
    )
    bench.advance(0)
  }

  private func archived(_ bench: RuleBench, name: String = "kept") throws -> JSONValue {
    try bench.call("events", "DescribeArchive", #"{"ArchiveName":"\#(name)"}"#).response
  }

  @discardableResult
  private func replay(
    _ bench: RuleBench, _ name: String = "again", from: String = "2026-01-05T09:00:00Z",
    to: String = "2026-01-06T09:00:00Z", destination: String? = nil, filters: String = ""
  ) throws -> CallResult {
    try bench.call(
      "events", "StartReplay",
      #"{"ReplayName":"\#(name)","EventSourceArn":"\#(archive)","EventStartTime":"\#(from)","EventEndTime":"\#(to)","Destination":{"Arn":"\#(destination ?? bus)"\#(filters)}}"#
    )
  }

  private func described(_ bench: RuleBench, _ name: String = "again") throws -> JSONValue {
    try bench.call("events", "DescribeReplay", #"{"ReplayName":"\#(name)"}"#).response
  }

  // MARK: Archives

  @Test func anArchiveIsCreatedDescribedChangedAndDeleted() throws {
    let bench = try RuleBench()
    let created = try create(
      bench, #","Description":"d","EventPattern":"{\"source\":[\"my.app\"]}","RetentionDays":1"#)
    #expect(
      created.response == [
        "ArchiveArn": .string(archive), "State": "ENABLED", "CreationTime": 1_767_603_600,
      ])
    #expect(
      try archived(bench) == [
        "ArchiveArn": .string(archive), "ArchiveName": "kept", "EventSourceArn": .string(bus),
        "State": "ENABLED", "RetentionDays": 1, "SizeBytes": 0, "EventCount": 0,
        "CreationTime": 1_767_603_600, "Description": "d",
        "EventPattern": "{\"source\":[\"my.app\"]}",
      ])
    let listed = try bench.call("events", "ListArchives", #"{"NamePrefix":"ke"}"#).response
    #expect(listed.at("Archives.0.ArchiveName") == "kept")
    #expect(listed.at("Archives.0.EventPattern") == nil)
    try bench.call("events", "UpdateArchive", #"{"ArchiveName":"kept","RetentionDays":9}"#)
    let changed = try archived(bench)
    #expect(changed["RetentionDays"] == 9 && changed["Description"] == "d")
    try bench.call("events", "DeleteArchive", #"{"ArchiveName":"kept"}"#)
    #expect(try bench.call("events", "ListArchives").response == ["Archives": []])
  }

  /// Whatever the bus gets, whether or not a rule waits for it; calls only with a trail.
  @Test func anArchiveKeepsWhatMatches() throws {
    let bench = try RuleBench()
    try create(bench, #","EventPattern":"{\"source\":[\"my.app\",\"aws.iam\"]}""#)
    try create(bench, name: "all")
    try put(bench, "paid")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    try bench.call("iam", "ListUsers")
    #expect(try archived(bench)["EventCount"] == 1)
    bench.advance(60)
    let kept = try archived(bench)
    #expect(kept["EventCount"] == 2)
    #expect((kept["SizeBytes"]?.integer ?? 0) > 1000)
    #expect((try archived(bench, name: "all")["EventCount"]?.integer ?? 0) >= 2)
    try bench.call("events", "DeleteArchive", #"{"ArchiveName":"kept"}"#)
    try put(bench, "paid")
    try create(bench)
    #expect(try archived(bench)["EventCount"] == 0)
  }

  @Test func eventsLeaveTheArchiveWithTheirRetention() throws {
    let bench = try RuleBench(logs: false)
    try create(bench, #","RetentionDays":2"#)
    try put(bench, "old")
    bench.advance(36 * 3600)
    try put(bench, "new")
    #expect(try archived(bench)["EventCount"] == 2)
    bench.advance(13 * 3600)
    #expect(try archived(bench)["EventCount"] == 1)
    #expect(try bench.call("events", "ListArchives").response.at("Archives.0.EventCount") == 1)
    bench.advance(36 * 3600)
    let empty = try archived(bench)
    #expect(empty["EventCount"] == 0 && empty["SizeBytes"] == 0)
  }

  @Test func aBusOfOnesOwnHasArchivesToo() throws {
    let bench = try RuleBench()
    try bench.call("events", "CreateEventBus", #"{"Name":"orders"}"#)
    let orders = "arn:aws:events:us-east-1:123456789012:event-bus/orders"
    try bench.call(
      "events", "CreateArchive", #"{"ArchiveName":"kept","EventSourceArn":"\#(orders)"}"#)
    try put(bench, "paid", bus: "orders")
    try put(bench, "elsewhere")
    #expect(try archived(bench)["EventCount"] == 1)
    try bench.rule("paid", on: #"{"source":["my.app"]}"#, bus: "orders")
    try replay(bench, destination: orders)
    bench.advance(120)
    #expect(bench.names == ["paid"])
  }

  // MARK: Replays

  @Test func aReplaySendsTheEventsAgain() throws {
    let bench = try RuleBench(logs: false)
    try create(bench)
    let rule = try bench.rule("r", on: #"{"source":["my.app"]}"#)
    try put(bench, "first")
    bench.advance(600)
    try put(bench, "second")
    bench.advance(60)
    let before = try bench.events()
    #expect(
      try replay(bench).response.removing(["ReplayStartTime"]) == [
        "ReplayArn": "arn:aws:events:us-east-1:123456789012:replay/again", "State": "STARTING",
      ])
    #expect(try described(bench)["State"] == "STARTING")
    bench.advance(60)
    #expect(try described(bench)["State"] == "RUNNING")
    #expect(bench.names == ["first", "second", "first"])
    bench.advance(60)
    let replayed = Array(try bench.events().dropFirst(2))
    #expect(replayed.map { $0["replay-name"] } == ["again", "again"])
    #expect(replayed.map { $0.removing(["replay-name"]) } == before)
    #expect(
      replayed[0].members?.map(\.nameText) == [
        "version", "id", "detail-type", "source", "account", "time", "region", "replay-name",
        "resources", "detail",
      ])
    #expect(bench.cloud.eventBuses.statistics(of: rule).matches == 4)
    let end = try described(bench)
    #expect(end["State"] == "COMPLETED")
    #expect(end["EventLastReplayedTime"] == 1_767_604_200)
    #expect(end["ReplayEndTime"] != nil)
    #expect(end["Destination"] == ["Arn": .string(bus)])
    // What was replayed is not archived.
    #expect(try archived(bench)["EventCount"] == 2)
    #expect(
      try bench.call("events", "ListReplays", #"{"State":"COMPLETED"}"#).response.at(
        "Replays.0.ReplayName") == "again")
    #expect(
      try bench.call("events", "ListReplays", #"{"State":"RUNNING"}"#).response == ["Replays": []])
  }

  @Test func aReplayIsOfATimeAndOfRules() throws {
    let bench = try RuleBench(logs: false)
    try create(bench)
    try put(bench, "first")
    bench.advance(600)
    try put(bench, "second")
    try bench.rule("one", on: #"{"source":["my.app"]}"#)
    let two = try bench.rule("two", on: #"{"source":["my.app"]}"#)
    try replay(
      bench, from: "2026-01-05T09:05:00Z", to: "2026-01-05T09:20:00Z",
      filters: #","FilterArns":["\#(two.arn)"]"#)
    bench.advance(120)
    #expect(bench.tasks.map { "\($0.task.rule.name) \($0.task.event.name)" } == ["two second"])
    #expect(try described(bench).at("Destination.FilterArns") == [.string(two.arn)])
  }

  @Test func aReplayCanBeCancelled() throws {
    let bench = try RuleBench(logs: false)
    try create(bench)
    try bench.rule("r", on: #"{"source":["my.app"]}"#)
    try put(bench, "first")
    try replay(bench)
    #expect(
      try bench.call("events", "CancelReplay", #"{"ReplayName":"again"}"#).response["State"]
        == "CANCELLING")
    bench.advance(120)
    #expect(bench.names == ["first"])
    #expect(try described(bench)["State"] == "CANCELLED")
    let refused = try bench.call("events", "CancelReplay", #"{"ReplayName":"again"}"#)
    #expect(refused.error?.code == "IllegalStatusException")
  }

  /// A rule that replays what it hears of is a loop like others.
  @Test func aLoopOfReplaysIsStopped() throws {
    let bench = try RuleBench(logs: false)
    try create(bench)
    try bench.rule("r", on: #"{"source":["my.app"]}"#)
    var count = 0
    bench.act = { _ in
      count += 1
      _ = try? replay(bench, "again-\(count)")
      return nil
    }
    try put(bench, "first")
    bench.advance(7200)
    #expect(bench.tasks.count == BusLimits.loopDepth)
  }

  // MARK: Refusals

  @Test(
    arguments: [
      (
        "CreateArchive",
        #"{"ArchiveName":"kept","EventSourceArn":"arn:aws:events:us-east-1:123456789012:event-bus/default"}"#,
        "ResourceAlreadyExistsException", "Archive kept already exists."
      ),
      (
        "CreateArchive",
        #"{"ArchiveName":"x","EventSourceArn":"arn:aws:events:us-east-1:123456789012:event-bus/nope"}"#,
        "ResourceNotFoundException", "Event bus nope does not exist."
      ),
      (
        "CreateArchive",
        #"{"ArchiveName":"x","EventSourceArn":"arn:aws:events:us-east-1:123456789012:event-bus/default","EventPattern":"{"}"#,
        "InvalidEventPatternException", "Event pattern is not valid."
      ),
      (
        "CreateArchive", #"{"ArchiveName":"a b","EventSourceArn":"default"}"#,
        "ValidationException", "2 validation errors detected"
      ),
      (
        "DescribeArchive", #"{"ArchiveName":"nope"}"#, "ResourceNotFoundException",
        "Archive nope does not exist."
      ),
      (
        "UpdateArchive", #"{"ArchiveName":"nope"}"#, "ResourceNotFoundException",
        "Archive nope does not exist."
      ),
      (
        "DeleteArchive", #"{"ArchiveName":"nope"}"#, "ResourceNotFoundException",
        "Archive nope does not exist."
      ),
      (
        "ListArchives", #"{"NamePrefix":"a","State":"ENABLED"}"#, "ValidationException",
        "At most one filter is allowed for ListArchives."
      ),
      (
        "ListArchives",
        #"{"EventSourceArn":"arn:aws:events:us-east-1:123456789012:event-bus/nope"}"#,
        "ResourceNotFoundException", "Event bus nope does not exist."
      ),
      (
        "DescribeReplay", #"{"ReplayName":"nope"}"#, "ResourceNotFoundException",
        "Replay nope does not exist."
      ),
      (
        "CancelReplay", #"{"ReplayName":"nope"}"#, "ResourceNotFoundException",
        "Replay nope does not exist."
      ),
    ])
  func whatIsWrongIsRefused(
    operation: String, parameters: String, code: String, message: String
  ) throws {
    let bench = try RuleBench()
    try create(bench)
    let error = try #require(try bench.call("events", operation, parameters).error)
    #expect(error.code == code, "\(error)")
    #expect(error.message.hasPrefix(message), "\(error)")
  }

  @Test func replaysThatCannotBeAreRefused() throws {
    let bench = try RuleBench()
    func refusal(_ result: CallResult) -> String {
      result.error.map { "\($0.code): \($0.message)" } ?? "none"
    }
    #expect(
      try refusal(replay(bench))
        == "ValidationException: Parameter EventSourceArn is not valid. Reason: Archive kept does not exist."
    )
    try create(bench)
    try bench.call("events", "CreateEventBus", #"{"Name":"orders"}"#)
    let arn = "arn:aws:events:us-east-1:123456789012:event-bus/"
    #expect(
      try refusal(replay(bench, destination: arn + "nope"))
        == "ResourceNotFoundException: Event bus nope does not exist.")
    #expect(
      try refusal(replay(bench, destination: arn + "orders"))
        == "ValidationException: Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."
    )
    #expect(
      try refusal(replay(bench, to: "2026-01-05T09:00:00Z"))
        == "ValidationException: Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
    )
    #expect(try refusal(replay(bench)) == "none")
    #expect(
      try refusal(replay(bench)) == "ResourceAlreadyExistsException: Replay again already exists.")
    for number in 2...BusLimits.activeReplays {
      #expect(try refusal(replay(bench, "again-\(number)")) == "none")
    }
    #expect(try refusal(replay(bench, "more")).hasPrefix("LimitExceededException"))
  }

  /// Each call leaves its record, with AWS's names.
  @Test func theCallsAreRecorded() throws {
    let bench = try RuleBench()
    let record = try JSONParser.parse(try create(bench).records[0].bytes)
    #expect(record["eventName"] == "CreateArchive")
    #expect(record.at("requestParameters.archiveName") == "kept")
    #expect(record.at("responseElements.archiveArn") == .string(archive))
    #expect(record.at("responseElements.creationTime")?.text?.hasPrefix("Jan 5, 2026") == true)
    let started = try JSONParser.parse(try replay(bench).records[0].bytes)
    #expect(started.at("responseElements.state") == "STARTING")
    #expect(started.at("requestParameters.destination.arn") == .string(bus))
  }
}

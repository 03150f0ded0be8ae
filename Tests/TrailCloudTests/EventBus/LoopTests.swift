import Testing
import TrailRecord

@testable import TrailCloud

/// Rules whose actions lead to their own events: by calls, by events that are put, in width and in depth.
@Suite struct LoopTests {
  @Test func aLoopIsStopped() throws {
    let bench = try RuleBench()
    let rule = try bench.rule("loop", on: #"{"detail":{"eventName":["CreateGroup"]}}"#)
    bench.act = { _ in
      _ = try? bench.call("iam", "CreateGroup", #"{"GroupName":"g"}"#)
      return nil
    }
    try bench.call("iam", "CreateGroup", #"{"GroupName":"g"}"#)
    bench.advance(3600)
    #expect(bench.tasks.count == BusLimits.loopDepth)
    let counts = bench.cloud.eventBuses.statistics(of: rule)
    #expect(counts.loops == 1)
    #expect(counts.matches == BusLimits.loopDepth + 1)
    // A call that no action led to begins anew.
    try bench.call("iam", "CreateGroup", #"{"GroupName":"g"}"#)
    bench.advance(3600)
    #expect(bench.tasks.count == 2 * BusLimits.loopDepth)
  }

  @Test func aLoopOverTwoRulesIsStoppedToo() throws {
    let bench = try RuleBench()
    try bench.rule("a", on: #"{"detail":{"eventName":["CreateGroup"]}}"#)
    try bench.rule("b", on: #"{"detail":{"eventName":["DeleteGroup"]}}"#)
    bench.act = { task in
      let next = task.rule.name == "a" ? "DeleteGroup" : "CreateGroup"
      _ = try? bench.call("iam", next, #"{"GroupName":"g"}"#)
      return nil
    }
    try bench.call("iam", "CreateGroup", #"{"GroupName":"g"}"#)
    bench.advance(3600)
    #expect(bench.tasks.count == BusLimits.loopDepth)
  }

  /// Events that are put within an action are part of the loop as calls are.
  @Test func aLoopOfPutEventsIsStopped() throws {
    let bench = try RuleBench()
    try bench.rule("loop", on: #"{"source":["my.app"]}"#)
    let entries = #"{"Entries":[{"Source":"my.app","DetailType":"t","Detail":"{}"}]}"#
    bench.act = { _ in
      _ = try? bench.call("events", "PutEvents", entries)
      return nil
    }
    try bench.call("events", "PutEvents", entries)
    bench.advance(1)
    #expect(bench.tasks.count == BusLimits.loopDepth)
  }

  /// What branches is stopped by the sum, long before it is deep; what is lost so is counted.
  @Test func aLoopThatBranchesIsStopped() throws {
    let bench = try RuleBench()
    let rule = try bench.rule("loop", on: #"{"source":["my.app"]}"#)
    let entry = #"{"Source":"my.app","DetailType":"t","Detail":"{}"}"#
    let entries = "{\"Entries\":[\(Array(repeating: entry, count: 10).joined(separator: ","))]}"
    bench.act = { _ in
      _ = try? bench.call("events", "PutEvents", entries)
      return nil
    }
    try bench.call("events", "PutEvents", #"{"Entries":[\#(entry)]}"#)
    bench.advance(1)
    // The first event's own action, and what that led to.
    let actions = 1 + BusLimits.loopActions
    #expect(bench.tasks.count == actions)
    let counts = bench.cloud.eventBuses.statistics(of: rule)
    #expect(counts.matches == 1 + 10 * actions)
    #expect(counts.excess == counts.matches - actions)
    #expect(bench.cloud.takeHappenings().excesses[rule] == counts.excess)
    // What comes of other events is counted apart.
    bench.act = { _ in nil }
    try bench.call("events", "PutEvents", entries)
    bench.advance(1)
    #expect(bench.tasks.count == actions + 10)
  }

  /// More events than may be on their way are lost, and each rule that waited for one says so.
  @Test func whatIsLostOnTheWayIsCounted() throws {
    let bench = try RuleBench(logs: false)
    let rule = try bench.rule("r", on: #"{"source":["my.app"]}"#)
    let event = BusEvent(
      id: "1", detailType: "t", source: "my.app", account: rule.bus.account, time: 0,
      region: rule.bus.region, resources: [], detail: Array("{}".utf8), name: "t")
    for _ in 0..<BusLimits.eventsOnTheirWay + 3 {
      bench.cloud.send(event, to: rule.bus, after: 60_000)
    }
    #expect(bench.cloud.eventBuses.statistics(of: rule).lost == 3)
    #expect(bench.cloud.happenings.lostEvents == 3)
  }
}

import Testing
import TrailRecord

@testable import TrailCloud

/// The profiles are data: every call in them must be one that can be made.
@Suite struct TrafficProfileTests {
  /// Refusals that the state of things explains, and that real accounts are full of.
  private static let natural: Set<String> = [
    "NoSuchBucketPolicy", "NoSuchTagSet", "NoSuchLifecycleConfiguration", "Failure",
  ]

  @Test(arguments: TrafficProfiles.names)
  func everyStepIsACallThatTheCatalogueTakes(name: String) throws {
    let profile = try #require(TrafficProfiles.named(name))
    let world = TrafficWorld()
    for step in profile.furniture + profile.activities.flatMap(\.steps) {
      let slots = SlottedParameters(step.parameters)
      let texts = slots.slots.map { hole -> [UInt8] in
        if case .choice(let options) = hole { return Array(options[0].utf8) }
        return Array("sample".utf8)
      }
      let filled = SlottedParameters.filled(.object(slots.members), texts)
      _ = try world.cloud.prepare(
        APICall(step.service, step.operation, parameters: filled.members ?? []))
      #expect(step.failures.reduce(0) { $0 + $1.share } <= 1)
    }
  }

  @Test(arguments: TrafficProfiles.names)
  func everyHoleCanBeFilled(name: String) throws {
    let profile = try #require(TrafficProfiles.named(name))
    let gained =
      profile.furniture.flatMap(\.gains) + profile.activities.flatMap(\.steps).flatMap(\.gains)
    let pools = Set(profile.pools.keys).union(gained.map(\.pool))
    for step in profile.furniture + profile.activities.flatMap(\.steps) {
      if let each = step.each { #expect(pools.contains(each), "\(step.operation): \(each)") }
      for hole in SlottedParameters(step.parameters).slots {
        switch hole {
        case .pool(let pool), .taken(let pool, _):
          #expect(pools.contains(pool), "\(step.service):\(step.operation): {\(pool)}")
        default: break
        }
      }
    }
  }

  @Test(arguments: TrafficProfiles.names)
  func nothingIsRefusedButWhatTheProfileSays(name: String) throws {
    let world = TrafficWorld(start: CloudDefaults.start - 9 * 3_600_000)
    let report = try world.run(name, hours: 26, rate: 2)
    let profile = try #require(TrafficProfiles.named(name))
    let steps = profile.activities.flatMap(\.steps)
    let wanted = Set(steps.flatMap(\.failures).map(\.code))
    for record in world.records {
      guard let code = record.errorCode else { continue }
      let plain = code.hasPrefix("Client.") ? String(code.dropFirst(7)) : code
      #expect(
        Self.natural.contains(code) || wanted.contains(plain)
          || wanted.contains(plain + "Exception"), "\(record.eventName): \(code)")
    }
    #expect(report.impossible == 0)
    #expect(report.calls > 1_000)
    #expect(report.principals > 8)
  }

  @Test func aBrokenProfileIsExplained() {
    func problem(_ text: String) -> TrafficProfileProblem? {
      do throws(TrafficProfileProblem) {
        _ = try TrafficProfile(json: text)
        return nil
      } catch { return error }
    }
    #expect(problem("{")?.place == "byte 1")
    #expect(problem(#"{"name": "x"}"#)?.message == "needs `summary`")
    let head =
      #"{"name": "x", "summary": "y", "activities": {"a": [{"call": "s3:ListBuckets"}]}, "actors": "#
    #expect(
      problem(head + #"{"b": {"as": "user b", "share": 1, "does": {"c": 1}}}}"#)
        == TrafficProfileProblem(
          place: "profile.actors.b.does.c", message: "there is no activity of this name"))
    #expect(
      problem(head + #"{"b": {"as": "user b", "at": "25:00", "does": {"a": 1}}}}"#)?.place
        == "profile.actors.b.at")
    #expect(
      problem(head + #"{"b": {"as": "role r", "share": 1, "does": {"a": 1}}}}"#)?.message
        == "a role needs a session: ROLE/SESSION")
    #expect(problem(head + #"{"b": {"as": "user b", "share": 1, "does": {"a": 1}}}}"#) == nil)
  }
}

import TrailRecord

@testable import TrailCloud

/// A world with a trail that logs management events, and a session that notes what rules ask of it.
final class RuleBench: SessionActionPerformer {
  let cloud: Cloud
  /// What rules asked for, in order.
  private(set) var tasks: [(time: Int64, task: SessionTask)] = []
  /// What the session answers: the action is done by `act`, and fails where that says so.
  var act: (SessionTask) -> InvocationFailure? = { _ in nil }

  init(seed: UInt64 = 1, logs: Bool = true) throws {
    var configuration = Cloud.Configuration()
    configuration.seed = seed
    cloud = Cloud(configuration, storage: MemoryStorage())
    cloud.sessionActions = self
    try cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    try call(
      "cloudtrail", "CreateTrail",
      #"{"Name":"main","S3BucketName":"logs","IsMultiRegionTrail":true}"#)
    if logs { try call("cloudtrail", "StartLogging", #"{"Name":"main"}"#) }
  }

  func cloud(_ cloud: Cloud, perform task: SessionTask) -> InvocationFailure? {
    tasks.append((cloud.now, task))
    return act(task)
  }

  @discardableResult
  func call(
    _ service: String, _ operation: String, _ parameters: String = "{}", as caller: Caller? = nil,
    region: RegionName? = nil
  ) throws -> CallResult {
    var call = APICall(
      service, operation, parameters: try JSONParser.parse(parameters).members ?? [])
    if let caller { call.caller = caller }
    call.region = region
    return try cloud.perform(call)
  }

  /// Makes a rule that prints, or does something else in the session.
  @discardableResult
  func rule(
    _ name: String, on pattern: String, state: EventRule.State = .enabled,
    bus: String = "default", region: RegionName? = nil, action: SessionAction = .print,
    change: (inout RuleTarget) -> Void = { _ in }
  ) throws -> RuleID {
    try cloud.arrangeEvents(
      "PutRule",
      [
        JSONMember("Name", .string(name)), JSONMember("EventPattern", .string(pattern)),
        JSONMember("State", .string(state.rawValue)), JSONMember("EventBusName", .string(bus)),
      ], region: region)
    let id = RuleID(
      bus: BusID(
        named: bus, account: cloud.world.account, region: region ?? cloud.world.region),
      name: name)
    var target = RuleTarget(id: "shell 1", destination: .session(action))
    target.retry.attempts = 0
    change(&target)
    cloud.setSessionTargets([target], of: id)
    return id
  }

  func advance(_ seconds: Int64) { cloud.advance(to: cloud.now + seconds * 1000) }

  /// The events that rules were told of.
  func events() throws -> [JSONValue] {
    try tasks.map { try JSONParser.parse($0.task.event.bytes) }
  }

  var names: [String] { tasks.map(\.task.event.name) }
}

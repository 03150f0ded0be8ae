import TrailEngine
import TrailRecord

/// A few events close together, for what looks along time: ties, missing fields, several values of one field, events
/// without a time, credentials that are issued and used.
struct StoryStore {
  static let start: Int64 = 1_795_200_000_000

  let store = EventStore()
  let snapshot: StoreSnapshot
  /// In the order of time, then of arrival; records without a usable time last.
  let records: [JSONValue]

  /// - Parameter hasCredentials: whether the events are about keys, passwords and console sessions.
  init(_ random: inout SeededGenerator, hasCredentials: Bool = false) throws {
    let count = Int.random(in: 1...14, using: &random)
    let all = (0..<count).map { _ in
      hasCredentials ? Self.credentialRecord(&random) : Self.record(&random)
    }
    let cut = Int.random(in: 0...count, using: &random)
    // Two segments, one of them of events that arrived one by one.
    if cut > 0 { try RandomStore.importRecords(Array(all[..<cut]), into: store) }
    for record in all[cut...] { try store.append(record: JSONWriter.bytes(record)) }
    snapshot = store.snapshot()
    records = all.enumerated().sorted { left, right in
      let (a, b) = (Self.time(left.element) ?? .max, Self.time(right.element) ?? .max)
      return a != b ? a < b : left.offset < right.offset
    }.map(\.element)
  }

  static func time(_ record: JSONValue) -> Int64? {
    record["eventTime"]?.text.flatMap { EventTime.parse($0) }
  }

  private static func text(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

  private static func when(_ random: inout SeededGenerator, steps: Int) -> [JSONMember] {
    guard random.chance(95) else { return [] }
    let time = start + Int64(Int.random(in: 0..<steps, using: &random)) * 30_000
    return [JSONMember("eventTime", text(EventTime.format(time)))]
  }

  private static func record(_ random: inout SeededGenerator) -> JSONValue {
    var members = when(&random, steps: 16)
    members.append(JSONMember("eventName", text(random.pick(["A", "B", "C"]))))
    if random.chance(85) {
      let name = random.pick(["bob", "eve", "Eve"])
      members.append(
        JSONMember(
          "userIdentity",
          .object([JSONMember("type", text("IAMUser")), JSONMember("userName", text(name))])))
    }
    if random.chance(85) {
      let address = random.pick(["10.0.0.1", "10.0.0.2", "::FFFF:10.0.0.2", "s3.amazonaws.com"])
      members.append(JSONMember("sourceIPAddress", text(address)))
    }
    if random.chance(60) {
      let tags = (0..<random.pick([0, 1, 2, 3])).map { _ -> JSONValue in
        random.pick([text("a"), text("b"), .number("1"), .number("1.0"), .bool(true), .null])
      }
      members.append(
        JSONMember("requestParameters", .object([JSONMember("tags", .array(tags))])))
    }
    return .object(members)
  }

  private static let keys = ["K1", "K2", "K3", "K4"]

  private static func credentialRecord(_ random: inout SeededGenerator) -> JSONValue {
    var members = when(&random, steps: 10)
    let name = random.pick([
      "AssumeRole", "CreateAccessKey", "CreateLoginProfile", "ConsoleLogin", "GetObject",
      "PutObject",
    ])
    members.append(JSONMember("eventName", text(name)))
    let user = random.pick(["bob", "eve"])
    var identity = [
      JSONMember("type", text("IAMUser")), JSONMember("userName", text(user)),
      JSONMember("arn", text("arn:aws:iam::1:user/\(user)")),
    ]
    if random.chance(90) { identity.append(JSONMember("accountId", text("1"))) }
    if random.chance(70) {
      identity.append(JSONMember("accessKeyId", text(random.pick(keys))))
    }
    members.append(JSONMember("userIdentity", .object(identity)))
    let failed = random.chance(15)
    switch name {
    case "AssumeRole", "CreateAccessKey":
      let member = name == "AssumeRole" ? "credentials" : "accessKey"
      if !failed {
        let key = JSONMember("accessKeyId", text(random.pick(keys)))
        members.append(
          JSONMember("responseElements", .object([JSONMember(member, .object([key]))])))
      }
    case "CreateLoginProfile":
      members.append(
        JSONMember(
          "requestParameters",
          .object([JSONMember("userName", text(random.pick(["bob", "eve"])))])))
    case "ConsoleLogin":
      let answer = JSONMember("ConsoleLogin", text(failed ? "Failure" : "Success"))
      members.append(JSONMember("responseElements", .object([answer])))
    default: break
    }
    if failed { members.append(JSONMember("errorCode", text("AccessDenied"))) }
    if random.chance(30) {
      members.append(JSONMember("sessionCredentialFromConsole", text("true")))
    }
    members.append(
      JSONMember("sourceIPAddress", text(random.pick(["10.0.0.1", "10.0.0.2"]))))
    if random.chance(80) {
      members.append(JSONMember("userAgent", text(random.pick(["cli", "sdk"]))))
    }
    return .object(members)
  }
}

internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Commands about trails whose verb says it all.
enum TrailVerbs {
  static let all: [Command] = [start, stop, trails, status, SelectCommand.select]

  private static let start = Command(
    "start", forms: ["start TRAIL"], summary: "makes a trail log: StartLogging",
    detail: ["What happened before is not delivered later."],
    examples: ["define bucket logs; define trail main to s3://logs stopped; start main"],
    candidates: { TrailNouns.trailNames($0) }
  ) { try setLogging(true, $0) }

  private static let stop = Command(
    "stop", forms: ["stop TRAIL"], summary: "makes a trail log no more: StopLogging",
    detail: ["What happened before is still delivered."],
    examples: ["define bucket logs; define trail main to s3://logs; stop main"],
    candidates: { TrailNouns.trailNames($0) }
  ) { try setLogging(false, $0) }

  private static func setLogging(_ isOn: Bool, _ invocation: Invocation) throws {
    let name = try invocation.onlyTrailName()
    let known = invocation.cloud.trails(of: invocation.cloud.world.account)
      .filter { $0.name == name.text || $0.arn == name.text }
    let wasOn = known.count == 1 ? known[0].isLogging : !isOn
    _ = try invocation.perform(
      APICall(
        "cloudtrail", isOn ? "StartLogging" : "StopLogging",
        parameters: [JSONMember("Name", .string(name.text))]),
      at: name.range)
    let outcome =
      switch (wasOn, isOn) {
      case (false, true): "logs from now on"
      case (true, false): "logs no more"
      case (true, true): "was logging already"
      case (false, false): "was not logging anyway"
      }
    invocation.session.note("trail \(name.text) \(outcome)", to: invocation.output)
  }

  private static let trails = Command(
    "trails", forms: ["trails"], summary: "lists the trails that the account sees",
    examples: ["define bucket logs; define trail main to s3://logs; trails"]
  ) { invocation in
    try invocation.reader().finish()
    try listTrails(invocation)
  }

  static func listTrails(_ invocation: Invocation) throws {
    let cloud = invocation.cloud
    try invocation.showTable(
      [
        ("trail", .text), ("home", .text), ("regions", .text), ("bucket", .text),
        ("logging", .text), ("records", .list), ("error", .text),
      ],
      rows: cloud.trails(of: cloud.world.account).map { trail in
        [
          .text(trail.name), .text(trail.homeRegion),
          .text(
            (trail.isMultiRegion ? "all" : "one")
              + (trail.isOrganizationTrail ? ", organization" : "")),
          .text(trail.bucket), .text(trail.isLogging ? "yes" : "no"),
          .list(trail.effectiveSelectors.phrases.map { .text($0) }),
          trail.status.latestDeliveryError.map { .text($0) } ?? .missing,
        ]
      },
      empty: "there are no trails; `define trail NAME to s3://BUCKET` makes one")
  }

  private static let status = Command(
    "status", forms: ["status TRAIL"], summary: "shows what GetTrailStatus tells of a trail",
    detail: ["Members that AWS leaves out because nothing happened yet are left out here too."],
    examples: ["define bucket logs; define trail main to s3://logs; status main"],
    candidates: { TrailNouns.trailNames($0) }
  ) { invocation in
    let trail = try invocation.trail(try invocation.onlyTrailName())
    switch invocation.session.settings.output {
    case .json, .ndjson:
      try invocation.write(
        String(decoding: JSONWriter.bytes(trail.statusJSON), as: UTF8.self) + "\n")
    default:
      try invocation.showTable(
        [("member", .text), ("value", .text)],
        rows: (trail.statusJSON.members ?? []).map { member in
          [.text(member.nameText), cell(member.value)]
        }, empty: "")
    }
  }

  private static func cell(_ value: JSONValue) -> Cell {
    switch value {
    case .bool(let truth): .text(truth ? "true" : "false")
    case .number(let spelling): .text(time(spelling))
    default: .text(value.text ?? "")
    }
  }

  /// Seconds of the wire, as the AWS CLI shows them.
  private static func time(_ spelling: String) -> String {
    let parts = spelling.split(separator: ".")
    guard let first = parts.first, let seconds = Int64(first) else { return spelling }
    return ReadableTime.iso(seconds * 1000 + (parts.count > 1 ? Int64(parts[1]) ?? 0 : 0))
  }
}

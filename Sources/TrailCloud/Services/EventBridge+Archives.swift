internal import TrailRecord

// Archives and replays (botocore's model; texts measured on AWS where they could be).

extension Cloud {
  /// False where the call is about something else.
  func changeArchives(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateArchive": try createArchive(call, &outcome)
    case "UpdateArchive": try updateArchive(call, &outcome)
    case "DeleteArchive": try deleteArchive(call, &outcome)
    case "DescribeArchive": try describeArchive(call, &outcome)
    case "ListArchives": try listArchives(call, &outcome)
    case "StartReplay": try startReplay(call, &outcome)
    case "CancelReplay": try cancelReplay(call, &outcome)
    case "DescribeReplay": try describeReplay(call, &outcome)
    case "ListReplays": try listReplays(call, &outcome)
    default: return false
    }
    return true
  }

  // MARK: Archives

  private func createArchive(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkArchive(call)
    let bus = try bus(call.text("EventSourceArn"), call)
    let id = archiveID(call)
    guard eventBuses.archives[id] == nil else {
      throw AWSError("ResourceAlreadyExistsException", "Archive \(id.name) already exists.")
    }
    guard bus.account == call.account, bus.region == call.region else {
      throw AWSError(
        "ValidationException",
        "Parameter EventSourceArn is not valid. Reason: Must be an event bus of this account and Region."
      )
    }
    var archive = EventArchive(
      id: id, bus: bus, creationTime: call.time, compiled: try Self.archivePattern(nil))
    try change(&archive, call)
    let created = archive
    outcome.response = Self.answer(about: created)
    outcome.afterwards = { $0.eventBuses.keep(created) }
  }

  private func updateArchive(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkArchive(call)
    var archive = try archive(call)
    try change(&archive, call)
    let changed = archive
    outcome.response = Self.answer(about: changed)
    outcome.afterwards = { $0.eventBuses.keep(changed) }
  }

  /// Takes what is said; what is not said stays.
  private func change(_ archive: inout EventArchive, _ call: ServiceCall) throws(AWSError) {
    if let pattern = call.text("EventPattern") {
      archive.pattern = pattern.isEmpty ? nil : pattern
      archive.compiled = try Self.archivePattern(archive.pattern)
    }
    if let description = call.text("Description") { archive.description = description }
    if let days = call.parameters["RetentionDays"]?.integer { archive.retentionDays = days }
    if let key = call.text("KmsKeyIdentifier") { archive.kmsKey = key.isEmpty ? nil : key }
  }

  /// What an archive listens for: all events, where it has no pattern. Replayed events never reach it.
  private static func archivePattern(_ text: String?) throws(AWSError) -> RulePattern {
    try RulePattern(text ?? #"{"version":[{"exists":true}]}"#)
  }

  private static func answer(about archive: EventArchive) -> JSONValue {
    .members([
      ("ArchiveArn", .string(archive.arn)), ("State", .string(archiveState)),
      ("CreationTime", .seconds(archive.creationTime)),
    ])
  }

  /// Archives are there at once (measured).
  private static let archiveState = "ENABLED"

  private func deleteArchive(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkArchive(call)
    let archive = try archive(call)
    outcome.afterwards = { $0.eventBuses.removeArchive(archive.id) }
  }

  private func describeArchive(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkArchive(call)
    let archive = try archive(call)
    outcome.response = .members(
      [("ArchiveArn", .string(archive.arn))] + Self.members(of: archive) + [
        ("Description", .text(archive.description)), ("EventPattern", .text(archive.pattern)),
        ("KmsKeyIdentifier", .text(archive.kmsKey)),
      ])
  }

  private func listArchives(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkList(call, prefix: BusLimits.archiveName, states: Self.archiveStates)
    try checkFilters(call)
    let source = try call.text("EventSourceArn").map { name throws(AWSError) in
      try bus(name, call)
    }
    for id in eventBuses.archives.keys { eventBuses.sweepArchive(id, at: now) }
    let all = eventBuses.archives.values.filter { archive in
      archive.id.account == call.account && archive.id.region == call.region
        && archive.id.name.hasPrefix(call.text("NamePrefix") ?? "")
        && (source == nil || archive.bus == source)
        && (call.text("State") ?? Self.archiveState) == Self.archiveState
    }.sorted { $0.id < $1.id }
    let (page, token) = try page(all, call)
    outcome.response = .members([
      ("Archives", .array(page.map { .members(Self.members(of: $0)) })), ("NextToken", token),
    ])
  }

  private static func members(
    of archive: EventArchive
  ) -> [(name: String, value: JSONValue?)] {
    [
      ("ArchiveName", .string(archive.id.name)), ("EventSourceArn", .string(archive.bus.arn)),
      ("State", .string(archiveState)), ("RetentionDays", .number(archive.retentionDays)),
      ("SizeBytes", .number(archive.size)), ("EventCount", .number(archive.events.count)),
      ("CreationTime", .seconds(archive.creationTime)),
    ]
  }

  /// The archive that a call names, as it is now.
  private func archive(_ call: ServiceCall) throws(AWSError) -> EventArchive {
    let id = archiveID(call)
    eventBuses.sweepArchive(id, at: now)
    guard let archive = eventBuses.archives[id] else {
      throw AWSError("ResourceNotFoundException", "Archive \(id.name) does not exist.")
    }
    return archive
  }

  private func archiveID(_ call: ServiceCall) -> BusResourceID {
    BusResourceID(
      account: call.account, region: call.region, name: call.text("ArchiveName") ?? "")
  }

  // MARK: Replays

  private func startReplay(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkReplay(call)
    let destination = call.parameters["Destination"]
    let busName = destination?["Arn"]?.text ?? ""
    guard BusID(arn: busName) != nil else {
      throw Self.wrong("Destination.Arn", "Must contain an event bus ARN.")
    }
    let bus = try bus(busName, call)
    let source = call.text("EventSourceArn") ?? ""
    guard let archiveID = BusResourceID(arn: source, "archive") else {
      throw Self.wrong("EventSourceArn", "Must contain an archive ARN.")
    }
    guard let archive = eventBuses.archives[archiveID] else {
      throw Self.wrong("EventSourceArn", "Archive \(archiveID.name) does not exist.")
    }
    guard archive.bus == bus else {
      throw Self.wrong("Destination.Arn", "Cross event bus replay is not permitted.")
    }
    let start = Self.time(call.parameters["EventStartTime"]) ?? 0
    let end = Self.time(call.parameters["EventEndTime"]) ?? 0
    guard start < end else {
      throw Self.wrong("EventEndTime", "EventStartTime must be before EventEndTime.")
    }
    let id = replayID(call)
    guard eventBuses.replays[id] == nil else {
      throw AWSError("ResourceAlreadyExistsException", "Replay \(id.name) already exists.")
    }
    let active = eventBuses.replays.values.count {
      $0.id.account == id.account && $0.id.region == id.region && $0.isActive
    }
    guard active < BusLimits.activeReplays else {
      throw AWSError(
        "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    }
    var replay = EventReplay(
      id: id, archive: archiveID, bus: bus, start: start, end: end, startTime: call.time)
    replay.rules = destination?["FilterArns"]?.texts ?? []
    replay.description = call.text("Description")
    replay.cause = acting
    let started = replay
    outcome.response = .members([
      ("ReplayArn", .string(started.arn)), ("State", .string(started.state.rawValue)),
      ("ReplayStartTime", .seconds(started.startTime)),
    ])
    outcome.afterwards = { cloud in
      cloud.eventBuses.replays[id] = started
      cloud.schedule.add(
        .replay(ScheduledReplay(replay: id)), at: cloud.now + Self.replayDelay)
    }
  }

  private func cancelReplay(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkReplay(call)
    var replay = try replay(call)
    guard [.starting, .running].contains(replay.state) else {
      throw AWSError(
        "IllegalStatusException",
        "Replay \(replay.id.name) is not in a valid state for this operation.")
    }
    replay.state = .cancelling
    let cancelled = replay
    outcome.response = .members([
      ("ReplayArn", .string(cancelled.arn)), ("State", .string(cancelled.state.rawValue)),
    ])
    outcome.afterwards = { $0.eventBuses.replays[cancelled.id] = cancelled }
  }

  private func describeReplay(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkReplay(call)
    let replay = try replay(call)
    outcome.response = .members(
      [
        ("ReplayArn", .string(replay.arn)), ("Description", .text(replay.description)),
        (
          "Destination",
          .members([
            ("Arn", .string(replay.bus.arn)),
            ("FilterArns", replay.rules.isEmpty ? nil : .strings(replay.rules)),
          ])
        ),
      ] + Self.members(of: replay))
  }

  private func listReplays(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkList(
      call, prefix: BusLimits.replayName, states: EventReplay.State.allCases.map(\.rawValue))
    try checkFilters(call)
    let all = eventBuses.replays.values.filter { replay in
      replay.id.account == call.account && replay.id.region == call.region
        && replay.id.name.hasPrefix(call.text("NamePrefix") ?? "")
        && call.text("EventSourceArn") ?? replay.archive.arn("archive")
          == replay.archive.arn("archive")
        && call.text("State") ?? replay.state.rawValue == replay.state.rawValue
    }.sorted { $0.id < $1.id }
    let (page, token) = try page(all, call)
    outcome.response = .members([
      ("Replays", .array(page.map { .members(Self.members(of: $0)) })), ("NextToken", token),
    ])
  }

  private static func members(of replay: EventReplay) -> [(name: String, value: JSONValue?)] {
    [
      ("ReplayName", .string(replay.id.name)),
      ("EventSourceArn", .string(replay.archive.arn("archive"))),
      ("State", .string(replay.state.rawValue)), ("EventStartTime", .seconds(replay.start)),
      ("EventEndTime", .seconds(replay.end)),
      ("EventLastReplayedTime", replay.lastReplayed.flatMap { .seconds($0) }),
      ("ReplayStartTime", .seconds(replay.startTime)),
      ("ReplayEndTime", replay.endTime.flatMap { .seconds($0) }),
    ]
  }

  private func replay(_ call: ServiceCall) throws(AWSError) -> EventReplay {
    let id = replayID(call)
    guard let replay = eventBuses.replays[id] else {
      throw AWSError("ResourceNotFoundException", "Replay \(id.name) does not exist.")
    }
    return replay
  }

  private func replayID(_ call: ServiceCall) -> BusResourceID {
    BusResourceID(
      account: call.account, region: call.region, name: call.text("ReplayName") ?? "")
  }

  // MARK: Checks

  private static let archiveStates = [
    "ENABLED", "DISABLED", "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED",
  ]

  private static func wrong(_ parameter: String, _ reason: String) -> AWSError {
    AWSError("ValidationException", "Parameter \(parameter) is not valid. Reason: \(reason)")
  }

  private func checkArchive(_ call: ServiceCall) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text("ArchiveName"), "archiveName", lengths: BusLimits.archiveName, pattern: .name)
    check.text(
      call.text("EventSourceArn"), "eventSourceArn", lengths: 1...BusLimits.arnCharacters,
      pattern: .arn)
    check.text(
      call.text("Description"), "description", lengths: 0...BusLimits.descriptionCharacters)
    check.text(
      call.text("EventPattern"), "eventPattern", lengths: 0...BusLimits.patternCharacters)
    check.number(call.parameters["RetentionDays"]?.integer, "retentionDays", in: 0...Int(Int32.max))
    try check.finish()
  }

  private func checkReplay(_ call: ServiceCall) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text("ReplayName"), "replayName", lengths: BusLimits.replayName, pattern: .name)
    check.text(
      call.text("EventSourceArn"), "eventSourceArn", lengths: 1...BusLimits.arnCharacters,
      pattern: .arn)
    check.text(
      call.text("Description"), "description", lengths: 0...BusLimits.descriptionCharacters)
    if let destination = call.parameters["Destination"] {
      check.needed(destination["Arn"], "destination.arn")
    }
    try check.finish()
  }

  private func checkList(
    _ call: ServiceCall, prefix: ClosedRange<Int>, states: [String]
  ) throws(AWSError) {
    var check = ModelCheck()
    check.text(call.text("NamePrefix"), "namePrefix", lengths: prefix, pattern: .name)
    check.text(
      call.text("EventSourceArn"), "eventSourceArn", lengths: 1...BusLimits.arnCharacters,
      pattern: .arn)
    check.choice(call.text("State"), "state", of: states)
    check.number(call.parameters["Limit"]?.integer, "limit", in: 1...Self.busPageSize)
    try check.finish()
  }

  private func checkFilters(_ call: ServiceCall) throws(AWSError) {
    let given = ["NamePrefix", "EventSourceArn", "State"].count { call.text($0) != nil }
    guard given <= 1 else {
      throw AWSError(
        "ValidationException",
        "At most one filter is allowed for \(call.operation.name). Use either : State, EventSourceArn, or NamePrefix."
      )
    }
  }
}

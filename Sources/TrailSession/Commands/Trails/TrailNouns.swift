internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// What can be said about trails.
enum TrailNouns {
  static let all: [Command] = [define, alter, drop, show, list]

  private static let define = Command(
    "define trail",
    forms: [
      "define trail NAME to s3://BUCKET [prefix P] [region R | all regions] [kms KEY] [validate]",
      "define trail NAME to s3://BUCKET … [logs GROUP [role R]] [notify TOPIC] [no global]",
      "define trail NAME to s3://BUCKET … [organization] [stopped] [tags k=v,…]",
    ],
    summary: "makes a trail: CreateTrail, then StartLogging, as the console does",
    detail: [
      "Without `region` or `all regions` it is a trail of all Regions whose home is the session's, as the"
        + " console makes it; `region R` makes a trail of that Region alone, and so does `no global`, which"
        + " AWS allows in one Region only. `region R all regions`: all, with its home there.",
      "`stopped` leaves it as CreateTrail does. Log file validation is on with `validate` only. `logs GROUP`"
        + " without `role` makes the role that the console would make. `no recursive` leaves out what"
        + " CloudTrail's own deliveries do.",
      "The calls leave their events. `define bucket NAME` comes first.",
    ],
    examples: [
      "define bucket audit-logs; define trail main to s3://audit-logs validate",
      "define bucket eu-logs; define trail europe to s3://eu-logs region eu-west-1 stopped",
    ],
    candidates: { TrailCompletion.options($0, isNew: true) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the trail's name")
    var options = try TrailOptions(&reader, isNew: true)
    guard options.parameters.contains(where: { $0.nameText == "S3BucketName" }) else {
      throw invocation.usageError(
        "a trail needs a bucket: to s3://BUCKET", at: name.range)
    }
    options.makeUsualRole(invocation)
    let isMultiRegion = options.isMultiRegion ?? !options.leavesGlobalOut
    options.parameters.insert(JSONMember("Name", .string(name.text)), at: 0)
    options.parameters.append(JSONMember("IsMultiRegionTrail", .bool(isMultiRegion)))
    if !options.tags.isEmpty {
      options.parameters.append(JSONMember("TagsList", options.tagsList))
    }
    var call = APICall("cloudtrail", "CreateTrail", parameters: options.parameters)
    call.region = options.region?.text
    let made = try invocation.perform(call, at: name.range, places: options.places)
    if !options.isStopped {
      var start = APICall(
        "cloudtrail", "StartLogging", parameters: [JSONMember("Name", .string(name.text))])
      start.region = options.region?.text
      _ = try invocation.perform(start, at: name.range)
    }
    let home = options.region?.text ?? invocation.session.region
    let scope = isMultiRegion ? "of all Regions, home \(home)" : "of \(home)"
    let bucket = made.response["S3BucketName"]?.text ?? ""
    let state =
      options.isStopped ? "not logging: `start \(name.text)`" : "logging management events"
    invocation.session.note(
      "trail \(name.text) \(scope), to s3://\(bucket), \(state)", to: invocation.output)
  }

  private static let alter = Command(
    "alter trail",
    forms: [
      "alter trail NAME [to s3://BUCKET] [prefix P] [all regions | one region] [kms KEY] [validate] …",
      "alter trail NAME no kms|logs|notify|prefix|validate|global|organization|recursive|tags KEY,…",
    ],
    summary: "changes a trail: UpdateTrail, at its home Region",
    detail: [
      "What is not named stays. `one region` also leaves global services' events out and `all regions` takes"
        + " them in, as AWS does by itself, unless `global` or `no global` says otherwise."
    ],
    examples: [
      "define bucket logs; define trail main to s3://logs; alter trail main validate prefix audit"
    ],
    candidates: { TrailCompletion.options($0, isNew: false) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the trail's name")
    guard !reader.isAtEnd else {
      throw invocation.usageError("what is to change of \(name.text)?", at: name.range)
    }
    var options = try TrailOptions(&reader, isNew: false)
    options.makeUsualRole(invocation)
    if let region = options.region {
      throw invocation.usageError(
        "a trail keeps its home Region; `one region` makes it a trail of its home alone",
        at: region.range)
    }
    if let isMultiRegion = options.isMultiRegion {
      options.parameters.append(JSONMember("IsMultiRegionTrail", .bool(isMultiRegion)))
    }
    if !options.parameters.isEmpty {
      options.parameters.insert(JSONMember("Name", .string(name.text)), at: 0)
      _ = try invocation.perform(
        APICall("cloudtrail", "UpdateTrail", parameters: options.parameters), at: name.range,
        places: options.places)
    }
    try changeTags(of: name, options, invocation)
    invocation.session.note("trail \(name.text) is changed", to: invocation.output)
  }

  private static func changeTags(
    of name: Argument, _ options: TrailOptions, _ invocation: Invocation
  ) throws {
    guard !options.tags.isEmpty || !options.removedTags.isEmpty else { return }
    let arn = try invocation.trail(name).arn
    if !options.tags.isEmpty {
      _ = try invocation.perform(
        APICall(
          "cloudtrail", "AddTags",
          parameters: [
            JSONMember("ResourceId", .string(arn)), JSONMember("TagsList", options.tagsList),
          ]), at: name.range, places: options.places)
    }
    if !options.removedTags.isEmpty {
      let keys = options.removedTags.map { key -> JSONValue in ["Key": .string(key)] }
      _ = try invocation.perform(
        APICall(
          "cloudtrail", "RemoveTags",
          parameters: [
            JSONMember("ResourceId", .string(arn)), JSONMember("TagsList", .array(keys)),
          ]), at: name.range)
    }
  }

  private static let drop = Command(
    "drop trail", forms: ["drop trail NAME"],
    summary: "deletes a trail: DeleteTrail; its bucket, log files and log group stay",
    examples: ["define bucket logs; define trail main to s3://logs; drop trail main"],
    candidates: { trailNames($0) }
  ) { invocation in
    let name = try invocation.onlyTrailName()
    _ = try invocation.perform(
      APICall("cloudtrail", "DeleteTrail", parameters: [JSONMember("Name", .string(name.text))]),
      at: name.range)
    invocation.session.note(
      "trail \(name.text) is deleted; what it delivered stays", to: invocation.output)
  }

  private static let show = Command(
    "show trail", forms: ["show trail NAME"],
    summary:
      "shows a trail: its settings, selectors as AWS writes them, status and what is waiting",
    detail: ["With `output json` or `--json` it is one JSON object of AWS's own answers."],
    examples: ["define bucket logs; define trail main to s3://logs; show trail main"],
    candidates: { trailNames($0) }
  ) { invocation in
    let trail = try invocation.trail(try invocation.onlyTrailName())
    switch invocation.session.settings.output {
    case .json, .ndjson:
      let tags = trail.tags.map { tag -> JSONValue in
        ["Key": .string(tag.key), "Value": tag.value.map { .string($0) } ?? .null]
      }
      let selectors = trail.effectiveSelectors.member
      let value = JSONValue.object([
        JSONMember("Trail", trail.json), JSONMember(selectors.name, selectors.value),
        JSONMember("InsightSelectors", .array(trail.insightSelectors.map(\.json))),
        JSONMember("Tags", .array(tags)), JSONMember("Status", trail.statusJSON),
      ])
      try invocation.write(String(decoding: JSONWriter.bytes(value), as: UTF8.self) + "\n")
    default: try invocation.write(TrailPage.text(trail, invocation))
    }
  }

  private static let list = Command(
    "list trails", forms: ["list trails"], summary: "lists the trails that the account sees",
    examples: ["list trails"]
  ) { invocation in
    try invocation.reader().finish()
    try TrailVerbs.listTrails(invocation)
  }

  static func trailNames(_ site: ArgumentSite) -> [Completion.Candidate] {
    guard site.words.isEmpty, let cloud = site.session.cloudIfBegun else { return [] }
    return cloud.trails(of: cloud.world.account).map { Completion.Candidate($0.name) }
  }
}

extension Invocation {
  /// The only argument, a trail's name or ARN.
  func onlyTrailName() throws -> Argument {
    var reader = reader()
    let name = try reader.word("the trail's name")
    try reader.finish()
    return name
  }

  /// The trail of that name or ARN that the account sees, in whatever Region: the session's first.
  func trail(_ name: Argument) throws -> Trail {
    let cloud = cloud
    let all = cloud.trails(of: cloud.world.account)
    let named = all.filter { $0.name == name.text || $0.arn == name.text }
    if let trail = named.first(where: { $0.homeRegion == session.region }) ?? named.first {
      return trail
    }
    throw Diagnostics(
      Diagnostic(
        "TrailNotFoundException", "there is no trail `\(name.text)`", at: name.range,
        label: NearestNames.find(name.text, in: all.map(\.name)).first.map {
          "did you mean `\($0)`?"
        },
        notes: [
          all.isEmpty
            ? "first: define trail \(name.text) to s3://BUCKET"
            : "trails: " + all.map(\.name).joined(separator: ", ")
        ]))
  }
}

internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Log groups of CloudWatch Logs.
enum LogGroupNouns {
  static let all: [Command] = [define, list, show, drop]

  private static let forms = ["retention DAYS", "region R", "account ID"]

  private static let define = Command(
    "define loggroup", forms: ["define loggroup NAME [retention DAYS] [region R] [account ID]"],
    summary: "says that there is a log group of CloudWatch Logs, to which a trail can deliver",
    detail: [
      "Without `retention` events are kept for ever. A group that is there is changed. A trail delivers to a group"
        + " of its home Region: `define trail NAME to s3://BUCKET logs GROUP`."
    ],
    examples: [
      "define loggroup audit retention 90; define bucket logs; define trail main to s3://logs logs audit"
    ],
    candidates: { site in
      site.words.last == "retention"
        ? ["30", "90", "365"].map { Completion.Candidate($0) }
        : NounCompletion.options(forms, after: 1, site)
    }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the log group's name")
    var place = NounPlace()
    var retention: (days: Int, range: SourceRange)?
    while !reader.isAtEnd {
      if try place.take(&reader) { continue }
      if try reader.take("retention") != nil {
        retention = try days(&reader)
      } else {
        try reader.finish(expected: forms)
      }
    }
    let cloud = invocation.cloud
    let (account, region) = try place.found(invocation)
    let isNew = cloud.logGroups.group(name.text, in: region, account: account) == nil
    let group: LogGroup
    do throws(AWSError) {
      group = try cloud.defineLogGroup(
        name.text, retentionDays: retention?.days, region: region, account: account)
    } catch {
      let isAboutDays = error.message.contains("retentionInDays")
      throw Diagnostics(error, at: isAboutDays ? retention?.range : name.range)
    }
    invocation.session.note(
      "log group \(group.name) is \(isNew ? "defined" : "changed"); it keeps events \(keeping(group))",
      to: invocation.output)
  }

  /// `90`, `90d`, `3w`.
  private static func days(
    _ reader: inout ArgumentReader
  ) throws -> (days: Int, range: SourceRange) {
    let word = try reader.word("how many days events are kept, such as 90")
    if let days = Int(word.text) { return (days, word.range) }
    let length = try ClockArgument.duration(word, reader.invocation)
    return (Int(length / EventTime.millisecondsPerDay), word.range)
  }

  static func keeping(_ group: LogGroup) -> String {
    group.retentionDays.map { "for \(NumberText.counted($0, "day"))" } ?? "for ever"
  }

  private static let list = Command(
    "list loggroups", forms: ["list loggroups"],
    summary: "lists the log groups and how much is in them",
    examples: ["define loggroup audit; list loggroups"]
  ) { invocation in
    try invocation.reader().finish()
    try invocation.showTable(
      [
        ("loggroup", .text), ("region", .text), ("account", .text), ("retention", .number),
        ("streams", .number), ("events", .number), ("size", .number), ("filters", .number),
      ],
      rows: invocation.cloud.logGroups.all().map { group in
        [
          .text(group.name), .text(group.region), .text(group.account),
          group.retentionDays.map { .number("\($0)") } ?? .missing,
          .number("\(group.streams.count)"), .number("\(group.eventCount)"),
          .number("\(group.storedBytes)"), .number("\(group.metricFilters.count)"),
        ]
      }, empty: "there are no log groups; `define loggroup NAME` makes one")
  }

  /// Streams that are shown one by one.
  private static let shownStreams = 10

  private static let show = Command(
    "show loggroup", forms: ["show loggroup NAME"],
    summary: "shows a log group: its streams, who delivers there, its metric filters",
    detail: ["`tail NAME` shows the newest events."],
    examples: ["define loggroup audit; show loggroup audit"],
    candidates: { $0.words.isEmpty ? LogCompletion.groups($0.session) : [] }
  ) { invocation in
    let group = try invocation.logGroup(try invocation.onlyName("the log group's name"))
    var rows: [(String, String)] = [
      ("arn", group.arn), ("made", ReadableTime.readable(group.creationTime)),
      ("keeps events", keeping(group)),
      ("events", "\(NumberText.grouped(group.eventCount)), \(NumberText.bytes(group.storedBytes))"),
    ]
    let streams = group.streams.values.sorted {
      ($1.newestEvent ?? .min, $0.name) < ($0.newestEvent ?? .min, $1.name)
    }
    for stream in streams.prefix(shownStreams) {
      let newest = stream.newestEvent.map { ", newest \(ReadableTime.readable($0))" } ?? ""
      rows.append(
        ("stream", "\(stream.name): \(NumberText.counted(stream.eventCount, "event"))\(newest)"))
    }
    if streams.count > shownStreams {
      rows.append(("", "\(NumberText.grouped(streams.count - shownStreams)) more streams"))
    }
    rows += deliveries(to: group, invocation.cloud)
    for name in group.metricFilters.keys.sorted() {
      guard let filter = group.metricFilters[name] else { continue }
      rows.append(
        (
          "filter",
          "\(name): \(filter.pattern.source) → \(filter.namespace)/\(filter.metric)"
        ))
    }
    rows += group.tags.sorted { $0.key < $1.key }.map { ("tag", "\($0.key)=\($0.value)") }
    try NounPage.write("loggroup \(group.name)", rows, invocation)
  }

  private static func deliveries(to group: LogGroup, _ cloud: Cloud) -> [(String, String)] {
    cloud.trails.all.filter { $0.logGroupARN == group.arn }.map { trail in
      ("fed by", "trail \(trail.name), \(LogWaiting.text(of: trail, cloud) ?? "nothing waits")")
    }
  }

  private static let drop = Command(
    "drop loggroup", forms: ["drop loggroup NAME"],
    summary: "deletes a log group with its events and metric filters: DeleteLogGroup",
    detail: ["A trail that delivers there cannot any more: `status TRAIL` has the error."],
    examples: ["define loggroup audit; drop loggroup audit"],
    candidates: { $0.words.isEmpty ? LogCompletion.groups($0.session) : [] }
  ) { invocation in
    let name = try invocation.onlyName("the log group's name")
    let group = try invocation.logGroup(name)
    _ = try invocation.perform(
      invocation.administratorsCall(
        "logs", "DeleteLogGroup", [JSONMember("logGroupName", .string(group.name))],
        region: group.region, account: group.account), at: name.range)
    invocation.session.note("log group \(group.name) is deleted", to: invocation.output)
  }
}

/// What waits for its delivery to log groups, in words.
enum LogWaiting {
  /// Nil where nothing waits.
  static func text(of trail: Trail, _ cloud: Cloud) -> String? {
    let waiting = cloud.waitingForLogs(of: trail.id)
    guard waiting.count > 0 else { return nil }
    var text = NumberText.counted(waiting.count, "event")
    if let next = waiting.next, let last = waiting.last {
      text += ", to arrive " + (next == last ? "at " : "from ") + ReadableTime.readable(next)
      if next != last { text += " to " + ReadableTime.readable(last) }
    }
    if let error = waiting.error { text += "; held up by \(error)" }
    return text + " (`flush \(trail.name)` delivers now)"
  }
}

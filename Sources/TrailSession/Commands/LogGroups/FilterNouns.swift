internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Metric filters of log groups.
enum FilterNouns {
  static let all: [Command] = [define, CISFilterNoun.define, list, show, drop]

  /// Where metrics are that were not told where.
  static let usualNamespace = "LogMetrics"

  private static let forms = [
    "metric NAMESPACE/NAME", "value V", "default V", "unit U", "dimension NAME=$.field",
  ]

  private static let define = Command(
    "define filter",
    forms: [
      "define filter NAME on GROUP '{ $.field = value }' [metric NAMESPACE/NAME] [value V] [default V]",
      "define filter NAME on GROUP 'TERM -TERM' … [unit U]",
      "define filter NAME on GROUP '[column, …]' … [dimension NAME=$.field]…",
    ],
    summary: "counts the events of a log group that a pattern matches, in a metric of CloudWatch",
    detail: [
      "The metric is \(usualNamespace)/NAME unless told. V is 1 or another number, or a field of the event: `value"
        + " $.additionalEventData.bytesTransferredOut`. `default 0` counts minutes in which events came and none"
        + " matched. Events that came before are not counted. A filter that is there is changed.",
      "`help filters` explains the patterns, `test filter` tries them, `define alarm` watches the metric.",
    ],
    examples: [
      "define loggroup audit; define filter root on audit '{ $.userIdentity.type = \"Root\" }' default 0",
      "define loggroup app; define filter slow on app '[ip, user, ms > 500]' metric App/SlowCalls value $ms unit"
        + " Milliseconds",
    ],
    candidates: { site in
      switch site.words.last {
      case "on": return LogCompletion.groups(site.session)
      case "metric": return LogCompletion.metrics(site.session)
      case "unit": return LogCompletion.units
      case "value", "default", "dimension": return []
      default: break
      }
      if site.words.count == 1 { return [Completion.Candidate("on")] }
      return site.words.count < 4
        ? []
        : forms.map { Completion.Candidate(String($0.prefix { $0 != " " }), title: $0) }
    }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the filter's name")
    guard try reader.take("on") != nil else {
      throw reader.wrong("a filter is on a log group: on GROUP", at: reader.place)
    }
    let group = try invocation.logGroup(try reader.word("the log group"))
    let pattern = try reader.word("the pattern, such as '{ $.eventName = StopLogging }'")
    _ = try invocation.filterPattern(pattern)
    let options = try FilterOptions(&reader, name: name, expected: forms)
    let isNew = group.metricFilters[name.text] == nil
    try invocation.arrange(
      invocation.administratorsCall(
        "logs", "PutMetricFilter",
        [
          JSONMember("logGroupName", .string(group.name)),
          JSONMember("filterName", .string(name.text)),
          JSONMember("filterPattern", .string(pattern.text)),
          JSONMember("metricTransformations", .array([.object(options.transformation)])),
        ], region: group.region, account: group.account), at: name.range, places: options.places)
    let feeds =
      invocation.cloud.trails.all.contains { $0.logGroupARN == group.arn }
      ? "" : "; no trail delivers to \(group.name) yet"
    invocation.session.note(
      "filter \(name.text) is \(isNew ? "defined" : "changed"); what matches counts in"
        + " \(options.metric)\(feeds)", to: invocation.output)
  }

  private static let list = Command(
    "list filters", forms: ["list filters"],
    summary: "lists the metric filters with their patterns and how many events matched",
    examples: [
      "define loggroup audit; define filter stops on audit '{ $.eventName = StopLogging }'; list filters"
    ]
  ) { invocation in
    try invocation.reader().finish()
    try invocation.showTable(
      [
        ("filter", .text), ("loggroup", .text), ("region", .text), ("metric", .text),
        ("matches", .number), ("pattern", .text),
      ],
      rows: PlacedFilter.all(invocation.cloud).map { placed in
        let filter = placed.filter
        return [
          .text(filter.name), .text(placed.group.name), .text(placed.group.region),
          .text("\(filter.namespace)/\(filter.metric)"), .number("\(filter.matchCount)"),
          .text(filter.pattern.source),
        ]
      },
      empty:
        "there are no metric filters; `define filter NAME on GROUP '{ … }'` makes one, `define filters cis` fifteen"
    )
  }

  /// Minutes of a metric that are shown.
  private static let shownMinutes = 5

  private static let show = Command(
    "show filter", forms: ["show filter NAME [on GROUP]"],
    summary: "shows a metric filter: its pattern, what it counted last, and the alarms on it",
    examples: [
      "define loggroup audit; define filter stops on audit '{ $.eventName = StopLogging }'; show filter stops"
    ],
    candidates: { filterThenGroup($0) }
  ) { invocation in
    let placed = try filter(invocation)
    let filter = placed.filter
    var rows: [(String, String)] = [
      ("log group", placed.group.name), ("pattern", filter.pattern.source),
      ("metric", "\(filter.namespace)/\(filter.metric)"), ("value", filter.value),
    ]
    if let value = filter.defaultValue { rows.append(("default", AlarmText.number(value))) }
    if let unit = filter.unit { rows.append(("unit", unit)) }
    rows += filter.dimensionTexts.map { ("dimension", "\($0.name) = \($0.value)") }
    rows.append(
      (
        "matches",
        "\(NumberText.counted(filter.matchCount, "event")) since \(ReadableTime.readable(filter.creationTime))"
      ))
    let metrics = invocation.cloud.metrics
    for metric in metrics.all where metric.isNamed(as: placed.metric) {
      for (time, set) in metrics.newest(of: metric, shownMinutes).reversed() {
        rows.append(("minute", MetricText.minute(time, set, of: metric)))
      }
    }
    for alarm in metrics.allAlarms where alarm.metric.isNamed(as: placed.metric) {
      rows.append(("alarm", "\(alarm.name): \(alarm.state.rawValue)"))
    }
    try NounPage.write("filter \(filter.name)", rows, invocation)
  }

  private static let drop = Command(
    "drop filter", forms: ["drop filter NAME [on GROUP]"],
    summary: "deletes a metric filter: DeleteMetricFilter; its metric and alarms stay",
    examples: [
      "define loggroup audit; define filter stops on audit '{ $.eventName = StopLogging }'; drop filter stops"
    ],
    candidates: { filterThenGroup($0) }
  ) { invocation in
    let placed = try filter(invocation)
    let name = try invocation.reader().peek()
    _ = try invocation.perform(
      invocation.administratorsCall(
        "logs", "DeleteMetricFilter",
        [
          JSONMember("logGroupName", .string(placed.group.name)),
          JSONMember("filterName", .string(placed.filter.name)),
        ], region: placed.group.region, account: placed.group.account), at: name?.range)
    invocation.session.note("filter \(placed.filter.name) is deleted", to: invocation.output)
  }

  /// `NAME [on GROUP]`.
  private static func filter(_ invocation: Invocation) throws -> PlacedFilter {
    var reader = invocation.reader()
    let name = try reader.word("the filter's name")
    var group: Argument?
    if try reader.take("on") != nil { group = try reader.word("the log group") }
    try reader.finish(expected: ["on GROUP"])
    return try invocation.metricFilter(name, on: group)
  }

  private static func filterThenGroup(_ site: ArgumentSite) -> [Completion.Candidate] {
    switch site.words.count {
    case 0: LogCompletion.filters(site.session)
    case 1: [Completion.Candidate("on")]
    case 2 where site.words[1] == "on": LogCompletion.groups(site.session)
    default: []
    }
  }
}

/// What follows the pattern in `define filter`, as PutMetricFilter has it.
private struct FilterOptions {
  var transformation: [JSONMember] = []
  /// `NAMESPACE/NAME`.
  var metric: String
  var places: [(mention: String, range: SourceRange)] = []

  init(_ reader: inout ArgumentReader, name: Argument, expected: [String]) throws {
    var namespace = FilterNouns.usualNamespace
    var metricName = name.text
    var value = "1"
    var others: [JSONMember] = []
    var dimensions: [JSONMember] = []
    while !reader.isAtEnd {
      if try reader.take("metric") != nil {
        let word = try reader.word("the metric, such as LogMetrics/RootUse")
        (namespace, metricName) = MetricText.parts(word.text) ?? (namespace, word.text)
        places += [("metricName", word.range), ("metricNamespace", word.range)]
      } else if try reader.take("value") != nil {
        let word = try reader.word("a number or a field, such as $.field")
        value = word.text
        places.append(("metric value", word.range))
        places.append(("metricValue", word.range))
      } else if try reader.take("default") != nil {
        let (number, word) = try reader.decimal("a number")
        others.append(JSONMember("defaultValue", number))
        places += [("default value", word.range), ("defaultValue", word.range)]
      } else if try reader.take("unit") != nil {
        let unit = try MetricText.unit(&reader)
        others.append(JSONMember("unit", .string(unit.text)))
      } else if try reader.take("dimension") != nil {
        let pair = try reader.dimension("User=$.userIdentity.userName")
        dimensions.append(JSONMember(pair.name.text, .string(pair.value.text)))
        places.append(
          ("dimension", SourceRange(pair.name.range.lowerBound, pair.value.range.upperBound)))
      } else {
        try reader.finish(expected: expected)
      }
    }
    metric = "\(namespace)/\(metricName)"
    transformation =
      [
        JSONMember("metricName", .string(metricName)),
        JSONMember("metricNamespace", .string(namespace)),
        JSONMember("metricValue", .string(value)),
      ] + others
    if !dimensions.isEmpty {
      transformation.append(JSONMember("dimensions", .object(dimensions)))
    }
  }
}

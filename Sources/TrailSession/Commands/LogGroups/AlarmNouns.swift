internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Alarms of CloudWatch, and the metrics that they watch.
enum AlarmNouns {
  static let all: [Command] = [define, list, AlarmPages.show, enable, disable, drop, listMetrics]

  static let forms = [
    "sum|average|minimum|maximum|count|pNN", "threshold >= N", "period 5m", "for N of M",
    "missing breaching|notBreaching|ignore|missing", "notify TOPIC", "ok TOPIC",
    "insufficient TOPIC", "dimension NAME=VALUE", "unit U", "text DESCRIPTION", "region R",
    "account ID",
  ]

  private static let define = Command(
    "define alarm",
    forms: [
      "define alarm NAME on FILTER|NAMESPACE/METRIC [sum|average|minimum|maximum|count|pNN] [threshold >= N]",
      "define alarm NAME on … [period 5m] [for N of M] [missing breaching|notBreaching|ignore|missing]",
      "define alarm NAME on … [notify TOPIC]… [ok TOPIC]… [insufficient TOPIC]… [dimension NAME=VALUE]… [unit U]",
    ],
    summary: "watches a metric: goes to ALARM when it passes a threshold, and tells a topic",
    detail: [
      "Without more it is the sum of five minutes, once at 1 or more. `>= N`, `> N`, `<= N`, `< N`; `for 2 of 3`:"
        + " two of the last three periods must pass it, `for 3`: all three. `missing` says what a period without"
        + " values counts as; without it such periods are left out, and an alarm without any is in"
        + " INSUFFICIENT_DATA.",
      "`notify` is told of ALARM, `ok` and `insufficient` of the other states. An alarm that is there is changed.",
    ],
    examples: [
      "define loggroup audit; define filter root on audit '{ $.userIdentity.type = \"Root\" }'; define topic ops;"
        + " define alarm root-use on root threshold >= 1 period 5m notify ops",
      "define alarm slow on App/Latency p99 > 250 period 1m for 3 of 5 missing notBreaching",
    ],
    candidates: { candidates($0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the alarm's name")
    guard try reader.take("on") != nil else {
      throw reader.wrong(
        "an alarm is on a metric: on FILTER or on NAMESPACE/METRIC", at: reader.place)
    }
    let target = try reader.word("the metric filter or the metric")
    let options = try AlarmOptions(&reader)
    let (metric, place) = try watched(target, options.place, invocation)
    let arn =
      "arn:aws:cloudwatch:\(place.region):\(place.account):alarm:\(name.text)"
    let isNew = invocation.cloud.metrics.alarms[arn] == nil
    try invocation.arrange(
      invocation.administratorsCall(
        "cloudwatch", "PutMetricAlarm",
        [
          JSONMember("AlarmName", .string(name.text)),
          JSONMember("Namespace", .string(metric.namespace)),
          JSONMember("MetricName", .string(metric.name)),
        ] + options.parameters, region: place.region, account: place.account), at: name.range,
      places: options.places)
    guard let alarm = invocation.cloud.metrics.alarms[arn] else { return }
    var text =
      "alarm \(name.text) is \(isNew ? "defined" : "changed"): \(AlarmText.condition(alarm)) of"
      + " \(MetricText.text(alarm.metric))"
    if !alarm.alarmActions.isEmpty {
      text += ", tells " + alarm.alarmActions.map(AlarmText.action).joined(separator: ", ")
    }
    if !isFed(alarm.metric, invocation.cloud) { text += "; nothing feeds that metric yet" }
    invocation.session.note(text, to: invocation.output)
  }

  /// Whether a filter counts in the metric, or it has values.
  private static func isFed(_ metric: MetricID, _ cloud: Cloud) -> Bool {
    PlacedFilter.all(cloud).contains { $0.metric.isNamed(as: metric) }
      || cloud.metrics.all.contains(metric)
  }

  /// The metric that is meant, and where it is: a filter's, or one of that name.
  private static func watched(
    _ target: Argument, _ place: NounPlace, _ invocation: Invocation
  ) throws -> (
    metric: (namespace: String, name: String), place: (account: AccountID, region: RegionName)
  ) {
    let cloud = invocation.cloud
    let said = try place.found(invocation)
    let filters = PlacedFilter.all(cloud)
    if filters.contains(where: { $0.filter.name == target.text }) {
      let filter = try invocation.metricFilter(target, on: nil)
      let home = place.isSaid ? said : (filter.group.account, filter.group.region)
      return ((filter.filter.namespace, filter.filter.metric), home)
    }
    if let parts = MetricText.parts(target.text) { return (parts, said) }
    let known = (filters.map(\.metric) + cloud.metrics.all).filter { $0.name == target.text }
    let names = Set(known.map { "\($0.namespace)/\($0.name)" }).sorted()
    if names.count == 1, let metric = known.first {
      return (
        (metric.namespace, metric.name), place.isSaid ? said : (metric.account, metric.region)
      )
    }
    let near =
      NearestNames.find(
        target.text,
        in: filters.map(\.filter.name) + (filters.map(\.metric) + cloud.metrics.all).map(\.name)
      ).first
    throw Diagnostics(
      Diagnostic(
        "unknown-metric",
        names.isEmpty
          ? "there is no filter and no metric `\(target.text)`"
          : "there are several metrics `\(target.text)`: say the namespace", at: target.range,
        label: near.map { "did you mean `\($0)`?" },
        notes: names.isEmpty
          ? [
            "`list filters` and `list metrics` list them; NAMESPACE/METRIC names one that has no values yet"
          ] : names.map { "on \($0)" }, fixIt: near.map { FixIt(replace: target.range, with: $0) }))
  }

  private static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    switch site.words.last {
    case "on": return LogCompletion.filters(site.session) + LogCompletion.metrics(site.session)
    case "notify", "ok", "insufficient":
      return NounCompletion.topics(site.session).map { Completion.Candidate($0) }
    case "missing":
      return MetricAlarm.MissingData.allCases.map { Completion.Candidate($0.rawValue) }
    case "unit": return LogCompletion.units
    case "period": return ["1m", "5m", "15m", "1h"].map { Completion.Candidate($0) }
    case "threshold": return AlarmText.operators.map { Completion.Candidate($0.text) }
    case "for", "text", "dimension", ">=", "<=", ">", "<": return []
    default: break
    }
    if site.words.count == 1 { return [Completion.Candidate("on")] }
    guard site.words.count >= 3 else { return [] }
    let statistics = AlarmOptions.statistics.map { Completion.Candidate($0.word) }
    return NounCompletion.options(Array(forms.dropFirst()), after: 3, site)
      + (site.words.count == 3 ? statistics : [])
  }

  private static let list = Command(
    "list alarms", forms: ["list alarms"], summary: "lists the alarms with their states",
    examples: [
      "define alarm slow on App/Latency p99 > 250; list alarms",
      "define alarm slow on App/Latency p99 > 250; list alarms where state = ALARM",
    ]
  ) { invocation in
    try invocation.reader().finish()
    try invocation.showTable(
      [
        ("alarm", .text), ("state", .text), ("since", .time), ("region", .text),
        ("metric", .text), ("condition", .text), ("tells", .list),
      ],
      rows: invocation.cloud.metrics.allAlarms.map { alarm in
        [
          .text(alarm.name), .text(alarm.state.rawValue), .time(alarm.stateTime),
          .text(alarm.region), .text(MetricText.text(alarm.metric)),
          .text(AlarmText.condition(alarm)),
          .list(alarm.alarmActions.map { .text(AlarmText.action($0)) }),
        ]
      }, empty: "there are no alarms; `define alarm NAME on FILTER` makes one")
  }

  private static let enable = switched("enable", "EnableAlarmActions", "may tell its topics again")
  private static let disable = switched(
    "disable", "DisableAlarmActions", "changes its state and tells nobody")

  private static func switched(
    _ verb: String, _ operation: String, _ meaning: String
  ) -> Command {
    Command(
      "\(verb) alarm", forms: ["\(verb) alarm NAME"],
      summary: "says that an alarm \(meaning): \(operation)",
      examples: ["define alarm slow on App/Latency p99 > 250; \(verb) alarm slow"],
      candidates: { $0.words.isEmpty ? LogCompletion.alarms($0.session) : [] }
    ) { invocation in
      let alarm = try act(operation, invocation)
      invocation.session.note("alarm \(alarm.name) \(meaning)", to: invocation.output)
    }
  }

  private static let drop = Command(
    "drop alarm", forms: ["drop alarm NAME"],
    summary: "deletes an alarm: DeleteAlarms; its metric stays",
    examples: ["define alarm slow on App/Latency p99 > 250; drop alarm slow"],
    candidates: { $0.words.isEmpty ? LogCompletion.alarms($0.session) : [] }
  ) { invocation in
    let alarm = try act("DeleteAlarms", invocation)
    invocation.session.note("alarm \(alarm.name) is deleted", to: invocation.output)
  }

  /// Calls an operation that takes the names of alarms, for the one that is named.
  private static func act(_ operation: String, _ invocation: Invocation) throws -> MetricAlarm {
    let name = try invocation.onlyName("the alarm's name")
    let alarm = try invocation.alarm(name)
    _ = try invocation.perform(
      invocation.administratorsCall(
        "cloudwatch", operation, [JSONMember("AlarmNames", .array([.string(alarm.name)]))],
        region: alarm.region, account: alarm.account), at: name.range)
    return alarm
  }

  private static let listMetrics = Command(
    "list metrics", forms: ["list metrics"],
    summary: "lists the metrics that have values, with the newest",
    detail: ["A metric comes into being with its first value, not with its filter."],
    examples: [
      "simulate cloudwatch:PutMetricData namespace=App metricData=[{\"MetricName\":\"Calls\",\"Value\":3}]; list"
        + " metrics"
    ]
  ) { invocation in
    try invocation.reader().finish()
    let metrics = invocation.cloud.metrics
    try invocation.showTable(
      [
        ("metric", .text), ("dimensions", .list), ("region", .text), ("account", .text),
        ("minutes", .number), ("newest", .time), ("sum", .number), ("values", .number),
      ],
      rows: metrics.all.map { metric in
        let newest = metrics.newest(of: metric, 1).first
        return [
          .text("\(metric.namespace)/\(metric.name)"),
          .list(MetricText.dimensions(metric).map { .text($0) }), .text(metric.region),
          .text(metric.account), .number("\(metrics.minutes(of: metric))"),
          newest.map { .time($0.time) } ?? .missing,
          newest.map { .number(AlarmText.plain($0.set.sum)) } ?? .missing,
          newest.map { .number(AlarmText.plain($0.set.sampleCount)) } ?? .missing,
        ]
      },
      empty:
        "no metric has values yet; a metric filter counts what comes into its log group (`list filters`)"
    )
  }
}

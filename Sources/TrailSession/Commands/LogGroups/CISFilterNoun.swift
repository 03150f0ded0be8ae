internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// `define filters cis`: the metric filters and alarms that the CIS benchmark asks for (facts §7.3).
enum CISFilterNoun {
  private static let set = "cis"
  private static let forms = ["4.N…", "on GROUP", "alarms", "notify TOPIC"]

  static let define = Command(
    "define filters",
    forms: ["define filters cis [4.N…] [on GROUP] [alarms] [notify TOPIC]"],
    summary: "defines the metric filters of the CIS AWS Foundations Benchmark, 4.1 to 4.15",
    detail: [
      "`alarms` makes an alarm of the same name for each, which goes to ALARM from one match in five minutes on;"
        + " `notify TOPIC` does too, and the alarms tell the topic. Sections narrow it: `define filters cis 4.3 4.5`.",
      "Without `on` it is the log group that a trail delivers to. The metrics are in \(CISFilter.namespace). The"
        + " sections are "
        + CISFilter.all.map { "\($0.section) \($0.title)" }.joined(separator: ", ") + ".",
    ],
    examples: [
      "define bucket logs; define loggroup audit; define trail main to s3://logs logs audit; define filters cis"
        + " alarms; list alarms",
      "define loggroup audit; define topic ops; define filters cis 4.3 4.5 on audit notify ops",
    ],
    candidates: { site in
      switch site.words.last {
      case nil: return [Completion.Candidate(set, remark: "CIS AWS Foundations Benchmark")]
      case "on": return LogCompletion.groups(site.session)
      case "notify": return NounCompletion.options([], after: 0, site)
      default: break
      }
      return CISFilter.all.map { Completion.Candidate($0.section, remark: $0.title) }
        + ["on", "alarms", "notify"].map { Completion.Candidate($0) }
    }
  ) { invocation in
    var reader = invocation.reader()
    let first = try reader.word("the set of filters: cis")
    guard first.text.lowercased() == set else {
      throw Diagnostics(
        Diagnostic(
          "usage", "there is no set of filters `\(first.text)`", at: first.range,
          label: "did you mean `\(set)`?",
          notes: ["`define filter NAME on GROUP '{ … }'` defines one filter"],
          fixIt: FixIt(replace: first.range, with: set)))
    }
    var sections: [Argument] = []
    var group: Argument?
    var makesAlarms = false
    var topics: [JSONValue] = []
    while !reader.isAtEnd {
      if try reader.take("on") != nil {
        group = try reader.word("the log group")
      } else if try reader.take("alarms") != nil {
        makesAlarms = true
      } else if try reader.take("notify") != nil {
        makesAlarms = true
        topics.append(.string(try invocation.topicARN(try reader.word("the topic"))))
      } else if let piece = try reader.peek(), piece.text.hasPrefix("4.") {
        sections.append(try reader.word("a section"))
      } else {
        try reader.finish(expected: forms)
      }
    }
    let place =
      try group.map { try invocation.logGroup($0) }
      ?? invocation.usualLogGroup(at: first.range)
    let filters = try wanted(sections)
    for filter in filters {
      try define(filter, on: place, at: first.range, invocation)
      if makesAlarms { try alarm(filter, on: place, topics, at: first.range, invocation) }
    }
    let alarms = makesAlarms ? " and \(NumberText.counted(filters.count, "alarm"))" : ""
    invocation.session.note(
      "\(NumberText.counted(filters.count, "filter"))\(alarms) defined on \(place.name) (`list filters`)",
      to: invocation.output)
  }

  private static func wanted(_ sections: [Argument]) throws -> [CISFilter] {
    guard !sections.isEmpty else { return CISFilter.all }
    return try sections.map { section in
      guard let filter = CISFilter.all.first(where: { $0.section == section.text }) else {
        throw Diagnostics(
          Diagnostic(
            "usage", "the benchmark has no filter `\(section.text)`", at: section.range,
            notes: ["sections: " + CISFilter.all.map(\.section).joined(separator: ", ")]))
      }
      return filter
    }
  }

  private static func define(
    _ filter: CISFilter, on group: LogGroup, at range: SourceRange, _ invocation: Invocation
  ) throws {
    try invocation.arrange(
      invocation.administratorsCall(
        "logs", "PutMetricFilter",
        [
          JSONMember("logGroupName", .string(group.name)),
          JSONMember("filterName", .string(filter.name)),
          JSONMember("filterPattern", .string(filter.pattern)),
          JSONMember(
            "metricTransformations",
            [
              [
                "metricName": .string(filter.metric),
                "metricNamespace": .string(CISFilter.namespace), "metricValue": "1",
                "defaultValue": 0,
              ]
            ]),
        ], region: group.region, account: group.account), at: range)
  }

  /// Ours: minutes without events count as good ones, so that a quiet account is OK and not without data.
  private static func alarm(
    _ filter: CISFilter, on group: LogGroup, _ topics: [JSONValue], at range: SourceRange,
    _ invocation: Invocation
  ) throws {
    try invocation.arrange(
      invocation.administratorsCall(
        "cloudwatch", "PutMetricAlarm",
        [
          JSONMember("AlarmName", .string(filter.name)),
          JSONMember("AlarmDescription", .string("CIS \(filter.section): \(filter.title)")),
          JSONMember("Namespace", .string(CISFilter.namespace)),
          JSONMember("MetricName", .string(filter.metric)), JSONMember("Statistic", "Sum"),
          JSONMember("Period", .number("\(CISFilter.period)")), JSONMember("EvaluationPeriods", 1),
          JSONMember("Threshold", .number("\(CISFilter.threshold)")),
          JSONMember("ComparisonOperator", "GreaterThanOrEqualToThreshold"),
          JSONMember("TreatMissingData", "notBreaching"),
          JSONMember("AlarmActions", .array(topics)),
        ], region: group.region, account: group.account), at: range)
  }
}

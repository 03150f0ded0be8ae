internal import TrailCloud
internal import TrailEngine
internal import TrailText

/// `timeline`: what happened in the simulated world, in its order, on one page.
enum TimelineCommand {
  /// How far back it goes unless told.
  private static let usualDistance: Int64 = 24 * 3_600_000

  static let timeline = Command(
    "timeline",
    forms: [
      "timeline [since TIME] [until TIME] [rule NAME]", "timeline … where PREDICATE | STAGE",
    ],
    summary:
      "shows what happened by itself, in its order: deliveries, Insights, events, actions, and the calls before",
    detail: [
      "The last day unless told. A call is there when a rule of EventBridge waited for its event, and those with which"
        + " an Insight began; all of them are in `calls`. `rule NAME`: what has to do with one rule. (After a bar, `timeline` is a stage:"
        + " `events | timeline`.)"
    ],
    examples: [
      "define bucket logs; define trail main to s3://logs; define rule keys on"
        + " '{\"detail\": {\"eventName\": [\"CreateAccessKey\"]}}' do print;"
        + " define user eve; simulate iam:CreateAccessKey userName=eve; advance 15m; timeline;"
        + " timeline where what=action | expect some"
    ],
    candidates: { site in
      guard let last = site.words.last else {
        return ["since", "until", "rule"].map { Completion.Candidate($0) }
      }
      return switch last {
      case "rule": WorldNames.rules(site.session).map { Completion.Candidate($0) }
      case "since", "until": ["1h", "1d", "today"].map { Completion.Candidate($0) }
      default: ["since", "until", "rule"].map { Completion.Candidate($0) }
      }
    }
  ) { whole in
    let invocation = try whole.partingQuestion()
    var reader = invocation.reader()
    var since: Int64?
    var until: Int64?
    var rule: Argument?
    while !reader.isAtEnd {
      if try reader.take("since", "from") != nil {
        since = try reader.time("the beginning, such as 1h or 09:00")
      } else if try reader.take("until", "to") != nil {
        until = try reader.time("the end")
      } else if try reader.take("rule") != nil {
        rule = try reader.word("the rule's name")
      } else {
        try reader.finish(expected: ["since TIME", "until TIME", "rule NAME"])
      }
    }
    let cloud = invocation.cloud
    let first = since ?? cloud.now - usualDistance
    let entries = rows(cloud, of: try rule.map { try invocation.rule($0).name }).filter {
      $0.time >= first && $0.time <= until ?? Int64.max
    }
    try invocation.showTable(
      [("time", .time), ("what", .text), ("happened", .text), ("times", .number)],
      rows: entries.map {
        [
          .time($0.time), .text($0.kind.rawValue), .text($0.text), .number(String($0.count)),
        ]
      }, empty: "nothing happened by itself since \(ReadableTime.readable(first))")
  }

  /// The journal in the order of time; what happened at the same time stays as it was noted.
  private static func rows(_ cloud: Cloud, of rule: String?) -> [Journal.Entry] {
    var entries = cloud.happenings.journal.entries
    if let rule {
      let own = Set(entries.filter { $0.rule == rule }.compactMap(\.event))
      entries.removeAll { entry in
        let leadsToIt =
          (entry.kind == .call || entry.kind == .insight)
          && entry.event.map { own.contains($0) } ?? false
        return entry.rule != rule && !leadsToIt
      }
    }
    var seen: Set<String> = []
    // A call is noted for each bus that its event reached, and for the rule whose action it was.
    entries.removeAll { entry in
      entry.kind == .call && entry.event.map { !seen.insert($0).inserted } ?? false
    }
    let sorted = entries.enumerated().sorted { left, right in
      (left.element.time, left.offset) < (right.element.time, right.offset)
    }.map(\.element)
    return merged(sorted)
  }

  /// What happened several times at one time becomes one line.
  private static func merged(_ entries: [Journal.Entry]) -> [Journal.Entry] {
    struct Key: Hashable {
      var time: Int64
      var kind: Journal.Entry.Kind
      var text: String
    }
    var lines: [Journal.Entry] = []
    var places: [Key: Int] = [:]
    for entry in entries {
      let key = Key(time: entry.time, kind: entry.kind, text: entry.text)
      if let place = places[key] {
        lines[place].count += entry.count
      } else {
        places[key] = lines.count
        lines.append(entry)
      }
    }
    return lines
  }
}

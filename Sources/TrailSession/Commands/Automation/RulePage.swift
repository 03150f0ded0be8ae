internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// A rule, for reading.
enum RulePage {
  static func text(_ rule: EventRule, _ invocation: Invocation) -> String {
    let traits = invocation.session.traits(of: invocation.output)
    let palette = Palette(usesColour: traits.usesColour)
    let statistics = invocation.cloud.eventBuses.statistics(of: rule.id)
    var rows: [HelpPage.Row] =
      [.title("rule \(rule.name)")] + settings(of: rule).map { .entry($0.0, $0.1) }
    rows += [.blank, .title("does")]
    if rule.targets.isEmpty { rows.append(.text("  nothing: it has no target")) }
    for target in rule.targets {
      rows.append(.entry(target.text, options(of: target)))
    }
    rows += [.blank, .title("events")] + counts(statistics).map { .entry($0.0, $0.1) }
    var text = HelpPage(rows: rows).text(width: traits.width, palette: palette)
    if let pattern = rule.pattern {
      let value = try? JSONParser.parse(pattern)
      text += "\n" + palette.paint("EventPattern", as: .heading) + "\n"
      text += (value.map { IndentedJSON.text($0) } ?? pattern) + "\n"
    }
    return text
  }

  /// The same as one object: DescribeRule's and ListTargetsByRule's answers, the session's actions, and the counts.
  static func json(_ rule: EventRule, _ cloud: Cloud) -> JSONValue {
    let counts = cloud.eventBuses.statistics(of: rule.id)
    func number(_ number: Int) -> JSONValue { .number(String(number)) }
    var statistics: [JSONMember] = [
      JSONMember("Matched", number(counts.matches)),
      JSONMember("Invocations", number(counts.invocations)),
      JSONMember("Failures", number(counts.failures)),
      JSONMember("Retries", number(counts.retries)),
      JSONMember("DeadLetters", number(counts.deadLetters)),
      JSONMember("Dropped", number(counts.dropped)),
      JSONMember("Stopped", number(counts.loops + counts.excess)),
      JSONMember("Lost", number(counts.lost)),
    ]
    if let time = counts.lastMatch {
      statistics.append(JSONMember("LastMatch", .string(ReadableTime.iso(time))))
    }
    if let failure = counts.lastFailure {
      statistics.append(JSONMember("LastFailure", .string(failure)))
    }
    return .object([
      JSONMember("Rule", cloud.description(of: rule)),
      JSONMember("Targets", .array(rule.resourceTargets.map(\.written))),
      JSONMember(
        "Actions",
        .array(
          rule.targets.compactMap { target in
            guard case .session(let action) = target.destination else { return nil }
            return .string(action.text)
          })), JSONMember("Statistics", .object(statistics)),
    ])
  }

  private static func settings(of rule: EventRule) -> [(String, String)] {
    var rows = [("arn", rule.arn), ("bus", "\(rule.id.bus.name), \(rule.id.bus.region)")]
    rows.append(("state", rule.state.rawValue))
    if let schedule = rule.schedule { rows.append(("schedule", schedule)) }
    if let description = rule.description { rows.append(("description", description)) }
    if !rule.tags.isEmpty {
      rows.append(
        ("tags", rule.tags.map { "\($0.key)=\($0.value ?? "")" }.joined(separator: ", ")))
    }
    return rows
  }

  private static func options(of target: RuleTarget) -> String {
    var parts: [String] = []
    switch target.input {
    case .event: parts.append("gets the event")
    case .constant(let text): parts.append("gets \(text)")
    case .path(let path): parts.append("gets \(path)")
    case .template(let text, _): parts.append("gets \(text)")
    }
    let days = target.retry.ageSeconds == BusLimits.longestAgeSeconds
    if target.retry.attempts == 0 {
      parts.append("no retries")
    } else {
      let span = ReadableDuration.readable(Int64(target.retry.ageSeconds) * 1000)
      parts.append(
        "\(NumberText.counted(target.retry.attempts, "retry", plural: "retries")) within "
          + (days ? "a day" : span))
    }
    if let queue = target.deadLetterARN { parts.append("dead letters to \(queue)") }
    if let role = target.roleARN { parts.append("as \(role)") }
    return parts.joined(separator: "; ")
  }

  private static func counts(_ counts: EventRule.Statistics) -> [(String, String)] {
    var rows = [("matched", NumberText.grouped(counts.matches))]
    if let time = counts.lastMatch {
      rows.append(("last", "\(counts.lastEventName ?? "") at \(ReadableTime.readable(time))"))
    }
    rows.append(("invocations", NumberText.grouped(counts.invocations)))
    rows.append(("failures", NumberText.grouped(counts.failures)))
    if counts.retries > 0 { rows.append(("retries", NumberText.grouped(counts.retries))) }
    if counts.deadLetters > 0 {
      rows.append(("dead letters", NumberText.grouped(counts.deadLetters)))
    }
    if counts.dropped > 0 { rows.append(("given up", NumberText.grouped(counts.dropped))) }
    var stopped: [String] = []
    if counts.loops > 0 {
      stopped.append(
        "\(NumberText.counted(counts.loops, "event")), to which actions of rules had led"
          + " \(BusLimits.loopDepth) times over")
    }
    if counts.excess > 0 {
      stopped.append(
        "\(NumberText.counted(counts.excess, "event")) that came of one which had led to"
          + " \(NumberText.grouped(BusLimits.loopActions)) actions of rules")
    }
    if !stopped.isEmpty { rows.append(("stopped", stopped.joined(separator: "; "))) }
    if counts.lost > 0 {
      rows.append(
        (
          "lost",
          "\(NumberText.counted(counts.lost, "event")): \(NumberText.grouped(BusLimits.eventsOnTheirWay))"
            + " others were on their way"
        ))
    }
    if let failure = counts.lastFailure, let time = counts.lastFailureTime {
      rows.append(("last failure", "\(failure) at \(ReadableTime.readable(time))"))
    }
    return rows
  }
}

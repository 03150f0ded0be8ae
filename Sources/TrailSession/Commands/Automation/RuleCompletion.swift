internal import TrailCloud

/// What could stand in commands about rules.
enum RuleCompletion {
  static func ruleNames(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? WorldNames.rules(site.session).map { Completion.Candidate($0) } : []
  }

  static func busNames(_ site: ArgumentSite) -> [Completion.Candidate] {
    (site.session.cloudIfBegun?.eventBuses.all ?? []).map { Completion.Candidate($0.id.name) }
  }

  /// Within `define rule NAME …`.
  static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    guard let last = site.words.last, site.words.count > 1 || !site.words.isEmpty else { return [] }
    switch last.lowercased() {
    case "do": return names(RuleReader.actions)
    case "state":
      return RuleReader.states.map { Completion.Candidate($0.key, remark: $0.value.rawValue) }
    case "bus": return busNames(site)
    case "in": return Regions.enabledByDefault.map { Completion.Candidate($0) }
    case "notify":
      return topics(site)
    case "on": return examples
    case "schedule": return schedules
    case "run": return []
    default:
      return names(site.words.contains("do") ? RuleReader.actionOptions : RuleReader.options)
    }
  }

  private static func names(_ forms: [String]) -> [Completion.Candidate] {
    forms.map { form in
      let word = form.prefix { $0 != " " }
      return Completion.Candidate(String(word), remark: form)
    }
  }

  private static func topics(_ site: ArgumentSite) -> [Completion.Candidate] {
    (site.session.cloudIfBegun?.topics.byARN.values.map(\.name).sorted() ?? [])
      .map { Completion.Candidate($0) }
  }

  private static let examples = [
    Completion.Candidate(
      #"'{"detail": {"eventName": ["CreateAccessKey"]}}'"#, remark: "calls of one name"),
    Completion.Candidate(#"'{"source": ["aws.iam"]}'"#, remark: "everything of one service"),
    Completion.Candidate(
      #"'{"detail-type": ["AWS Insight via CloudTrail"]}'"#, remark: "Insights"),
    Completion.Candidate(
      #"'{"detail": {"errorCode": [{"exists": true}]}}'"#, remark: "calls that failed"),
  ]
  private static let schedules = [
    Completion.Candidate("'rate(5 minutes)'"), Completion.Candidate("'rate(1 hour)'"),
    Completion.Candidate("'cron(0 12 * * ? *)'", remark: "every day at noon, UTC"),
  ]
}

extension WorldNames {
  /// The rules of EventBridge.
  static func rules(_ session: Session) -> [String] {
    session.cloudIfBegun?.eventBuses.rules.map(\.name) ?? []
  }
}

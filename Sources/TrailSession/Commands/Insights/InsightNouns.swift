internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// `enable insights` and `disable insights`: PutInsightSelectors, said in words.
enum InsightNouns {
  static let all: [Command] = [enable, disable]

  private static let enable = Command(
    "enable insights",
    forms: ["enable insights on TRAIL [rate] [errors] [for management|data|management and data]"],
    summary: "lets CloudTrail watch a trail's events for unusual activity: PutInsightSelectors",
    detail: [
      "`rate`: calls a minute, of write management events; `errors`: each error code a minute, of reads too;"
        + " both unless one is named. `for data`: the trail's data events, reads and writes. What is"
        + " enabled already stays.",
      "The trail must log what is watched. Nothing is reported in the first 36 hours; `help insights` says"
        + " what is unusual, and `insights` lists what was found.",
    ],
    examples: [
      "define bucket logs; define trail main to s3://logs; enable insights on main; show trail main",
      "define bucket logs; define trail main to s3://logs; select main data s3 all; enable insights on main"
        + " rate for management and data",
    ],
    candidates: { candidates($0) }
  ) { invocation in
    let request = try Request(invocation)
    let trail = try invocation.trail(request.trail)
    var selectors = trail.insightSelectors
    for type in request.types {
      let known = selectors.first { $0.type == type }?.effectiveCategories ?? []
      let categories = ordered(known + request.categories)
      selectors.removeAll { $0.type == type }
      selectors.append(
        InsightSelector(type: type, categories: categories == [.management] ? [] : categories))
    }
    try put(selectors, on: trail, request, invocation)
    let watched = try invocation.trail(request.trail)
    var text = "trail \(trail.name) is watched for \(InsightPhrases.text(watched.insightSelectors))"
    text += InsightPhrases.reporting(of: watched, invocation.cloud).map { "; \($0)" } ?? ""
    invocation.session.note(text, to: invocation.output)
  }

  private static let disable = Command(
    "disable insights",
    forms: ["disable insights on TRAIL [rate] [errors] [for management|data|management and data]"],
    summary: "ends the watch for unusual activity, or a part of it: PutInsightSelectors",
    detail: ["Without more words all of it ends. What was found stays."],
    examples: [
      "define bucket logs; define trail main to s3://logs; enable insights on main; disable insights on main"
        + " errors"
    ],
    candidates: { candidates($0) }
  ) { invocation in
    let request = try Request(invocation)
    let trail = try invocation.trail(request.trail)
    let selectors = trail.insightSelectors.compactMap { selector -> InsightSelector? in
      guard request.types.contains(selector.type) else { return selector }
      let ended = request.saysCategories ? request.categories : [.management, .data]
      let left = selector.effectiveCategories.filter { !ended.contains($0) }
      guard !left.isEmpty else { return nil }
      return InsightSelector(type: selector.type, categories: left == [.management] ? [] : left)
    }
    guard selectors != trail.insightSelectors else {
      let known = InsightPhrases.text(trail.insightSelectors)
      return invocation.session.note(
        "trail \(trail.name) is watched for \(known) anyway", to: invocation.output)
    }
    try put(selectors, on: trail, request, invocation)
    invocation.session.note(
      "trail \(trail.name) is watched for \(InsightPhrases.text(selectors)) now",
      to: invocation.output)
  }

  private static func ordered(_ categories: [EventCategory]) -> [EventCategory] {
    [.management, .data].filter { categories.contains($0) }
  }

  private static func put(
    _ selectors: [InsightSelector], on trail: Trail, _ request: Request, _ invocation: Invocation
  ) throws {
    // In the order in which AWS lists the types.
    let ordered = InsightSelector.InsightType.allCases.compactMap { type in
      selectors.first { $0.type == type }
    }
    _ = try invocation.perform(
      APICall(
        "cloudtrail", "PutInsightSelectors",
        parameters: [
          JSONMember("TrailName", .string(request.trail.text)),
          JSONMember("InsightSelectors", .array(ordered.map(\.json))),
        ]), at: request.place)
  }

  private static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    var words = site.words.map { $0.lowercased() }
    // The noun itself may be among the words.
    if words.first == "insights" { words.removeFirst() }
    switch (words.count, words.last) {
    case (0, _): return [Completion.Candidate("on")]
    case (1, "on"):
      return TrailNouns.trailNames(
        ArgumentSite(session: site.session, words: [], prefix: site.prefix))
    case (_, "for"): return ["management", "data"].map { Completion.Candidate($0) }
    case (_, "management"): return [Completion.Candidate("and data", title: "and data")]
    case (_, "data"), (_, "and"): return []
    default:
      return ["rate", "errors", "for"].filter { !words.contains($0) }
        .map { Completion.Candidate($0) }
    }
  }
}

extension InsightNouns {
  /// What follows `enable insights` or `disable insights`.
  fileprivate struct Request {
    var trail: Argument
    var types: [InsightSelector.InsightType] = []
    var categories: [EventCategory] = []
    var saysCategories: Bool { hasFor }
    /// The words that a refusal is about.
    var place: SourceRange
    private var hasFor = false

    init(_ invocation: Invocation) throws {
      var reader = invocation.reader()
      guard try reader.take("on") != nil else {
        throw try reader.unexpected(["on TRAIL"])
          ?? invocation.usageError("of which trail? on TRAIL")
      }
      trail = try reader.word("the trail's name")
      place = trail.range
      while let word = try reader.take("rate", "rates", "calls", "errors", "error") {
        types.append(word.text.hasPrefix("error") ? .errorRate : .callRate)
        place = word.range
      }
      if types.isEmpty { types = InsightSelector.InsightType.allCases }
      if try reader.take("for") != nil {
        hasFor = true
        repeat {
          guard let word = try reader.take("management", "data", "management,", "data,") else {
            throw try reader.unexpected(["management", "data"])
              ?? invocation.usageError("for which events? management or data", at: reader.place)
          }
          place = word.range
          categories.append(word.text.hasPrefix("data") ? .data : .management)
        } while try reader.take("and") != nil || !reader.isAtEnd
      } else {
        categories = [.management]
      }
      try reader.finish(expected: ["rate", "errors", "for management|data"])
    }
  }
}

/// Insights of a trail in words.
enum InsightPhrases {
  /// Such as `call rate and error rate of management events, call rate of data events`.
  static func text(_ selectors: [InsightSelector]) -> String {
    let parts = [EventCategory.management, .data].compactMap { category -> String? in
      let types = InsightSelector.InsightType.allCases.filter { type in
        selectors.contains { $0.type == type && $0.effectiveCategories.contains(category) }
      }
      guard !types.isEmpty else { return nil }
      let names = types.map { $0 == .callRate ? "call rate" : "error rate" }
      return names.joined(separator: " and ") + " of \(category.rawValue.lowercased()) events"
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  /// From when on a trail's Insights are reported, where that is still to come.
  static func reporting(of trail: Trail, _ cloud: Cloud) -> String? {
    guard let time = cloud.insightsReporting(of: trail.id) else {
      return trail.insightSelectors.isEmpty || trail.isLogging
        ? nil : "not before it logs (`start \(trail.name)`)"
    }
    return time > cloud.now
      ? "the first are reported from \(ReadableTime.readable(time)), 36 hours on" : nil
  }
}

internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// A metric filter with the log group that it watches.
struct PlacedFilter {
  var group: LogGroup
  var filter: MetricFilter

  var metric: MetricID {
    MetricID(
      account: group.account, region: group.region, namespace: filter.namespace,
      name: filter.metric)
  }

  /// All metric filters by the names of their groups, then their own.
  static func all(_ cloud: Cloud) -> [PlacedFilter] {
    cloud.logGroups.all().flatMap { group in
      group.metricFilters.keys.sorted().compactMap { name in
        group.metricFilters[name].map { PlacedFilter(group: group, filter: $0) }
      }
    }
  }
}

extension Invocation {
  /// The log group that a name or ARN means. Throws `Diagnostics` with AWS's code where there is none.
  func logGroup(_ name: Argument) throws -> LogGroup {
    var name = name
    if name.text.hasSuffix(":*") { name.text.removeLast(2) }
    return try find(
      name, among: cloud.logGroups.all(), noun: "loggroup", code: "ResourceNotFoundException"
    ) { ($0.name, $0.logGroupARN) }
  }

  /// The log group that is meant where none is named: the only one that a trail delivers to, or the only one there is.
  func usualLogGroup(at range: SourceRange) throws -> LogGroup {
    let groups = cloud.logGroups
    let fed = groups.all().filter { group in
      cloud.trails.all.contains { $0.logGroupARN == group.arn }
    }
    let candidates = fed.isEmpty ? groups.all() : fed
    if candidates.count == 1, let only = candidates.first { return only }
    throw Diagnostics(
      Diagnostic(
        "unknown-loggroup",
        candidates.isEmpty ? "there is no log group" : "there are several log groups: say which",
        at: range,
        notes: candidates.isEmpty
          ? ["first: define loggroup NAME; define trail NAME to s3://BUCKET logs GROUP"]
          : ["on " + candidates.map(\.name).joined(separator: ", on ")]))
  }

  /// The metric filter of a name, on a log group where one is named.
  func metricFilter(_ name: Argument, on group: Argument?) throws -> PlacedFilter {
    let arn = try group.map { try logGroup($0).arn }
    let filters = PlacedFilter.all(cloud).filter { arn == nil || $0.group.arn == arn }
    let home = filters.filter {
      $0.filter.name == name.text && $0.group.region == session.region
        && $0.group.account == cloud.world.account
    }
    guard home.count < 2 else {
      throw Diagnostics(
        Diagnostic(
          "ambiguous-filter", "there are several filters `\(name.text)`: say on which log group",
          at: name.range, notes: home.map { "\(command.name) \(name.text) on \($0.group.name)" }))
    }
    return try find(name, among: filters, noun: "filter", code: "ResourceNotFoundException") {
      ($0.filter.name, $0.group.arn)
    }
  }

  /// The alarm that a name or ARN means.
  func alarm(_ name: Argument) throws -> MetricAlarm {
    try find(name, among: cloud.metrics.allAlarms, noun: "alarm", code: "ResourceNotFound") {
      ($0.name, $0.arn)
    }
  }

  /// The filter pattern that an argument is. Throws `Diagnostics` that points into it.
  func filterPattern(_ argument: Argument) throws -> FilterPattern {
    do throws(FilterPatternError) {
      return try FilterPattern(argument.text)
    } catch {
      throw Diagnostics(
        Diagnostic(
          "InvalidParameterException", error.message, at: argument.place(of: error.range),
          label: error.detail, notes: ["`help filters` explains patterns"]))
    }
  }

  /// Sets the scene as a call would, without the call.
  ///
  /// - Parameter places: which words AWS's refusal is about, by what its text mentions.
  func arrange(
    _ call: APICall, at range: SourceRange, places: [(mention: String, range: SourceRange)] = []
  ) throws {
    do {
      _ = try cloud.arrange(call)
    } catch let error as AWSError {
      let text = error.message.lowercased()
      let place = places.first { text.contains($0.mention.lowercased()) }
      throw Diagnostics(error, at: place?.range ?? range)
    } catch let problem as CallProblem {
      throw Diagnostics(problem, at: range).withoutMends
    }
  }

  /// A call of the administrator of the account in which something is.
  func administratorsCall(
    _ service: String, _ operation: String, _ parameters: [JSONMember], region: RegionName,
    account: AccountID
  ) -> APICall {
    var call = APICall(service, operation, parameters: parameters)
    call.region = region
    call.caller = Caller.administrator(of: account, cloud)
    return call
  }
}

extension Argument {
  /// Where a part of the text stands in the statement: the whole argument where escapes are in between.
  func place(of part: Range<Int>) -> SourceRange {
    let length = text.utf8.count
    let start: Int
    switch form {
    case .bracketed: start = range.lowerBound
    case .bare where range.upperBound - range.lowerBound == length: start = range.lowerBound
    case .quoted where range.upperBound - range.lowerBound == length + 2:
      start = range.lowerBound + 1
    default: return range
    }
    return SourceRange(start + part.lowerBound, start + max(part.lowerBound, part.upperBound))
  }
}

extension ArgumentReader {
  /// Takes a number with or without decimals, as JSON.
  mutating func decimal(_ meaning: String) throws -> (value: JSONValue, argument: Argument) {
    let piece = try word(meaning)
    guard let value = Self.decimal(piece.text) else {
      throw wrong("`\(piece.text)` is no number", at: piece.range)
    }
    return (value, piece)
  }

  /// The number that a text is, as JSON; nil where it is none.
  static func decimal(_ text: String) -> JSONValue? {
    guard let number = Double(text), number.isFinite else { return nil }
    return .number(Int(exactly: number).map { "\($0)" } ?? "\(number)")
  }

  /// Takes `NAME=VALUE`.
  mutating func dimension(_ example: String) throws -> ArgumentPair {
    guard let pair = try pair() else {
      throw wrong("a dimension is a name and a value, such as \(example)", at: place)
    }
    return pair
  }
}

/// What could follow in statements about log groups, filters and alarms.
enum LogCompletion {
  static func groups(_ session: Session) -> [Completion.Candidate] {
    unique(session.cloudIfBegun?.logGroups.all().map(\.name) ?? [])
  }

  static func filters(_ session: Session) -> [Completion.Candidate] {
    unique(session.cloudIfBegun.map { PlacedFilter.all($0).map(\.filter.name) } ?? [])
  }

  static func alarms(_ session: Session) -> [Completion.Candidate] {
    unique(session.cloudIfBegun?.metrics.allAlarms.map(\.name) ?? [])
  }

  static func metrics(_ session: Session) -> [Completion.Candidate] {
    guard let cloud = session.cloudIfBegun else { return [] }
    return unique(
      (PlacedFilter.all(cloud).map(\.metric) + cloud.metrics.all).map {
        "\($0.namespace)/\($0.name)"
      })
  }

  static let units = MetricUnit.all.map { Completion.Candidate($0) }

  private static func unique(_ names: [String]) -> [Completion.Candidate] {
    Set(names).sorted().map { Completion.Candidate($0) }
  }
}

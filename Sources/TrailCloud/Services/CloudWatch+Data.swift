package import TrailRecord

// Metric data: what is put and what is read.

/// CloudWatch's limits of metric data.
enum MetricDataLimits {
  /// Values in one call.
  static let values = 1000
  /// No older and no newer, in milliseconds.
  static let oldest: Int64 = 14 * 86_400_000
  static let newest: Int64 = 2 * 3_600_000
  /// Points in one answer of GetMetricStatistics.
  static let points = 1440
  static let metrics = 500
  /// How long values are kept by the length of their period: seconds, and days.
  static let retention: [(period: Int, days: Int64)] = [(60, 15), (300, 63), (3600, 455)]
}

extension Cloud {
  func putMetricData(_ call: ServiceCall) throws(AWSError) {
    let data = call.parameters["MetricData"]?.elements ?? []
    guard !data.isEmpty else {
      throw AWSError(
        "MissingParameter", "The parameter MetricData is required.",
        recordedCode: "MissingRequiredParameterException")
    }
    guard data.count <= MetricDataLimits.values else {
      throw CloudWatchErrors.parameter(
        "The collection MetricData must not have a size greater than \(MetricDataLimits.values).")
    }
    var accepted: [(MetricID, String, StatisticSet, Int64)] = []
    for (index, datum) in data.enumerated() {
      let datum = datum.withLargeInitials
      let metric = try MetricRequest.metric(
        datum.setting("Namespace", call.parameters["Namespace"] ?? .null), call)
      let set = try Self.values(datum, index + 1)
      let time = try MetricRequest.time(datum["Timestamp"], "Timestamp") ?? call.time
      guard time >= now - MetricDataLimits.oldest, time <= now + MetricDataLimits.newest else {
        throw CloudWatchErrors.parameter(
          "The parameter MetricData.member.\(index + 1).Timestamp must specify a time no more than two weeks in the past and no more than two hours in the future."
        )
      }
      let resolution: Int64 = datum["StorageResolution"]?.integer == 1 ? 1000 : 60_000
      let unit = try MetricRequest.unit(datum["Unit"]?.text) ?? "None"
      accepted.append((metric, unit, set, time / resolution * resolution))
    }
    for (metric, unit, set, time) in accepted {
      metrics.add(set, to: metric, unit: unit, at: time)
      metricChanged(metric)
    }
  }

  /// The values of one datum: a value, values with counts, or statistics.
  private static func values(_ datum: JSONValue, _ number: Int) throws(AWSError) -> StatisticSet {
    func numbers(_ name: String) throws(AWSError) -> [Double]? {
      guard let values = datum[name]?.elements else { return nil }
      var found: [Double] = []
      for value in values {
        guard let number = value.scalarText.flatMap({ Double($0) }), number.isFinite else {
          throw CloudWatchErrors.parameter(
            "The value \(value.scalarText ?? "") for parameter MetricData.member.\(number).\(name) is invalid."
          )
        }
        found.append(number)
      }
      return found
    }
    let place = "MetricData.member.\(number)"
    let value = datum["Value"]?.scalarText
    if let statistics = datum["StatisticValues"] {
      guard value == nil else {
        throw CloudWatchErrors.combination(
          "The parameters \(place).Value and \(place).StatisticValues are mutually exclusive and you have specified both."
        )
      }
      let given = statistics.withLargeInitials
      let parts = ["SampleCount", "Sum", "Minimum", "Maximum"].map {
        given[$0]?.scalarText.flatMap { Double($0) }
      }
      guard let count = parts[0], let sum = parts[1], let least = parts[2], let most = parts[3]
      else {
        throw CloudWatchErrors.parameter(
          "Missing required parameter in MetricData[\(number - 1)].StatisticValues")
      }
      return StatisticSet(sampleCount: count, sum: sum, minimum: least, maximum: most)
    }
    if let values = try numbers("Values") {
      guard value == nil else {
        throw CloudWatchErrors.parameter(
          "The parameters \(place).Value and \(place).Values are mutually exclusive and you have specified both."
        )
      }
      let counts = try numbers("Counts") ?? values.map { _ in 1 }
      guard counts.count == values.count else {
        throw CloudWatchErrors.parameter(
          "The parameters \(place).Values and \(place).Counts must be of the same size.")
      }
      var set = StatisticSet()
      for (value, count) in zip(values, counts) { set.add(value, count: count) }
      return set
    }
    guard let number = value.flatMap({ Double($0) }), number.isFinite else {
      throw CloudWatchErrors.parameter(
        "The value \(value ?? "") for parameter \(place).Value is invalid.")
    }
    return StatisticSet(value: number)
  }

  func listMetrics(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let wanted = (call.parameters["Dimensions"]?.elements ?? []).map { $0.withLargeInitials }
    let found = metrics.metrics(of: call.account, in: call.region).filter { metric in
      (call.text("Namespace").map { $0 == metric.namespace } ?? true)
        && (call.text("MetricName").map { $0 == metric.name } ?? true)
        && wanted.allSatisfy { filter in
          metric.dimensions.contains { dimension in
            dimension.name == filter["Name"]?.text
              && (filter["Value"]?.text.map { $0 == dimension.value } ?? true)
          }
        }
    }
    let page = try MetricPage(found, of: call, limit: nil, most: MetricDataLimits.metrics)
    return compacted([
      "Metrics": .array(page.items.map(\.json)), "NextToken": page.nextToken,
    ])
  }

  // MARK: Statistics

  func getMetricStatistics(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let metric = try MetricRequest.metric(call.parameters, call)
    let basic = call.parameters["Statistics"]?.texts ?? []
    let extended = call.parameters["ExtendedStatistics"]?.texts ?? []
    guard !basic.isEmpty || !extended.isEmpty else {
      throw CloudWatchErrors.combination("Must specify either Statistics or ExtendedStatistics")
    }
    for name in basic where !MetricStatistic.basic.contains(name) {
      throw CloudWatchErrors.invalid(
        ValidationText.notOneOf("statistics", name, MetricStatistic.basic))
    }
    for name in extended where MetricStatistic(name) == nil {
      throw CloudWatchErrors.parameter(
        "The value \(name) for parameter ExtendedStatistics is not supported.")
    }
    let (start, end) = try span(call)
    let period = try Self.period(call.parameters["Period"]?.integer ?? 0)
    guard (end - start) / (Int64(period) * 1000) <= MetricDataLimits.points else {
      throw CloudWatchErrors.combination(
        "You have requested up to \((end - start) / (Int64(period) * 1000)) datapoints, which exceeds the limit of \(MetricDataLimits.points). You may reduce the datapoints requested by increasing Period, or decreasing the time range."
      )
    }
    let wantedUnit = try MetricRequest.unit(call.text("Unit"))
    let units = wantedUnit.map { [$0] } ?? metrics.units(of: metric)
    let points = units.flatMap { unit in
      self.points(of: metric, unit: unit, from: start, to: end, period: period).map { time, set in
        Self.json(set, at: time, unit: unit, basic, extended)
      }
    }
    return ["Label": .string(metric.name), "Datapoints": .array(points)]
  }

  private static func json(
    _ set: StatisticSet, at time: Int64, unit: String, _ basic: [String], _ extended: [String]
  ) -> JSONValue {
    var members: [JSONMember] = [JSONMember("Timestamp", .string(EventTime.format(time)))]
    func value(_ name: String) -> JSONValue? {
      MetricStatistic(name).flatMap { set.value(of: $0) }.map { .number(JavaText.number($0)) }
    }
    members += MetricStatistic.basic.filter(basic.contains).compactMap { name in
      value(name).map { JSONMember(name, $0) }
    }
    members.append(JSONMember("Unit", .string(unit)))
    if !extended.isEmpty {
      members.append(
        JSONMember(
          "ExtendedStatistics",
          .object(extended.compactMap { name in value(name).map { JSONMember(name, $0) } })))
    }
    return .object(members)
  }

  private func span(_ call: ServiceCall) throws(AWSError) -> (Int64, Int64) {
    guard let start = try MetricRequest.time(call.parameters["StartTime"], "StartTime"),
      let end = try MetricRequest.time(call.parameters["EndTime"], "EndTime")
    else { throw CloudWatchErrors.invalid("StartTime and EndTime are required.") }
    guard start < end else {
      throw CloudWatchErrors.parameter(
        "The parameter StartTime must be less than the parameter EndTime.")
    }
    return (start, end)
  }

  private static func period(_ period: Int) throws(AWSError) -> Int {
    guard period > 0, period % 60 == 0 || [1, 5, 10, 20, 30].contains(period) else {
      throw CloudWatchErrors.parameter(
        "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    }
    return period
  }

  /// A metric's values by period, from the beginning of the period in which `start` lies. Periods shorter than those
  /// that are kept so long have none.
  private func points(
    of metric: MetricID, unit: String?, from start: Int64, to end: Int64, period: Int
  ) -> [(time: Int64, set: StatisticSet)] {
    let length = Int64(period) * 1000
    let first = start / length * length
    let days = MetricDataLimits.retention.last { period >= $0.period }?.days ?? 0
    // Seconds are kept for three hours.
    let edge = now - (days == 0 ? 3 * 3_600_000 : days * 86_400_000)
    var sets: [Int64: StatisticSet] = [:]
    for series in metrics.values(of: metric, unit: unit) {
      for place in series.places(from: max(first, edge), to: end) {
        sets[series.times[place] / length * length, default: StatisticSet()]
          .add(series.sets[place])
      }
    }
    return sets.keys.sorted().compactMap { time in sets[time].map { (time, $0) } }
  }

  /// GetMetricData for metrics; Ours: no expressions.
  func getMetricData(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let (start, end) = try span(call)
    let queries = (call.parameters["MetricDataQueries"]?.elements ?? []).map(\.withLargeInitials)
    var results: [JSONValue] = []
    for (index, query) in queries.enumerated() {
      guard let stat = query["MetricStat"]?.withLargeInitials else {
        throw CloudWatchErrors.invalid(
          query["Expression"] == nil
            ? "The parameter MetricDataQueries.member.\(index + 1).MetricStat is required.\n"
            : "Expressions in MetricDataQueries are not simulated.")
      }
      let metric = try MetricRequest.metric(
        (stat["Metric"] ?? [:]).withLargeInitials, call)
      let name = stat["Stat"]?.text ?? ""
      guard let statistic = MetricStatistic(name) else {
        throw CloudWatchErrors.invalid(
          "The value \(name) for parameter MetricDataQueries.member.\(index + 1).MetricStat.Stat is not supported."
        )
      }
      let period = try Self.period(stat["Period"]?.integer ?? 0)
      var points = self.points(
        of: metric, unit: try MetricRequest.unit(stat["Unit"]?.text), from: start, to: end,
        period: period
      ).compactMap { time, set in set.value(of: statistic).map { (time, $0) } }
      if call.text("ScanBy") != "TimestampAscending" { points.reverse() }
      if query["ReturnData"]?.truth == false { continue }
      results.append([
        "Id": query["Id"] ?? "", "Label": query["Label"] ?? .string(metric.name),
        "Timestamps": .array(points.map { .string(EventTime.format($0.0)) }),
        "Values": .array(points.map { .number(JavaText.number($0.1)) }), "StatusCode": "Complete",
      ])
    }
    return ["MetricDataResults": .array(results), "Messages": []]
  }
}

extension MetricID {
  package var json: JSONValue {
    [
      "Namespace": .string(namespace), "MetricName": .string(name),
      "Dimensions": .array(dimensions.map(\.json)),
    ]
  }
}

extension JSONValue {
  /// This object with every member's first letter large, as people may write structures by hand.
  var withLargeInitials: JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(
      members.map { member in
        let name = member.nameText
        return JSONMember(name.prefix(1).uppercased() + name.dropFirst(), member.value)
      })
  }
}

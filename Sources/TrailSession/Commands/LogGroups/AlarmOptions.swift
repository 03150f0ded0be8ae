internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// What follows the metric in `define alarm`, as PutMetricAlarm has it.
struct AlarmOptions {
  /// Words for the statistics that AWS names.
  static let statistics: [(word: String, name: String)] = [
    ("sum", "Sum"), ("average", "Average"), ("minimum", "Minimum"),
    ("maximum", "Maximum"), ("count", "SampleCount"), ("samplecount", "SampleCount"),
  ]
  private static let usualPeriod: Int64 = 300

  var place = NounPlace()
  private(set) var places: [(mention: String, range: SourceRange)] = []
  private var statistic: JSONMember = JSONMember("Statistic", "Sum")
  private var comparison = MetricAlarm.Comparison.greaterOrEqual
  private var threshold: JSONValue = 1
  private var period = usualPeriod
  private var periods = 1
  private var datapoints: Int?
  private var actions: [String: [JSONValue]] = [:]
  private var dimensions: [JSONValue] = []
  private var others: [JSONMember] = []

  init(_ reader: inout ArgumentReader) throws {
    while !reader.isAtEnd {
      if try place.take(&reader) { continue }
      guard
        try readStatistic(&reader) || readThreshold(&reader) || readTimes(&reader)
          || readAction(&reader) || readOther(&reader)
      else {
        try reader.finish(expected: AlarmNouns.forms)
        return
      }
    }
  }

  var parameters: [JSONMember] {
    var all = [
      statistic, JSONMember("ComparisonOperator", .string(comparison.rawValue)),
      JSONMember("Threshold", threshold), JSONMember("Period", .number("\(period)")),
      JSONMember("EvaluationPeriods", .number("\(periods)")),
    ]
    if let datapoints { all.append(JSONMember("DatapointsToAlarm", .number("\(datapoints)"))) }
    if !dimensions.isEmpty { all.append(JSONMember("Dimensions", .array(dimensions))) }
    for (_, parameter) in Self.actionWords {
      if let arns = actions[parameter] { all.append(JSONMember(parameter, .array(arns))) }
    }
    return all + others
  }

  private mutating func readStatistic(_ reader: inout ArgumentReader) throws -> Bool {
    if let word = try reader.take(among: Self.statistics.map(\.word)) {
      let name = Self.statistics.first { $0.word == word.text }?.name ?? "Sum"
      statistic = JSONMember("Statistic", .string(name))
      return true
    }
    guard let piece = try reader.peek(), piece.form == .bare,
      piece.text.lowercased().hasPrefix("p"),
      Double(piece.text.dropFirst()) != nil
    else { return false }
    let word = try reader.word("a statistic")
    statistic = JSONMember("ExtendedStatistic", .string(word.text.lowercased()))
    places += [("statistic", word.range)]
    return true
  }

  /// `threshold >= 1`, `>= 1`, `>=1`, `threshold 1`.
  private mutating func readThreshold(_ reader: inout ArgumentReader) throws -> Bool {
    let isSaid = try reader.take("threshold") != nil
    guard let piece = try reader.peek() else {
      if isSaid {
        throw reader.wrong("expected here: the threshold, such as >= 1", at: reader.place)
      }
      return false
    }
    guard let sign = AlarmText.operators.first(where: { piece.text.hasPrefix($0.text) }) else {
      guard isSaid else { return false }
      threshold = try reader.decimal("the threshold").value
      return true
    }
    comparison = sign.comparison
    let rest = String(piece.text.dropFirst(sign.text.count))
    if rest.isEmpty {
      _ = try reader.next()
      threshold = try reader.decimal("the threshold, such as 1").value
    } else {
      guard let number = ArgumentReader.decimal(rest) else {
        throw reader.wrong("`\(rest)` is no number", at: piece.range)
      }
      _ = try reader.next()
      threshold = number
    }
    return true
  }

  /// `period 5m`, `for 2 of 3`.
  private mutating func readTimes(_ reader: inout ArgumentReader) throws -> Bool {
    if try reader.take("period") != nil {
      let word = try reader.word("a length of time, such as 5m")
      let length = try ClockArgument.duration(word, reader.invocation)
      guard length % 1000 == 0 else {
        throw reader.wrong("a period is a number of whole seconds", at: word.range)
      }
      period = length / 1000
      places += [("period must", word.range), ("a day", word.range), ("a week", word.range)]
      return true
    }
    guard try reader.take("for") != nil else { return false }
    let start = reader.place
    periods = try reader.number("number of periods")
    if try reader.take("of") != nil {
      datapoints = periods
      periods = try reader.number("number of periods")
    }
    let range = SourceRange(start.lowerBound, max(start.lowerBound, reader.place.lowerBound))
    places += [("evaluationPeriods", range), ("datapoints", range)]
    return true
  }

  private static let actionWords = [
    ("notify", "AlarmActions"), ("ok", "OKActions"), ("insufficient", "InsufficientDataActions"),
  ]

  private mutating func readAction(_ reader: inout ArgumentReader) throws -> Bool {
    guard let word = try reader.take(among: Self.actionWords.map(\.0)) else { return false }
    let topic = try reader.word("the topic")
    let parameter = Self.actionWords.first { $0.0 == word.text }?.1 ?? ""
    actions[parameter, default: []].append(.string(try reader.invocation.topicARN(topic)))
    places.append(("action", topic.range))
    return true
  }

  private mutating func readOther(_ reader: inout ArgumentReader) throws -> Bool {
    if try reader.take("missing") != nil {
      let words = MetricAlarm.MissingData.allCases.map(\.rawValue)
      let word = try reader.word("what missing values count as: " + words.joined(separator: ", "))
      guard let value = words.first(where: { $0.lowercased() == word.text.lowercased() }) else {
        let near = NearestNames.find(word.text, in: words).first
        throw Diagnostics(
          Diagnostic(
            "usage", "missing values cannot count as `\(word.text)`", at: word.range,
            label: near.map { "did you mean `\($0)`?" },
            notes: ["possible: " + words.joined(separator: ", ")],
            fixIt: near.map { FixIt(replace: word.range, with: $0) }))
      }
      others.append(JSONMember("TreatMissingData", .string(value)))
    } else if try reader.take("unit") != nil {
      others.append(JSONMember("Unit", .string(try MetricText.unit(&reader).text)))
    } else if try reader.take("text", "description") != nil {
      others.append(
        JSONMember("AlarmDescription", .string(try reader.word("the description").text)))
    } else if try reader.take("dimension") != nil {
      let pair = try reader.dimension("User=bob")
      dimensions.append(["Name": .string(pair.name.text), "Value": .string(pair.value.text)])
      places.append(("dimension", pair.value.range))
    } else {
      return false
    }
    return true
  }
}

extension Invocation {
  /// The ARN of a topic that a name or ARN means.
  func topicARN(_ name: Argument) throws -> String {
    name.text.hasPrefix("arn:") ? name.text : try topic(name).arn
  }
}

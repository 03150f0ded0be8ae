internal import TrailRecord

// Metric filters: what counts log events.

/// CloudWatch Logs' limits of metric filters (facts §7.2).
enum MetricFilterLimits {
  static let filters = 100
  static let nameLength = 512
  static let metricNameLength = 255
  static let valueLength = 100
  static let dimensions = 3
  /// Filters with a regular expression in one group.
  static let filtersWithRegex = 5
  static let messages = 50
}

/// The units of CloudWatch's metrics.
package enum MetricUnit {
  package static let all = [
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes",
    "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count",
    "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
    "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second",
    "Terabits/Second", "Count/Second", "None",
  ]
}

extension Cloud {
  /// What AWS says of a bad pattern in a metric filter.
  private static let invalidPattern = "Invalid metric filter pattern"

  func putMetricFilter(_ call: ServiceCall) throws(AWSError) {
    let group = try logGroup(of: call)
    let name = call.text("filterName") ?? ""
    try checkFilterName(name, "filterName")
    guard let pattern = try filterPattern(call, general: Self.invalidPattern) else {
      throw LogsAPI.invalid("A filter pattern is required.")
    }
    let given = call.parameters["metricTransformations"]?.elements ?? []
    guard given.count == 1 else {
      throw LogsAPI.invalid(
        ValidationText.constraint(
          "metricTransformations",
          "[\(given.map { "MetricTransformation(metricName=\($0["metricName"]?.text ?? ""))" }.joined(separator: ", "))]",
          given.isEmpty
            ? "Member must have length greater than or equal to 1"
            : "Member must have length less than or equal to 1"))
    }
    let filter = try metricFilter(name, pattern, given[0], time: call.time)
    let others = group.metricFilters.values.filter { $0.name != name }
    guard others.count < MetricFilterLimits.filters else {
      throw AWSError("LimitExceededException", "Resource limit exceeded.")
    }
    if pattern.regexCount > 0,
      others.count(where: { $0.pattern.regexCount > 0 }) >= MetricFilterLimits.filtersWithRegex
    {
      throw AWSError(
        "LimitExceededException", "Resource limit exceeded.",
        advice:
          "a log group has \(MetricFilterLimits.filtersWithRegex) filters with regular expressions at most"
      )
    }
    logGroups[group.arn]?.setFilter(filter, named: name)
  }

  private func checkFilterName(_ name: String, _ parameter: String) throws(AWSError) {
    guard name.unicodeScalars.count <= MetricFilterLimits.nameLength else {
      throw LogsAPI.invalid(ValidationText.tooLong(parameter, name, MetricFilterLimits.nameLength))
    }
    guard !name.isEmpty, !name.contains(where: { $0 == ":" || $0 == "*" }) else {
      throw LogNames.mismatch(parameter, name, "[^:*]*")
    }
  }

  private func metricFilter(
    _ name: String, _ pattern: FilterPattern, _ given: JSONValue, time: Int64
  ) throws(AWSError) -> MetricFilter {
    let metric = try metricName(given, "metricName")
    let namespace = try metricName(given, "metricNamespace")
    let value = given["metricValue"]?.scalarText ?? ""
    guard !value.isEmpty, value.utf8.count <= MetricFilterLimits.valueLength else {
      throw LogsAPI.invalid(
        "Invalid metric transformation: metricValue must have 1 to \(MetricFilterLimits.valueLength) characters"
      )
    }
    var filter = MetricFilter(
      name: name, pattern: pattern, namespace: namespace, metric: metric, value: value,
      source: try valueSource(value, pattern), creationTime: time)
    if let number = given["defaultValue"], number != .null {
      guard let number = number.scalarText.flatMap({ Double($0) }), number.isFinite else {
        throw LogsAPI.invalid("Invalid metric transformation: defaultValue must be a number")
      }
      filter.defaultValue = number
    }
    if let unit = given["unit"]?.text {
      guard MetricUnit.all.contains(unit) else {
        throw LogsAPI.invalid(
          ValidationText.notOneOf("metricTransformations.1.member.unit", unit, MetricUnit.all))
      }
      filter.unit = unit
    }
    let dimensions = given["dimensions"]?.members ?? []
    if dimensions.isEmpty { return filter }
    guard pattern.supportsDimensions else {
      throw LogsAPI.invalid("The specified filter pattern does not support dimensions")
    }
    guard filter.defaultValue == nil else {
      throw LogsAPI.invalid(
        "Invalid metric transformation: dimensions and default value are mutually exclusive properties"
      )
    }
    guard dimensions.count <= MetricFilterLimits.dimensions else {
      throw LogsAPI.invalid(
        "Invalid metric transformation: at most \(MetricFilterLimits.dimensions) dimensions are allowed"
      )
    }
    for dimension in dimensions.sorted(by: { $0.nameText < $1.nameText }) {
      let source = try valueSource(dimension.value.text ?? "", pattern, isDimension: true)
      filter.dimensions.append((dimension.nameText, source))
    }
    return filter
  }

  private func metricName(_ given: JSONValue, _ parameter: String) throws(AWSError) -> String {
    let name = given[parameter]?.text ?? ""
    guard name.unicodeScalars.count <= MetricFilterLimits.metricNameLength else {
      throw LogsAPI.invalid(
        ValidationText.tooLong(
          "metricTransformations.1.member.\(parameter)", name,
          MetricFilterLimits.metricNameLength))
    }
    // AWS takes colons in namespaces, though its model says otherwise.
    let refused = parameter == "metricName" ? ":*$" : "*$"
    guard !name.isEmpty, !name.contains(where: { refused.contains($0) }) else {
      throw LogNames.mismatch("metricTransformations.1.member.\(parameter)", name, "[^:*$]*")
    }
    return name
  }

  /// A number, a selector of a pattern on JSON, or a column. Ours: the texts of the errors.
  private func valueSource(
    _ value: String, _ pattern: FilterPattern, isDimension: Bool = false
  ) throws(AWSError) -> MetricValueSource {
    let what = isDimension ? "dimension value" : "metricValue"
    if !isDimension, let number = Double(value), number.isFinite { return .number(number) }
    guard value.hasPrefix("$") else {
      throw LogsAPI.invalid(
        "Invalid metric transformation: \(what) '\(value)' must be \(isDimension ? "" : "a number or ")a field such as $.field"
      )
    }
    switch pattern.form {
    case .columns(let columns):
      let name = String(value.dropFirst())
      guard Int(name) != nil || columns.columns.contains(where: { $0.name == name }) else {
        throw LogsAPI.invalid(
          "Invalid metric transformation: \(what) '\(value)' is no field of the filter pattern")
      }
      return .column(name)
    case .json:
      do throws(FilterPatternError) {
        return .selector(try JSONSelector(value))
      } catch {
        throw LogsAPI.invalid(
          "Invalid metric transformation: \(what) '\(value)' is no field such as $.field",
          advice: error.detail)
      }
    case .everything, .terms:
      throw LogsAPI.invalid(
        "Invalid metric transformation: \(what) '\(value)' needs a JSON or space-delimited filter pattern"
      )
    }
  }

  func deleteMetricFilter(_ call: ServiceCall) throws(AWSError) {
    let group = try logGroup(of: call)
    let name = call.text("filterName") ?? ""
    try checkFilterName(name, "filterName")
    guard group.metricFilters[name] != nil else {
      throw AWSError("ResourceNotFoundException", "The specified metric filter does not exist.")
    }
    logGroups[group.arn]?.setFilter(nil, named: name)
  }

  func describeMetricFilters(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let prefix = call.text("filterNamePrefix")
    let metric = call.text("metricName")
    let namespace = call.text("metricNamespace")
    if let prefix { try checkFilterName(prefix, "filterNamePrefix") }
    for (name, value) in [("metricName", metric), ("metricNamespace", namespace)] {
      if let value, value.unicodeScalars.count > MetricFilterLimits.metricNameLength {
        throw LogsAPI.invalid(
          ValidationText.tooLong(name, value, MetricFilterLimits.metricNameLength))
      }
    }
    guard (metric == nil) == (namespace == nil) else {
      throw LogsAPI.invalid(
        "If you include the \(metric == nil ? "metricNamespace" : "metricName") parameter in your request, you must also include the \(metric == nil ? "metricName" : "metricNamespace") parameter."
      )
    }
    let groups =
      call.text("logGroupName") == nil
      ? logGroups.all(of: call.account, in: call.region) : [try logGroup(of: call)]
    let filters = groups.flatMap { group in
      group.filterOrder.compactMap { group.metricFilters[$0] }.filter { filter in
        filter.name.hasPrefix(prefix ?? "") && (metric == nil || metric == filter.metric)
          && (namespace == nil || namespace == filter.namespace)
      }.map { (group, $0) }
    }.sorted { ($0.1.name, $0.0.name) < ($1.1.name, $1.0.name) }
    let page = try LogPage(filters, of: call, most: 50)
    return compacted([
      "metricFilters": .array(page.items.map { $1.json(of: $0) }), "nextToken": page.nextToken,
    ])
  }

  func testMetricFilter(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let messages = call.parameters["logEventMessages"]?.texts ?? []
    guard (1...MetricFilterLimits.messages).contains(messages.count) else {
      throw LogsAPI.invalid(
        ValidationText.constraint(
          "logEventMessages", "[…]",
          messages.isEmpty
            ? "Member must have length greater than or equal to 1"
            : "Member must have length less than or equal to \(MetricFilterLimits.messages)"))
    }
    guard let pattern = try filterPattern(call) else {
      throw LogsAPI.invalid("A filter pattern is required.")
    }
    // AWS numbers from 0 in its examples.
    let matches = messages.enumerated().compactMap { index, message -> JSONValue? in
      guard pattern.matches(message) else { return nil }
      return [
        "eventNumber": .number(index), "eventMessage": .string(message),
        "extractedValues": .object(
          pattern.extractedValues(from: message).map { JSONMember($0.name, .string($0.value)) }),
      ]
    }
    return ["matches": .array(matches)]
  }
}

extension MetricFilter {
  /// As DescribeMetricFilters has it.
  func json(of group: LogGroup) -> JSONValue {
    let transformation = compacted([
      "metricName": .string(metric), "metricNamespace": .string(namespace),
      "metricValue": .string(value),
      "defaultValue": defaultValue.map { .number(JavaText.number($0)) },
      "dimensions": dimensions.isEmpty
        ? nil : .object(dimensions.map { JSONMember($0.name, .string($0.source.text)) }),
      "unit": unit.map { .string($0) },
    ])
    return [
      "filterName": .string(name), "filterPattern": .string(pattern.source),
      "metricTransformations": [transformation], "creationTime": .number(Int(creationTime)),
      "logGroupName": .string(group.name), "applyOnTransformedLogs": false,
    ]
  }
}

extension MetricValueSource {
  /// As it was given.
  var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .selector(let selector): selector.text
    case .column(let name): "$\(name)"
    }
  }
}

extension JSONValue {
  /// A text, or a number as it is spelled.
  var scalarText: String? {
    if case .number(let spelling) = self { return spelling }
    return text
  }
}

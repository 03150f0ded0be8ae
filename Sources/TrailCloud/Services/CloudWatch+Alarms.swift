package import TrailRecord

// Alarms: making, changing, telling.

extension Cloud {
  func putMetricAlarm(_ call: ServiceCall) throws(AWSError) {
    var alarm = try AlarmRequest.alarm(call)
    let old = metrics.alarms[alarm.arn]
    if let old {
      // A change keeps the state.
      alarm.id = old.id
      alarm.state = old.state
      alarm.reason = old.reason
      alarm.reasonData = old.reasonData
      alarm.stateTime = old.stateTime
      alarm.transitionTime = old.transitionTime
      alarm.nextEvaluation = old.nextEvaluation
      alarm.tags = old.tags
    } else {
      metrics.alarmCount += 1
      alarm.id = metrics.alarmCount
    }
    metrics.setAlarm(alarm, arn: alarm.arn)
    note(
      .configurationUpdate, of: alarm,
      "Alarm \"\(alarm.name)\" \(old == nil ? "created" : "updated")",
      [
        "version": "1.0", "type": .string(old == nil ? "Create" : "Update"),
        "\(old == nil ? "createdAlarm" : "updatedAlarm")": alarm.json.withSmallInitials,
      ])
    evaluateSoon(alarm.arn)
  }

  /// The alarms of a call's names. Throws where one is not there: AWS deletes none then.
  private func alarms(named names: [String], _ call: ServiceCall) throws(AWSError) -> [MetricAlarm]
  {
    guard names.count <= AlarmLimits.names else {
      throw CloudWatchErrors.invalid(
        ValidationText.constraint(
          "alarmNames", "[…]", "Member must have length less than or equal to \(AlarmLimits.names)")
      )
    }
    var found: [MetricAlarm] = []
    for name in names {
      let arn = MetricAlarm.arn(name, region: call.region, account: call.account)
      guard let alarm = metrics.alarms[arn] else { throw CloudWatchErrors.notFound(name) }
      found.append(alarm)
    }
    return found
  }

  func deleteAlarms(_ call: ServiceCall) throws(AWSError) {
    for alarm in try alarms(named: call.parameters["AlarmNames"]?.texts ?? [], call) {
      metrics.setAlarm(nil, arn: alarm.arn)
      note(
        .configurationUpdate, of: alarm, "Alarm \"\(alarm.name)\" deleted",
        ["version": "1.0", "type": "Delete", "deletedAlarm": alarm.json.withSmallInitials])
    }
  }

  func enableActions(_ isEnabled: Bool, _ call: ServiceCall) {
    for name in call.parameters["AlarmNames"]?.texts ?? [] {
      let arn = MetricAlarm.arn(name, region: call.region, account: call.account)
      metrics.alarms[arn]?.actionsEnabled = isEnabled
    }
  }

  func setAlarmState(_ call: ServiceCall) throws(AWSError) {
    let value = call.text("StateValue") ?? ""
    guard let state = MetricAlarm.State(rawValue: value) else {
      throw CloudWatchErrors.invalid(
        ValidationText.notOneOf("stateValue", value, ["INSUFFICIENT_DATA", "ALARM", "OK"]))
    }
    let reason = call.text("StateReason") ?? ""
    guard reason.unicodeScalars.count <= AlarmLimits.reasonLength else {
      throw CloudWatchErrors.invalid(
        ValidationText.tooLong("stateReason", reason, AlarmLimits.reasonLength))
    }
    var data: JSONValue?
    if let text = call.text("StateReasonData") {
      guard let value = try? JSONParser.parse(text) else {
        throw AWSError(
          "InvalidFormat", "StateReasonData is not valid JSON.", recordedCode: "InvalidFormatFault")
      }
      data = value
    }
    let alarm = try alarms(named: [call.text("AlarmName") ?? ""], call)[0]
    setState(of: alarm, to: state, reason: reason, data: data)
    // The state lasts until the next evaluation, as in AWS.
    evaluateSoon(alarm.arn)
  }

  // MARK: Telling

  func describeAlarms(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let names = call.parameters["AlarmNames"]?.texts
    let prefix = call.text("AlarmNamePrefix")
    guard names == nil || prefix == nil else {
      throw CloudWatchErrors.combination(
        "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both."
      )
    }
    let state = call.text("StateValue")
    let action = call.text("ActionPrefix")
    let types = call.parameters["AlarmTypes"]?.texts ?? ["MetricAlarm"]
    let found = metrics.alarms(of: call.account, in: call.region).filter { alarm in
      (names?.contains(alarm.name) ?? true) && alarm.name.hasPrefix(prefix ?? "")
        && (state == nil || state == alarm.state.rawValue)
        && (action.map { action in alarm.allActions.contains { $0.hasPrefix(action) } } ?? true)
    }
    let page = try MetricPage(
      types.contains("MetricAlarm") ? found : [], of: call, limit: "MaxRecords",
      most: AlarmLimits.names)
    return compacted([
      "CompositeAlarms": [], "MetricAlarms": .array(page.items.map(\.json)),
      "NextToken": page.nextToken,
    ])
  }

  func describeAlarmsForMetric(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let metric = try MetricRequest.metric(call.parameters, call)
    let found = metrics.alarms(of: call.account, in: call.region).filter { alarm in
      alarm.metric == metric
        && (call.text("Statistic").map { $0 == alarm.statisticName } ?? true)
        && (call.text("ExtendedStatistic").map { $0 == alarm.statisticName } ?? true)
        && (call.parameters["Period"]?.integer.map { $0 == alarm.period } ?? true)
        && (call.text("Unit").map { $0 == alarm.unit } ?? true)
    }
    return ["MetricAlarms": .array(found.map(\.json))]
  }

  func describeAlarmHistory(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let name = call.text("AlarmName")
    let kind = call.text("HistoryItemType")
    let start = try MetricRequest.time(call.parameters["StartDate"], "StartDate")
    let end = try MetricRequest.time(call.parameters["EndDate"], "EndDate")
    var items = metrics.history.filter { item in
      let parts = item.alarmARN.split(separator: ":")
      return parts.count > 4 && parts[3] == call.region && parts[4] == call.account
        && (name == nil || name == item.alarmName) && (kind == nil || kind == item.kind.rawValue)
        && (start.map { item.time >= $0 } ?? true) && (end.map { item.time <= $0 } ?? true)
    }
    if call.text("ScanBy") != "TimestampAscending" { items.reverse() }
    let page = try MetricPage(items, of: call, limit: "MaxRecords", most: AlarmLimits.names)
    return compacted([
      "AlarmHistoryItems": .array(page.items.map(\.json)), "NextToken": page.nextToken,
    ])
  }
}

extension AlarmHistoryItem {
  /// As DescribeAlarmHistory has it.
  package var json: JSONValue {
    [
      "AlarmName": .string(alarmName), "AlarmType": "MetricAlarm",
      "Timestamp": .string(EventTime.format(time)), "HistoryItemType": .string(kind.rawValue),
      "HistorySummary": .string(summary), "HistoryData": .string(data),
    ]
  }
}

extension MetricAlarm {
  var allActions: [String] { okActions + alarmActions + insufficientDataActions }

  /// As DescribeAlarms has it.
  package var json: JSONValue {
    var isExtended = false
    if case .percentile = statistic { isExtended = true }
    func time(_ time: Int64) -> JSONValue { .string(EventTime.format(time)) }
    return compacted([
      "AlarmName": .string(name), "AlarmArn": .string(arn),
      "AlarmDescription": details.map { .string($0) },
      "AlarmConfigurationUpdatedTimestamp": time(configurationTime),
      "ActionsEnabled": .bool(actionsEnabled), "OKActions": .strings(okActions),
      "AlarmActions": .strings(alarmActions),
      "InsufficientDataActions": .strings(insufficientDataActions),
      "StateValue": .string(state.rawValue), "StateReason": .string(reason),
      "StateReasonData": reasonData.map { .string($0) }, "StateUpdatedTimestamp": time(stateTime),
      "MetricName": .string(metric.name), "Namespace": .string(metric.namespace),
      "Statistic": isExtended ? nil : .string(statisticName),
      "ExtendedStatistic": isExtended ? .string(statisticName) : nil,
      "Dimensions": .array(metric.dimensions.map(\.json)), "Period": .number(period),
      "Unit": unit.map { .string($0) }, "EvaluationPeriods": .number(evaluationPeriods),
      "DatapointsToAlarm": datapointsToAlarm.map { .number($0) },
      "Threshold": .number(JavaText.number(threshold)),
      "ComparisonOperator": .string(comparison.rawValue),
      "TreatMissingData": missingData.map { .string($0.rawValue) },
      "EvaluateLowSampleCountPercentile": lowSamples.map { .string($0) },
      "StateTransitionedTimestamp": time(transitionTime),
    ])
  }
}

extension MetricID.Dimension {
  var json: JSONValue { ["Name": .string(name), "Value": .string(value)] }
}

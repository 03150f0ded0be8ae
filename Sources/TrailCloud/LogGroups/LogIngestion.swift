// Log events as they come into a stream: kept, and counted by the group's metric filters.

extension Cloud {
  /// Puts events into a stream that is there, and counts them.
  func receive(_ events: LogEventStore, in groupARN: String, stream: String) {
    guard let group = logGroups[groupARN] else { return }
    if !group.metricFilters.isEmpty, !events.isEmpty { count(events, of: group) }
    logGroups[groupARN]?.streams[stream]?
      .receive(events, at: now, keepingFrom: group.retentionEdge(at: now))
  }

  /// What one filter counted in one minute.
  private struct Tally: Hashable {
    var minute: Int64
    var filter: Int
    /// The values of the filter's dimensions.
    var dimensions: [String]

    static func isBefore(_ left: Tally, _ right: Tally) -> Bool {
      if (left.minute, left.filter) != (right.minute, right.filter) {
        return (left.minute, left.filter) < (right.minute, right.filter)
      }
      return left.dimensions.lexicographicallyPrecedes(right.dimensions)
    }
  }

  /// Adds to the metrics of a group's filters. Values stand at the minute of the event's own time.
  ///
  /// Ours: an event in which the value or a dimension is not found counts nothing.
  private func count(_ events: LogEventStore, of group: LogGroup) {
    let filters = group.filterOrder.compactMap { group.metricFilters[$0] }
    var tallies: [Tally: StatisticSet] = [:]
    var minutes: Set<Int64> = []
    var matches = [Int](repeating: 0, count: filters.count)
    var lastMinute = Int64.min
    events.forEach { bytes, range, entry in
      let minute = entry.time / 60_000 * 60_000
      if minute != lastMinute {
        minutes.insert(minute)
        lastMinute = minute
      }
      for place in group.patterns.matching(bytes, range, isJSON: entry.isJSON) {
        let filter = filters[place]
        matches[place] += 1
        guard let value = filter.source.number(filter.pattern, bytes, range) else { continue }
        let dimensions = filter.dimensions.compactMap {
          $0.source.text(filter.pattern, bytes, range)
        }
        guard dimensions.count == filter.dimensions.count else { continue }
        tallies[
          Tally(minute: minute, filter: place, dimensions: dimensions), default: StatisticSet()
        ].add(value)
      }
    }
    logGroups[group.arn]?.countMatches(matches)
    // A minute in which events came and none matched counts the default value.
    for (place, filter) in filters.enumerated() {
      guard let value = filter.defaultValue else { continue }
      for minute in minutes {
        let tally = Tally(minute: minute, filter: place, dimensions: [])
        if tallies[tally] == nil { tallies[tally] = StatisticSet(value: value) }
      }
    }
    for tally in tallies.keys.sorted(by: Tally.isBefore) {
      guard let set = tallies[tally] else { continue }
      add(set, of: filters[tally.filter], tally.dimensions, at: tally.minute, in: group)
    }
  }

  private func add(
    _ set: StatisticSet, of filter: MetricFilter, _ dimensions: [String], at minute: Int64,
    in group: LogGroup
  ) {
    let metric = MetricID(
      account: group.account, region: group.region, namespace: filter.namespace,
      name: filter.metric,
      dimensions: zip(filter.dimensions, dimensions).map { MetricID.Dimension($0.name, $1) })
    metrics.add(set, to: metric, unit: filter.unit ?? "None", at: minute)
    metricChanged(metric)
  }
}

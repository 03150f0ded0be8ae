/// A log group of CloudWatch Logs.
package struct LogGroup: Sendable {
  package var name: String
  package var region: RegionName
  package var account: AccountID
  package var creationTime: Int64
  /// Nil where events are kept for ever.
  package var retentionDays: Int?
  package var tags: [String: String] = [:]
  package var kmsKeyID: String?
  /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`.
  package var groupClass = "STANDARD"
  package var isProtected = false
  package internal(set) var streams: [String: LogStream] = [:]
  /// By name.
  package private(set) var metricFilters: [String: MetricFilter] = [:]
  /// The patterns of the metric filters, in the order of `filterOrder`.
  private(set) var patterns = FilterPatternSet([])
  private(set) var filterOrder: [String] = []

  init(name: String, region: RegionName, account: AccountID, creationTime: Int64) {
    self.name = name
    self.region = region
    self.account = account
    self.creationTime = creationTime
  }

  /// As trails name it: it ends in `:*`.
  package var arn: String { "\(logGroupARN):*" }

  /// Without the star, as newer APIs have it.
  package var logGroupARN: String { "arn:aws:logs:\(region):\(account):log-group:\(name)" }

  package var eventCount: Int { streams.values.reduce(0) { $0 + $1.events.count } }

  /// The bytes of all messages.
  package var storedBytes: Int { streams.values.reduce(0) { $0 + $1.events.byteCount } }

  mutating func setFilter(_ filter: MetricFilter?, named name: String) {
    metricFilters[name] = filter
    filterOrder = metricFilters.keys.sorted()
    patterns = FilterPatternSet(filterOrder.compactMap { metricFilters[$0]?.pattern })
  }

  /// Notes how many events matched each filter, in the order of `filterOrder`.
  mutating func countMatches(_ counts: [Int]) {
    for (name, count) in zip(filterOrder, counts) where count > 0 {
      metricFilters[name]?.matchCount += count
    }
  }

  /// The time before which events are gone; nil where they are kept for ever.
  func retentionEdge(at now: Int64) -> Int64? {
    retentionDays.map { now - Int64($0) * 86_400_000 }
  }
}

/// A stream of log events from one source.
package struct LogStream: Sendable {
  package var name: String
  package var creationTime: Int64
  package var lastIngestionTime: Int64?
  var events = LogEventStore()
  /// How often events were put, which the token of the next time is made of.
  var uploads = 0

  init(name: String, creationTime: Int64) {
    self.name = name
    self.creationTime = creationTime
  }

  /// - Parameter edge: older events are forgotten; nil where all are kept.
  mutating func receive(_ more: LogEventStore, at now: Int64, keepingFrom edge: Int64?) {
    events.append(more, ingestionTime: now)
    uploads += 1
    if !more.isEmpty { lastIngestionTime = now }
    if let edge { events.dropChunks(before: edge) }
  }

  package var eventCount: Int { events.count }
  package var oldestEvent: Int64? { events.oldest }
  package var newestEvent: Int64? { events.newest }
}

/// What counts events of a log group in a metric (facts §7.2).
package struct MetricFilter: Sendable {
  package var name: String
  package var pattern: FilterPattern
  package var namespace: String
  package var metric: String
  /// As it was given: a number, or `$.field`.
  package var value: String
  var source: MetricValueSource
  /// What a minute counts in which events came and none of them matched.
  package var defaultValue: Double?
  package var unit: String?
  /// Names with selectors, in the order of the names.
  var dimensions: [(name: String, source: MetricValueSource)] = []
  package var creationTime: Int64
  /// Events that matched so far.
  package internal(set) var matchCount = 0

  /// The dimensions with their selectors as text.
  package var dimensionTexts: [(name: String, value: String)] {
    dimensions.map { ($0.name, $0.source.text) }
  }
}

/// Where the value of a metric or of a dimension comes from.
enum MetricValueSource: Sendable {
  case number(Double)
  case selector(JSONSelector)
  /// A column of a pattern of columns, by its name or number.
  case column(String)

  /// The text in an event that it stands for; nil where there is none.
  func text(_ pattern: FilterPattern, _ bytes: [UInt8], _ range: Range<Int>) -> String? {
    switch self {
    case .number(let number): "\(number)"
    case .selector(let selector): selector.value(in: bytes, range)?.text
    case .column(let name):
      if case .columns(let columns) = pattern.form {
        columns.range(of: name, bytes, range).map { String(decoding: bytes[$0], as: UTF8.self) }
      } else {
        nil
      }
    }
  }

  /// The number in an event that it stands for; nil where there is none.
  func number(_ pattern: FilterPattern, _ bytes: [UInt8], _ range: Range<Int>) -> Double? {
    if case .number(let number) = self { return number }
    return text(pattern, bytes, range).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }
}

/// What the store's own counts say about a predicate, without reading rows.
struct PlanStatistics {
  /// The segments that are asked, with their places in the snapshot.
  private let segments: [(place: Int, segment: Segment)]
  /// Segments of the snapshot.
  private let segmentCount: Int
  /// Events of the segments that are asked.
  let rowCount: Int
  private let cancellation: Cancellation
  /// True where every distinct value is to be tried, however many there are: nothing is left to be done then.
  var triesAllValues = false

  struct Estimate {
    var rows: Int
    var cost: Int
    var access: String
    /// Where there can be rows; nil where that may be anywhere.
    var segments: SegmentSet?
    /// True where `rows` is no guess.
    var isExact = false
  }

  /// - Parameter window: outside of it nothing is asked, and nothing is said of what is there.
  init(
    snapshot: StoreSnapshot, window: Range<Int64> = .min ..< .max, _ cancellation: Cancellation
  ) {
    self.cancellation = cancellation
    segmentCount = snapshot.segments.count
    segments = snapshot.segments.enumerated().filter { $0.element.overlaps(window) }.map {
      (place: $0.offset, segment: $0.element)
    }
    rowCount = segments.reduce(0) { $0 + $1.segment.rowCount }
  }

  // Shares of values that pass, where only trying would tell: guesses that need only be in the right order.
  private static let globShare = 0.1
  private static let regexShare = 0.1
  private static let orderShare = 0.3

  /// Throws where the query is stopped: what nobody has asked for yet is read first.
  func estimate(_ predicate: BoundPredicate) throws(QueryCancelled) -> Estimate {
    let total = rowCount
    switch predicate {
    case .constant(let flag):
      return Estimate(rows: flag ? total : 0, cost: 0, access: "constant", isExact: true)
    case .time(let range):
      let rows = segments.reduce(0) {
        $0 + $1.segment.rows(from: range.lowerBound, until: range.upperBound).count
      }
      return Estimate(rows: rows, cost: segments.count, access: "time range", isExact: true)
    case .known(let knowledge):
      let rows = segments.reduce(0) {
        $0 + $1.segment.rows(from: .min, until: knowledge.until).count
      }
      return Estimate(rows: rows, cost: total / 8, access: "delivery times")
    case .word(_, let definition): return try estimate(definition)
    case .not(let inner):
      let own = try estimate(inner)
      return Estimate(
        rows: total - min(total, own.rows), cost: own.cost + total / 64,
        access: "complement of " + own.access, isExact: own.isExact)
    case .and(let parts):
      let own = try parts.map(estimate)
      let rows = own.reduce(Double(total)) { $0 * Double($1.rows) / Double(max(1, total)) }
      return Estimate(
        rows: Int(rows.rounded(.up)), cost: own.reduce(0) { $0 + $1.cost },
        access: Self.joined(own.map(\.access)),
        segments: own.reduce(nil) { SegmentSet.intersection($0, $1.segments) })
    case .or(let parts):
      let own = try parts.map(estimate)
      return Estimate(
        rows: min(total, own.reduce(0) { $0 + $1.rows }), cost: own.reduce(0) { $0 + $1.cost },
        access: Self.joined(own.map(\.access)),
        segments: own.reduce(SegmentSet(of: segmentCount)) { SegmentSet.union($0, $1.segments) })
    case .exists(let field): return exists(field, total)
    case .about:
      let bytes = segments.reduce(0) { $0 + $1.segment.values.textByteCount }
      return Estimate(rows: total / 1000 + 1, cost: bytes / 16, access: "search of values")
    case .test(let test): return try estimate(test)
    }
  }

  private static func joined(_ accesses: [String]) -> String {
    var unique: [String] = []
    for access in accesses where !unique.contains(access) { unique.append(access) }
    return unique.joined(separator: ", ")
  }

  private func exists(_ field: BoundField, _ total: Int) -> Estimate {
    switch field.source {
    case .any:
      var rows = 0
      for (_, segment) in segments {
        for path in FieldColumns(segment: segment).leafPaths(field) {
          rows += segment.column(path)?.entryCount ?? segment.identifiers(path)?.entryCount ?? 0
        }
      }
      return Estimate(rows: min(total, rows), cost: total / 8, access: "record shapes")
    case .time: return Estimate(rows: total, cost: total / 8, access: "record shapes")
    case .first, .computed:
      return Estimate(rows: total, cost: total / 8, access: "computed column")
    }
  }

  /// Reads what a test needs of segments that nobody has asked for anything, on all cores: after opening a workspace
  /// that is most of the first answer's time.
  private func readFirst(
    _ field: BoundField, of segments: [(place: Int, segment: Segment)]
  ) throws(QueryCancelled) {
    let untouched = segments.map(\.segment).filter { $0.kept?.isUntouched == true }
    if untouched.count < 2 { return }
    _ = try SegmentWorkers.map(untouched, work: untouched.reduce(0) { $0 + $1.rowCount }) {
      _, segment throws(QueryCancelled) in
      try cancellation.check()
      let fields = FieldColumns(segment: segment)
      guard case .any = field.source else {
        _ = fields.column(field)
        return
      }
      for path in fields.leafPaths(field) {
        _ = (segment.field(path), segment.identifiers(path))
      }
    }
  }

  private func estimate(_ test: FieldTest) throws(QueryCancelled) -> Estimate {
    var result = Estimate(rows: 0, cost: 0, access: "not in any dictionary")
    var asked = segments
    if let keys = test.identifierKeys {
      asked = segments.filter { $0.segment.mayHold(keys) }
      result.access = "identifier index"
    }
    try readFirst(test.field, of: asked)
    if triesAllValues { try tryAllValues(test, of: asked) }
    var found = SegmentSet(of: segmentCount)
    result.isExact = true
    var evaluator = PredicateEvaluator(cancellation: cancellation)
    for (place, segment) in asked {
      try cancellation.check()
      let fields = FieldColumns(segment: segment)
      var columns: [FieldColumn] = []
      var identifiers: [IdentifierColumn] = []
      if case .any = test.field.source {
        for path in fields.leafPaths(test.field) {
          if let field = segment.field(path) { columns.append(field) }
          if let column = segment.identifiers(path) { identifiers.append(column) }
        }
      } else if let column = fields.column(test.field) {
        columns.append(column)
      }
      // Rows of several columns may be the same ones.
      if columns.count > 1 || !identifiers.isEmpty { result.isExact = false }
      for column in identifiers {
        add(test.test, column, to: &result)
        found.insert(place)
      }
      for column in columns {
        let isFound = try add(
          test, column, oneOf: columns.count, in: segment, &evaluator,
          triesAll: triesAllValues && result.isExact,
          to: &result)
        if isFound { found.insert(place) }
      }
    }
    if case .computed = test.field.source { result.access = "computed column, " + result.access }
    result.segments = found
    return result
  }

  /// Finds out which values pass, on all cores; each segment remembers it.
  private func tryAllValues(
    _ test: FieldTest, of segments: [(place: Int, segment: Segment)]
  ) throws(QueryCancelled) {
    _ = try SegmentWorkers.map(
      segments.map(\.segment), work: segments.reduce(0) { $0 + $1.segment.rowCount }
    ) { _, segment throws(QueryCancelled) in
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      guard let column = FieldColumns(segment: segment).soleColumn(test.field) else { return }
      _ = try evaluator.codes(test, column, oneOf: 1, in: segment)
    }
  }

  private func add(_ test: ValueTest, _ column: IdentifierColumn, to result: inout Estimate) {
    if test.isLookup, column.order != nil {
      result.rows += 1
      result.cost += 1
      result.access = "identifier index"
    } else {
      result.rows += column.entryCount / 10
      result.cost += column.entryCount
      result.access = "scan of identifiers"
    }
  }

  /// - Returns: false where no value of the column passes.
  private func add(
    _ test: FieldTest, _ field: FieldColumn, oneOf columns: Int, in segment: Segment,
    _ evaluator: inout PredicateEvaluator, triesAll: Bool, to result: inout Estimate
  ) throws(QueryCancelled) -> Bool {
    let column = field.column
    let isLookup = test.test.isLookup
    if isLookup || triesAll || column.distinctCount <= Self.fewValues {
      let codes = try evaluator.codes(test, field, oneOf: columns, in: segment)
      if codes.isEmpty { return false }
      if !column.countsExactly(codes) { result.isExact = false }
      let access = column.access(for: codes)
      result.rows += column.estimatedRows(in: codes)
      result.cost += access == .postings ? column.estimatedRows(in: codes) : column.entryCount / 8
      result.access = (isLookup ? "" : "dictionary + ") + access.rawValue
    } else {
      result.isExact = false
      result.rows += Int(Double(column.entryCount) * Self.share(test.test)) + 1
      result.cost += column.distinctCount * 4 + column.entryCount / 8
      result.access = "dictionary + scan of codes"
    }
    return true
  }

  /// Dictionaries of at most so many values are tried out while planning: that is exact and costs microseconds.
  private static let fewValues = 512

  private static func share(_ test: ValueTest) -> Double {
    switch test {
    case .equal, .identical, .any: globShare
    case .regex: regexShare
    case .ordered: orderShare
    }
  }
}

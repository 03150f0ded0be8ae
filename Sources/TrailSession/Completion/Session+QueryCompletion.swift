internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

extension Session {
  /// The most values that are counted for one completion.
  private static let mostValues = 1000

  /// What could stand at a place in a sentence, values with their counts under the rest of it.
  func completeQuery(_ text: String, at cursor: Int) -> Completion {
    let site = CompletionSite(in: text, cursor: cursor)
    var candidates: [Completion.Candidate] = []
    for expectation in site.allowed {
      candidates += self.candidates(for: expectation, at: site)
    }
    var seen: Set<String> = []
    candidates = candidates.filter { seen.insert($0.insertion).inserted }
    return Completion(
      candidates, replacing: site.range.lowerBound..<site.range.upperBound,
      suffix: candidates.first.map { $0.insertion.hasSuffix(".") ? "" : " " } ?? " ")
  }

  private func candidates(
    for expectation: Expectation, at site: CompletionSite
  ) -> [Completion.Candidate] {
    let plain = { (words: [String], remark: String) in
      Self.matching(
        words.map { Completion.Candidate($0, remark: remark) }, prefix: site.prefix)
    }
    switch expectation {
    case .source:
      return plain(Keyword.sources.map(\.rawValue) + savedQueries.names.map { "@" + $0 }, "")
    case .keyword(let keyword):
      return plain([keyword], "")
    case .field:
      return Self.matching(fieldCandidates(prefix: site.prefix), prefix: site.prefix)
        + columnCandidates(at: site)
    case .word:
      return Self.matching(wordCandidates(), prefix: site.prefix)
    case .comparison:
      return plain(["=", "!=", "==", "~", "!~", "<", "<=", ">", ">=", "in (", "exists"], "")
    case .value(let field, _):
      return valueCandidates(of: field, at: site)
    case .name:
      return nameCandidates(at: site)
    case .time:
      return timeCandidates(at: site)
    case .duration:
      return plain(["5m", "15m", "1h", "1d", "7d"], "")
    case .stage:
      let stages = StageCatalog.standard.definitions.map {
        Completion.Candidate($0.name, remark: $0.meaning)
      }
      return Self.matching(stages, prefix: site.prefix)
    case .aggregate:
      return plain(AggregateFunction.allCases.map(\.rawValue), "")
    case .expectation:
      return plain(["some", "none"], "")
    case .regex, .argument, .number, .newName:
      return []
    }
  }

  func wordCandidates() -> [Completion.Candidate] {
    WordCatalog.standard.definitions.map { Completion.Candidate($0.name, remark: "word") }
  }

  /// Short names, and one further step of the paths that records have: `req.` first, then what lies below it.
  func fieldCandidates(prefix: String) -> [Completion.Candidate] {
    let snapshot = store.snapshot()
    let steps = prefix.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if steps.count > 1 { return pathCandidates(below: Array(steps.dropLast()), snapshot) }
    let short = FieldCatalog.standard.definitions.map { field in
      Completion.Candidate(field.name, remark: Self.distinctRemark(field, snapshot))
    }
    let roots = CloudTrailRecord.prefixes.keys.sorted().map {
      Completion.Candidate($0 + ".", remark: CloudTrailRecord.prefixes[$0] ?? "")
    }
    guard !prefix.isEmpty else { return short + roots }
    return short + roots + pathCandidates(below: [], snapshot)
  }

  private func pathCandidates(
    below written: [String], _ snapshot: StoreSnapshot
  ) -> [Completion.Candidate] {
    var keys = written
    if let first = written.first {
      keys[0] =
        CloudTrailRecord.prefixes[first.lowercased()] ?? CloudTrailRecord.member(first) ?? first
    }
    var children: [String: Bool] = [:]
    for sequence in snapshot.paths.allKeySequences where sequence.starts(with: keys) {
      guard sequence.count > keys.count else { continue }
      let hasMore = sequence.count > keys.count + 1
      children[sequence[keys.count], default: false] =
        children[sequence[keys.count]] ?? false || hasMore
    }
    return children.keys.sorted().map { child in
      let path = SyntaxPrinter.text(of: FieldSyntax(steps: written + [child], range: .at(0)))
      let sequence = keys + [child]
      let distinct = Self.distinctValues(sequence, snapshot)
      return Completion.Candidate(
        children[child] == true && distinct == 0 ? path + "." : path, title: path,
        remark: distinct > 0
          ? NumberText.counted(distinct, "value") : children[child] == true ? "…" : "")
    }
  }

  private static func distinctRemark(_ field: FieldDefinition, _ snapshot: StoreSnapshot) -> String
  {
    guard case .path(let path) = field.source else { return "" }
    let count = distinctValues(path.split(separator: ".").map(String.init), snapshot)
    return count > 0 ? NumberText.counted(count, "value") : ""
  }

  /// Distinct values of a path: exact where one segment has them all, else of the segment that has most.
  private static func distinctValues(_ keys: [String], _ snapshot: StoreSnapshot) -> Int {
    let paths = snapshot.paths.paths(keys: keys)
    return snapshot.segments.reduce(0) { most, segment in
      max(most, paths.reduce(0) { $0 + (segment.column($1)?.distinctCount ?? 0) })
    }
  }

  /// The columns of the table that the stages before the cursor make.
  private func columnCandidates(at site: CompletionSite) -> [Completion.Candidate] {
    guard var query = site.partial else { return [] }
    query.stages = Self.stages(of: query, before: site)
    guard query.stages.contains(where: \.makesTable),
      let answer = try? QueryRunner(session: self).run(query),
      case .table(let rows) = answer.content
    else { return [] }
    return Self.matching(
      rows.columns.map { Completion.Candidate($0.name, remark: "column") }, prefix: site.prefix)
  }

  private static func stages(of query: QuerySyntax, before site: CompletionSite) -> [StageSyntax] {
    query.stages.filter { $0.range.upperBound <= site.range.lowerBound }
  }

  /// The values that a field has in the events that the rest of the sentence leaves, most frequent first.
  private func valueCandidates(
    of field: FieldSyntax, at site: CompletionSite
  ) -> [Completion.Candidate] {
    counted(field, at: site).map { value, count in
      Completion.Candidate(
        Self.written(value, quote: site.quote), title: value, remark: NumberText.grouped(count))
    }
  }

  private func counted(
    _ field: FieldSyntax, at site: CompletionSite
  ) -> [(value: String, count: Int)] {
    guard var query = site.partial, query.source.kind == .events else { return [] }
    let place = SourceRange.at(0)
    query.stages = Self.stages(of: query, before: site).filter(\.isFilter)
    if !site.prefix.isEmpty {
      let literal = ValueSyntax.literal(site.prefix, range: place)
      let start = ValueSyntax(literal.text + "*", range: place)
      let condition = PredicateSyntax.comparison(field, .equal, start, range: place)
      query.stages.append(StageSyntax(.filter(condition), range: place))
    }
    query.stages.append(StageSyntax(.top(Self.mostValues, field), range: place))
    guard let answer = try? QueryRunner(session: self).run(query),
      case .table(let rows) = answer.content, rows.columns.count >= 2
    else { return [] }
    let prefix = site.prefix.lowercased()
    return (0..<rows.rowCount).compactMap { row in
      let text = CellText.exact(rows.cells[0][row])
      // An event of several values counts for each of them, also those that were not asked for.
      guard text.lowercased().hasPrefix(prefix), case .number(let count) = rows.cells[1][row] else {
        return nil
      }
      return (text, Int(count) ?? 0)
    }
  }

  /// Names that `about` could look for: what calls acted on, and who made them.
  private func nameCandidates(at site: CompletionSite) -> [Completion.Candidate] {
    ["target", "bucket", "user"].flatMap { name in
      counted(FieldSyntax(steps: [name], range: .at(0)), at: site).prefix(20).map { value, count in
        Completion.Candidate(
          Self.written(value, quote: site.quote ?? "\""), title: value,
          remark: "\(name) \(NumberText.grouped(count))")
      }
    }
  }

  /// A value as a sentence writes it, in the quotes that were begun.
  private static func written(_ text: String, quote: Character?) -> String {
    let value = ValueSyntax.literal(text, range: .at(0))
    guard let quote else { return SyntaxPrinter.text(of: value) }
    let quoted = SyntaxPrinter.quoted(value.text)
    guard quote == "'" else { return quoted }
    let inner = quoted.dropFirst().dropLast().replacing("\\\"", with: "\"")
    return "'\(inner.replacing("'", with: "\\'"))'"
  }

  /// Times, with the events that each would leave.
  private func timeCandidates(at site: CompletionSite) -> [Completion.Candidate] {
    let now = clock.now
    let names = ["15m", "1h", "6h", "1d", "7d", "30d", "today", "yesterday"]
    let segments = store.snapshot().segments
    return names.compactMap { name in
      guard name.hasPrefix(site.prefix.lowercased()),
        case .time(let kind, _) = TrailLanguage.TimeText.read(name)
      else { return nil }
      let start = ClockArgument.begin(of: kind, now: now)
      let count = segments.reduce(0) { $0 + $1.rows(from: start, until: .max - 1).count }
      return Completion.Candidate(name, remark: NumberText.counted(count, "event"))
    }
  }
}

extension StageSyntax {
  /// True for a stage whose rows are not events any more.
  fileprivate var makesTable: Bool {
    switch kind {
    case .select, .count, .stats, .top, .rare, .new, .distinct, .burst, .gaps: true
    case .filter, .sort, .limit, .follow, .backtrace, .timeline, .facets, .chart, .expect: false
    }
  }

  fileprivate var isFilter: Bool {
    if case .filter = kind { true } else { false }
  }
}

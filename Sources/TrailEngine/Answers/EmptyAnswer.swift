import TrailLanguage
import TrailRecord

/// Why an answer has no rows: what each part of the predicate left, the part that empties it, values that are
/// near to the one asked for, and where the data lies when the window is beside it.
struct EmptyAnswer {
  /// Parts whose rows are told one by one.
  private static let partsTold = 8
  /// A field with more values than this is not searched for near ones.
  private static let valuesSearched = 200_000

  let bound: BoundQuery
  let plan: PhysicalPlan
  let outcome: Executor.Outcome
  let context: BindingContext
  let cache: QueryCache

  private var snapshot: StoreSnapshot { context.snapshot }

  func notes(_ cancellation: Cancellation) throws -> [Note] {
    guard case .events = bound.source else {
      return outcome.stepRows[0] == 0 ? [Note("The last answer has no such rows.")] : stepNotes()
    }
    if snapshot.isEmpty {
      return [
        Note(
          "There are no events yet.",
          suggestion: "import PATH")
      ]
    }
    guard outcome.stepRows[0] == 0 else { return stepNotes() }
    if let sequence = bound.sequence {
      return try sequenceNotes(sequence, cancellation)
    }
    return try scanNotes(conjunctsAsWritten, cancellation)
  }

  /// Events were found, and a later stage kept none.
  private func stepNotes() -> [Note] {
    guard let index = outcome.stepRows.firstIndex(of: 0), index > 0 else { return [] }
    let title = PlanPrinter.title(plan.steps[index - 1])
    let before = outcome.stepRows[index - 1]
    return [Note("`\(title)` leaves none of \(Self.counted(before, "row")).")]
  }

  /// The step that no event satisfies, or that the events of all steps never come together.
  private func sequenceNotes(
    _ sequence: BoundSequence, _ cancellation: Cancellation
  ) throws -> [Note] {
    let counts = outcome.sequenceRows ?? []
    let present = sequence.presentSteps
    if let empty = present.first(where: { $0 < counts.count && counts[$0] == 0 }) {
      let conjuncts = bound.predicate.conjuncts + sequence.steps[empty].predicate.conjuncts
      return [Note("No event is the step `\(sequence.steps[empty].text)`.")]
        + (try scanNotes(conjuncts, cancellation))
    }
    let told = present.filter { $0 < counts.count }.prefix(Self.partsTold).map {
      "`\(sequence.steps[$0].text)` has \(Self.number(counts[$0]))"
    }
    let keys = sequence.keys.compactMap { $0.first?.name }
    let by = keys.isEmpty ? "" : " with the same \(keys.joined(separator: " and "))"
    return [
      Note(
        "Each step has events, but none follow each other within \(WindowText.length(sequence.within))\(by)."
      ), Note("Of \(Self.counted(snapshot.rowCount, "event")): \(told.joined(separator: ", "))."),
    ]
  }

  /// In the order as written: the first filter stages are part of the scan.
  private var conjunctsAsWritten: [BoundPredicate] {
    var written = bound.predicate.conjuncts
    for stage in bound.stages {
      guard case .filterEvents(let predicate) = stage else { break }
      written += predicate.conjuncts
    }
    return written
  }

  private func scanNotes(
    _ conjuncts: [BoundPredicate], _ cancellation: Cancellation
  ) throws -> [Note] {
    let written = conjuncts.filter { if case .constant(true) = $0 { false } else { true } }
    var selection = snapshot.segments.map { RowSet.all(of: $0.rowCount) }
    var parts: [String] = []
    var culprit: (index: Int, before: Int)?
    for (index, conjunct) in written.enumerated() {
      let before = selection.reduce(0) { $0 + $1.count }
      var evaluator = PredicateEvaluator(cancellation: cancellation)
      for segment in snapshot.segments.indices {
        selection[segment] = try evaluator.rows(
          conjunct, in: snapshot.segments[segment], among: selection[segment])
      }
      let after = selection.reduce(0) { $0 + $1.count }
      parts.append("`\(conjunct.text)` leaves \(Self.number(after))")
      if after == 0 {
        culprit = (index, before)
        break
      }
    }
    var notes: [Note] = []
    if let culprit {
      notes += try explain(
        written[culprit.index], before: culprit.before, among: written, cancellation)
    }
    if parts.count > 1 {
      let told = parts.prefix(Self.partsTold).joined(separator: ", ")
      notes.append(Note("Of \(Self.counted(snapshot.rowCount, "event")): \(told)."))
    }
    return notes
  }

  private func explain(
    _ conjunct: BoundPredicate, before: Int, among written: [BoundPredicate],
    _ cancellation: Cancellation
  ) throws -> [Note] {
    switch conjunct {
    case .time(let range): return [windowNote(range)]
    case .test(let test): return try testNotes(test, before: before, cancellation)
    case .known(let knowledge): return [knowledgeNote(knowledge, before: before)]
    case .about(let pattern): return [aboutNote(pattern)]
    case .exists(let field): return absentPath(field)
    case .word(let word, _):
      return [
        Note("None of \(Self.counted(before, "event")) is `\(word)`.", suggestion: "words \(word)")
      ]
    case .constant, .and, .or, .not:
      return [Note("`\(conjunct.text)` leaves none of \(Self.counted(before, "event")).")]
    }
  }

  private func windowNote(_ range: Range<Int64>) -> Note {
    guard let data = snapshot.timeRange else { return Note("No event has a usable time.") }
    let newest = EventTime.format(data.upperBound)
    let oldest = EventTime.format(data.lowerBound)
    if data.upperBound < range.lowerBound {
      return Note(
        "The newest event is of \(newest), before the window begins.", suggestion: "clock \(newest)"
      )
    }
    if data.lowerBound >= range.upperBound {
      return Note("The oldest event is of \(oldest), after the window ends.")
    }
    return Note("No event lies in the window; the data goes from \(oldest) to \(newest).")
  }

  private func knowledgeNote(_ knowledge: Knowledge, before: Int) -> Note {
    let events = before == 1 ? "1 event" : "\(Self.number(before)) events"
    return Note(
      "None of \(events) could be known at \(EventTime.format(knowledge.time)).",
      suggestion: "help as-of")
  }

  private func aboutNote(_ pattern: AboutPattern) -> Note {
    let star = "about \(Quoting.value("*" + pattern.source + "*"))"
    return Note(
      "No parameter, response, resource or ARN names \(Quoting.value(pattern.source)).",
      suggestion: pattern.source.contains("*") ? nil : "events where \(star)")
  }

  private func testNotes(
    _ test: FieldTest, before: Int, _ cancellation: Cancellation
  ) throws -> [Note] {
    let absent = absentPath(test.field)
    if !absent.isEmpty { return absent }
    guard case .equal(let equality) = test.test else {
      return [Note("`\(test.text)` leaves none of \(Self.counted(before, "event")).")]
    }
    let everything = snapshot.segments.map { RowSet.all(of: $0.rowCount) }
    let total = distinctValues(test.field)
    let subject = "`\(test.field.name)` \(Quoting.value(equality.literal))"
    guard total <= Self.valuesSearched else { return [Note("No event has \(subject).")] }
    if try occurs(test, cancellation) {
      return [Note("Events with \(subject) exist, but none passes what stands before it.")]
    }
    if equality.literal.contains("%"), !equality.literal.contains("*") {
      let starred = equality.literal.replacing("%", with: "*")
      return [
        Note(
          "No event has \(subject): `%` is only itself here, and `*` is any run of characters.",
          suggestion: "events where \(test.field.name) = \(Quoting.value(starred))")
      ]
    }
    let ordinals = try cache.ordinals(test.field, in: snapshot, cancellation)
    let counts = ValueCounts.byOrdinal(ordinals, everything, in: snapshot)
    let texts = counts.indices.lazy.filter { counts[$0] > 0 }.map { ordinals.keys[$0].text }
    let service = "\(equality.literal.lowercased()).amazonaws.com"
    if test.field.name == "eventSource",
      texts.contains(service)
    {
      return [
        Note(
          "No event has \(subject); \(service) is its whole name.",
          suggestion: "events where service = \(Quoting.value(equality.literal))")
      ]
    }
    let near = NearNames.nearest(to: equality.literal.filter { $0 != "*" }, among: texts)
    guard let best = near.first else {
      let usual = ValueCounts.most(counts, ordinals, limit: 3).map {
        "\($0.value.text) (\(Self.number($0.count)))"
      }
      let list = usual.isEmpty ? "" : " The most frequent are \(usual.joined(separator: ", "))."
      return [
        Note("No event has \(subject).\(list)", suggestion: "events | top \(test.field.name)")
      ]
    }
    let told = near.prefix(3).map { name in
      // A number and a text may be spelled alike.
      let count = counts.indices.reduce(0) {
        counts[$1] > 0 && ordinals.keys[$1].text == name ? $0 + Int(counts[$1]) : $0
      }
      return "\(name) has \(Self.number(count))"
    }
    let newest = try newestText(test.field, best, cancellation)
    return [
      Note(
        "No event has \(subject); \(told.joined(separator: ", "))\(newest).",
        suggestion: "events where \(test.field.name) = \(Quoting.value(best))")
    ]
  }

  /// Distinct values of the field, those of several segments counted several times.
  private func distinctValues(_ field: BoundField) -> Int {
    snapshot.segments.reduce(0) { total, segment in
      let fields = FieldColumns(segment: segment)
      guard case .any(let sequences) = field.source else {
        return total + (fields.column(field)?.column.distinctCount ?? 0)
      }
      return fields.leafPaths(sequences).reduce(total) { total, path in
        total + (segment.column(path)?.distinctCount ?? 0)
          + (segment.identifiers(path)?.entryCount ?? 0)
      }
    }
  }

  /// Whether the test holds for any event at all.
  private func occurs(_ test: FieldTest, _ cancellation: Cancellation) throws -> Bool {
    var evaluator = PredicateEvaluator(cancellation: cancellation)
    for segment in snapshot.segments {
      let rows = try evaluator.rows(.test(test), in: segment, among: .all(of: segment.rowCount))
      if !rows.isEmpty { return true }
    }
    return false
  }

  private func newestText(
    _ field: BoundField, _ value: String, _ cancellation: Cancellation
  ) throws -> String {
    let test = ValueTest.identical(
      Array((field.kind == .service ? value + ".amazonaws.com" : value).utf8))
    var evaluator = PredicateEvaluator(cancellation: cancellation)
    var newest: Int64?
    for segment in snapshot.segments {
      let predicate = BoundPredicate.test(FieldTest(field: field, test: test, text: ""))
      let rows = try evaluator.rows(predicate, in: segment, among: .all(of: segment.timedRowCount))
      guard !rows.isEmpty else { continue }
      newest = max(newest ?? .min, segment.times[rows.bounds.upperBound - 1])
    }
    return newest.map { ", the newest \(EventTime.format($0))" } ?? ""
  }

  /// A note where no record has the path at all.
  private func absentPath(_ field: BoundField) -> [Note] {
    guard case .any(let sequences) = field.source,
      sequences.allSatisfy({ snapshot.paths.paths(keys: $0).isEmpty }), let keys = sequences.first
    else { return [] }
    let last = keys[keys.count - 1].lowercased()
    let paths = snapshot.paths.allKeySequences
    let sameKey = paths.filter { $0.last?.lowercased() == last }.map(FieldNames.shortest)
    let near =
      sameKey.isEmpty
      ? NearNames.nearest(
        to: FieldNames.shortest(keys), among: paths.map(FieldNames.shortest))
      : sameKey.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    let offer = near.isEmpty ? "" : "; near: " + near.prefix(3).joined(separator: ", ")
    return [Note("No record has `\(FieldNames.shortest(keys))`\(offer).")]
  }

  static func counted(_ count: Int, _ noun: String) -> String {
    "\(number(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Digits in groups of three.
  static func number(_ count: Int) -> String {
    var text = ""
    for (index, digit) in String(count).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}

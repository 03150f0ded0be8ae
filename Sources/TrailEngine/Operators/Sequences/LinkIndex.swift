/// The events of a step by a field's value.
struct LinkIndex {
  /// Fewer events than this are looked through.
  static let fewEvents = 32

  private var events: [String: [Int]] = [:]
  /// The same for imported events; nil where all are imported.
  private var imported: [String: [Int]]?

  /// - Parameter isImported: Tells of an event; nil where all events are imported.
  init(
    _ field: BoundField, of step: StepEvents, _ range: Range<Int>, _ links: LinkEvaluator,
    isImported: ((EventReference) -> Bool)?
  ) {
    var imported: [String: [Int]] = [:]
    for index in range {
      let reference = step.references[index]
      let isListed = isImported?(reference) ?? false
      for form in links.forms(field, reference) {
        events[form, default: []].append(index)
        if isListed { imported[form, default: []].append(index) }
      }
    }
    if isImported != nil { self.imported = imported }
  }

  func indexes(having forms: [String]) -> StepIndexes {
    StepIndexes(
      all: Self.indexes(events, forms), imported: imported.map { Self.indexes($0, forms) })
  }

  private static func indexes(_ events: [String: [Int]], _ forms: [String]) -> [Int] {
    guard forms.count > 1 else { return forms.first.flatMap { events[$0] } ?? [] }
    return Array(Set(forms.flatMap { events[$0] ?? [] })).sorted()
  }
}

extension LinkPredicate {
  var equality: LinkComparison? {
    guard case .compare(let comparison) = self, comparison.isEquality else { return nil }
    return comparison
  }
}

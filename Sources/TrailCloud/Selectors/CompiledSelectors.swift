/// Selectors made ready to be asked of every record: rules by category, all-forms and plain rules first.
///
/// Asking takes no allocation. It answers what `EventSelectors.verdicts(on:)` answers, which a test holds against it.
struct CompiledSelectors: Sendable {
  private struct ManagementRule: Sendable {
    var reads: Bool
    var writes: Bool
    var excluded: [String]
  }
  private struct DataRule: Sendable {
    var reads: Bool
    var writes: Bool
    var resources: [DataResource]
  }
  /// An advanced selector of data or network activity events.
  private struct FieldRule: Sendable {
    var fields: [FieldSelector]
    var arns: FieldSelector?
    var resourceType: String?

    init(_ selector: AdvancedSelector) {
      fields = selector.fields.filter {
        !["eventCategory", "resources.type", "resources.ARN"].contains($0.field)
      }
      arns = selector["resources.ARN"]
      resourceType = selector.resourceType
    }

    func takes(_ record: EventRecord) -> Bool {
      for field in fields where !field.accepts(record.value(of: field.field)) { return false }
      guard let resourceType else { return true }
      return record.resources.contains {
        DataResource.isType($0.type, resourceType) && (arns?.accepts($0.arn) ?? true)
      }
    }
  }
  /// Whether all reads, and all writes, are taken whatever their source.
  private var takesAllReads = false
  private var takesAllWrites = false
  private var management: [ManagementRule] = []
  private var data: [DataRule] = []
  private var advancedData: [FieldRule] = []
  private var network: [FieldRule] = []

  /// Whether any data events can be taken.
  var takesDataEvents: Bool { !data.isEmpty || !advancedData.isEmpty }

  init(_ selectors: EventSelectors) {
    switch selectors {
    case .basic(let selectors): for selector in selectors { add(selector) }
    case .advanced(let selectors): for selector in selectors { add(selector) }
    }
    for rule in management where rule.excluded.isEmpty {
      takesAllReads = takesAllReads || rule.reads
      takesAllWrites = takesAllWrites || rule.writes
    }
  }

  private mutating func add(_ selector: BasicSelector) {
    let reads = selector.readWriteType != .writeOnly
    let writes = selector.readWriteType != .readOnly
    if selector.includesManagementEvents {
      management.append(
        ManagementRule(reads: reads, writes: writes, excluded: selector.excludedSources))
    }
    let resources = selector.dataResources.filter { !$0.values.isEmpty }
    if !resources.isEmpty {
      data.append(DataRule(reads: reads, writes: writes, resources: resources))
    }
  }

  private mutating func add(_ selector: AdvancedSelector) {
    switch selector.category {
    case .management:
      let readOnly = selector["readOnly"]
      management.append(
        ManagementRule(
          reads: readOnly?.accepts("true") ?? true, writes: readOnly?.accepts("false") ?? true,
          excluded: selector["eventSource"]?.tests.flatMap(\.values) ?? []))
    case .data: advancedData.append(FieldRule(selector))
    case .networkActivity: network.append(FieldRule(selector))
    case .insight, nil: break
    }
  }

  /// Whether any selector takes the record.
  func take(_ record: EventRecord) -> Bool {
    let isRead = record.isReadOnly ?? false
    switch record.category {
    case .management:
      if isRead ? takesAllReads : takesAllWrites { return true }
      return management.contains {
        (isRead ? $0.reads : $0.writes) && !$0.excluded.contains(record.eventSource)
      }
    case .data:
      return data.contains { rule in
        (isRead ? rule.reads : rule.writes) && rule.resources.contains { $0.covers(record) }
      } || advancedData.contains { $0.takes(record) }
    case .networkActivity: return network.contains { $0.takes(record) }
    case .insight: return false
    }
  }
}

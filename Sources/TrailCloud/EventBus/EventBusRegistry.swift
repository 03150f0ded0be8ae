/// All event buses that somebody made, changed or gave a rule; a default bus is there without being here.
package struct EventBusRegistry: Sendable {
  private var byID: [BusID: EventBus] = [:]
  /// Rules on all buses.
  private(set) var ruleCount = 0
  private(set) var archives: [BusResourceID: EventArchive] = [:]
  var replays: [BusResourceID: EventReplay] = [:]
  private var statistics: [RuleID: EventRule.Statistics] = [:]
  /// The rules that are switched on, by bus: kept apart, so that asking them changes nothing that others hold.
  private var listeners: [BusID: Listeners] = [:]

  private struct Listeners: Sendable {
    var index = RuleIndex()
    /// Those that hear of read-only management events too.
    var readers: Set<String> = []
  }

  init() {}

  /// The bus as it is kept; nil for one that is not there, and for a default bus that nobody touched.
  package subscript(_ id: BusID) -> EventBus? { byID[id] }

  package subscript(_ id: RuleID) -> EventRule? { byID[id.bus]?.rules[id.name] }

  /// Buses by account, Region and name.
  package var all: [EventBus] { byID.values.sorted { $0.id < $1.id } }

  /// All rules, by bus and name.
  package var rules: [EventRule] { all.flatMap(\.sortedRules) }

  mutating func keep(_ bus: EventBus) {
    if byID[bus.id] == nil {
      // A bus that takes the place of one that was deleted has its archives.
      for archive in archives.values where archive.bus == bus.id { listen(archive) }
    }
    ruleCount += bus.rules.count - (byID[bus.id]?.rules.count ?? 0)
    byID[bus.id] = bus
  }

  mutating func remove(_ id: BusID) {
    ruleCount -= byID[id]?.rules.count ?? 0
    for rule in byID[id]?.rules.values.map(\.id) ?? [] { statistics[rule] = nil }
    byID[id] = nil
    listeners[id] = nil
  }

  /// Keeps a rule, new or changed, on a bus that is kept.
  ///
  /// - Parameter isChanged: whether its pattern, schedule or state changed.
  mutating func keep(_ rule: EventRule, isChanged: Bool = false) {
    guard byID[rule.id.bus] != nil else { return }
    var rule = rule
    if isChanged { rule.revision += 1 }
    let old = byID[rule.id.bus]?.rules.updateValue(rule, forKey: rule.name)
    if old == nil {
      ruleCount += 1
      // Counts of one that had the name before.
      statistics[rule.id] = nil
    }
    if isChanged { listen(rule, of: rule.id, pattern: rule.compiled) }
  }

  mutating func remove(_ id: RuleID) {
    guard byID[id.bus]?.rules.removeValue(forKey: id.name) != nil else { return }
    ruleCount -= 1
    statistics[id] = nil
    listen(nil, of: id, pattern: nil)
  }

  private mutating func listen(_ rule: EventRule?, of id: RuleID, pattern: RulePattern?) {
    let isOn = rule.map { $0.state != .disabled } ?? false
    listeners[id.bus, default: Listeners()].index.set(isOn ? pattern : nil, of: id.name)
    if rule?.state == .enabledWithReads {
      listeners[id.bus]?.readers.insert(id.name)
    } else {
      listeners[id.bus]?.readers.remove(id.name)
    }
    if listeners[id.bus]?.index.isEmpty == true { listeners[id.bus] = nil }
  }

  // MARK: Archives

  /// Whether anything may wait for an event.
  var isListening: Bool { !listeners.isEmpty }

  /// Keeps an archive, new or changed.
  mutating func keep(_ archive: EventArchive) {
    archives[archive.id] = archive
    listen(archive)
  }

  private mutating func listen(_ archive: EventArchive) {
    listeners[archive.bus, default: Listeners()].index.set(
      archive.compiled, of: archive.listenerName)
  }

  mutating func removeArchive(_ id: BusResourceID) {
    guard let archive = archives.removeValue(forKey: id) else { return }
    listeners[archive.bus]?.index.set(nil, of: archive.listenerName)
    if listeners[archive.bus]?.index.isEmpty == true { listeners[archive.bus] = nil }
  }

  mutating func keep(_ event: BusEvent, inArchive id: BusResourceID, at time: Int64) {
    archives[id]?.keep(event, at: time)
  }

  /// Lets go what an archive has kept for long enough.
  mutating func sweepArchive(_ id: BusResourceID, at time: Int64) { archives[id]?.sweep(at: time) }

  // MARK: Events

  /// Counts something about a rule.
  mutating func count(_ id: RuleID, _ change: (inout EventRule.Statistics) -> Void) {
    change(&statistics[id, default: EventRule.Statistics()])
  }

  /// What became of a rule's events.
  package func statistics(of id: RuleID) -> EventRule.Statistics {
    statistics[id] ?? EventRule.Statistics()
  }

  /// Whether any rule on a bus could hear of an event, as far as one can say without looking at it.
  func listens(_ bus: BusID, toReads isRead: Bool) -> Bool {
    guard let readers = listeners[bus]?.readers else { return false }
    return !isRead || !readers.isEmpty
  }

  /// The rules of a bus that an event meets and whose state lets them hear it, by name, and the archives that keep it
  /// (`EventArchive.listenerName`).
  mutating func rules(on bus: BusID, hearing event: BusEvent) -> [String] {
    guard listens(bus, toReads: event.isReadOnlyManagement) else { return [] }
    let names = listeners[bus]?.index.matches(event.bytes) ?? []
    guard event.isReadOnlyManagement, let readers = listeners[bus]?.readers else { return names }
    return names.filter { readers.contains($0) }
  }
}

/// What is small in a workspace, and read when it is opened.
package struct WorkspaceState: Hashable, Sendable {
  /// Settings that were changed, as `set` writes them.
  package var settings: [String: String] = [:]
  /// Saved queries by name.
  package var queries: [String: String] = [:]
  /// The session's own clock where somebody set it.
  package var clock: KeptClock?
  /// The simulated world where it has begun.
  package var world: KeptWorld?

  package init() {}
}

package struct KeptClock: Hashable, Sendable {
  /// Nil where it runs with the wall clock.
  package var stoppedAt: Int64?

  package init(stoppedAt: Int64?) { self.stoppedAt = stoppedAt }
}

/// How a simulated world began, and how far it is.
package struct KeptWorld: Hashable, Sendable {
  package var seed: UInt64
  package var account: String
  package var region: String
  package var start: Int64
  /// The time that it has reached.
  package var now: Int64
  /// Account and Region of calls that name none, as they are now.
  package var currentAccount: String
  package var currentRegion: String
  /// Calls so far: what a replay costs.
  package var calls: Int

  package init(
    seed: UInt64, account: String, region: String, start: Int64, now: Int64,
    currentAccount: String, currentRegion: String, calls: Int
  ) {
    self.seed = seed
    self.account = account
    self.region = region
    self.start = start
    self.now = now
    self.currentAccount = currentAccount
    self.currentRegion = currentRegion
    self.calls = calls
  }
}

/// A statement that changed the simulated world.
package struct KeptStatement: Hashable, Sendable {
  package var text: String
  /// The world's time when it began, and who and where calls were that named none.
  package var time: Int64
  package var account: String
  package var region: String
  /// The folder that paths in it start from.
  package var folder: String
  /// True where the reader stopped it: a replay stops where calls and time are as after it.
  package var wasStopped: Bool
  package var callsAfter: Int
  package var timeAfter: Int64
  /// What rules did for it outside of the world, in order.
  package var actions: [KeptAction]

  package init(
    text: String, time: Int64, account: String, region: String, folder: String, wasStopped: Bool,
    callsAfter: Int, timeAfter: Int64, actions: [KeptAction]
  ) {
    self.folder = folder
    self.text = text
    self.time = time
    self.account = account
    self.region = region
    self.wasStopped = wasStopped
    self.callsAfter = callsAfter
    self.timeAfter = timeAfter
    self.actions = actions
  }
}

/// A step of what a rule asked of the session.
package struct KeptAction: Hashable, Sendable {
  package enum Kind: Int64, Hashable, Sendable {
    /// A statement of the rule's script.
    case statement = 0
    /// The end of an action that went well.
    case success = 1
    /// The end of one that did not: code, message and whether it is tried again, a line each.
    case failure = 2
  }
  package var kind: Kind
  package var text: String

  package init(_ kind: Kind, _ text: String = "") {
    self.kind = kind
    self.text = text
  }
}

/// The state as rows of `entry`.
struct EntryKey: Hashable, Sendable {
  static let meta: Int64 = 0
  static let setting: Int64 = 1
  static let query: Int64 = 2

  var kind: Int64
  var name: String
}

extension WorkspaceState {
  private enum Name {
    static let clock = "clock"
    static let running = "running"
    static let seed = "world.seed"
    static let account = "world.account"
    static let region = "world.region"
    static let start = "world.start"
    static let now = "world.now"
    static let currentAccount = "world.current_account"
    static let currentRegion = "world.current_region"
    static let calls = "world.calls"
  }

  var entries: [EntryKey: String] {
    var entries: [EntryKey: String] = [:]
    for (name, value) in settings { entries[EntryKey(kind: EntryKey.setting, name: name)] = value }
    for (name, value) in queries { entries[EntryKey(kind: EntryKey.query, name: name)] = value }
    func put(_ name: String, _ value: some LosslessStringConvertible) {
      entries[EntryKey(kind: EntryKey.meta, name: name)] = String(value)
    }
    if let clock { put(Name.clock, clock.stoppedAt.map { String($0) } ?? Name.running) }
    if let world {
      put(Name.seed, world.seed)
      put(Name.account, world.account)
      put(Name.region, world.region)
      put(Name.start, world.start)
      put(Name.now, world.now)
      put(Name.currentAccount, world.currentAccount)
      put(Name.currentRegion, world.currentRegion)
      put(Name.calls, world.calls)
    }
    return entries
  }

  init(_ entries: [EntryKey: String]) {
    self.init()
    for (key, value) in entries {
      if key.kind == EntryKey.setting { settings[key.name] = value }
      if key.kind == EntryKey.query { queries[key.name] = value }
    }
    func text(_ name: String) -> String? { entries[EntryKey(kind: EntryKey.meta, name: name)] }
    if let text = text(Name.clock) {
      if text == Name.running {
        clock = KeptClock(stoppedAt: nil)
      } else if let time = Int64(text) {
        clock = KeptClock(stoppedAt: time)
      }
    }
    if let seed = text(Name.seed).flatMap({ UInt64($0) }), let account = text(Name.account),
      let region = text(Name.region), let start = text(Name.start).flatMap({ Int64($0) }),
      let now = text(Name.now).flatMap({ Int64($0) }),
      let currentAccount = text(Name.currentAccount),
      let currentRegion = text(Name.currentRegion),
      let calls = text(Name.calls).flatMap({ Int($0) })
    {
      world = KeptWorld(
        seed: seed, account: account, region: region, start: start, now: now,
        currentAccount: currentAccount, currentRegion: currentRegion, calls: calls)
    }
  }
}

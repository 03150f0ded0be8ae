/// A path from a record's root to a value, numbered store-wide.
package struct PathID: Hashable, Comparable, Sendable, BitwiseCopyable {
  package let rawValue: UInt32
  @inline(__always) package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  package static func < (a: PathID, b: PathID) -> Bool { a.rawValue < b.rawValue }

  /// The record itself.
  package static let root = PathID(0)
}

/// One step of a path.
package enum PathStep: Hashable, Sendable {
  case key(String)
  /// A key that no `String` can hold: WTF-8 with a lone surrogate. It is kept, and cannot be named.
  case unnameableKey([UInt8])
  /// Into an array: every element shares the path.
  case element
}

extension PathStep {
  /// By bytes: two keys that are the same to Unicode may both be in one record, and each comes back as it was.
  package static func == (left: PathStep, right: PathStep) -> Bool {
    switch (left, right) {
    case (.key(let a), .key(let b)): a.utf8.elementsEqual(b.utf8)
    case (.unnameableKey(let a), .unnameableKey(let b)): a == b
    case (.element, .element): true
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .key(let key):
      hasher.combine(0)
      var key = key
      key.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case .unnameableKey(let key):
      hasher.combine(1)
      hasher.combine(key)
    case .element: hasher.combine(2)
    }
  }
}

/// All paths that records of a store have had, as a tree.
///
/// A sentence names a path by its keys alone; `paths(keys:)` gives every stored path with those keys, through
/// whatever arrays.
package struct PathTable: Sendable {
  private var parents: [PathID] = [.root]
  private var steps: [PathStep] = [.element]
  /// True for a path that has been an object, or an array with objects in it.
  private var membership: [Bool] = [false]
  /// True for a path that others lie below.
  private var parenthood: [Bool] = [false]
  private var children: [ChildKey: PathID] = [:]
  private var byKeys: [[String]: [PathID]] = [:]
  /// The key sequences by what they are without letter case, once somebody has asked: most sentences name fields as
  /// they are spelled.
  private var byFoldedKeys = Once<[[String]: [[String]]]>()

  private struct ChildKey: Hashable, Sendable {
    let parent: PathID
    let step: PathStep
  }

  init() {
    byKeys[[]] = [.root]
  }

  /// Paths, the root included.
  package var count: Int { parents.count }

  /// The path one step below `parent`, made if there was none.
  mutating func child(of parent: PathID, _ step: PathStep) -> PathID {
    let key = ChildKey(parent: parent, step: step)
    if let known = children[key] { return known }
    let path = PathID(UInt32(parents.count))
    parents.append(parent)
    steps.append(step)
    membership.append(false)
    parenthood.append(false)
    parenthood[Int(parent.rawValue)] = true
    children[key] = path
    if step != .element { noteMember(of: parent) }
    // A path of thousands of steps names nothing a person would ask for; indexing it by its keys would cost
    // the square of its length.
    let keys = self.keys(of: path)
    if keys.count <= PathTable.longestNamedPath {
      byKeys[keys, default: []].append(path)
      // Always another: tables that are older may ask later, and share this one until now.
      byFoldedKeys = Once()
    }
    return path
  }

  /// A path as it is kept: the number of its parent, and the step from there.
  package typealias Entry = (parent: UInt32, step: PathStep)

  /// The table of paths that were numbered earlier: those behind the root, in order.
  ///
  /// Returns nil where they are not what `entries` gave.
  package init?(_ entries: [Entry]) {
    self.init()
    for (index, entry) in entries.enumerated() {
      guard Int(entry.parent) <= index,
        child(of: PathID(entry.parent), entry.step) == PathID(UInt32(index + 1))
      else { return nil }
    }
  }

  /// The paths from number `first` on; the root is number 0 and always there.
  package func entries(from first: Int) -> [Entry] {
    (max(1, first)..<max(1, first, count)).map { (parents[$0].rawValue, steps[$0]) }
  }

  /// The store-wide numbers of a builder's paths, the root first, new ones made.
  mutating func ids(of steps: [PathInterner.Step]) -> [PathID] {
    var ids: [PathID] = [.root]
    ids.reserveCapacity(steps.count + 1)
    for step in steps { ids.append(child(of: ids[step.parent], step.step)) }
    return ids
  }

  private mutating func noteMember(of parent: PathID) {
    var path = parent
    while !membership[Int(path.rawValue)] {
      membership[Int(path.rawValue)] = true
      guard path != .root, case .element = step(of: path) else { return }
      path = self.parent(of: path)
    }
  }

  /// True if the path has been an object in some record, or an array with objects in it.
  package func hasMembers(_ path: PathID) -> Bool { membership[Int(path.rawValue)] }

  /// True if other paths lie below the path: of an object or an array.
  package func hasDescendants(_ path: PathID) -> Bool { parenthood[Int(path.rawValue)] }

  /// Paths of more keys than this are kept and given back, but cannot be named in a sentence.
  static let longestNamedPath = 64

  /// The path one step below `parent`, if records have had it.
  package func existingChild(of parent: PathID, _ step: PathStep) -> PathID? {
    children[ChildKey(parent: parent, step: step)]
  }

  package func parent(of path: PathID) -> PathID { parents[Int(path.rawValue)] }
  package func step(of path: PathID) -> PathStep { steps[Int(path.rawValue)] }

  /// The steps from the root.
  package func steps(of path: PathID) -> [PathStep] {
    var result: [PathStep] = []
    var path = path
    while path != .root {
      result.append(step(of: path))
      path = parent(of: path)
    }
    return result.reversed()
  }

  /// The keys from the root, array steps left out; only as many as a named path may have, plus one.
  package func keys(of path: PathID) -> [String] {
    var result: [String] = []
    var path = path
    while path != .root && result.count <= PathTable.longestNamedPath {
      switch step(of: path) {
      case .key(let key): result.append(key)
      case .unnameableKey(let bytes): result.append(String(decoding: bytes, as: UTF8.self))
      case .element: break
      }
      path = parent(of: path)
    }
    return result.reversed()
  }

  /// Every path that has exactly these keys, whatever arrays lie between; empty where records have none.
  package func paths(keys: [String]) -> [PathID] { byKeys[keys] ?? [] }

  /// The key sequences that equal `keys` but for letter case.
  package func spellings(ofFoldedKeys keys: [String]) -> [[String]] {
    let spellings = byFoldedKeys.value {
      Dictionary(grouping: byKeys.keys) { keys in keys.map { $0.lowercased() } }
    }
    return (spellings[keys.map { $0.lowercased() }] ?? []).sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }

  /// Every distinct key sequence, in no order.
  package var allKeySequences: some Collection<[String]> { byKeys.keys }

  /// True if `path` is `ancestor` or lies below it.
  package func isDescendant(_ path: PathID, of ancestor: PathID) -> Bool {
    var path = path
    while true {
      if path == ancestor { return true }
      if path == .root { return false }
      path = parent(of: path)
    }
  }
}

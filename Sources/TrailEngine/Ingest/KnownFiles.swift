import Synchronization

/// The files that imports read to their ends: those of this session, and those of its workspace.
///
/// A workspace's are looked up one by one, so that a small import costs what it brings, whatever the workspace knows.
/// Where an import asks for many, all of them are read at once.
final class KnownFiles: Sendable {
  private struct State {
    /// Those of this session.
    var read: Set<FileVersion> = []
    /// Those of the workspace, ascending, once they are read.
    var kept: [FileVersion] = []
    /// What the workspace lacks, in the order of reading.
    var unkept: [FileVersion] = []
    /// Nil where there is none, or `kept` has all of it.
    var history: (any ImportHistory)?
    var isKept = false
    var lookUpsLeft = KnownFiles.mostLookUps
    /// Segments that were found to be damaged when it was last asked.
    var damagedSegments = 0

    func keeps(_ file: FileVersion) -> Bool {
      var range = kept.indices
      while !range.isEmpty {
        let middle = (range.lowerBound + range.upperBound) / 2
        if kept[middle] == file { return true }
        range = kept[middle] < file ? middle + 1..<range.upperBound : range.lowerBound..<middle
      }
      return false
    }
  }
  private let state = Mutex(State())

  /// A look-up costs about as much as reading ten of a list: so many cost no more than reading some ten thousand.
  static let mostLookUps = 4_096

  func attach(_ history: (any ImportHistory)?) {
    state.withLock { state in
      state.history = history
      state.isKept = true
    }
  }

  /// Begins an import that may make so many look-ups again.
  ///
  /// Events of damaged segments can only come from their files: where new damage was found, none counts as known.
  func beginImport(damagedSegments: Int) {
    state.withLock { state in
      state.lookUpsLeft = Self.mostLookUps
      guard damagedSegments > state.damagedSegments else { return }
      state.damagedSegments = damagedSegments
      state.read = []
      state.kept = []
      state.unkept = []
      state.history = nil
    }
  }

  func contains(_ file: FileVersion) -> Bool {
    state.withLock { state in
      if state.read.contains(file) { return true }
      guard let history = state.history else { return state.keeps(file) }
      if state.lookUpsLeft > 0 {
        state.lookUpsLeft -= 1
        return history.knows(file)
      }
      state.kept = history.knownFiles()
      state.history = nil
      return state.keeps(file)
    }
  }

  func add(_ files: Set<FileVersion>) {
    state.withLock { state in
      for file in files where state.read.insert(file).inserted && state.isKept {
        state.unkept.append(file)
      }
    }
  }

  /// What the workspace lacks.
  var unkept: [FileVersion] { state.withLock { $0.unkept } }

  /// Everything.
  var all: [FileVersion] {
    state.withLock { state in
      Array(state.read.union(state.history?.knownFiles() ?? state.kept))
    }
  }

  /// The workspace has the first so many of what it lacked.
  func noteKept(_ count: Int) {
    state.withLock { $0.unkept.removeFirst(min(count, $0.unkept.count)) }
  }
}

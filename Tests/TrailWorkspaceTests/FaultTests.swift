import CFaultVFS
import Testing
import TrailEngine

@testable import TrailWorkspace

/// Disks that fail and fill up: what was acknowledged stays, and the file is whole.
@Suite(.serialized) struct FaultTests {
  static let layer = "trailq-fault"
  private static let commits = 6

  init() throws { try #require(fault_register() == 0) }

  /// Commits until one fails, with a fault at the `k`-th operation of these kinds.
  ///
  /// - Parameter files: events that each commit imports from a file of its own: so many segments are merged.
  private func run(
    kinds: UInt32, at k: Int, files: Int = 0
  ) throws -> (isFaulty: Bool, failure: String?) {
    let folder = try ScratchFolder()
    defer { fault_disarm() }
    let path = folder.path + "/kept"
    var acknowledged = 0
    var failure: String?
    do {
      let workspace = try Workspace(path, .create, vfs: Self.layer)
      let store = try workspace.makeStore()
      fault_arm(Int32(kinds), Int32(k))
      for number in 0..<Self.commits where failure == nil {
        store.takeIn(Sample.record(number), .recorded)
        if files > 0 {
          let file = folder.write(
            "\(number).json",
            Sample.lines(count: files, from: 5_000 + number * 100).joined(separator: "\n"))
          _ = store.importLogs([file])
        } else if number == 3 {
          let file = folder.write(
            "log.json", Sample.lines(count: 500, from: 1_000).joined(separator: "\n"))
          _ = store.importLogs([file])
        }
        do throws(WorkspaceProblem) {
          let changes = store.unkeptChanges()
          store.noteKept(
            changes,
            as: try workspace.commit(changes, Sample.state(number), [Sample.statement(number)]))
          acknowledged += 1
        } catch { failure = error.code }
      }
      let isFaulty = fault_seen() >= k
      if failure == nil { fault_disarm() }
      // The process may go on, and does: the next commit has all that is missing.
      if failure != nil {
        fault_disarm()
        try check(path, acknowledged, files, isOpenElsewhere: true)
        let changes = store.unkeptChanges()
        store.noteKept(
          changes,
          as: try workspace.commit(
            changes, Sample.state(acknowledged), [Sample.statement(acknowledged)]))
        acknowledged += 1
      }
      workspace.close()
      try check(path, acknowledged, files, isOpenElsewhere: false)
      return (isFaulty, failure)
    }
  }

  private func check(
    _ path: String, _ acknowledged: Int, _ files: Int, isOpenElsewhere: Bool
  ) throws {
    let workspace = try Workspace(path, .readOnly)
    defer { workspace.close() }
    let report = workspace.check()
    #expect(report.isClean, "\(report.problems) \(report.damagedSegments)")
    let imported = files > 0 ? files * acknowledged : acknowledged > 3 ? 500 : 0
    // A commit whose log was written and whose answer was an error may be there after all.
    let possible = isOpenElsewhere ? acknowledged...acknowledged + 1 : acknowledged...acknowledged
    #expect(possible.contains(report.statements), "\(report.statements) of \(acknowledged)")
    #expect(report.events >= acknowledged + imported)
    let store = try workspace.makeStore()
    let texts = store.snapshot().texts
    #expect(texts.count == report.events && Set(texts).count == texts.count)
    // A file is known if and only if its events are there.
    let known = WorkspaceHistory(workspace.reader, trustsFiles: true).knownFiles().count
    #expect(
      known
        == (files > 0 ? (report.events - report.statements) / files : report.events > 100 ? 1 : 0))
    if files > 0, acknowledged == Self.commits { #expect(report.segments < Self.commits) }
    #expect(
      workspace.state.settings["rows"] == Sample.state(report.statements - 1).settings["rows"])
  }

  @Test func aWriteThatFails() throws {
    var failures = 0
    for k in 1...60 {
      let outcome = try run(kinds: fault_write.rawValue, at: k)
      if outcome.failure != nil { failures += 1 }
      if !outcome.isFaulty { break }
    }
    #expect(failures > 10)
  }

  /// Segments are merged in the fourth and in later commits: what they take the place of goes with it or stays.
  @Test func aMergeThatFails() throws {
    for kinds in [fault_write.rawValue, fault_full.rawValue, fault_sync.rawValue] {
      var failures = 0
      for k in stride(from: 1, through: 200, by: kinds == fault_sync.rawValue ? 1 : 3) {
        let outcome = try run(kinds: kinds, at: k, files: 20)
        if outcome.failure != nil { failures += 1 }
        if !outcome.isFaulty { break }
      }
      #expect(failures > 3)
    }
  }

  @Test func aDiskThatIsFull() throws {
    var isFull = 0
    for k in stride(from: 1, through: 60, by: 2) {
      let outcome = try run(kinds: fault_full.rawValue, at: k)
      if outcome.failure == "disk-full" { isFull += 1 }
      if !outcome.isFaulty { break }
    }
    #expect(isFull > 5)
  }

  /// What was there stays until the new one is whole, and nothing is left beside it.
  @Test func aSaveThatFails() throws {
    let folder = try ScratchFolder()
    defer { fault_disarm() }
    let path = folder.path + "/saved"
    func store(_ count: Int) -> EventStore {
      let store = EventStore()
      for number in 0..<count { store.takeIn(Sample.record(number), .recorded) }
      return store
    }
    for kinds in [fault_write.rawValue, fault_full.rawValue, fault_sync.rawValue] {
      _ = try Workspace.save(store(3), Sample.state(0), [], to: path)
      var (failures, k) = (0, 1)
      while k < 200 {
        fault_arm(Int32(kinds), Int32(k))
        let saved = Result {
          try Workspace.save(store(40), Sample.state(1), [], to: path, vfs: Self.layer)
        }
        let isFaulty = fault_seen() >= k
        fault_disarm()
        let workspace = try Workspace(path, .readOnly)
        let report = workspace.check()
        workspace.close()
        #expect(report.isClean, "\(report.problems)")
        if case .failure = saved {
          failures += 1
          #expect(report.events == 3)
        } else {
          #expect(report.events == 40)
          _ = try Workspace.save(store(3), Sample.state(0), [], to: path)
        }
        #expect(folder.names.filter { $0.hasPrefix(".trailq-save") } == [])
        if !isFaulty { break }
        k += 1
      }
      #expect(failures > 2)
    }
  }

  @Test func aSyncThatFails() throws {
    var failures = 0
    for k in 1...12 {
      let outcome = try run(kinds: fault_sync.rawValue, at: k)
      if outcome.failure != nil { failures += 1 }
      if !outcome.isFaulty { break }
    }
    #expect(failures > 3)
  }

  @Test func aFileThatCannotBeMade() throws {
    let folder = try ScratchFolder()
    defer { fault_disarm() }
    let path = folder.path + "/kept"
    for k in 1...8 {
      fault_arm(Int32(fault_full.rawValue), Int32(k))
      let made = Result { try Workspace(path, .create, vfs: Self.layer) }
      let isFaulty = fault_seen() >= k
      fault_disarm()
      if isFaulty, case .success(let workspace) = made { workspace.close() }
      if !isFaulty {
        #expect(throws: Never.self) { try made.get() }
        break
      }
      // Whatever is left there, it is no obstacle.
      let second = try Workspace(path, .create)
      #expect(second.check().isClean)
      second.close()
      folder.remove("kept")
    }
  }
}

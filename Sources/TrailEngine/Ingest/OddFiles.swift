/// A file in which an import met something odd.
package struct OddFile: Hashable, Sendable {
  /// A file as it was named, and where from.
  package struct Name: Hashable, Sendable {
    /// The folder that the path started from; empty for an absolute one.
    package var folder: String
    package var path: String

    package init(folder: String, path: String) {
      self.folder = folder
      self.path = path
    }
  }
  package var name: Name
  /// Why it, or a file in it, is no log.
  package var notLogs: [ImportProblem] = []
  package var problems: [ImportProblem] = []
  /// What was met too, and is only counted.
  package var unlisted = 0

  package init(_ name: Name) { self.name = name }

  var isEmpty: Bool { notLogs.isEmpty && problems.isEmpty && unlisted == 0 }

  /// Standard input is another file each time.
  var isNamed: Bool { name.path != FileCollector.standardInput }

  /// Takes in what was met in another part of the same file.
  mutating func add(_ other: OddFile) {
    notLogs += other.notLogs
    problems += other.problems
    unlisted += other.unlisted
  }
}

/// What was odd in imported files, file by file: what a file had is forgotten when it is read again.
package struct OddFiles: Sendable {
  /// By numbers, which rise with the order of the imports.
  package private(set) var files: [Int64: OddFile] = [:]
  /// What was met in files for which there was no room.
  package private(set) var unlisted = 0
  private var numbers: [OddFile.Name: Int64] = [:]
  private var nextNumber: Int64 = 1
  private var notLogCount = 0
  private var problemCount = 0
  // What a workspace lacks.
  private(set) var unkept: Set<Int64> = []
  private(set) var removed: Set<Int64> = []
  private(set) var isUnlistedUnkept = false

  package init() {}

  /// What a workspace has.
  ///
  /// - Parameter last: the highest number there, also of what cannot be read.
  package init(_ kept: [(number: Int64, file: OddFile)], unlisted: Int, last: Int64) {
    for (number, file) in kept { put(file, number) }
    self.unlisted = unlisted
    nextNumber = max(nextNumber, last + 1)
  }

  private mutating func put(_ file: OddFile, _ number: Int64) {
    files[number] = file
    if file.isNamed { numbers[file.name] = number }
    nextNumber = max(nextNumber, number + 1)
    notLogCount += file.notLogs.count
    problemCount += file.problems.count
  }

  private mutating func remove(_ number: Int64) {
    guard let file = files.removeValue(forKey: number) else { return }
    if numbers[file.name] == number { numbers[file.name] = nil }
    notLogCount -= file.notLogs.count
    problemCount -= file.problems.count
    if unkept.remove(number) == nil { removed.insert(number) }
  }

  /// True where something odd is known of the file.
  func knows(_ name: OddFile.Name) -> Bool { numbers[name] != nil }

  var isEmpty: Bool { files.isEmpty }

  /// Notes that a file was read again: what it had is what is taken in next.
  mutating func forget(_ name: OddFile.Name) {
    if let number = numbers[name] { remove(number) }
  }

  /// Takes a file in; it replaces what was known of it.
  mutating func take(_ file: OddFile) {
    var file = file
    if file.isNamed, let number = numbers[file.name] {
      if files[number] == file { return }
      remove(number)
    }
    let room = max(0, IngestLimits.problemsKept - problemCount)
    if file.problems.count > room {
      file.unlisted += file.problems.count - room
      file.problems.removeLast(file.problems.count - room)
    }
    let logRoom = max(0, IngestLimits.problemsKept - notLogCount)
    if file.notLogs.count > logRoom {
      file.unlisted += file.notLogs.count - logRoom
      file.notLogs.removeLast(file.notLogs.count - logRoom)
    }
    if file.notLogs.isEmpty, file.problems.isEmpty {
      unlisted += file.unlisted
      isUnlistedUnkept = true
      return
    }
    unkept.insert(nextNumber)
    put(file, nextNumber)
  }

  // MARK: Listing

  private var inOrder: [OddFile] { files.keys.sorted().compactMap { files[$0] } }

  /// As seen from a folder: what was named from another has its whole path.
  private func list(
    _ part: (OddFile) -> [ImportProblem], from folder: String
  ) -> [ImportProblem] {
    inOrder.flatMap { file in
      guard !file.name.folder.isEmpty, file.name.folder != folder else { return part(file) }
      return part(file).map { problem in
        var problem = problem
        problem.file = "\(file.name.folder)/\(problem.file)"
        return problem
      }
    }
  }

  func notLogs(from folder: String) -> [ImportProblem] { list(\.notLogs, from: folder) }
  func problems(from folder: String) -> [ImportProblem] { list(\.problems, from: folder) }

  /// Problems met, listed or not.
  var count: Int {
    files.values.reduce(unlisted + problemCount) { $0 + $1.unlisted }
  }

  // MARK: Keeping

  /// All of it as changes to a file that has nothing.
  var asChanges: OddFileChanges {
    OddFileChanges(
      removed: [], added: files.map { ($0, $1) }, unlisted: unlisted)
  }

  /// What the workspace lacks.
  var changes: OddFileChanges {
    OddFileChanges(
      removed: removed.sorted(),
      added: unkept.sorted().compactMap { number in files[number].map { (number, $0) } },
      unlisted: isUnlistedUnkept ? unlisted : nil)
  }

  mutating func noteKept(_ changes: OddFileChanges) {
    removed.subtract(changes.removed)
    unkept.subtract(changes.added.map(\.number))
    if changes.unlisted == unlisted { isUnlistedUnkept = false }
  }
}

/// What a workspace lacks of what was odd.
package struct OddFileChanges: Sendable {
  /// The numbers of files of which it is to forget what it has.
  package var removed: [Int64] = []
  package var added: [(number: Int64, file: OddFile)] = []
  /// Nil where it has the number already.
  package var unlisted: Int?

  package init() {}

  init(removed: [Int64], added: [(number: Int64, file: OddFile)], unlisted: Int?) {
    self.removed = removed
    self.added = added
    self.unlisted = unlisted
  }

  package var isEmpty: Bool { removed.isEmpty && added.isEmpty && unlisted == nil }
}

import Glibc
import Synchronization

// What was odd in the imports so far, those of earlier sessions with them.

extension EventStore {
  /// What was odd in imported files, in their order; at most `IngestLimits.problemsKept`.
  package var problems: [ImportProblem] {
    readOddFiles()
    return state.withLock { $0.oddFiles.problems(from: Self.currentFolder) }
  }

  /// Problems met so far, kept or not.
  package var problemCount: Int {
    readOddFiles()
    return state.withLock { $0.oddFiles.count }
  }

  /// Files met so far that are no logs; at most `IngestLimits.problemsKept`.
  package var notLogs: [ImportProblem] {
    readOddFiles()
    return state.withLock { $0.oddFiles.notLogs(from: Self.currentFolder) }
  }

  /// Reads what the workspace has, once.
  func readOddFiles() {
    guard let history = state.withLock({ $0.unreadHistory }) else { return }
    let files = history.oddFiles()
    state.withLock { state in
      guard state.unreadHistory != nil else { return }
      state.unreadHistory = nil
      state.oddFiles = files
    }
  }

  /// Takes in what an import met, and forgets what was known of files that it read.
  func noteOddities(of report: ImportReport, _ collector: FileCollector) {
    let folder = Self.currentFolder
    func name(_ path: String) -> OddFile.Name {
      let isWhole = path.hasPrefix("/") || path == FileCollector.standardInput
      return OddFile.Name(folder: isWhole ? "" : folder, path: path)
    }
    var found: [OddFile] = []
    var places: [OddFile.Name: Int] = [:]
    func add(_ file: OddFile) {
      if let place = places[file.name] { return found[place].add(file) }
      places[file.name] = found.count
      found.append(file)
    }
    for problem in collector.notLogs {
      var file = OddFile(name(problem.file))
      file.notLogs = [problem]
      add(file)
    }
    for problem in collector.problems {
      var file = OddFile(name(problem.file))
      file.problems = [problem]
      add(file)
    }
    for var file in report.oddFiles {
      file.name = name(file.name.path)
      add(file)
    }
    state.withLock { state in
      if !state.oddFiles.isEmpty {
        var read = collector.foldersRead
        for item in collector.items {
          if let version = item.version, report.filesRead.contains(version) {
            read.append(item.path)
          }
        }
        for name in read.lazy.map(name) where places[name] == nil { state.oddFiles.forget(name) }
      }
      for file in found { state.oddFiles.take(file) }
    }
  }

  /// The folder that paths start from which do not begin with `/`.
  private static var currentFolder: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }
}

import TrailEngine

// What is known of earlier imports: files that need not be read again, and what was odd in others.

extension Workspace {
  /// The row of `odd_file` that counts what was met in files which have none.
  private static let noOddFile: Int64 = 0

  static func write(
    _ files: [FileVersion], to database: Database
  ) throws(DatabaseError) {
    // In order, so that each page is written once.
    for file in files.sorted() {
      try database.run(
        "INSERT OR IGNORE INTO file(time, hash) VALUES(?, ?)",
        [.integer(file.time), .integer(file.hash)])
    }
  }

  static func write(
    _ changes: OddFileChanges, to database: Database
  ) throws(DatabaseError) {
    for number in changes.removed {
      try database.run("DELETE FROM problem WHERE odd_file = ?", [.integer(number)])
      try database.run("DELETE FROM odd_file WHERE id = ?", [.integer(number)])
    }
    for (number, file) in changes.added {
      try write(number, unlisted: file.unlisted, file.name, to: database)
      let rows =
        file.notLogs.map { (OddFileRow.notLog, $0) }
        + file.problems.map { (OddFileRow.problem, $0) }
      for (place, row) in rows.enumerated() {
        let (kind, problem) = row
        let numbers = [number, Int64(place), kind, problem.offset.map(Int64.init) ?? -1]
        try database.run(
          """
          INSERT OR REPLACE INTO problem(odd_file, place, kind, offset, checksum, file, reason)
          VALUES(?, ?, ?, ?, ?, ?, ?)
          """,
          [
            .integer(number), .integer(Int64(place)), .integer(kind),
            problem.offset.map { .integer(Int64($0)) } ?? .null,
            .integer(RowChecksum.of(numbers, [problem.file, problem.reason])),
            .text(problem.file), .text(problem.reason),
          ])
      }
    }
    if let unlisted = changes.unlisted {
      try write(
        noOddFile, unlisted: unlisted, OddFile.Name(folder: "", path: ""), to: database)
    }
  }

  private static func write(
    _ number: Int64, unlisted: Int, _ name: OddFile.Name, to database: Database
  ) throws(DatabaseError) {
    let numbers = [number, Int64(unlisted)]
    try database.run(
      "INSERT OR REPLACE INTO odd_file(id, unlisted, checksum, folder, path) VALUES(?, ?, ?, ?, ?)",
      [
        .integer(number), .integer(Int64(unlisted)),
        .integer(RowChecksum.of(numbers, [name.folder, name.path])), .text(name.folder),
        .text(name.path),
      ])
  }

  /// Everything about odd files, and how many rows are not as they were written; those are left out.
  static func readOddFiles(
    from database: Database
  ) throws(DatabaseError) -> (files: OddFiles, damagedRows: Int) {
    var files: [(number: Int64, file: OddFile)] = []
    var places: [Int64: Int] = [:]
    var unlisted = 0
    var last: Int64 = 0
    var damaged = 0
    try database.rows("SELECT id, unlisted, checksum, folder, path FROM odd_file ORDER BY id") {
      row in
      last = max(last, row.integer(0))
      let name = OddFile.Name(folder: row.text(3), path: row.text(4))
      let sum = RowChecksum.of([row.integer(0), row.integer(1)], [name.folder, name.path])
      guard row.integer(2) == sum else { return damaged += 1 }
      if row.integer(0) == noOddFile { return unlisted = Int(row.integer(1)) }
      var file = OddFile(name)
      file.unlisted = Int(row.integer(1))
      places[row.integer(0)] = files.count
      files.append((row.integer(0), file))
    }
    try database.rows(
      """
      SELECT odd_file, place, kind, offset, checksum, file, reason FROM problem
      ORDER BY odd_file, place
      """
    ) { row in
      last = max(last, row.integer(0))
      let offset = row.isNull(3) ? nil : Int(row.integer(3))
      let problem = ImportProblem(file: row.text(5), offset: offset, reason: row.text(6))
      let numbers = [row.integer(0), row.integer(1), row.integer(2), Int64(offset ?? -1)]
      guard let place = places[row.integer(0)],
        row.integer(4) == RowChecksum.of(numbers, [problem.file, problem.reason])
      else { return damaged += 1 }
      if row.integer(2) == OddFileRow.notLog {
        files[place].file.notLogs.append(problem)
      } else {
        files[place].file.problems.append(problem)
      }
    }
    return (OddFiles(files, unlisted: unlisted, last: last), damaged)
  }
}

/// Kinds of rows of `problem`.
private enum OddFileRow {
  static let notLog: Int64 = 0
  static let problem: Int64 = 1
}

/// Asks a workspace about earlier imports, on the connection that reads.
final class WorkspaceHistory: ImportHistory {
  private let reader: WorkspaceReader
  /// False where segments are missing: no file counts as known then.
  private let trustsFiles: Bool

  init(_ reader: WorkspaceReader, trustsFiles: Bool) {
    self.reader = reader
    self.trustsFiles = trustsFiles
  }

  func knows(_ file: FileVersion) -> Bool {
    guard trustsFiles else { return false }
    let found = try? reader.database.number(
      "SELECT 1 FROM file WHERE time = ? AND hash = ?",
      [.integer(file.time), .integer(file.hash)])
    return found != nil
  }

  func knownFiles() -> [FileVersion] {
    var files: [FileVersion] = []
    guard trustsFiles else { return files }
    // What was read before an error counts.
    try? reader.database.rows("SELECT time, hash FROM file ORDER BY time, hash") { row in
      files.append(FileVersion(time: row.integer(0), hash: row.integer(1)))
    }
    return files
  }

  func oddFiles() -> OddFiles {
    do throws(DatabaseError) {
      let (files, damagedRows) = try Workspace.readOddFiles(from: reader.database)
      if damagedRows > 0 {
        tell("\(damagedRows) problems of earlier imports differ from their checksums")
      }
      return files
    } catch {
      tell("the problems of earlier imports cannot be read (\(error.message))")
      return OddFiles()
    }
  }

  private func tell(_ reason: String) {
    reader.found(SegmentDamage(reason), in: Workspace.noSegment)
  }
}

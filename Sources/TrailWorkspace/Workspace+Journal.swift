import Synchronization
package import TrailEngine

// What a statement changed, and the statements themselves.

extension Workspace {
  /// Keeps what changed since the last time, in one transaction.
  ///
  /// - Parameters:
  ///   - store: what the file lacks of the events.
  ///   - state: settings, queries, clock and world as they are now.
  ///   - statements: those that changed the world since.
  /// - Returns: the numbers that the segments got, in their order.
  @discardableResult
  package func commit(
    _ store: StoreChanges, _ state: WorkspaceState, _ statements: [KeptStatement]
  ) throws(WorkspaceProblem) -> [Int64] {
    let wanted = state.entries
    let isSame = writer.withLock { $0.entries == wanted }
    if store.isEmpty, statements.isEmpty, isSame { return [] }
    return try write { database, writer throws(DatabaseError) in
      let numbers = try Self.write(store, to: database, &writer)
      for statement in statements { try Self.write(statement, to: database, &writer) }
      for (key, value) in wanted where writer.entries[key] != value {
        try database.run(
          "INSERT OR REPLACE INTO entry(kind, name, checksum, value) VALUES(?, ?, ?, ?)",
          [
            .integer(key.kind), .text(key.name),
            .integer(RowChecksum.of([key.kind], [key.name, value])), .text(value),
          ])
      }
      for key in writer.entries.keys where wanted[key] == nil {
        try database.run(
          "DELETE FROM entry WHERE kind = ? AND name = ?", [.integer(key.kind), .text(key.name)])
      }
      writer.entries = wanted
      return numbers
    }
  }

  private static func write(
    _ statement: KeptStatement, to database: Database, _ writer: inout Writer
  ) throws(DatabaseError) {
    let id = writer.nextStatement
    writer.nextStatement += 1
    try database.run(
      """
      INSERT INTO statement(id, time, account, region, folder, stopped_at, calls_after, time_after,
        checksum, text) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(id), .integer(statement.time), .text(statement.account),
        .text(statement.region), .text(statement.folder),
        statement.wasStopped ? .integer(statement.timeAfter) : .null,
        .integer(Int64(statement.callsAfter)), .integer(statement.timeAfter),
        .integer(statement.checksum), .text(statement.text),
      ])
    for (place, action) in statement.actions.enumerated() {
      try database.run(
        "INSERT INTO action(statement, place, kind, checksum, text) VALUES(?, ?, ?, ?, ?)",
        [
          .integer(id), .integer(Int64(place)), .integer(action.kind.rawValue),
          .integer(RowChecksum.of([action.kind.rawValue], [action.text])), .text(action.text),
        ])
    }
  }

  /// The journal, in order, up to the first entry that is damaged: what follows would make another world.
  package func statements() throws(WorkspaceProblem) -> KeptJournal {
    let result: Result<KeptJournal, DatabaseError> = writer.withLock { _ in
      do throws(DatabaseError) {
        return .success(try readStatements())
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let journal): return journal
    case .failure(let error): throw error.problem
    }
  }

  private func readStatements() throws(DatabaseError) -> KeptJournal {
    var actions: [Int64: [KeptAction]] = [:]
    var damagedActions: Set<Int64> = []
    try database.rows(
      "SELECT statement, kind, checksum, text FROM action ORDER BY statement, place"
    ) { row in
      guard let kind = KeptAction.Kind(rawValue: row.integer(1)),
        row.integer(2) == RowChecksum.of([row.integer(1)], [row.text(3)])
      else {
        damagedActions.insert(row.integer(0))
        return
      }
      actions[row.integer(0), default: []].append(KeptAction(kind, row.text(3)))
    }
    var journal = KeptJournal()
    try database.rows(
      """
      SELECT id, time, account, region, stopped_at, calls_after, time_after, checksum, text, folder
      FROM statement ORDER BY id
      """
    ) { row in
      let statement = KeptStatement(
        text: row.text(8), time: row.integer(1), account: row.text(2), region: row.text(3),
        folder: row.text(9), wasStopped: !row.isNull(4), callsAfter: Int(row.integer(5)),
        timeAfter: row.integer(6), actions: actions[row.integer(0)] ?? [])
      journal.count += 1
      if statement.checksum != row.integer(7) || damagedActions.contains(row.integer(0)) {
        journal.damagedAt = journal.damagedAt ?? journal.count
      }
      if journal.damagedAt == nil { journal.statements.append(statement) }
    }
    return journal
  }
}

/// The statements that made the simulated world.
package struct KeptJournal: Hashable, Sendable {
  package var statements: [KeptStatement] = []
  /// How many there are, damaged or not.
  package var count = 0
  /// The first that is not as it was written, counted from 1.
  package var damagedAt: Int?
}

extension KeptStatement {
  var checksum: Int64 {
    RowChecksum.of(
      [time, wasStopped ? 1 : 0, Int64(callsAfter), timeAfter], [account, region, folder, text])
  }
}

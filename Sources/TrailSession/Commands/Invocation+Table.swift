internal import TrailEngine

extension Invocation {
  /// Shows rows that a command put together, in whatever format the session writes answers.
  ///
  /// - Parameters:
  ///   - columns: names and kinds.
  ///   - rows: as many cells each as there are columns.
  ///   - empty: what to say where there are no rows.
  func showTable(
    _ columns: [(name: String, kind: TableColumn.Kind)], rows: [[Cell]], empty: String
  ) throws {
    guard !rows.isEmpty || question != nil else { return session.note(empty, to: output) }
    let table = TableRows(
      columns: columns.map { TableColumn(name: $0.name, kind: $0.kind) },
      cells: columns.indices.map { column in rows.map { $0[column] } }, rowCount: rows.count)
    let answer = Answer(content: .table(table), plan: PlanReport(normalised: command.name))
    try showAnswer(answer)
  }
}

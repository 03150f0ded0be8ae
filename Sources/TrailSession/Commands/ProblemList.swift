internal import TrailEngine

/// The odd things that imports met, as an answer.
enum ProblemList {
  static let usualCount = 100

  static func answer(_ store: EventStore, limit: Int) -> Answer {
    let all = store.notLogs + store.problems
    let shown = all.prefix(limit)
    var answer = Answer(
      content: .table(
        TableRows(
          columns: [
            TableColumn(name: "file", kind: .text), TableColumn(name: "offset", kind: .number),
            TableColumn(name: "reason", kind: .text),
          ],
          cells: [
            shown.map { .text($0.file) },
            shown.map { $0.offset.map { .number(String($0)) } ?? .missing },
            shown.map { .text($0.reason) },
          ], rowCount: shown.count)), plan: PlanReport(normalised: "problems"))
    if all.isEmpty {
      answer.notes = [Note("Nothing was odd in what has been imported")]
    } else if all.count > shown.count {
      answer.notes = [
        Note(
          "\(NumberText.grouped(all.count - shown.count)) more", suggestion: "problems \(all.count)"
        )
      ]
    }
    let unlisted = store.problemCount - store.problems.count
    if unlisted > 0 {
      answer.notes.append(Note("\(NumberText.counted(unlisted, "further problem")) not kept"))
    }
    return answer
  }
}

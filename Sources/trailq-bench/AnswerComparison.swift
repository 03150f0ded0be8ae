import Foundation

/// Compares the answers that the engines wrote down, row by row, as JSON values.
struct AnswerComparison {
  /// The folder with one folder an engine, in which lies one file of JSON lines a question.
  var folder: URL

  /// Says for each engine whether its answers are those of the reference engine.
  func compare(_ reports: inout [EngineReport], with reference: String, on questions: [Question]) {
    for question in questions {
      let expected = rows(of: reference, to: question)
      for index in reports.indices where reports[index].questions[question.name] != nil {
        let given = rows(of: reports[index].engine, to: question)
        reports[index].questions[question.name]?.agreement =
          switch (given, expected) {
          case (nil, _), (_, nil): "not comparable"
          case (let given?, let expected?) where given == expected: "same"
          case (let given?, let expected?): "\(given.count) rows against \(expected.count)"
          }
      }
    }
  }

  /// The rows in one spelling: keys sorted, numbers by value, and rows sorted where order means nothing.
  private func rows(of engine: String, to question: Question) -> [String]? {
    let file = folder.appending(path: "\(engine)/\(question.name).ndjson")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let rows = text.split(separator: "\n").map { canonical(String($0)) }
    return question.isOrdered ? rows : rows.sorted()
  }

  private func canonical(_ line: String) -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
      let data = try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
    else { return line }
    return String(decoding: data, as: UTF8.self)
  }
}

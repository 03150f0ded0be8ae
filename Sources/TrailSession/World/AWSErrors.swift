package import TrailCloud
package import TrailText

extension Diagnostics {
  /// AWS's refusal of a command: AWS's code and text, and what to do about it in the shell's words.
  package init(_ error: AWSError, at range: SourceRange? = nil) {
    self.init(
      Diagnostic(
        DiagnosticCode(rawValue: error.code), error.message.isEmpty ? error.code : error.message,
        at: range,
        notes: error.adviceLine.map { [$0] } ?? []))
  }

  /// What is wrong with a call that cannot be made, at the words that say it.
  ///
  /// - Parameter range: where the part of the call stands in the statement.
  package init(_ problem: CallProblem, at range: SourceRange?) {
    let code: DiagnosticCode =
      switch problem.part {
      case .service: "unknown-service"
      case .operation: "unknown-operation"
      case .caller: "bad-caller"
      case .region: "bad-region"
      case .address: "bad-address"
      case .time: "bad-time"
      case .error: "bad-error"
      case .parameter: "bad-parameter"
      case .missingParameter: "missing-parameter"
      }
    var notes = problem.notes
    var seen: Set<String> = []
    let names = problem.suggestions.filter { seen.insert($0).inserted }
    if names.count > 1 { notes.append("near: " + names.prefix(5).joined(separator: ", ")) }
    var fixIt: FixIt?
    switch problem.part {
    case .service, .operation, .region:
      if let range, let near = names.first { fixIt = FixIt(replace: range, with: near) }
    default: break
    }
    self.init(
      Diagnostic(
        code, problem.message, at: range, label: names.first.map { "did you mean `\($0)`?" },
        notes: notes, fixIt: fixIt))
  }
}

extension AWSError {
  /// What to do about it: a line to run first, or a sentence.
  var adviceLine: String? {
    guard let advice else { return nil }
    let isLine = FirstWord(advice).map { CommandTable.find($0.text) != nil } ?? false
    return isLine ? "first: \(advice)" : advice
  }
}

extension Invocation {
  /// Makes a call as the administrator, as the commands do that configure CloudTrail: a refusal fails the statement.
  ///
  /// - Parameters:
  ///   - range: the words that AWS's refusal is about, where it is about none of `places`.
  ///   - places: the words that say the call's parameters, by their names in the API, and `Region`.
  func perform(
    _ call: APICall, at range: SourceRange? = nil, places: [String: SourceRange] = [:]
  ) throws -> CallResult {
    let cloud = session.cloud(for: output)
    let result: CallResult
    do {
      result = try cloud.perform(call)
    } catch {
      let place = error.part == .region ? places[RefusedParameter.region] : nil
      // A mend is for the words that are wrong: the place of another word would be replaced.
      throw place == nil
        ? Diagnostics(error, at: range).withoutMends : Diagnostics(error, at: place)
    }
    for remark in result.remarks { session.note(remark, to: output) }
    if let error = result.error {
      let place = RefusedParameter.names(of: error.code).compactMap { places[$0] }.first
      throw Diagnostics(error, at: place ?? range)
    }
    return result
  }

  /// The simulated world, which begins here if it has not yet.
  var cloud: Cloud { session.cloud(for: output) }
}

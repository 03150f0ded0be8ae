internal import TrailCloud
internal import TrailEngine
internal import TrailText
internal import TrailWorkspace

/// What rules did outside of the world, to be done again without doing it.
final class ActionTape {
  private var actions: ArraySlice<KeptAction> = []
  private let output = SilentOutput()

  /// Puts in what was done for the next statement.
  func load(_ actions: [KeptAction]) { self.actions = actions[...] }

  /// Makes of an action in the world what it was: the statements of a script run again, a program does not.
  func perform(_ task: SessionTask, in session: Session) -> InvocationFailure? {
    if case .print = task.action { return nil }
    while let action = actions.popFirst() {
      switch action.kind {
      case .statement:
        // It may have failed then; so it does now.
        try? session.perform(PlacedStatement(action.text), to: output)
      case .success: return nil
      case .failure: return InvocationFailure(kept: action.text)
      }
    }
    // The journal has less than the world asks for: the check of calls and time tells.
    return InvocationFailure("NO_RESOURCE", "the journal does not say what came of it")
  }
}

/// Nobody reads what is written here.
final class SilentOutput: SessionOutput {
  let traits = OutputTraits()
  func writeData(_ bytes: [UInt8]) throws {}
  func writeMessage(_ text: String) {}
}

extension InvocationFailure {
  /// As the journal has it: code, whether it is tried again, message.
  var kept: String { "\(code)\n\(isRetriable)\n\(message)" }

  init(kept: String) {
    let parts = kept.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    self.init(
      parts.first.map(String.init) ?? "", parts.count > 2 ? String(parts[2]) : "",
      isRetriable: parts.count > 1 && parts[1] == "true")
  }
}

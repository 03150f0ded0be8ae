import Synchronization

/// What the shell is a shell for: it knows statements, the shell knows the terminal.
package protocol ShellDelegate: LineAdvisor {
  /// What stands on the screen before the first prompt; empty for nothing.
  var banner: String { get }
  /// What each statement is asked for with.
  var prompt: String { get }
  /// What each further line of a statement is asked for with.
  var continuationPrompt: String { get }

  /// Whether `text` goes on in the next line.
  /// - Parameter nextLine: the next line as far as it is known, which it is only when it was pasted together
  ///   with `text`.
  func needsMoreInput(_ text: String, before nextLine: String?) -> Bool

  /// Runs what was typed, which may be several statements.
  func execute(_ text: String, in run: StatementRun) -> StatementOutcome
}

package enum StatementOutcome: Sendable {
  case ready
  /// The shell is to end.
  case quit
}

/// What a statement has while it runs: somewhere to write, and word of Ctrl-C.
package final class StatementRun {
  package let output: AnswerOutput
  private let interruption: Interruption

  init(output: AnswerOutput, interruption: Interruption) {
    self.output = output
    self.interruption = interruption
  }

  /// Whether Ctrl-C was pressed, or the reader of the answer has gone.
  package var isInterrupted: Bool { interruption.hasHappened }

  /// Has `action` called, on another thread, when the statement is to stop; at once if it already is.
  /// The action replaces one that was set before.
  package func whenInterrupted(_ action: @escaping @Sendable () -> Void) {
    interruption.setAction(action)
  }
}

/// Something that happens once or not at all, and has somebody told.
final class Interruption: Sendable {
  private struct State {
    var hasHappened = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  var hasHappened: Bool { state.withLock { $0.hasHappened } }

  func setAction(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.action = action
      return state.hasHappened
    }
    if isLate { action() }
  }

  func happen() {
    let action = state.withLock { state in
      state.hasHappened = true
      return state.action
    }
    action?()
  }
}

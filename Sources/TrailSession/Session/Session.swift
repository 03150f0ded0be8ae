package import TrailEngine
internal import TrailRecord
internal import TrailText
internal import TrailWorkspace

/// Everything that lasts from one statement to the next, and the one door for statements.
///
/// A session knows no terminal: a shell, a script and a test drive it alike. It belongs to one thread; only
/// `cancellation` may be used from others.
package final class Session {
  /// What is decided when a session begins.
  package struct Configuration {
    /// Refuses commands that read or write files.
    package var isSafe = false
    /// Lets rules start programs of this machine.
    package var allowsPrograms = false
    /// Leaves out what is said about answers; errors are still said.
    package var isQuiet = false
    package var clock = SessionClock(.running, isChosen: false)
    package var settings = Settings()
    /// Settings that the command line chose: a workspace does not overrule them.
    package var chosenSettings: Set<String> = []
    /// True where the command line chose the time.
    package var choosesClock = false

    package init() {}
  }

  package let configuration: Configuration
  package var settings: Settings
  /// The clock while there is no simulated world; `clock` is what statements use.
  var ownClock: SessionClock
  /// The simulated world where it has begun; a kept one is built again when it is asked for. Those that can do
  /// without it use `builtWorld`.
  var world: SimulatedWorld? {
    if let kept = keptWorld { rebuildWorld(kept) }
    return builtWorld
  }
  var builtWorld: SimulatedWorld?
  /// A world of a workspace that nothing has asked for yet.
  var keptWorld: KeptWorld?
  package internal(set) var store: EventStore
  package var savedQueries = SavedQueries()
  /// The answer that `last`, `open` and `export` mean. Statements that fail leave it as it is.
  package var lastAnswer: Answer?
  /// The expectations met so far.
  package var expectations = TestReport()
  /// Answers sentences, and remembers what it learns about fields.
  var engine = QueryEngine()
  /// What was asked before.
  let preparedQueries = PreparedQueries()
  /// Raised to stop the statement that is running.
  var cancellation = Cancellation()
  /// Stops the statement that is running; may be called on any thread.
  package var stopSwitch: @Sendable () -> Void {
    { [cancellation] in cancellation.cancel() }
  }
  /// Shows how far a long statement is; set by whoever has a terminal.
  package var workObserver: (any WorkObserver)?
  /// Leaves out remarks for a while, as `Configuration.isQuiet` does for good.
  package var isMuted = false
  /// AWS's answer to the call that was simulated last: `$response`.
  var lastResponse: JSONValue?
  /// AWS's refusals of the calls that the running statement simulated.
  var refusals: [DiagnosticCode] = []
  /// The story that was run last, with its answers.
  var scenario: RunningScenario?
  /// How deep `source` is nested in itself.
  var sourceDepth = 0
  /// The folders whose new files are taken in as they come.
  var followed: FollowedFolders?
  /// Whether the last statement asked to follow folders, so that a session without a reader goes on.
  package internal(set) var endsFollowing = false
  /// Does what rules of EventBridge ask of the session.
  private(set) lazy var ruleActions = RuleActions(session: self)
  /// What of the session outlasts it.
  private(set) lazy var keeper = SessionKeeper(session: self)

  package init(_ configuration: Configuration = Configuration(), store: EventStore = EventStore()) {
    self.configuration = configuration
    self.store = store
    settings = configuration.settings
    ownClock = configuration.clock
  }

  /// Runs one statement, and writes its answer and all that there is to say about it.
  package func run(_ statement: PlacedStatement, to output: any SessionOutput) -> StatementOutcome {
    run(statement, to: output, event: nil)
  }

  /// The same for a statement in which `$event` stands for an event.
  func run(
    _ statement: PlacedStatement, to output: any SessionOutput, event: JSONValue?
  ) -> StatementOutcome {
    let bound: PlacedStatement
    do {
      bound = try ValueBinding(event: event, response: lastResponse).bound(statement)
    } catch {
      return run(statement, to: output) { throw error }
    }
    return run(bound, to: output) { try perform(bound, to: output) }
  }

  /// Does some work for a statement, reports what it throws, and keeps what it changed.
  func run(
    _ statement: PlacedStatement, to output: any SessionOutput, _ work: () throws -> Void
  ) -> StatementOutcome {
    let beginning = keeper.begin(statement)
    let outcome = attempt(statement, to: output, work)
    return keeper.end(beginning, outcome, statement, to: output)
  }

  private func attempt(
    _ statement: PlacedStatement, to output: any SessionOutput, _ work: () throws -> Void
  ) -> StatementOutcome {
    refusals = []
    do {
      try work()
      return StatementOutcome(.finished, codes: refusals)
    } catch let error as Diagnostics {
      report(error, in: statement, to: output)
      return StatementOutcome(.failed, codes: error.list.map(\.code))
    } catch is QuitRequest {
      return StatementOutcome(.quit)
    } catch is OutputClosed {
      return StatementOutcome(.outputClosed)
    } catch is ScriptStopped {
      return StatementOutcome(.failed)
    } catch is StatementStopped {
      say("interrupted", to: output)
      return StatementOutcome(.interrupted)
    } catch let error as OutputFailure {
      let problem = Diagnostic("output-failed", "the answer cannot be written: \(error.reason)")
      report(Diagnostics(problem), in: statement, to: output)
      return StatementOutcome(.failed, codes: [problem.code])
    } catch {
      let problem = Diagnostic("internal", "unexpected error: \(error)")
      report(Diagnostics(problem), in: statement, to: output)
      return StatementOutcome(.failed, codes: [problem.code])
    }
  }

  /// Runs one statement or throws what is wrong with it.
  func perform(_ statement: PlacedStatement, to output: any SessionOutput) throws {
    guard let first = FirstWord(statement.text) else { return }
    let outer = ruleActions.output
    ruleActions.output = output
    defer { ruleActions.output = outer }
    try followWallClock(to: output)
    keeper.noteStart()
    endsFollowing = false
    if keeper.tape == nil { try takeFollowed(to: output) }
    if first.beginsQuery {
      return try answer(statement, to: output)
    }
    guard let command = CommandTable.find(first.text) else {
      if try takeAsAnswer(statement, to: output) { return }
      throw BareQuestion.lesson(first, in: statement)
    }
    do {
      try Invocation(
        session: self, command: command, statement: statement,
        rest: statement.tail(from: first.range.upperBound), output: output
      ).run(named: first.range)
    } catch {
      if ruleActions.depth == 0 { try ruleActions.finish() }
      throw error
    }
    try settleEvents(to: output)
  }
}

/// Thrown when a statement is stopped by its reader.
struct StatementStopped: Error {}

/// Follows a long statement while it runs. Called from the threads that work.
package protocol WorkObserver: AnyObject, Sendable {
  func importIs(at progress: ImportStage)
  /// How far something else is, in words.
  func workIs(at text: String)
  func workHasEnded()
}

/// How far an import is.
package struct ImportStage: Hashable, Sendable {
  package var files = 0
  package var totalFiles = 0
  package var events = 0
  package var bytes = 0
  package var totalBytes = 0
}

internal import TrailRecord

/// Says of a call that its record depends on little: the next call like it need not be worked out anew.
///
/// A service sets it (`ServiceOutcome.repetition`) where the record is made of the call's parameters, what is drawn
/// from the seed, the time, and what exists in that service alone; and where the call changes nothing but what
/// `effect` says.
/// Texts among the parameters must stand in the record as they were given. A repeated call is checked against the
/// service's own answer before the answer is taken for granted, and again after something in the service has changed.
struct Repetition {
  /// What a call does besides leaving its record.
  enum Effect {
    case nothing
    /// Needs an object of S3's to be there, of the same size as before.
    case readsObject
    case putsObject
    case deletesObject
    /// What only the service knows how to do.
    case works(RepeatedWork)

    var isNothing: Bool { if case .nothing = self { true } else { false } }
  }
  var effect = Effect.nothing
  /// Whether other things in the service would have made another record.
  var dependsOnState = true

  init(_ effect: Effect = .nothing, dependsOnState: Bool = true) {
    self.effect = effect
    self.dependsOnState = dependsOnState
  }

  /// Whether a repeated call has the service's answer.
  var givesAnswer: Bool { if case .works(let work) = effect { work.givesAnswer } else { false } }

  /// Whether calls like a prepared one, which was made with these texts, can be repeated.
  func suits(_ prepared: PreparedCall, _ texts: [[UInt8]]) -> Bool {
    guard case .works(let work) = effect else { return !prepared.call.isAnswerWanted }
    return (work.givesAnswer || !prepared.call.isAnswerWanted)
      && (texts.isEmpty || texts.elementsEqual(work.takes) { $0.elementsEqual($1.utf8) })
  }
}

/// What a service does for a repeated call, such as to put a message into a queue.
struct RepeatedWork {
  /// What differs from one call to the next.
  struct Facts {
    var caller: CallerIdentity
    /// In milliseconds since 1970 UTC, whole seconds as in records.
    var time: Int64
    /// The parameters' texts that have marks, filled in.
    var texts: [[UInt8]]
    /// The text of a draw by its place among them; empty where the record has it not.
    var draw: (Int) -> [UInt8]
  }
  /// What came of it.
  struct Result {
    /// In the order of the first time's.
    var made: [String] = []
    /// The service's answer; nil where the work gives none.
    var response: JSONValue?
  }
  /// The parameters that may differ, as the call that was worked out had them.
  var takes: [String] = []
  /// The texts that came of the work and stand in the record of the call that was worked out.
  var made: [String] = []
  var givesAnswer = false
  /// Whether the call would be answered as before. It changes nothing.
  var isPossible: (Cloud, [[UInt8]]) -> Bool
  var run: (Cloud, Facts) -> Result
}

/// How often something in a service has changed: what repeated calls that depend on it are compared with.
final class ServiceStamp {
  var changes = 0
}

/// What a call that was worked out by its service came from: what a template is made of.
struct CallRun {
  var time: Int64
  var draws: [IdentifierSource.Draw]
  var identity: CallerIdentity
  var repetition: Repetition
  /// The texts of parameters that have marks, in their order, and behind them what came of the service's work.
  var texts: [[UInt8]]
  /// The size of the object that the call is about.
  var objectSize: Int?
}

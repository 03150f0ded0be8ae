/// Does what only a session can do. Called while the clock moves.
package protocol SessionActionPerformer: AnyObject {
  /// Does it; nil where it was done, else why not.
  func cloud(_ cloud: Cloud, perform task: SessionTask) -> InvocationFailure?
}

/// An action of a rule that is due.
package struct SessionTask: Sendable {
  package var action: SessionAction
  package var rule: RuleID
  package var event: BusEvent
  /// What the target is given: the event's JSON, or what was made of it.
  package var input: [UInt8]
  /// Whether that is the event itself.
  package var isWholeEvent: Bool
}

/// Why a target could not be told of an event.
package struct InvocationFailure: Error, Hashable, Sendable {
  /// As dead-letter queues have it in `ERROR_CODE`, such as `NO_RESOURCE`.
  package var code: String
  package var message: String
  /// Whether it is tried again; missing resources and permissions are not (AWS's guide).
  package var isRetriable: Bool

  package init(_ code: String, _ message: String, isRetriable: Bool = false) {
    self.code = code
    self.message = message
    self.isRetriable = isRetriable
  }
}

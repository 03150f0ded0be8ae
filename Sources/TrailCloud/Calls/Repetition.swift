/// Says of a call that its record depends on little: the next call like it need not be worked out anew.
///
/// A service sets it (`ServiceOutcome.repetition`) where the record is made of the call's parameters, what is drawn
/// from the seed, the time, and what exists in that service alone; and where the call changes nothing but what
/// `effect` says.
/// Texts among the parameters must stand in the record as they were given. A repeated call is checked twice against the
/// service's own answer before the answer is taken for granted, and again after something in the service has changed.
struct Repetition {
  /// What a call does besides leaving its record.
  enum Effect {
    case nothing
    /// Needs an object of S3's to be there, of the same size as before.
    case readsObject
    case putsObject
    case deletesObject
  }
  var effect = Effect.nothing
  /// Whether other things in the service would have made another record.
  var dependsOnState = true

  init(_ effect: Effect = .nothing, dependsOnState: Bool = true) {
    self.effect = effect
    self.dependsOnState = dependsOnState
  }
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
  /// The texts of parameters that have marks, in their order.
  var texts: [[UInt8]]
  /// The size of the object that the call is about.
  var objectSize: Int?
}

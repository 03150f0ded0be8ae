/// A digest that is due.
struct ScheduledDigest {
  var trail: TrailID
}

extension Cloud {
  /// Makes the digests of an hour.
  func run(_ task: ScheduledDigest) {}

  /// Called when validation or logging of a trail is switched on or off, or the trail goes away (facts §8.2).
  func digestChainChanged(of trail: TrailID) {}
}

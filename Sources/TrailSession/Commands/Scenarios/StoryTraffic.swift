internal import TrailCloud
internal import TrailText

/// The background in which a hidden story hides: a small shop at work, people and machines.
///
/// Where somebody has traffic going already, that is the background.
struct StoryTraffic {
  private static let profile = "shop"
  private let profile: TrafficProfile?

  /// Begins the traffic; it flows as the clock moves. Throws `Diagnostics`.
  ///
  /// - Parameter rate: calls a minute in the mean of a week; nil for none.
  init(rate: Double?, seed: UInt64, in cloud: Cloud) throws {
    guard let rate, cloud.runningTraffic.isEmpty,
      let profile = TrafficProfiles.named(Self.profile)
    else {
      profile = nil
      return
    }
    self.profile = profile
    var request = TrafficRequest(profile, rate: rate)
    request.seed = seed
    do throws(CallProblem) {
      try cloud.startTraffic(request)
    } catch {
      throw Diagnostics(error, at: nil)
    }
  }

  func end(in cloud: Cloud) {
    if let profile { _ = cloud.stopTraffic(profile.name) }
  }

  /// From where its callers call: addresses that mean somebody already.
  var addresses: Set<String> { profile?.addresses ?? [] }
}

internal import TrailRecord

/// Who calls what, and when, in some kind of account: what background traffic is made of.
///
/// A profile is data. It is read from JSON (`TrafficProfile+Reading`), and knows no cloud.
package struct TrafficProfile: Sendable {
  package var name: String
  /// One line for people.
  package var summary: String
  /// Regions by weight; `home` is the one that is asked for.
  var regions: [WeightedRegion]
  var rhythms: [String: TrafficRhythm]
  /// Names of things, by kind.
  var pools: [String: [String]]
  /// Calls that make what was there before, none of which leaves an event.
  var furniture: [TrafficStep]
  package var actors: [TrafficActor]
  var activities: [TrafficActivity]

  struct WeightedRegion: Sendable {
    var name: RegionName
    var weight: Double
  }

  /// From where its callers call.
  package var addresses: Set<String> { Set(actors.flatMap(\.addresses)) }
}

/// Somebody who calls, or a crowd of the same kind.
package struct TrafficActor: Sendable {
  /// When an actor begins something.
  package enum Timing: Sendable {
    /// A part of the calls that people and jobs leave, in per cent of all parts.
    case share(Double)
    /// People: times a working day that they sit down to work.
    case sessions(Double)
    /// Jobs: at times of day in minutes, in order, on some days of the week (0 is Monday).
    case daily(minutes: [Int], days: Set<Int>)
  }
  /// Unique in the profile.
  package var name: String
  package var caller: CallerKind
  package var timing: Timing
  /// The rhythm's name; nothing for jobs.
  var rhythm: String
  var usesMFA = false
  var isFromConsole = false
  /// The service that calls on its behalf.
  var invokedBy: String?
  /// The service that assumes the role, each time the session has run out.
  var assumedBy: String?
  var addresses: [String]
  var agents: [String]
  /// Instead of the profile's.
  var regions: [TrafficProfile.WeightedRegion]
  /// Activities by weight.
  var does: [(activity: Int, weight: Double)]

  package enum CallerKind: Hashable, Sendable {
    case root
    case user(String)
    /// The session's name may have holes.
    case role(String, session: String)
    case service(String)
  }
}

/// Calls that belong together, one after the other.
struct TrafficActivity: Sendable {
  var name: String
  var steps: [TrafficStep]
}

/// A call of an activity, perhaps several times.
struct TrafficStep: Sendable {
  var service: String
  var operation: String
  var parameters: [JSONMember]
  /// How often, at least and at most.
  var times: ClosedRange<Int> = 1...1
  /// Once for each of a pool's things.
  var each: String?
  /// Seconds before the next call.
  var gap: ClosedRange<Double> = 0.2...2
  /// How probable it is that the step happens.
  var chance = 1.0
  /// Failures that happen whatever the state of things, by their share of calls.
  var failures: [Failure] = []
  /// Where things that the call makes go.
  var gains: [Gain] = []
  /// Who calls, where it is not the actor.
  var caller: TrafficActor.CallerKind?
  var region: RegionName?

  struct Failure: Sendable {
    var code: String
    var message: String?
    var share: Double
  }
  struct Gain: Sendable {
    var pool: String
    /// A path into the answer, or the parameter whose value it is.
    var path: [String]
    var isParameter: Bool
  }
}

internal import CTrafficProfiles

/// The profiles that come with the program.
package enum TrafficProfiles {
  /// All of them, by what they are called.
  package static let names = (0..<trailq_traffic_profile_count()).map { index in
    unsafe String(cString: trailq_traffic_profile_name(index))
  }

  /// The profile of a name; nil where there is none.
  package static func named(_ name: String) -> TrafficProfile? {
    guard let index = names.firstIndex(of: name) else { return nil }
    let bytes = unsafe UnsafeBufferPointer(
      start: trailq_traffic_profile(index), count: trailq_traffic_profile_size(index))
    do throws(TrafficProfileProblem) {
      return try TrafficProfile(json: unsafe String(decoding: bytes, as: UTF8.self))
    } catch {
      preconditionFailure("a profile is broken: \(error.place): \(error.message)")
    }
  }
}

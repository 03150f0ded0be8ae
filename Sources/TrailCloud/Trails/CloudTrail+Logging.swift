internal import TrailRecord

/// The calls that switch logging, and that take trails away.
extension Cloud {
  /// StartLogging and StopLogging: twice is once (facts §3.8).
  func setLogging(_ isOn: Bool, _ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(changedAs: try call.needed("Name"), call)
    guard trail.isLogging != isOn else { return ServiceOutcome() }
    trail.isLogging = isOn
    let time = call.time / 1000 == now / 1000 ? now : call.time
    if isOn { trail.status.startLoggingTime = time } else { trail.status.stopLoggingTime = time }
    return outcome(of: call, keeping: trail, changesDigests: trail.validatesLogFiles)
  }

  /// Leaves the bucket, the log files and the log group (facts §3.6).
  func deleteTrail(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(changedAs: try call.needed("Name"), call)
    trail.isLogging = false
    trail.deletionTime = now
    return outcome(of: call, keeping: trail, changesDigests: true)
  }
}

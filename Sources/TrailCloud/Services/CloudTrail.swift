extension Cloud {
  /// The model of CloudTrail itself.
  func performCloudTrail(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

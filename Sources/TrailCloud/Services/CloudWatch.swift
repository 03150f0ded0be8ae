extension Cloud {
  /// The model of CloudWatch's metrics and alarms.
  func performCloudWatch(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

extension Cloud {
  /// The model of CloudWatch Logs.
  func performLogs(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

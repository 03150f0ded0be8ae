extension Cloud {
  /// The model of Lambda.
  func performLambda(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

extension Cloud {
  /// What a service without a model of its own makes of a call.
  func performGenerally(_ call: ServiceCall) -> ServiceOutcome { ServiceOutcome() }
}

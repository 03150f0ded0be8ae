extension Cloud {
  /// The model of STS.
  func performSTS(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

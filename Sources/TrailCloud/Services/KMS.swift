extension Cloud {
  /// The model of KMS.
  func performKMS(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

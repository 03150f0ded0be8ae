extension Cloud {
  /// The model of Organizations.
  func performOrganizations(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

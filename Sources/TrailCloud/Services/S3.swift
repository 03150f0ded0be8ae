extension Cloud {
  /// The model of S3.
  func performS3(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

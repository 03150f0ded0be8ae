extension Cloud {
  func performS3(_ call: ServiceCall) -> ServiceOutcome { s3Shape(of: call) }
  func s3Shape(of call: ServiceCall) -> ServiceOutcome { ServiceOutcome() }
}

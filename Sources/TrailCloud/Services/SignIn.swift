extension Cloud {
  /// The model of the console's sign-in.
  func performSignIn(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}

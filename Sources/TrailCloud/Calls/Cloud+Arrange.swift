package import TrailRecord

extension Cloud {
  /// Does to a service's things what a call would do, without the call: nobody made it and nothing is recorded. For
  /// what was there before the story begins.
  ///
  /// - Returns: what the service answers.
  /// - Throws: `CallProblem` where there is no such call, `AWSError` where the service refuses.
  @discardableResult
  package func arrange(_ call: APICall) throws -> JSONValue {
    let catalogue = APICatalogue.standard
    let operation = try catalogue.operation(call.operation, of: call.service)
    let parameters = try catalogue.parameters(call.parameters, of: operation)
    var remarks: [String] = []
    let identity = try identity(of: call.caller, remarks: &remarks)
    let outcome = outcome(
      of: ServiceCall(
        operation: operation, parameters: parameters, identity: identity, caller: call.caller,
        region: operation.globalRegion ?? call.region ?? world.region, time: now / 1000 * 1000,
        requestID: ""))
    if let error = outcome.error { throw error }
    return outcome.response
  }
}

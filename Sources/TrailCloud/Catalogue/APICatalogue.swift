package import TrailRecord

/// All operations of all AWS services.
package struct APICatalogue: Sendable {
  package static let standard = APICatalogue()

  init() {}

  /// The names under which services can be called, for completion: `s3`, `ec2`, `signin`, ….
  package var serviceNames: [String] { [] }

  /// The operations of a service by their API names, for completion.
  package func operationNames(of service: String) -> [String] { [] }

  /// The operation that somebody means. Throws a `CallProblem` with the nearest names.
  package func operation(
    _ name: String, of service: String
  ) throws(CallProblem) -> APIOperation {
    throw CallProblem(.service, "the catalogue is empty")
  }

  /// The parameters under their API names and with their API types. Throws a `CallProblem` about the first that is
  /// unknown, ill-typed or missing.
  package func parameters(
    _ given: [JSONMember], of operation: APIOperation
  ) throws(CallProblem) -> JSONValue {
    .object(given)
  }
}

internal import TrailRecord

/// A call that is made again and again: what it means is found out once.
///
/// Texts in its parameters may have marks (`SlottedParameters`), in whose place each call has others. Such texts must
/// be texts in the API too.
package final class PreparedCall {
  let call: APICall
  let operation: APIOperation
  /// Checked and typed, with marks.
  let parameters: JSONValue
  let hasSlots: Bool

  init(_ call: APICall, _ operation: APIOperation, _ parameters: JSONValue, hasSlots: Bool) {
    self.call = call
    self.operation = operation
    self.parameters = parameters
    self.hasSlots = hasSlots
  }
}

extension Cloud {
  /// Finds out what a call means, for many like it.
  ///
  /// - Throws: `CallProblem` where it cannot be made.
  package func prepare(_ call: APICall, hasSlots: Bool = false) throws(CallProblem) -> PreparedCall
  {
    let (operation, parameters) = try meaning(of: call)
    try checkAddress(of: call)
    return PreparedCall(call, operation, parameters, hasSlots: hasSlots)
  }

  /// Makes a prepared call now, with these texts in the place of its marks.
  func perform(
    _ prepared: PreparedCall, _ fillings: [[UInt8]] = []
  ) throws(CallProblem) -> CallResult {
    try perform(
      prepared.call, prepared.operation,
      prepared.hasSlots
        ? SlottedParameters.filled(prepared.parameters, fillings) : prepared.parameters)
  }
}

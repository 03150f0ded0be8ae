internal import TrailRecord

/// Calls that differ in their number and their time alone, made one after the other.
package struct NumberedCall {
  private let prepared: PreparedCall

  /// - Parameter mark: the text among the parameters in whose place the number stands.
  /// - Throws: `CallProblem` where such calls cannot be prepared: they may be possible one by one all the same.
  package init(_ call: APICall, mark: String, in cloud: Cloud) throws(CallProblem) {
    var call = call
    call.time = nil
    call.isAnswerWanted = false
    let parameters = JSONValue.object(call.parameters)
    let marked = Self.marked(parameters, Array(mark.utf8))
    call.parameters = marked.members ?? []
    prepared = try cloud.prepare(call, hasSlots: marked != parameters)
  }

  /// Makes the call of a number now; the answer itself is left out of the result.
  package func perform(_ number: Int, in cloud: Cloud) throws(CallProblem) -> CallResult {
    try cloud.perform(prepared, [Array("\(number)".utf8)])
  }

  private static func marked(_ value: JSONValue, _ mark: [UInt8]) -> JSONValue {
    switch value {
    case .string(let bytes):
      var marked: [UInt8] = []
      var rest = bytes[...]
      while let first = rest.first {
        if rest.starts(with: mark) {
          marked += SlottedParameters.marker(0)
          rest = rest.dropFirst(mark.count)
        } else {
          marked.append(first)
          rest = rest.dropFirst()
        }
      }
      return .string(marked)
    case .array(let elements): return .array(elements.map { self.marked($0, mark) })
    case .object(let members):
      return .object(members.map { JSONMember($0.name, self.marked($0.value, mark)) })
    case .null, .bool, .number: return value
    }
  }
}

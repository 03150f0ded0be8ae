import TrailRecord

@testable import TrailCloud

/// A world for tests of services: calls in one line, and what their records say.
final class ServiceBench {
  let cloud: Cloud

  init(_ cloud: Cloud = Cloud(storage: MemoryStorage())) { self.cloud = cloud }

  /// Makes a call; parameters are given as JSON text.
  @discardableResult
  func call(
    _ service: String, _ operation: String, _ parameters: String = "{}",
    error: (code: String, message: String?)? = nil, isUnchecked: Bool = false
  ) throws -> CallResult {
    let given = try JSONParser.parse(parameters).members ?? []
    var call = APICall(service, operation, parameters: given)
    call.error = error
    call.isUnchecked = isUnchecked
    return try cloud.perform(call)
  }

  /// The record of a call as a value.
  func record(
    _ service: String, _ operation: String, _ parameters: String = "{}"
  ) throws -> JSONValue {
    try JSONParser.parse(call(service, operation, parameters).records[0].bytes)
  }
}

extension JSONValue {
  /// The value at a path of names and numbers: `instancesSet.items.0.instanceId`.
  func at(_ path: String) -> JSONValue? {
    var value: JSONValue? = self
    for part in path.split(separator: ".") {
      if let index = Int(part), let elements = value?.elements {
        value = elements.indices.contains(index) ? elements[index] : nil
      } else {
        value = value?[String(part)]
      }
    }
    return value
  }

  /// The names of an object's members, in order.
  var names: [String] { members?.map(\.nameText) ?? [] }
}

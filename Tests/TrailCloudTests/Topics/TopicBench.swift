import TrailRecord

@testable import TrailCloud

extension ServiceBench {
  var account: String { CloudDefaults.account }

  func topicARN(_ name: String) -> String { "arn:aws:sns:us-east-1:\(account):\(name)" }
  func queueARN(_ name: String) -> String { "arn:aws:sqs:us-east-1:\(account):\(name)" }

  /// What a call answers; its error's code and text where AWS refuses.
  func ask(_ service: String, _ operation: String, _ parameters: JSONValue) throws -> JSONValue {
    let result = try cloud.perform(
      APICall(service, operation, parameters: parameters.members ?? []))
    if let error = result.error {
      return ["Error": .string(error.code), "Message": .string(error.message)]
    }
    return result.response
  }

  func sns(_ operation: String, _ parameters: JSONValue) throws -> JSONValue {
    try ask("sns", operation, parameters)
  }

  func sqs(_ operation: String, _ parameters: JSONValue) throws -> JSONValue {
    try ask("sqs", operation, parameters)
  }

  /// The bodies that are received now.
  func bodies(_ queue: String, _ count: Int = 10) throws -> [String] {
    let answer = try sqs(
      "ReceiveMessage", ["QueueUrl": .string(queue), "MaxNumberOfMessages": .number(count)])
    return (answer["Messages"]?.elements ?? []).compactMap { $0["Body"]?.text }
  }

  func pass(_ seconds: Int64) { cloud.advance(to: cloud.now + seconds * 1000) }
}

internal import TrailRecord

/// What a template makes for a log group: an object with a time and a message, and nothing else (AWS's reference of
/// PutTargets).
enum LogTargetInput {
  static let form = #"{"timestamp": <timestamp>, "message": <message>}"#

  /// Refuses a template that makes something else. Ours: the text.
  static func check(_ template: InputTemplate, target id: String) throws(AWSError) {
    // What the values are is seen when there is an event.
    let made = try? JSONParser.parse(
      template.filled(
        with: .null, InputTemplate.Context(ruleARN: "", ruleName: "", time: 0)))
    guard let names = made?.members?.map(\.nameText), names.sorted() == ["message", "timestamp"]
    else {
      throw AWSError(
        "ValidationException",
        "InputTemplate for target \(id) is not valid for a log group: it must have the form \(form).",
        advice: #"such as '{"timestamp": <$.time>, "message": <$.detail.eventName>}'"#)
    }
  }

  /// The time and the message that a template made. Texts are written as they are, all else as JSON.
  ///
  /// Ours: what is said of a time that is none.
  static func read(
    _ input: [UInt8], target id: String
  ) throws(InvocationFailure) -> (time: Int64, message: [UInt8]) {
    let made = try? JSONParser.parse(input)
    let time: Int64? =
      switch made?["timestamp"] {
      case .number(let text)?: Int64(text)
      case let value?: value.text.flatMap { EventTime.parse($0) }
      case nil: nil
      }
    guard let time, let message = made?["message"] else {
      throw InvocationFailure(
        "INVALID_PARAMETER",
        "The timestamp that the template of target \(id) made is neither a time in ISO 8601 nor milliseconds."
      )
    }
    guard case .string(let text) = message else { return (time, JSONWriter.bytes(message)) }
    return (time, text)
  }
}

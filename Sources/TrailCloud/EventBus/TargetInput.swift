package import TrailRecord

extension TargetInput {
  /// Whether the target gets the event as it is.
  var isWholeEvent: Bool { if case .event = self { true } else { false } }

  /// Reads `Input`, `InputPath` or `InputTransformer` of a target.
  ///
  /// - Throws: AWS's refusal of PutTargets (measured).
  package static func read(_ given: JSONValue, target id: String) throws(AWSError) -> TargetInput {
    func invalid(_ text: String) -> AWSError { AWSError("ValidationException", text) }
    let inputs = ["Input", "InputPath", "InputTransformer"].filter { given[$0] != nil }
    guard inputs.count <= 1 else {
      throw invalid(
        "Only one of Input, InputPath, or InputTransformer must be provided for target \(id).")
    }
    if let text = given["Input"]?.text {
      guard (try? JSONParser.parse(text)) != nil else {
        throw invalid("JSON syntax error in input for target \(id).")
      }
      return .constant(text)
    }
    if let path = given["InputPath"]?.text {
      guard EventPath(path) != nil else { throw invalid("InputPath for target \(id) is invalid.") }
      return .path(path)
    }
    if let transformer = given["InputTransformer"] {
      let text = transformer["InputTemplate"]?.text ?? ""
      let paths = transformer["InputPathsMap"]?.members ?? []
      _ = try InputTemplate(text, paths: paths, target: id)
      return .template(text, paths: paths)
    }
    return .event
  }

  /// What a target is given of an event, as text.
  ///
  /// - Throws: what AWS cannot deliver: JSON that the template did not make. Ours: so is a path that finds nothing.
  func made(
    of event: BusEvent, _ context: InputTemplate.Context, target: String
  ) throws(InvocationFailure) -> [UInt8] {
    switch self {
    case .event: return event.bytes
    case .constant(let text): return Array(text.utf8)
    case .path(let path):
      guard let found = EventPath(path)?.value(in: Self.value(of: event)) else {
        throw InvocationFailure(
          "INVALID_PARAMETER", "InputPath \(path) finds nothing in the event.")
      }
      return JSONWriter.bytes(found)
    case .template(let text, let paths):
      let template: InputTemplate
      do {
        template = try InputTemplate(text, paths: paths, target: target)
      } catch {
        throw InvocationFailure("INVALID_PARAMETER", error.message)
      }
      let made = template.filled(with: Self.value(of: event), context)
      if template.isJSON, (try? JSONParser.parse(made)) == nil {
        throw InvocationFailure(
          "INVALID_JSON", "The input that the template of target \(target) made is not valid JSON.")
      }
      return made
    }
  }

  private static func value(of event: BusEvent) -> JSONValue {
    (try? JSONParser.parse(event.bytes)) ?? .null
  }
}

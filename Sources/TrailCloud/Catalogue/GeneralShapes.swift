internal import TrailRecord

/// What records of calls look like that no service model knows.
enum GeneralShapes {
  /// `requestParameters` from parameters under API names.
  static func requestParameters(_ parameters: JSONValue, of operation: APIOperation) -> JSONValue {
    parameters
  }

  /// `responseElements` from an answer under API names; null for reads.
  static func responseElements(_ response: JSONValue, of operation: APIOperation) -> JSONValue {
    operation.isReadOnly ? .null : response
  }
}

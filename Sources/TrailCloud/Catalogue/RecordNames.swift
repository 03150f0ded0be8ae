internal import TrailRecord

/// Names of parameters as records spell them.
enum RecordNames {
  /// The API's name with a small first letter: `dBInstanceIdentifier`, as records have it.
  static func lowered(_ name: String) -> String {
    name.prefix(1).lowercased() + name.dropFirst()
  }

  /// A value whose members have small first letters, all the way down.
  static func lowered(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(lowered))
    case .object(let members):
      .object(members.map { JSONMember(lowered($0.nameText), lowered($0.value)) })
    case .null, .bool, .number, .string: value
    }
  }
}

package import TrailRecord
internal import TrailText

// From parameters as people write them to parameters as the API takes them.

extension APICatalogue {
  /// The parameters under their API names and with their API types. Throws a `CallProblem` about the first that is
  /// unknown, ill-typed or missing.
  package func parameters(
    _ given: [JSONMember], of operation: APIOperation
  ) throws(CallProblem) -> JSONValue {
    var members: [JSONMember] = []
    for (index, parameter) in given.enumerated() {
      let name = parameter.nameText
      guard let member = member(named: name, of: operation) else {
        if operation.input.isEmpty && operation.service == "signin" {
          members.append(parameter)
          continue
        }
        throw unknown(name, at: index, of: operation)
      }
      let value = try Self.value(parameter.value, as: member, at: index)
      if let place = members.firstIndex(where: { $0.nameText == member.name }) {
        guard case .array(let old) = members[place].value, case .array(let new) = value else {
          throw CallProblem(.parameter(index), "`\(name)` is given twice")
        }
        members[place].value = .array(old + new)
      } else {
        members.append(JSONMember(member.name, value))
      }
    }
    let missing = operation.input.filter { member in
      // Nobody types blobs, and records do not have them.
      member.isRequired && member.kind != .blob && !Self.isFilledInByClients(member.name)
        && !members.contains { $0.nameText == member.name }
    }
    guard missing.isEmpty else {
      let names = missing.map { Self.spelled($0.name, in: operation) }
      throw CallProblem(
        .missingParameter,
        "\(operation.name) needs \(names.map { "`\($0)`" }.joined(separator: " and "))",
        notes: [
          "for example: simulate \(operation.service):\(operation.name) "
            + names.map { "\($0)=…" }.joined(separator: " ")
        ])
    }
    return .object(members)
  }

  /// A member by the API's name, the record's or a near singular, in any letter case.
  func member(named name: String, of operation: APIOperation) -> APIMember? {
    let folded = name.lowercased()
    if let found = operation.input.first(where: { $0.name.lowercased() == folded }) {
      return found
    }
    if let alias = Self.aliases[operation.eventSource]?[folded],
      let found = operation.input.first(where: { alias.contains($0.name) })
    {
      return found
    }
    // `instanceId=i-1` for a list of them.
    return operation.input.first {
      ($0.kind == .texts || $0.kind == .list) && $0.name.lowercased() == folded + "s"
    }
  }

  /// Names in records that are not the API's with a small first letter.
  private static let aliases: [String: [String: [String]]] = [
    "s3.amazonaws.com": [
      "bucketname": ["Bucket"], "bucketpolicy": ["Policy"], "x-amz-acl": ["ACL"],
      "x-amz-copy-source": ["CopySource"], "list-type": ["MaxKeys"],
      "x-amz-server-side-encryption": ["ServerSideEncryption"],
      "x-amz-server-side-encryption-aws-kms-key-id": ["SSEKMSKeyId"],
      "uploadid": ["UploadId"], "versionid": ["VersionId"],
    ],
    "ec2.amazonaws.com": [
      "instancesset": ["InstanceIds"], "groupid": ["GroupId", "GroupIds", "SecurityGroupIds"],
      "groupname": ["GroupName"], "filterset": ["Filters"], "groupset": ["SecurityGroupIds"],
      "resourcesset": ["Resources"], "tagset": ["Tags"], "count": ["MaxCount"],
    ],
  ]

  /// How people would write a parameter: as records do.
  package static func spelled(_ name: String, in operation: APIOperation) -> String {
    if operation.eventSource == "s3.amazonaws.com", name == "Bucket" { return "bucketName" }
    return RecordNames.lowered(name)
  }

  /// Members that every client fills in by itself.
  private static func isFilledInByClients(_ name: String) -> Bool {
    [
      "clienttoken", "mincount", "maxcount", "clientrequesttoken", "idempotencytoken",
      "creationtoken", "callerreference",
    ]
    .contains(name.lowercased())
  }

  private func unknown(
    _ name: String, at index: Int, of operation: APIOperation
  ) -> CallProblem {
    let names = operation.input.map { Self.spelled($0.name, in: operation) }
    let near = NearestNames.find(name, in: names + operation.input.map(\.name))
    let known = names.prefix(12).joined(separator: ", ")
    let more = names.count > 12 ? ", …" : ""
    return CallProblem(
      .parameter(index), "\(operation.name) has no parameter `\(name)`",
      suggestions: Array(near.prefix(1)),
      notes: names.isEmpty
        ? ["\(operation.name) takes no parameters"] : ["its parameters: \(known)\(more)"])
  }

  // MARK: Values

  private static func value(
    _ value: JSONValue, as member: APIMember, at index: Int
  ) throws(CallProblem) -> JSONValue {
    func wrong(_ expected: String) -> CallProblem {
      CallProblem(.parameter(index), "`\(member.name)` must be \(expected)")
    }
    var value = value
    if [.list, .texts, .map, .structure].contains(member.kind), let text = value.text,
      text.hasPrefix("{") || text.hasPrefix("["), let parsed = try? JSONParser.parse(text)
    {
      // JSON in quotes, as shells make people write it.
      value = parsed
    }
    switch member.kind {
    case .string, .blob:
      switch value {
      case .string: return value
      case .number(let text): return .string(text)
      case .bool(let truth): return .string(truth ? "true" : "false")
      // A policy or another document as JSON: the API takes its text.
      case .object, .array: return .string(JSONWriter.bytes(value))
      case .null: throw wrong("a text")
      }
    case .integer:
      guard let number = value.integer else { throw wrong("a whole number") }
      return .number(number)
    case .decimal:
      if case .number = value { return value }
      guard let text = value.text, Double(text) != nil else { throw wrong("a number") }
      return .number(text)
    case .boolean:
      guard let truth = value.boolean else { throw wrong("true or false") }
      return .bool(truth)
    case .timestamp:
      if case .number = value { return value }
      guard let text = value.text, EventTime.parse(text) != nil || Double(text) != nil else {
        throw wrong("a time, such as 2026-01-05T09:00:00Z")
      }
      return value
    case .texts:
      switch value {
      case .array: return value
      case .string(let bytes):
        return .array(
          bytes.split(separator: UInt8(ascii: ",")).map { .string(Array($0)) })
      case .number(let text): return [.string(text)]
      default: throw wrong("a list of texts, such as a,b")
      }
    case .list:
      switch value {
      case .array: return value
      case .object: return [value]
      case .string(let bytes):
        return .array(bytes.split(separator: UInt8(ascii: ",")).map { .string(Array($0)) })
      default: throw wrong("a list, such as [{…}]")
      }
    case .map, .structure:
      guard case .object = value else { throw wrong("an object, such as {\"key\": \"value\"}") }
      return value
    }
  }
}

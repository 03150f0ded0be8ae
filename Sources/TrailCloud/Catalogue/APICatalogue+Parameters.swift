package import TrailRecord
internal import TrailText

// From parameters as people write them to parameters as the API takes them.

extension APICatalogue {
  /// The parameters under their API names and with their API types.
  ///
  /// Names are the API's, those on the wire or those in records, in any letter case; texts become what the API wants.
  /// A list can be given in parts.
  ///
  /// - Throws: `CallProblem` about the first that is unknown, ill-typed or missing.
  package func parameters(
    _ given: [JSONMember], of operation: APIOperation
  ) throws(CallProblem) -> JSONValue {
    var members: [JSONMember] = []
    for (index, parameter) in given.enumerated() {
      if let inner = ParameterNames.unwrapped(parameter, of: operation) {
        for parameter in inner {
          try add(parameter, at: index, to: &members, of: operation)
        }
      } else {
        try add(parameter, at: index, to: &members, of: operation)
      }
    }
    let missing = operation.input.filter { member in
      // Nobody types blobs, and records do not have them.
      member.isRequired && member.kind != .blob && !ParameterNames.isFilledInByClients(member.name)
        && !(member.name == "AccountId" && operation.service == "s3control")
        && !members.contains { $0.nameText == member.name }
    }
    guard missing.isEmpty else { throw lack(of: missing, in: operation) }
    return .object(members)
  }

  /// The members that names mean, one for each, where values alone decide the rest: no name is unknown, none leads to
  /// a member that another leads to, and none stands for others.
  func binding(of given: [JSONMember], to operation: APIOperation) -> [APIMember]? {
    var members: [APIMember] = []
    for parameter in given {
      guard ParameterNames.unwrapped(parameter, of: operation) == nil,
        !ParameterNames.isRecordsOwn(parameter, of: operation),
        let member = member(named: parameter.nameText, of: operation),
        !members.contains(where: { $0.name == member.name })
      else { return nil }
      members.append(member)
    }
    return members
  }

  private func add(
    _ parameter: JSONMember, at index: Int, to members: inout [JSONMember],
    of operation: APIOperation
  ) throws(CallProblem) {
    let name = parameter.nameText
    if ParameterNames.isRecordsOwn(parameter, of: operation) { return }
    guard let member = member(named: name, of: operation) else {
      // What is no public API takes what it is given, such as console sign-ins.
      guard operation.apiVersion.isEmpty || operation.input.isEmpty && operation.service == "signin"
      else {
        throw unknown(name, at: index, of: operation)
      }
      members.append(parameter)
      return
    }
    let value = try ParameterValues.value(parameter.value, as: member, at: index)
    guard let place = members.firstIndex(where: { $0.nameText == member.name }) else {
      members.append(JSONMember(member.name, value))
      return
    }
    guard case .array(let old) = members[place].value, case .array(let new) = value else {
      throw CallProblem(.parameter(index), "`\(name)` is given twice")
    }
    members[place].value = .array(old + new)
  }

  /// The member that a name means.
  func member(named name: String, of operation: APIOperation) -> APIMember? {
    ParameterNames.member(named: name, of: operation)
  }

  private func lack(of missing: [APIMember], in operation: APIOperation) -> CallProblem {
    let names = missing.map { ParameterNames.spelled($0.name, in: operation) }
    return CallProblem(
      .missingParameter,
      "\(operation.name) needs \(names.map { "`\($0)`" }.joined(separator: " and "))",
      notes: [
        "for example: simulate \(operation.service):\(operation.name) "
          + zip(missing, names).map { "\($1)=\(ParameterValues.sample(of: $0))" }
          .joined(separator: " ")
      ])
  }

  private func unknown(
    _ name: String, at index: Int, of operation: APIOperation
  ) -> CallProblem {
    let names = operation.input.map { ParameterNames.spelled($0.name, in: operation) }
    let near = NearestNames.find(name, in: names + operation.input.map(\.name))
    let known = names.prefix(12).joined(separator: ", ")
    let more = names.count > 12 ? ", …" : ""
    return CallProblem(
      .parameter(index), "\(operation.name) has no parameter `\(name)`",
      suggestions: Array(near.prefix(1)),
      notes: names.isEmpty
        ? ["\(operation.name) takes no parameters"] : ["its parameters: \(known)\(more)"])
  }
}

/// Which parameter a name means.
package enum ParameterNames {
  /// The member by the API's name, that on the wire, the record's or a singular, in any letter case.
  static func member(named name: String, of operation: APIOperation) -> APIMember? {
    let folded = fold(name)
    let input = operation.input
    if let found = input.first(where: { $0.name == name }) { return found }
    if let found = input.first(where: { fold($0.name) == folded }) { return found }
    if let found = input.first(where: { fold($0.wireName ?? "") == folded }) { return found }
    if let names = aliases[operation.eventSource]?[folded],
      let found = input.first(where: { names.contains($0.name) })
    {
      return found
    }
    if operation.service == "ec2",
      let found = input.first(where: {
        fold(EC2Shapes.recordedName($0.name, $0, of: operation)) == folded
      })
    {
      return found
    }
    // `instanceId=i-1` for a list of them.
    return input.first {
      ($0.kind == .texts || $0.kind == .list)
        && (fold($0.name) == folded + "s" || fold($0.name) == folded + "es")
    }
  }

  /// A name in small letters, without hyphens and the like.
  private static func fold(_ name: String) -> String {
    let bytes = name.utf8
    guard bytes.allSatisfy({ $0 < 0x80 }) else {
      return String(name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "&" })
    }
    return unsafe String(unsafeUninitializedCapacity: bytes.count) { folded in
      var count = 0
      for byte in bytes
      where byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "&") {
        unsafe folded[count] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        count += 1
      }
      return count
    }
  }

  /// Names in records, folded, that are not the API's with a small first letter.
  private static let aliases: [String: [String: [String]]] = [
    "s3.amazonaws.com": [
      "bucketname": ["Bucket"], "bucketpolicy": ["Policy"], "object": ["Key"], "prefix": ["Prefix"],
    ],
    "ec2.amazonaws.com": [
      "groupid": ["GroupIds", "SecurityGroupIds", "Groups"], "groupset": ["SecurityGroupIds"],
      "count": ["MaxCount"], "zone": ["AvailabilityZone"],
    ],
    "eks.amazonaws.com": ["name": ["clusterName"]],
  ]

  /// Whether something stands in records' `requestParameters` that is no parameter of the API: S3's host, and the part
  /// of a bucket or object that the request names, with an empty value (facts §12).
  static func isRecordsOwn(_ parameter: JSONMember, of operation: APIOperation) -> Bool {
    let name = parameter.nameText
    if operation.service == "ec2" {
      return parameter.value == [:] && member(named: name, of: operation) == nil
    }
    guard ["s3.amazonaws.com", "s3express.amazonaws.com"].contains(operation.eventSource) else {
      return false
    }
    if name.lowercased() == "host" || operation.name == "ListObjectsV2" && name == "list-type" {
      return true
    }
    return parameter.value.text?.isEmpty == true && name.first?.isLowercase == true
      && !operation.input.contains { $0.name == name || $0.wireName == "&" + name }
  }

  /// How people would write a parameter: as records do.
  package static func spelled(_ name: String, in operation: APIOperation) -> String {
    if operation.eventSource == "s3.amazonaws.com", name == "Bucket" { return "bucketName" }
    return RecordNames.lowered(name)
  }

  /// Members that every client fills in by itself.
  static func isFilledInByClients(_ name: String) -> Bool {
    [
      "clienttoken", "mincount", "maxcount", "clientrequesttoken", "idempotencytoken",
      "creationtoken", "callerreference",
    ]
    .contains(name.lowercased())
  }

  /// What is in a parameter that records put others into: `CreateNatGatewayRequest`, and RunInstances' `instancesSet`.
  static func unwrapped(_ parameter: JSONMember, of operation: APIOperation) -> [JSONMember]? {
    guard operation.service == "ec2" else { return nil }
    let name = parameter.nameText.lowercased()
    if operation.isWrapped, name == operation.name.lowercased() + "request" {
      return parameter.value.members ?? []
    }
    if operation.name == "RunInstances", name == "instancesset" {
      return parameter.value["items"]?.elements?.first?.members
    }
    return nil
  }
}

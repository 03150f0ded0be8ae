internal import TrailRecord

extension Cloud {
  /// What a service makes of a call that its model does not know.
  ///
  /// Things that services keep exist or do not (`KeptKind`); the answer of a write is made of what was sent, and of
  /// ids, names and states where the API says that there are some.
  func performGenerally(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    outcome.resources = dataResources(of: call)
    if let kind = KeptKind.of(call.operation) {
      if let error = change(kind, for: call, &outcome) {
        outcome.error = error
        return outcome
      }
    } else if let answer = SpecialAnswer.make(for: call, &identifiers) {
      outcome.response = answer
    } else if !call.operation.output.isEmpty {
      outcome.response = GeneralAnswer.make(for: call, &identifiers)
    }
    if call.operation.service == "ssm" { outcome.resources += parameterResources(of: call) }
    if call.operation.service == "ec2", !call.operation.isReadOnly {
      outcome.responseElements = EC2Shapes.responseElements(
        GeneralAnswer.recordedEC2(outcome.response, of: call.operation), of: call.operation,
        requestID: call.requestID)
    }
    return outcome
  }

  /// Systems Manager's records name parameters and instances without a type (facts §1.1).
  private func parameterResources(of call: ServiceCall) -> [ResourceReference] {
    if let instance = call.text("InstanceId"),
      ["ListInstanceAssociations", "UpdateInstanceAssociationStatus", "PutInventory"]
        .contains(call.operation.name)
    {
      let place = "\(call.region):\(call.account)"
      let arns =
        ["arn:aws:ec2:\(place):instance/\(instance)"]
        + (call.operation.name == "PutInventory"
          ? ["arn:aws:ssm:\(place):managed-instance-inventory/\(instance)"] : [])
      return arns.map { ResourceReference(type: nil, arn: $0, accountID: call.account) }
    }
    let operations = ["Parameter", "Parameters", "ParameterHistory", "ParameterVersion"]
    guard operations.contains(where: { call.operation.name.hasSuffix($0) }) else { return [] }
    let names = call.parameters["Names"]?.texts ?? call.text("Name").map { [$0] } ?? []
    return names.map { name in
      let path = KeptKind.plain(name)
      let ending = "parameter/\(path.hasPrefix("/") ? String(path.dropFirst()) : path)"
      return ResourceReference(
        type: nil, arn: GeneralAnswer.arn(of: call, ending: ending), accountID: call.account)
    }
  }

  /// What a data event is about, from the catalogue's template; empty where a parameter for it is missing.
  func dataResources(of call: ServiceCall) -> [ResourceReference] {
    guard call.operation.category == .data, let type = call.operation.resourceType,
      let arn = GeneralAnswer.resourceARN(of: call)
    else { return [] }
    return [ResourceReference(type: type, arn: arn, accountID: call.account)]
  }
}

/// Answers of operations that no model knows.
enum GeneralAnswer {
  /// AWS's answer under API names: what was sent, and ids, ARNs, times and states.
  static func make(for call: ServiceCall, _ identifiers: inout IdentifierSource) -> JSONValue {
    .object(members(call.operation.output, of: call, depth: 0, &identifiers))
  }

  private static func members(
    _ output: [APIMember], of call: ServiceCall, depth: Int, _ identifiers: inout IdentifierSource
  ) -> [JSONMember] {
    output.compactMap { member in
      value(of: member, in: call, depth: depth, &identifiers).map { JSONMember(member.name, $0) }
    }
  }

  private static func value(
    of member: APIMember, in call: ServiceCall, depth: Int, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    if let given = given(member, in: call) { return given }
    switch member.kind {
    case .structure:
      guard depth == 0, let name = member.structure else { return nil }
      let inner = members(
        APICatalogue.standard.structure(name, of: call.operation.service), of: call, depth: 1,
        &identifiers)
      return inner.isEmpty ? nil : .object(inner)
    case .string:
      if let state = member.state { return self.state(state, after: call).map { .string($0) } }
      return text(of: member.name, in: call, &identifiers)
    case .timestamp:
      let name = member.name.lowercased()
      guard name.contains("creat") || name.contains("start") || name.contains("updat") else {
        return nil
      }
      return time(of: call)
    case .boolean: return member.name.lowercased() == "success" ? true : nil
    default: return nil
    }
  }

  /// The parameter of the same name and kind that was sent, in any letter case, or with which the thing was made.
  private static func given(_ member: APIMember, in call: ServiceCall) -> JSONValue? {
    let folded = member.name.lowercased()
    guard !member.isSensitive, !GeneralShapes.isSecret(member.name, member, of: call.operation)
    else { return nil }
    let input = call.operation.input.first {
      $0.name.lowercased() == folded && $0.kind == member.kind && !$0.isSensitive
    }
    return input.flatMap { call.parameters[$0.name] } ?? call.kept?[member.name]
  }

  private static func text(
    of name: String, in call: ServiceCall, _ identifiers: inout IdentifierSource
  ) -> JSONValue? {
    let folded = name.lowercased()
    switch name {
    case "QueueUrl":
      return .string(
        "https://sqs.\(call.region).amazonaws.com/\(call.account)/\(call.text("QueueName") ?? "")")
    case "RequestId", "requestId": return .string(call.requestID)
    case "StackId": return .string(arn(of: call, &identifiers))
    case "OwnerId", "ownerId", "registryId", "AWSAccountId": return .string(call.account)
    default: break
    }
    if folded.hasSuffix("arn") {
      return isOwn(folded.dropLast(3), call) ? .string(arn(of: call, &identifiers)) : nil
    }
    if folded.hasSuffix("token") || folded.hasSuffix("marker") { return nil }
    if folded.hasSuffix("status"), let state = state(after: call) { return .string(state) }
    if folded.hasSuffix("id") {
      return isOwn(folded.dropLast(2), call)
        ? .string(MadeID.make(for: name, of: call.operation, &identifiers)) : nil
    }
    return nil
  }

  /// Whether a name or id is that of what the operation is about, and not of something beside it (a role, a key).
  private static func isOwn(_ stem: Substring, _ call: ServiceCall) -> Bool {
    stem.isEmpty || stem == "resource" || call.operation.name.lowercased().contains(stem)
  }

  /// A time as answers have it: seconds, which records write out, but for EC2's.
  private static func time(of call: ServiceCall) -> JSONValue {
    guard call.operation.service == "ec2" else { return .number(Int(call.time / 1000)) }
    if !call.operation.isWrapped { return .number(Int(call.time)) }
    return .string(EventTime.format(call.time).dropLast() + ".000Z")
  }

  /// The state of what is there already, when it is changed or removed: the catalogue knows that of what is made.
  private static func state(_ made: String, after call: ServiceCall) -> String? {
    let verb = call.operation.name
    let isRemoved = ["Delete", "Remove", "Terminate"].contains { verb.hasPrefix($0) }
    let isChanged = ["Update", "Modify"].contains { verb.hasPrefix($0) }
    guard isRemoved || isChanged else { return made }
    guard made.lowercased() == "creating" else { return isRemoved ? nil : made }
    let going = isRemoved ? "deleting" : "updating"
    if made == made.uppercased() { return going.uppercased() }
    return made.first?.isUppercase == true
      ? going.prefix(1).uppercased() + going.dropFirst() : going
  }

  /// The state of a database after a call, which its model does not list.
  private static func state(after call: ServiceCall) -> String? {
    guard
      ["rds", "neptune", "docdb", "redshift", "elasticache", "memorydb"]
        .contains(call.operation.service)
    else { return nil }
    let name = call.operation.name
    if name.hasPrefix("Create") || name.hasPrefix("Restore") || name.hasPrefix("Copy") {
      return "creating"
    }
    if name.hasPrefix("Delete") { return "deleting" }
    if name.hasPrefix("Stop") { return "stopping" }
    if name.hasPrefix("Start") { return "starting" }
    return name.hasPrefix("Reboot") ? "rebooting" : "available"
  }

  // MARK: ARNs

  /// The ARN of what a call makes or is about.
  static func arn(of call: ServiceCall, _ identifiers: inout IdentifierSource) -> String {
    if let made = call.madeARN { return made }
    let input = call.operation.input.filter { $0.kind == .string }
    if let given = input.first(where: {
      let name = $0.name.lowercased()
      return name.hasSuffix("arn") && isOwn(name.dropLast(3), call)
    }), let arn = call.text(given.name), arn.hasPrefix("arn:") {
      return arn
    }
    // What names the thing: its own name or id, then any name, then what must be given.
    let own = input.first { member in
      ["name", "id", "identifier"].contains { ending in
        let name = member.name.lowercased()
        return name.hasSuffix(ending) && isOwn(name.dropLast(ending.count), call)
          && call.text(member.name) != nil
      }
    }
    let named = own ?? input.first { $0.name.lowercased().hasSuffix("name") }
    let name = named.flatMap { call.text($0.name) } ?? identifiers.uuid()
    return arn(of: call, ending: "\(noun(of: call.operation.name))/\(KeptKind.plain(name))")
  }

  static func arn(of call: ServiceCall, ending: String) -> String {
    let service = call.operation.eventSource.prefix { $0 != "." }
    let region = call.operation.globalRegion == nil ? call.region : ""
    return "arn:aws:\(service):\(region):\(call.account):\(ending)"
  }

  /// What an operation is about, as ARNs spell it: `CreateTrustAnchor` makes a `trust-anchor`.
  private static func noun(of operation: String) -> String {
    var words: [String] = []
    let letters = Array(operation)
    for (index, character) in letters.enumerated() {
      let next = index + 1 < letters.count ? letters[index + 1] : "A"
      // A capital begins a word, but within an abbreviation: `DNSView` is `dns-view`.
      let isWithin = index > 0 && letters[index - 1].isUppercase && !next.isLowercase
      if words.isEmpty || character.isUppercase && !isWithin {
        words.append(character.lowercased())
      } else {
        words[words.count - 1].append(character.lowercased())
      }
    }
    return words.count > 1 ? words.dropFirst().joined(separator: "-") : operation.lowercased()
  }

  /// The catalogue's template of a data event's resource, filled in; nil where a parameter is missing.
  static func resourceARN(of call: ServiceCall) -> String? {
    guard let template = call.operation.resourceTemplate else { return nil }
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      let name = rest[rest.index(after: open)..<close]
      rest = rest[rest.index(after: close)...]
      switch name {
      case "Region": text += call.region
      case "Account": text += call.account
      default:
        // A queue's URL ends in its name; either is given.
        if name.hasSuffix("/") {
          text += call.text(String(name.dropLast()))?.split(separator: "/").last ?? ""
          continue
        }
        guard let value = call.text(String(name)) ?? alternative(String(name), in: call) else {
          if text.isEmpty && !rest.isEmpty { continue }
          if template.hasPrefix("{QueueUrl/}"), !text.isEmpty { continue }
          return nil
        }
        text += value
      }
    }
    text += rest
    // A parameter that takes names takes ARNs too.
    if let inner = text.ranges(of: "arn:aws").last { return String(text[inner.lowerBound...]) }
    return text.isEmpty ? nil : arn(of: call, ending: text)
  }

  private static func alternative(_ name: String, in call: ServiceCall) -> String? {
    switch name {
    case "StreamName": call.text("StreamARN")
    case "TopicArn": call.text("TargetArn")
    default: nil
    }
  }

  // MARK: EC2

  /// An answer of EC2's under the names that records have.
  static func recordedEC2(_ response: JSONValue, of operation: APIOperation) -> [JSONMember] {
    (response.members ?? []).compactMap { member in
      let name = member.nameText
      if name == "Return" { return nil }
      let known = operation.output.first { $0.name == name }
      return JSONMember(
        known?.wireName ?? RecordNames.lowered(name),
        member.value.elements.map { EC2Shapes.set($0) } ?? RecordNames.lowered(member.value))
    }
  }
}

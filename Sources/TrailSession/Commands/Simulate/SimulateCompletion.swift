internal import TrailCloud
internal import TrailRecord

/// What could stand at a place in a `simulate` statement.
enum SimulateCompletion {
  static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    guard let first = site.words.first else { return operations(site.prefix) }
    switch site.words.count > 1 ? site.words.last?.lowercased() : nil {
    case "as": return WorldNames.callers(site.session)
    case "in": return WorldNames.regions()
    case "via":
      return APICatalogue.standard.serviceNames.map { Completion.Candidate("\($0).amazonaws.com") }
    case "from", "agent", "vpce", "x", "response": return []
    case "error":
      return ["AccessDenied", "ThrottlingException", "UnauthorizedOperation"].map {
        Completion.Candidate($0)
      }
    case "at": return ["09:00", "+5m", "-10m"].map { Completion.Candidate($0) }
    case "every": return ["1s", "2s", "1m"].map { Completion.Candidate($0) }
    default: break
    }
    if let equals = site.prefix.firstIndex(of: "=") {
      return values(of: String(site.prefix[..<equals]), site)
    }
    let given = Set(site.words.compactMap { $0.split(separator: "=").first?.lowercased() })
    return parameters(of: first, besides: given)
      + SimulateReader.forms.dropFirst().compactMap { form in
        let keyword = form.split(separator: " ")[0]
        return given.contains(String(keyword))
          ? nil
          : Completion.Candidate(String(keyword), title: form)
      }
  }

  private static let usualServices = [
    "s3", "iam", "sts", "signin", "ec2", "lambda", "kms", "cloudtrail", "logs", "cloudwatch", "sns",
    "sqs", "dynamodb", "rds", "secretsmanager", "ssm", "organizations", "cloudformation", "ecs",
    "eks", "ecr", "events", "config", "guardduty",
  ]

  /// Services while there is no colon, then the operations of one.
  private static func operations(_ prefix: String) -> [Completion.Candidate] {
    let catalogue = APICatalogue.standard
    guard let colon = prefix.lastIndex(of: ":") else {
      // There are hundreds; those that people mean come first.
      return (usualServices + catalogue.serviceNames).map { Completion.Candidate($0 + ":") }
    }
    let service = String(prefix[..<colon])
    return catalogue.operationNames(of: service).map {
      Completion.Candidate("\(service):\($0)", title: $0)
    }
  }

  /// The parameters of the operation, those that it must have first.
  private static func parameters(
    of name: String, besides given: Set<String>
  ) -> [Completion.Candidate] {
    guard let colon = name.lastIndex(of: ":"),
      let operation = try? APICatalogue.standard.operation(
        String(name[name.index(after: colon)...]), of: String(name[..<colon]))
    else { return [] }
    let members = operation.input.map { member in
      (spelled(member.name, in: operation), member)
    }.filter { !given.contains($0.lowercased()) && !given.contains($1.name.lowercased()) }
    return (members.filter(\.1.isRequired) + members.filter { !$0.1.isRequired }).map {
      Completion.Candidate(
        $0 + "=", remark: $1.isRequired ? "\($1.kind), required" : "\($1.kind)")
    }
  }

  /// As records spell it, but for names that begin with an abbreviation (`ACL`).
  private static func spelled(_ name: String, in operation: APIOperation) -> String {
    let isAbbreviation = name.utf8.prefix(2).allSatisfy { (0x41...0x5A).contains($0) }
    return isAbbreviation ? name : ParameterNames.spelled(name, in: operation)
  }

  private static func values(of name: String, _ site: ArgumentSite) -> [Completion.Candidate] {
    let known: [String] =
      switch name.lowercased() {
      case "bucket", "bucketname": WorldNames.buckets(site.session)
      case "username": WorldNames.users(site.session)
      case "rolename": WorldNames.roles(site.session)
      case "topicarn": site.session.cloudIfBegun?.topics.byARN.keys.sorted() ?? []
      case "queueurl": WorldNames.queues(site.session)
      case "functionname": site.session.cloudIfBegun?.functionsThere.map(\.name) ?? []
      default: []
      }
    return known.map { Completion.Candidate("\(name)=\($0)", title: $0) }
  }
}

/// Names of what there is in the simulated world, for completion.
enum WorldNames {
  static func callers(_ session: Session) -> [Completion.Candidate] {
    let fixed = ["root", "anonymous"].map { Completion.Candidate($0) }
    return users(session).map { Completion.Candidate($0, remark: "user") }
      + roles(session).map { Completion.Candidate($0 + "/", remark: "role, and its session") }
      + fixed
  }

  static func users(_ session: Session) -> [String] {
    guard let world = session.cloudIfBegun?.world else { return [CloudDefaults.administrator] }
    return world.accounts[world.account]?.users.keys.sorted() ?? []
  }

  static func roles(_ session: Session) -> [String] {
    guard let world = session.cloudIfBegun?.world else { return [] }
    return world.accounts[world.account]?.roles.keys.sorted() ?? []
  }

  static func buckets(_ session: Session) -> [String] {
    session.cloudIfBegun.map { $0.buckets.byName.keys.sorted() } ?? []
  }

  /// The addresses of the queues.
  static func queues(_ session: Session) -> [String] {
    guard let queues = session.cloudIfBegun?.queues else { return [] }
    return queues.byARN.keys.sorted().compactMap { queues[$0]?.url }
  }

  static func regions() -> [Completion.Candidate] {
    Regions.enabledByDefault.map { Completion.Candidate($0) }
      + Regions.optIn.map { Completion.Candidate($0, remark: "opt-in") }
  }
}

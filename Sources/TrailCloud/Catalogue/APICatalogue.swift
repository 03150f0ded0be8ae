internal import CAPICatalogue
internal import TrailText

/// All operations of all AWS services.
///
/// The catalogue is a text in the program. Its services are found by one pass over it when the first is asked for; an
/// operation is read from its line each time.
package struct APICatalogue: Sendable {
  package static let standard = APICatalogue()

  /// A service: what its header line says, and where its operations stand.
  struct Service: Sendable {
    var id: String
    /// Other names that it goes by.
    var names: [String]
    var eventSource: String
    var apiVersion: String
    var globalRegion: RegionName?
    var operations: Range<Int>
  }

  let text: [UInt8]
  let services: [Service]
  /// Services by every name they go by; where several share a name, the most used comes first.
  private let servicesByName: [String: [Int]]

  init() {
    let size = trailq_catalogue_size()
    text = unsafe Array(UnsafeBufferPointer(start: trailq_catalogue(), count: size))
    services = Self.services(in: text)
    var byName: [String: [Int]] = [:]
    for (index, service) in services.enumerated() {
      byName[service.id, default: []].insert(index, at: 0)
      for name in service.names { byName[name, default: []].append(index) }
    }
    for (name, id) in Self.nicknames {
      if let index = services.firstIndex(where: { $0.id == id }) {
        byName[name, default: []].insert(index, at: 0)
      }
    }
    servicesByName = byName
  }

  /// Names that people use for services beside their own.
  private static let nicknames = [
    ("console", "signin"), ("elb", "elbv2"), ("cloudwatchlogs", "logs"), ("cwlogs", "logs"),
    ("eventbridge", "events"), ("states", "stepfunctions"), ("sfn", "stepfunctions"),
    ("ddb", "dynamodb"), ("secrets", "secretsmanager"), ("asg", "autoscaling"),
    ("alb", "elbv2"), ("parameterstore", "ssm"), ("monitoring", "cloudwatch"),
    ("elasticloadbalancing", "elbv2"), ("email", "ses"), ("ses", "sesv2"), ("rds", "rds"),
    ("cfn", "cloudformation"), ("r53", "route53"), ("organisation", "organizations"),
  ]

  private static func services(in text: [UInt8]) -> [Service] {
    var services: [Service] = []
    var line = 0
    while line < text.count {
      let end = text[line...].firstIndex(of: 0x0A) ?? text.count
      if text[line] == UInt8(ascii: "@") {
        if let last = services.indices.last {
          services[last].operations = services[last].operations.lowerBound..<line
        }
        let parts = String(decoding: text[line + 1..<end], as: UTF8.self)
          .split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        services.append(
          Service(
            id: parts[0], names: parts[1].split(separator: ",").map(String.init),
            eventSource: parts[2], apiVersion: parts.count > 3 ? parts[3] : "",
            globalRegion: parts.count > 4 ? parts[4] : nil, operations: end + 1..<text.count))
      }
      line = end + 1
    }
    return services
  }

  // MARK: Looking things up

  /// The names under which services can be called, for completion: `s3`, `ec2`, `signin`, ….
  package var serviceNames: [String] { services.map(\.id) }

  /// The operations of a service by their API names, for completion.
  package func operationNames(of service: String) -> [String] {
    find(service).flatMap { operationNames(of: $0) }
  }

  private func operationNames(of service: Service) -> [String] {
    lines(of: service).map { line in
      String(decoding: line.prefix { $0 != 0x09 && $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
  }

  private func lines(of service: Service) -> [ArraySlice<UInt8>] {
    text[service.operations].split(separator: 0x0A)
  }

  /// The services that go by a name, the most likely first.
  private func find(_ name: String) -> [Service] {
    var name = name.lowercased()
    if name.hasSuffix(".amazonaws.com") { name.removeLast(".amazonaws.com".count) }
    let plain = name.filter { $0 != " " && $0 != "_" }
    return (servicesByName[name] ?? servicesByName[plain] ?? []).map { services[$0] }
  }

  /// The operation that somebody means. Throws a `CallProblem` with the nearest names.
  package func operation(
    _ name: String, of service: String
  ) throws(CallProblem) -> APIOperation {
    let candidates = find(service)
    guard !candidates.isEmpty else {
      let near = NearestNames.find(service, in: servicesByName.keys.sorted())
      throw CallProblem(
        .service, "there is no service `\(service)`", suggestions: near,
        notes: owners(of: name).map { "\($0):\(name) exists" })
    }
    for service in candidates {
      if let operation = read(name, in: service) { return operation }
    }
    // Several services share an event source; a name may belong to a sister.
    for sister in services where sister.eventSource == candidates[0].eventSource {
      if let operation = read(name, in: sister) { return operation }
    }
    let elsewhere = owners(of: name)
    var near = NearestNames.find(
      name, in: candidates.flatMap { operationNames(of: $0) })
    if near.isEmpty, elsewhere.isEmpty {
      let folded = name.lowercased()
      near = Array(
        candidates.flatMap { operationNames(of: $0) }
          .filter { $0.lowercased().contains(folded) || folded.contains($0.lowercased()) }
          .prefix(NearestNames.maximumCount))
    }
    throw CallProblem(
      .operation, "\(candidates[0].id) has no operation `\(name)`", suggestions: near,
      notes: elsewhere.isEmpty ? [] : ["\(elsewhere[0]):\(name) exists"])
  }

  /// The services that have an operation of exactly this name.
  private func owners(of name: String) -> [String] {
    services.filter { read(name, in: $0) != nil }.prefix(3).map(\.id)
  }

  /// The operation whose API name or event name is `name`, in any letter case.
  private func read(_ name: String, in service: Service) -> APIOperation? {
    let wanted = Array(name.lowercased().utf8)
    for line in lines(of: service) {
      let label = line.prefix { $0 != 0x09 }
      let names = label.split(separator: UInt8(ascii: "="))
      guard
        names.contains(where: { candidate in
          candidate.count == wanted.count
            && zip(candidate, wanted).allSatisfy { Self.lower($0) == $1 }
        })
      else { continue }
      return operation(String(decoding: line, as: UTF8.self), of: service)
    }
    return nil
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  private func operation(_ line: String, of service: Service) -> APIOperation {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "=").map(String.init)
    let kind = parts[1].first ?? "w"
    return APIOperation(
      service: service.id, eventSource: service.eventSource, name: names[0],
      eventName: names.last ?? names[0], isReadOnly: kind == "r" || kind == "R",
      category: kind.isUppercase ? .data : .management, globalRegion: service.globalRegion,
      apiVersion: service.apiVersion,
      resourceType: kind.isUppercase ? "AWS::" + parts[1].dropFirst() : nil,
      input: parts.count > 2 ? Self.members(parts[2]) : [],
      output: parts.count > 3 ? Self.members(parts[3]) : [])
  }

  private static func members(_ text: Substring) -> [APIMember] {
    text.split(separator: " ").compactMap { word in
      guard let kind = word.first.flatMap({ APIMember.Kind(rawValue: String($0)) }) else {
        return nil
      }
      var name = word.dropFirst()
      var member = APIMember(name: "", kind: kind)
      if name.last == "*" {
        member.isSensitive = true
        name.removeLast()
      }
      if name.last == "!" {
        member.isRequired = true
        name.removeLast()
      }
      member.name = String(name)
      return member
    }
  }
}

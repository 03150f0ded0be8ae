internal import Synchronization
internal import TrailText

/// All operations of all AWS services.
///
/// The catalogue is a text in the program. Its services are known when the first is asked for; a service's section is
/// outlined when one of its operations is wanted, and an operation is read when it is.
package struct APICatalogue: Sendable {
  package static let standard = APICatalogue()

  let text = CatalogueText.standard
  let services: [APIService]
  /// Services by every name they go by, the most likely first.
  private let servicesByName: [String: [Int]]
  private let memory = Memory()

  /// What was read already.
  private final class Memory: Sendable {
    struct Contents {
      var sections: [Int: APISection] = [:]
      var operations: [String: APIOperation] = [:]
    }
    let contents = Mutex(Contents())
    /// More operations than this are read anew when they are wanted again.
    static let mostOperations = 1000
  }

  init() {
    services = APIService.all(in: text)
    var byName: [String: [Int]] = [:]
    func add(_ name: String, _ index: Int) {
      if byName[name]?.contains(index) != true { byName[name, default: []].append(index) }
    }
    for (index, service) in services.enumerated() { add(service.id, index) }
    for (index, service) in services.enumerated() {
      add(String(service.eventSource.prefix { $0 != "." }), index)
    }
    for (index, service) in services.enumerated() {
      for alias in service.aliases { add(alias, index) }
    }
    for (name, indices) in byName.sorted(by: { $0.key < $1.key }) where name.contains("-") {
      for index in indices { add(Self.plain(name), index) }
    }
    servicesByName = byName
  }

  private static func plain(_ name: String) -> String {
    name.filter { $0 != "-" && $0 != " " && $0 != "_" && $0 != "." }
  }

  // MARK: Names

  /// The names under which services can be called, for completion: `s3`, `ec2`, `signin`, ….
  package var serviceNames: [String] { services.map(\.id).sorted() }

  /// What records call the services: `s3.amazonaws.com`.
  var eventSources: Set<String> { Set(services.map(\.eventSource)) }

  /// The operations of a service by their API names, for completion.
  package func operationNames(of service: String) -> [String] {
    indices(of: service).flatMap { section($0).names }
  }

  /// The services that somebody means, the most likely first; empty where there is none.
  private func indices(of name: String) -> [Int] {
    var name = name.lowercased()
    if name.hasSuffix(".amazonaws.com") { name.removeLast(".amazonaws.com".count) }
    return servicesByName[name] ?? servicesByName[Self.plain(name)] ?? []
  }

  private func section(_ index: Int) -> APISection {
    if let known = memory.contents.withLock({ $0.sections[index] }) { return known }
    let section = APISection(services[index], in: text)
    memory.contents.withLock { $0.sections[index] = section }
    return section
  }

  // MARK: Operations

  /// The operation that somebody means, by its API name or its name in records, in any letter case.
  ///
  /// - Throws: `CallProblem` with the nearest names.
  package func operation(
    _ name: String, of service: String
  ) throws(CallProblem) -> APIOperation {
    let key = "\(service):\(name)"
    if let known = memory.contents.withLock({ $0.operations[key] }) { return known }
    let operation = try find(name, of: service)
    memory.contents.withLock { contents in
      if contents.operations.count < Memory.mostOperations { contents.operations[key] = operation }
    }
    return operation
  }

  private func find(_ name: String, of service: String) throws(CallProblem) -> APIOperation {
    let meant = indices(of: service)
    guard let first = meant.first else { throw unknownService(service, for: name) }
    if let found = read(name, in: meant) { return found }
    // Several services can share an event source: the name may be a sister's.
    let source = services[first].eventSource
    let sisters = services.indices.filter {
      services[$0].eventSource == source && !meant.contains($0)
    }
    if let found = read(name, in: sisters) { return found }
    throw unknownOperation(name, of: meant)
  }

  /// The first operation of these services that has the name; the API's names come before those in records.
  private func read(_ name: String, in indices: [Int]) -> APIOperation? {
    let folded = name.lowercased()
    for index in indices {
      if let line = section(index).byName[folded] {
        return APIOperation(line, of: services[index], in: text)
      }
    }
    for index in indices {
      if let line = section(index).byEventName[folded] {
        return APIOperation(line, of: services[index], in: text)
      }
    }
    return nil
  }

  /// The services that have an operation, in any letter case.
  ///
  /// - Complexity: O(catalogue) the first time.
  package func services(having name: String) -> [String] {
    let folded = name.lowercased()
    return services.indices.filter {
      let section = section($0)
      return section.byName[folded] != nil || section.byEventName[folded] != nil
    }.map { services[$0].id }
  }

  // MARK: Structures and errors

  /// The members of a structure that an answer has; empty where it is not known.
  func structure(_ name: String, of service: String) -> [APIMember] {
    guard let index = indices(of: service).first,
      let line = section(index).structures[name]
    else { return [] }
    return text.words(in: line).map { APIMember($0) }
  }

  /// The name under which records have an error, by its code on the wire: `NoSuchEntity` becomes
  /// `NoSuchEntityException`.
  package func recordedErrorCode(_ code: String, of eventSource: String) -> String {
    for index in indices(of: eventSource) {
      if let name = section(index).errors[code] { return name }
    }
    return code
  }

  // MARK: Problems

  private func unknownService(_ service: String, for name: String) -> CallProblem {
    let owners = services(having: name)
    let near = NearestNames.find(service.lowercased(), in: servicesByName.keys.sorted())
    return CallProblem(
      .service, "there is no service `\(service)`",
      suggestions: near + owners.prefix(2).filter { !near.contains($0) },
      notes: owners.prefix(3).map { "\($0):\(name) exists" })
  }

  private func unknownOperation(_ name: String, of meant: [Int]) -> CallProblem {
    let names = meant.flatMap { section($0).names }
    let owners = services(having: name)
    var near = NearestNames.find(name, in: names)
    if near.isEmpty, owners.isEmpty {
      let folded = name.lowercased()
      near = names.filter {
        $0.lowercased().contains(folded) || folded.contains($0.lowercased())
      }
      near = Array(near.prefix(NearestNames.maximumCount))
    }
    return CallProblem(
      .operation, "\(services[meant[0]].id) has no operation `\(name)`", suggestions: near,
      notes: owners.first.map { ["\($0):\(name) exists"] } ?? [])
  }
}

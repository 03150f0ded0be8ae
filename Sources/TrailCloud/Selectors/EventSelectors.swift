package import TrailRecord

/// What a trail records: one kind of selectors or the other (facts §5.1).
package enum EventSelectors: Hashable, Sendable {
  case basic([BasicSelector])
  case advanced([AdvancedSelector])

  /// What a trail records of which nobody said anything: all management events.
  ///
  /// Ours: told in the form of basic selectors, as the older guide shows it.
  package static let standard = EventSelectors.basic([BasicSelector()])

  /// True for what a trail has without being told.
  var isStandard: Bool {
    switch self {
    case .basic(let selectors): selectors == [BasicSelector()]
    case .advanced(let selectors):
      selectors.count == 1
        && selectors[0].fields == [
          FieldSelector(field: "eventCategory", tests: [.init(.equals, ["Management"])])
        ]
    }
  }

  /// The name of the API's member, and its value in AWS's JSON.
  package var member: (name: String, value: JSONValue) {
    switch self {
    case .basic(let selectors): ("EventSelectors", .array(selectors.map(\.json)))
    case .advanced(let selectors): ("AdvancedEventSelectors", .array(selectors.map(\.json)))
    }
  }

  /// How many a trail may have.
  static let maximumBasicSelectors = 5
  static let maximumDataValues = 250
  static let maximumAdvancedValues = 500

  /// Reads what PutEventSelectors is given and checks it by AWS's rules.
  ///
  /// Ours: the texts of `InvalidEventSelectorsException` that §5.2 does not quote.
  package init(basic: JSONValue?, advanced: JSONValue?) throws(AWSError) {
    switch (basic, advanced) {
    case (let basic?, nil): self = .basic(try Self.readBasic(basic))
    case (nil, let advanced?): self = .advanced(try Self.readAdvanced(advanced))
    case (nil, nil):
      throw .selectors("Specify either EventSelectors or AdvancedEventSelectors.")
    default:
      throw .selectors(
        "Specify either EventSelectors or AdvancedEventSelectors, not both.",
        advice: "a trail has selectors of one kind; advanced ones can say all that basic ones say")
    }
  }

  private static func readBasic(_ json: JSONValue) throws(AWSError) -> [BasicSelector] {
    var selectors: [BasicSelector] = []
    for element in try list(json, "EventSelectors") { selectors.append(try BasicSelector(element)) }
    guard (1...maximumBasicSelectors).contains(selectors.count) else {
      throw .selectors(
        "Specify a valid number of EventSelectors (1 to \(maximumBasicSelectors)) for your trail.")
    }
    let values = selectors.flatMap(\.dataResources).flatMap(\.values)
    guard values.count(where: { !DataResource.meansAll($0) }) <= maximumDataValues else {
      throw .selectors(
        "Specify a valid number of DataResources.Values (0 to \(maximumDataValues)) for all your selectors"
      )
    }
    return selectors
  }

  private static func readAdvanced(_ json: JSONValue) throws(AWSError) -> [AdvancedSelector] {
    var selectors: [AdvancedSelector] = []
    for element in try list(json, "AdvancedEventSelectors") {
      selectors.append(try AdvancedSelector(element))
    }
    guard !selectors.isEmpty else {
      throw .selectors("AdvancedEventSelectors must not be empty.")
    }
    let count = selectors.flatMap(\.fields).flatMap(\.tests).reduce(0) { $0 + $1.values.count }
    guard count <= maximumAdvancedValues else {
      throw .selectors(
        "Specify a valid number of conditions (1 to \(maximumAdvancedValues)) for all your advanced event selectors. Specified: \(count)."
      )
    }
    return selectors
  }

  private static func list(_ json: JSONValue, _ name: String) throws(AWSError) -> [JSONValue] {
    guard let elements = json.elements else { throw .selectors("\(name) must be a list.") }
    return elements
  }
}

extension AWSError {
  /// What is wrong with selectors.
  static func selectors(_ message: String, advice: String? = nil) -> AWSError {
    AWSError("InvalidEventSelectorsException", message, advice: advice)
  }
}

/// Reads the members of an object whose names may begin with a capital or not, as the API and records spell them.
struct SelectorReader {
  private let members: [(name: String, value: JSONValue)]
  private let what: String

  init(_ json: JSONValue, _ what: String, known: [String]) throws(AWSError) {
    guard case .object(let given) = json else { throw .selectors("\(what) must be an object.") }
    self.what = what
    var members: [(name: String, value: JSONValue)] = []
    for member in given {
      var name = String(decoding: member.name, as: UTF8.self)
      name = name.prefix(1).uppercased() + name.dropFirst()
      guard known.contains(name) else {
        let near = known.filter { $0.lowercased().hasPrefix(name.lowercased().prefix(4)) }
        throw .selectors(
          "\(what) has no member \(name).",
          advice: "members are \(near.isEmpty ? known.joined(separator: ", ") : near[0])")
      }
      guard !members.contains(where: { $0.name == name }) else {
        throw .selectors("\(what) has the member \(name) twice.")
      }
      if member.value != .null { members.append((name, member.value)) }
    }
    self.members = members
  }

  /// The members' names, in the order given.
  var names: [String] { members.map(\.name) }

  subscript(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

  func text(_ name: String) throws(AWSError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.text else { throw .selectors("\(what).\(name) must be a string.") }
    return text
  }

  func bool(_ name: String) throws(AWSError) -> Bool? {
    guard let value = self[name] else { return nil }
    guard let truth = value.truth else {
      throw .selectors("\(what).\(name) must be true or false.")
    }
    return truth
  }

  func list(_ name: String) throws(AWSError) -> [JSONValue]? {
    guard let value = self[name] else { return nil }
    guard let elements = value.elements else { throw .selectors("\(what).\(name) must be a list.") }
    return elements
  }

  func texts(_ name: String) throws(AWSError) -> [String]? {
    guard let elements = try list(name) else { return nil }
    var texts: [String] = []
    for element in elements {
      guard let text = element.text else {
        throw .selectors("\(what).\(name) must be a list of strings.")
      }
      texts.append(text)
    }
    return texts
  }
}

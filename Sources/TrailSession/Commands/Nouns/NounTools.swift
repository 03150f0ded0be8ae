internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// Where something is said to be: `region R`, `account ID`.
struct NounPlace {
  private var region: Argument?
  private var account: Argument?

  /// Whether anything was said.
  var isSaid: Bool { region != nil || account != nil }

  /// The words that it understands, for messages.
  static let forms = ["region R", "account ID"]

  /// Takes `region R`, `in R`, `account ID` or `owner ID`, where the next words are that.
  mutating func take(_ reader: inout ArgumentReader) throws -> Bool {
    if try reader.take("region", "in") != nil {
      region = try reader.word("the Region, such as eu-west-1")
      return true
    }
    guard try reader.take("account", "owner") != nil else { return false }
    account = try reader.account()
    return true
  }

  /// The account and Region; where none was named, those of what is there already, or the session's.
  ///
  /// - Throws: `Diagnostics` where there is no such account or Region, or the Region is not switched on.
  func found(
    _ invocation: Invocation, unless known: (account: AccountID, region: RegionName)? = nil
  ) throws -> (account: AccountID, region: RegionName) {
    let id =
      try account == nil ? known?.account ?? invocation.existing(nil) : invocation.existing(account)
    guard let region else { return (id, known?.region ?? invocation.session.region) }
    return (id, try invocation.region(region, of: id))
  }
}

extension Invocation {
  /// The Region that was named.
  ///
  /// - Throws: `Diagnostics` where there is no such Region, or an account has not switched it on.
  func region(_ region: Argument, of id: AccountID) throws -> RegionName {
    let name = region.text.lowercased()
    let isOn = cloud.world.accounts[id]?.regions.contains(name) ?? false
    guard !isOn else { return name }
    let isKnown = Regions.all.contains(name)
    let near = isKnown ? nil : NearestNames.find(name, in: Regions.all).first
    throw Diagnostics(
      Diagnostic(
        "bad-region",
        isKnown
          ? "Region \(name) is not switched on in account \(id)" : "there is no Region `\(name)`",
        at: region.range, label: near.map { "did you mean `\($0)`?" },
        notes: [isKnown ? "first: define region \(name)" : "`list regions` lists them"],
        fixIt: near.map { FixIt(replace: region.range, with: $0) }))
  }
}

/// What could follow a noun.
enum NounCompletion {
  /// The first words of options, behind `count` words of another kind.
  static func options(
    _ forms: [String], after count: Int, _ site: ArgumentSite
  ) -> [Completion.Candidate] {
    guard site.words.count >= count else { return [] }
    switch site.words.last?.lowercased() {
    case "region", "in": return WorldNames.regions()
    case "kms": return keys(site.session)
    case "by", "topic", "notify": return topics(site.session).map { Completion.Candidate($0) }
    case "dead-letter", "sqs": return queues(site.session).map { Completion.Candidate($0) }
    case "lambda": return functions(site.session).map { Completion.Candidate($0) }
    case "role": return WorldNames.roles(site.session).map { Completion.Candidate($0) }
    case "account", "owner":
      return (site.session.cloudIfBegun?.world.accounts.keys.sorted() ?? [])
        .map { Completion.Candidate($0) }
    case "policy":
      let values =
        forms.first { $0.hasPrefix("policy ") }?.dropFirst("policy ".count)
        .split(separator: "|").map(String.init) ?? []
      return values.filter { !$0.hasPrefix("{") }.map { Completion.Candidate($0) }
    default: break
    }
    return forms.map { form in
      Completion.Candidate(form.split(separator: " ").first.map(String.init) ?? form, title: form)
    }
  }

  static func topics(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? topics(site.session).map { Completion.Candidate($0) } : []
  }

  static func queues(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? queues(site.session).map { Completion.Candidate($0) } : []
  }

  static func functions(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? functions(site.session).map { Completion.Candidate($0) } : []
  }

  static func keys(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? keys(site.session) : []
  }

  static func topics(_ session: Session) -> [String] {
    unique(session.cloudIfBegun?.topics.byARN.values.map(\.name) ?? [])
  }

  private static func queues(_ session: Session) -> [String] {
    unique(session.cloudIfBegun?.queues.byARN.values.map(\.name) ?? [])
  }

  private static func functions(_ session: Session) -> [String] {
    unique(session.cloudIfBegun?.functionsThere.map(\.name) ?? [])
  }

  private static func keys(_ session: Session) -> [Completion.Candidate] {
    guard let cloud = session.cloudIfBegun else { return [] }
    let aliases = cloud.keys.byARN.keys.flatMap { cloud.keys.aliases(of: $0) }
    return unique(aliases).map { Completion.Candidate($0) }
  }

  private static func unique(_ names: [String]) -> [String] { Set(names).sorted() }
}

/// A page about one thing: its members, and JSON documents such as its policy.
enum NounPage {
  static func write(
    _ title: String, _ rows: [(String, String)],
    documents: [(name: String, value: JSONValue?)] = [], _ invocation: Invocation
  ) throws {
    switch invocation.session.settings.output {
    case .json, .ndjson:
      let members =
        rows.map { JSONMember($0.0, .string($0.1)) }
        + documents.compactMap { name, value in value.map { JSONMember(name, $0) } }
      try invocation.write(
        String(decoding: JSONWriter.bytes(.object(merged(members))), as: UTF8.self) + "\n")
    default:
      let traits = invocation.session.traits(of: invocation.output)
      let palette = Palette(usesColour: traits.usesColour)
      let entries = rows.map { HelpPage.Row.entry($0.0, TerminalText.sanitised($0.1)) }
      var text = HelpPage(rows: [.title(title)] + entries)
        .text(width: traits.width, palette: palette)
      for (name, value) in documents {
        text += "\n" + palette.paint(TerminalText.sanitised(name), as: .heading) + "\n"
        let lines = (value.map { IndentedJSON.text($0) } ?? "none")
          .split(separator: "\n", omittingEmptySubsequences: false)
        text += lines.map { TerminalText.sanitised(String($0)) + "\n" }.joined()
      }
      try invocation.write(text)
    }
  }

  /// Members of one name become a list.
  private static func merged(_ members: [JSONMember]) -> [JSONMember] {
    var merged: [JSONMember] = []
    for member in members where !merged.contains(where: { $0.name == member.name }) {
      let values = members.filter { $0.name == member.name }.map(\.value)
      merged.append(
        JSONMember(member.name, values.count == 1 ? member.value : .array(values)))
    }
    return merged
  }
}

extension Invocation {
  /// The only argument, the name of something.
  func onlyName(_ meaning: String) throws -> Argument {
    var reader = reader()
    let name = try reader.word(meaning)
    try reader.finish()
    return name
  }

  /// The one of several things that a name or ARN means: in the session's account and Region first.
  ///
  /// - Throws: `Diagnostics` with AWS's code where there is none.
  func find<Thing>(
    _ name: Argument, among things: [Thing], noun: String, code: DiagnosticCode,
    _ place: (Thing) -> (name: String, arn: String)
  ) throws -> Thing {
    let named = things.filter { place($0).arn == name.text || place($0).name == name.text }
    let home = ":\(session.region):\(cloud.world.account):"
    if let thing = named.first(where: { place($0).arn.contains(home) }) ?? named.first {
      return thing
    }
    let names = Set(things.map { place($0).name }).sorted()
    let near = NearestNames.find(name.text, in: names).first
    throw Diagnostics(
      Diagnostic(
        code, "there is no \(noun) `\(name.text)`", at: name.range,
        label: near.map { "did you mean `\($0)`?" },
        notes: [
          names.isEmpty
            ? "first: define \(noun) \(name.text)" : "\(noun)s: \(names.joined(separator: ", "))"
        ], fixIt: near.map { FixIt(replace: name.range, with: $0) }))
  }

  func topic(_ name: Argument) throws -> Topic {
    let topics = cloud.topics
    return try find(
      name, among: topics.byARN.keys.sorted().compactMap { topics[$0] }, noun: "topic",
      code: "NotFound"
    ) { ($0.name, $0.arn) }
  }

  func queue(_ name: Argument) throws -> Queue {
    let queues = cloud.queues
    return try find(
      name, among: queues.byARN.keys.sorted().compactMap { queues[$0] }, noun: "queue",
      code: "QueueDoesNotExist"
    ) { ($0.name, $0.arn) }
  }

  func function(_ name: Argument) throws -> LambdaFunction {
    try find(
      name, among: cloud.functionsThere, noun: "function", code: "ResourceNotFoundException"
    ) { ($0.name, $0.arn) }
  }
}

extension Caller {
  /// Who does what shell commands ask for in an account: its administrator, or its root user in other accounts.
  static func administrator(of account: AccountID, _ cloud: Cloud) -> Caller {
    account == cloud.world.account ? .administrator : Caller(.root, account: account)
  }
}

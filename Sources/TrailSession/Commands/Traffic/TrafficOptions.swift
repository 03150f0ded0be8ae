internal import TrailCloud
internal import TrailText

/// What a `traffic` statement asks for.
struct TrafficOptions {
  var request: TrafficRequest
  /// Where the profile stands, or the statement begins.
  var place: SourceRange
  var regionPlace: SourceRange?

  /// What may follow, as help writes it.
  static let forms = ["at N/min", "profile PROFILE", "in REGION", "seed N", "without ACTOR"]
  static let keywords = ["at", "profile", "in", "seed", "without"]

  /// The most calls a minute.
  private static let highestRate = 100_000.0

  /// - Parameter takesName: whether a profile may stand first, without `profile`.
  static func read(
    _ reader: inout ArgumentReader, _ invocation: Invocation, takesName: Bool
  ) throws -> TrafficOptions {
    var name: Argument?
    if takesName, let first = try reader.peek(),
      !keywords.contains(first.text.lowercased())
    {
      name = try reader.next()
    }
    var rate = TrafficCommand.usualRate
    var region: Argument?
    var seed: Int?
    var absent: [Argument] = []
    while !reader.isAtEnd {
      if let keyword = try reader.take(among: keywords) {
        switch keyword.text {
        case "at": rate = try self.rate(try reader.word("calls a minute, such as 100/min"), reader)
        case "profile": name = try reader.word("the profile")
        case "in": region = try reader.word("the Region")
        case "seed": seed = try reader.number("the seed")
        default: absent.append(try reader.word("who does nothing"))
        }
      } else if let error = try reader.unexpected(forms) {
        throw error
      }
    }
    let profile = try self.profile(name, invocation)
    var request = TrafficRequest(profile, rate: rate)
    request.region = region?.text.lowercased()
    request.seed = seed.map { UInt64($0) }
    for actor in absent {
      try check(actor, in: profile)
      request.absent.insert(actor.text)
    }
    return TrafficOptions(
      request: request,
      place: name?.range ?? SourceRange(0, invocation.statement.text.utf8.count),
      regionPlace: region?.range)
  }

  /// The profile of a name; without one, the usual. Throws `Diagnostics`.
  static func profile(_ name: Argument?, _ invocation: Invocation) throws -> TrafficProfile {
    if let profile = TrafficProfiles.named(name?.text.lowercased() ?? TrafficCommand.usualProfile) {
      return profile
    }
    let text = name?.text ?? ""
    let near = NearestNames.find(text, in: TrafficProfiles.names)
    throw Diagnostics(
      Diagnostic(
        "unknown-profile", "there is no profile `\(text)`", at: name?.range,
        label: near.first.map { "did you mean `\($0)`?" },
        notes: ["profiles: " + TrafficProfiles.names.joined(separator: ", ")],
        fixIt: near.first.flatMap { near in name.map { FixIt(replace: $0.range, with: near) } }))
  }

  private static func check(_ actor: Argument, in profile: TrafficProfile) throws {
    let names = profile.actors.map(\.name)
    guard !names.contains(actor.text) else { return }
    let near = NearestNames.find(actor.text, in: names)
    throw Diagnostics(
      Diagnostic(
        "unknown-actor", "nobody in \(profile.name) is called `\(actor.text)`", at: actor.range,
        label: near.first.map { "did you mean `\($0)`?" },
        notes: ["traffic actors \(profile.name) lists them"]))
  }

  /// `100/min`, `100`, `2/s` or `6000/h`.
  private static func rate(_ argument: Argument, _ reader: ArgumentReader) throws -> Double {
    let parts = argument.text.lowercased().split(separator: "/", maxSplits: 1).map(String.init)
    let perMinute: [String: Double] = [
      "min": 1, "m": 1, "minute": 1, "s": 60, "sec": 60, "h": 1 / 60.0, "hour": 1 / 60.0,
      "d": 1 / 1440.0, "day": 1 / 1440.0,
    ]
    guard let number = parts.first.flatMap({ Double($0) }), number > 0, number.isFinite,
      let factor = parts.count == 1 ? 1 : perMinute[parts[1]]
    else {
      throw Diagnostics(
        Diagnostic(
          "bad-rate", "`\(argument.text)` is no rate", at: argument.range,
          notes: ["rates: 100/min, 2/s, 500/h"]))
    }
    let rate = number * factor
    guard rate <= highestRate else {
      throw Diagnostics(
        Diagnostic(
          "bad-rate",
          "more than \(NumberText.grouped(Int(highestRate))) calls a minute are not made",
          at: argument.range))
    }
    return rate
  }
}

internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// What `scenario run` asks for.
struct ScenarioOptions {
  var name: String
  /// False where the story is chosen by chance.
  var isNamed = true
  var isHidden = false
  var seed: UInt64
  /// How long the stretch of time is in which the story lies, in milliseconds.
  var span: Int64 = 0
  /// Calls a minute of background traffic; nil for none.
  var rate: Double?

  /// What may follow the story's name, as help writes it.
  static let forms = ["hidden", "in 3d of traffic", "at 10/min", "seed N"]
  static let anyName = "any"

  private static let day = EventTime.millisecondsPerDay
  /// Without traffic, a working day is enough to tell a story in.
  static let usualSpan = day
  static let usualHiddenSpan = 4 * day
  static let usualRate = 10.0
  private static let spans = day / 2...90 * day
  private static let rates = 0.01...1000.0

  static func read(_ reader: inout ArgumentReader, _ invocation: Invocation) throws -> Self {
    let name = try reader.word("the story's name or number (`scenario list`)")
    var options = Self(name: "", seed: invocation.session.settings.seed)
    var span: Int64?
    var rate: Double?
    while !reader.isAtEnd {
      if try reader.take("hidden", "--hidden") != nil {
        options.isHidden = true
      } else if try reader.take("in") != nil {
        span = try readSpan(&reader)
      } else if try reader.take("at") != nil {
        rate = try readRate(&reader)
      } else if try reader.take("seed") != nil {
        options.seed = UInt64(try reader.number("seed", least: 0))
      } else if let error = try reader.unexpected(forms) {
        throw error
      }
    }
    options.name = try storyName(name, seed: options.seed)
    options.isNamed = name.text.lowercased() != anyName
    options.span = span ?? (options.isHidden ? usualHiddenSpan : usualSpan)
    options.rate = rate ?? (options.isHidden || span != nil ? usualRate : nil)
    if let rate = options.rate { try TrafficCommand.check(options.span, rate, at: name.range) }
    return options
  }

  /// `3d`, and perhaps `of traffic` after it.
  private static func readSpan(_ reader: inout ArgumentReader) throws -> Int64 {
    let place = reader.place
    let span = try reader.duration("how many days of traffic, such as 3d")
    guard spans.contains(span) else {
      throw reader.wrong("a story lies in 12 hours to 90 days of traffic", at: place)
    }
    if try reader.take("of") != nil { _ = try reader.take("traffic") }
    return span
  }

  private static func readRate(_ reader: inout ArgumentReader) throws -> Double {
    let word = try reader.word("calls a minute, such as 10/min")
    let number = word.text.prefix { $0 != "/" }
    guard let rate = Double(number), rates.contains(rate),
      ["", "/min", "/m", "/minute"].contains(word.text.dropFirst(number.count).lowercased())
    else { throw reader.wrong("`\(word.text)` is no rate: 0.01/min to 1000/min", at: word.range) }
    return rate
  }

  /// The story that a name or a number means. Throws `Diagnostics`.
  private static func storyName(_ word: Argument, seed: UInt64) throws -> String {
    let names = StoryBook.names
    let wanted = word.text.lowercased()
    if wanted == anyName {
      var source = IdentifierSource.branch(seed: seed, name: "scenario/\(anyName)")
      return names[Int(source.next() % UInt64(names.count))]
    }
    if let number = Int(wanted), names.indices.contains(number - 1) { return names[number - 1] }
    if names.contains(wanted) { return wanted }
    let begun = names.filter { $0.hasPrefix(wanted) }
    let near = begun.isEmpty ? NearestNames.find(wanted, in: names) : begun
    throw Diagnostics(
      Diagnostic(
        "unknown-scenario", "there is no story `\(word.text)`", at: word.range,
        label: near.first.map { "did you mean `\($0)`?" },
        notes: ["stories: 1 to \(names.count), or by name: `scenario list`"],
        fixIt: near.first.map { FixIt(replace: word.range, with: $0) }))
  }
}

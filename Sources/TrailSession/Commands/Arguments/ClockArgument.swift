internal import TrailEngine
internal import TrailLanguage
internal import TrailText

/// Times and lengths of time as commands take them: the same spellings as in a sentence.
enum ClockArgument {
  /// The time that a time, or a step from now such as `+15m` or `-10m`, asks for. Throws `Diagnostics`.
  static func timeOrStep(
    _ argument: Argument, now: Int64, _ invocation: Invocation
  ) throws -> Int64 {
    guard let sign = argument.text.first, sign == "+" || sign == "-" else {
      return try time(argument, now: now, invocation)
    }
    let amount = Argument(String(argument.text.dropFirst()), range: argument.range)
    let step = try duration(amount, invocation)
    return now + (sign == "+" ? step : -step)
  }

  /// The beginning of the time that the argument names. Throws `Diagnostics`.
  static func time(_ argument: Argument, now: Int64, _ invocation: Invocation) throws -> Int64 {
    guard case .time(let kind, _) = TrailLanguage.TimeText.read(argument.text) else {
      throw Diagnostics(
        Diagnostic(
          "bad-time", "`\(argument.text)` is no time", at: argument.range,
          notes: ["times: \(TrailLanguage.TimeText.examples)"]))
    }
    return begin(of: kind, now: now)
  }

  /// The milliseconds of a length of time. Throws `Diagnostics`.
  static func duration(_ argument: Argument, _ invocation: Invocation) throws -> Int64 {
    switch TrailLanguage.DurationText.read(argument.text) {
    case .duration(let milliseconds): return milliseconds
    case .otherSpelling(let suggestion):
      throw Diagnostics(
        Diagnostic(
          "bad-duration", "`\(argument.text)` is spelt otherwise here", at: argument.range,
          label: "did you mean `\(suggestion)`?"))
    case .missingUnit:
      throw Diagnostics(
        Diagnostic(
          "bad-duration", "a length of time needs a unit", at: argument.range,
          label: "did you mean `\(argument.text)m`?",
          notes: ["lengths of time: 30s, 10m, 1h30m, 7d"],
          fixIt: FixIt(replace: argument.range, with: "\(argument.text)m")))
    case .tooLong, .unrelated:
      throw Diagnostics(
        Diagnostic(
          "bad-duration", "`\(argument.text)` is no length of time", at: argument.range,
          notes: ["lengths of time: 30s, 10m, 1h30m, 7d"]))
    }
  }

  static func begin(of kind: TimeSyntax.Kind, now: Int64) -> Int64 {
    let day: Int64 = 86_400_000
    let midnight = ReadableTime.dayNumber(now) * day
    return switch kind {
    case .ago(let milliseconds): now - milliseconds
    case .timeOfDay(let seconds): midnight + Int64(seconds) * 1000
    case .named(.now): now
    case .named(.today): midnight
    case .named(.yesterday): midnight - day
    case .period(let start, _): start
    }
  }
}

extension SessionClock {
  /// The time that `--now` names, or `nil` where the text is no time.
  package static func time(named text: String) -> Int64? {
    guard case .time(let kind, _) = TrailLanguage.TimeText.read(text) else { return nil }
    return ClockArgument.begin(of: kind, now: wallClock())
  }
}

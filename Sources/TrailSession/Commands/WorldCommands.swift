internal import TrailCloud
internal import TrailEngine
internal import TrailText

/// Commands about the simulated world as a whole: its clock, and what is done in it.
enum WorldCommands {
  static let all: [Command] = [SimulateCommand.simulate, advance, clock]

  private static let advance = Command(
    "advance", forms: ["advance DURATION"],
    summary: "lets time pass in the simulated world, with all that happens by itself",
    detail: [
      "Deliveries, digests and alarms happen at their time and in their order, and are told in a line. Ctrl-C"
        + " stops on the way; what has happened by then stays."
    ],
    examples: ["advance 15m", "advance 30d"],
    candidates: { $0.words.isEmpty ? times(["5m", "15m", "1h", "1d", "90d"]) : [] }
  ) { invocation in
    var reader = invocation.reader()
    var amount = try reader.word("the length of time, such as 15m")
    try reader.finish()
    if amount.text.hasPrefix("-") {
      throw Diagnostics(
        Diagnostic(
          "time-runs-forward", "the time of the simulated world only goes forward",
          at: amount.range))
    }
    if amount.text.hasPrefix("+") { amount.text.removeFirst() }
    let step = try ClockArgument.duration(amount, invocation)
    let cloud = invocation.cloud
    try invocation.session.advance(cloud, to: cloud.now + step, invocation.output)
    tellTime(invocation)
  }

  private static let clock = Command(
    "clock", forms: ["clock", "clock TIME", "clock +DURATION", "clock live|now", "clock latest"],
    summary: "shows or sets the time from which `since` counts back and at which calls are made",
    detail: [
      "`clock latest` puts it at the newest event, so that `since 1d` means the last day of the logs."
        + " `clock live` (or `now`) lets it run with the wall clock.",
      "A simulated world begins where the clock was set by then, otherwise at"
        + " \(ReadableTime.readable(CloudDefaults.start)), and stands still. From then on the clock only goes"
        + " forward, and what is due on the way happens.",
    ],
    examples: ["clock latest", "clock 2026-11-20T10:05Z", "clock +15m"],
    candidates: {
      $0.words.isEmpty ? times(["latest", "live", "now", "+15m", "+1h", "+1d"]) : []
    }
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count <= 1 else { throw invocation.usageError() }
    if let argument = arguments.first { try setClock(argument, invocation) }
    tellTime(invocation)
  }

  private static func times(_ names: [String]) -> [Completion.Candidate] {
    names.map { Completion.Candidate($0) }
  }

  private static func tellTime(_ invocation: Invocation) {
    let session = invocation.session
    let live = session.isLive ? ", running with the wall clock" : ""
    session.note(
      "the clock is at \(ReadableTime.iso(session.clock.now))\(live)", to: invocation.output)
  }

  private static func setClock(_ argument: Argument, _ invocation: Invocation) throws {
    let session = invocation.session
    switch argument.text.lowercased() {
    case "now", "live":
      session.clock = SessionClock(.running)
      guard let cloud = session.cloudIfBegun else { return }
      if cloud.now > SessionClock.wallClock() {
        session.note("the world is ahead of the wall clock and waits for it", to: invocation.output)
      }
      try session.followWallClock(to: invocation.output)
    case "latest":
      guard let range = session.store.snapshot().timeRange else {
        throw Diagnostics(
          Diagnostic("no-events", "there is no event with a time yet", at: argument.range))
      }
      try setClock(to: range.upperBound, argument, invocation)
    default:
      try setClock(
        to: try ClockArgument.timeOrStep(argument, now: session.clock.now, invocation), argument,
        invocation)
    }
  }

  private static func setClock(
    to time: Int64, _ argument: Argument, _ invocation: Invocation
  ) throws {
    let session = invocation.session
    if let cloud = session.cloudIfBegun {
      guard time >= cloud.now else {
        throw Diagnostics(
          Diagnostic(
            "time-runs-forward",
            "the simulated world is at \(ReadableTime.iso(cloud.now)) already, and its time only goes forward",
            at: argument.range,
            notes: [
              "a late record: simulate … at \(ReadableTime.iso(time))",
              "another beginning: `clock \(argument.text)` before anything is simulated",
            ]))
      }
      session.clock = SessionClock(.stopped(at: time))
      try session.advance(cloud, to: time, invocation.output)
    } else {
      session.clock = SessionClock(.stopped(at: time))
    }
  }
}

internal import TrailEngine
internal import TrailText

extension HelpTopics {
  /// `as-of`: what could be known when, with the delays that are assumed.
  static let knowledge = HelpTopic(
    name: "as-of", aliases: ["knowledge", "known"],
    page: HelpPage(rows: [
      .title("as-of T: what could have been known then"),
      .text(
        "CloudTrail tells of a call some minutes after it was made. `as-of T` leaves what somebody could have read"
          + " by the end of T; since and until are about when calls were made. Baselines, silences and trees are"
          + " made of what was known, too."),
      .blank,
      .entry(
        "log files", "are known at the time in their names: …_20231101T0005Z_….json.gz is 00:05"),
      .entry(
        "other imports",
        "say nothing of their delivery: an event counts as known \(minutes(Knowledge.assumedDelay)) after it"
          + " happened, an Insights event \(minutes(Knowledge.assumedInsightDelay)); a note says so"
      ),
      .entry(
        "simulated calls",
        "are known when a log file with them was written to a bucket, however long it stayed there, and"
          + " management events also \(minutes(Knowledge.historyDelay)) after they happened, in Event history"
      ),
      .entry("history", "shows an event \(minutes(Knowledge.historyDelay)) after it happened"),
      .entry("delivered", "counts the time at which each file was written"),
      .entry("insights", "are known when they were delivered"),
      .entry("calls", "have no as-of: they are what happened"),
      .blank,
      .example("events where delete as-of 09:05"),
      .example(
        "events where name=StopLogging then name=DeleteTrail within 1h as-of 2026-11-21T14:00Z"),
      .example("events since 1d as-of 1h | count by name every 1h"),
      .example("insights as-of yesterday"),
    ]))

  private static func minutes(_ milliseconds: Int64) -> String {
    NumberText.counted(Int(milliseconds / 60_000), "minute")
  }
}

internal import TrailCloud

// The page about Insights: how they are found, which AWS does not say, and how well.

extension HelpTopics {
  static let insights = HelpTopic(
    name: "insights", aliases: ["insight"],
    page: HelpPage(
      rows: [
        .title("Insights: what is unusual"),
        .text(
          "CloudTrail Insights compare the calls and errors of each minute with what is usual for that API"
            + " in that account and Region, and report when unusual activity starts and when it ends:"
            + " two events with one sharedEventID."),
        .blank,
        .entry("enable insights", "on a trail: `help enable insights`"),
        .entry("insights", "those that were found; all conditions and stages apply to them"),
        .entry("open N", "shows one against its baseline, who is behind it, and its minutes"),
        .entry("lookup insight", "as LookupEvents tells them, those about management events"),
        .entry(
          "simulate",
          "cloudtrail:ListInsightsData tells those about data events, ListInsightsMetricData what was"
            + " counted"),
        .blank,
        .title("What is watched"),
        .entry("call rate", "write management events, or all data events, by API and minute"),
        .entry("error rate", "each error code of an API, of reads and writes"),
        .entry(
          "baseline",
          "the seven days before, from midnight UTC on: all that the trail recorded of the API, divided"
            + " by the minutes. What it recorded before Insights were enabled counts as well, so that"
            + " a first Insight, too, has a baseline of a week where there was one"),
        .entry(
          "when",
          "nothing in the first 36 hours, nor after logging was stopped and started; then an Insights"
            + " event is published 2 to 10 minutes after the minutes that showed it, and its file is in"
            + " the folder CloudTrail-Insight of the trail's bucket within 30 minutes of a rise"),
        .blank,
        .title("The rule (AWS publishes none: this is ours)"),
      ] + rule.map { .text($0) } + [
        .blank, .title("How well it works, measured on 30 days of generated traffic"),
      ] + measured.map { .entry($0.0, $0.1) } + [
        .blank, .title("Example"),
        .example(
          "define bucket logs; define trail main to s3://logs; enable insights on main; advance 8d;"
            + " simulate s3:CreateBucket bucketName=burst-{n} x 40; advance 30m; insights; open 1"),
      ]))

  private static let rule = [
    "Counts are taken to follow a negative binomial distribution for each hour of the day. Its mean is that of"
      + " the hour in the last \(InsightRule.modelDays) days, drawn towards the mean of all hours the less"
      + " the days agree with each other; its dispersion is found from the squares of the counts, so that"
      + " a series that comes in bouts is allowed bouts. It is made anew every day, and every hour while"
      + " fewer days are known.",
    "A rise is a window of 1 or 5 minutes with at least \(InsightRule.leastCalls) calls whose like would come"
      + " with a probability below \(InsightRule.rarity), and which exceeds its hour's expectation half as"
      + " far again as any window of the last \(InsightRule.peakDays) days did. While fewer than seven days are"
      + " known it has to be larger, up to twice. It ends after \(InsightRule.calmMinutes) calm minutes, or after"
      + " a day, because then it is usual. The minutes of a rise are not learnt from, unless rises come on"
      + " \(InsightRule.usualRiseDays) days of a week.",
    "A drop is a window, as long as silence needs to be telling (5 minutes where there are 20 calls a minute,"
      + " an hour or so where there is one in three minutes, 72 hours at most), with less than half of what was"
      + " expected, as improbable as a rise, and deeper by half than any silence of the last"
      + " \(InsightRule.peakDays) days. No more is expected than came in the same hours a week before, so a"
      + " weekend is no drop; hence drops need seven whole days. It ends when half of the calls are back.",
    "A series that comes in regular bouts (at least \(InsightRule.leastPeriods) periods in a week, which vary by no"
      + " more than 5 %, or 15 % if there are many) is also missed when a bout is overdue by a quarter of"
      + " its period: a nightly snapshot that did not come at 02:00 is reported at 08:00. Jobs that rest on"
      + " weekends are not regular in this sense. Errors are watched for rises alone.",
  ]

  /// By `trailq-bench insights`: 110 series of each of 29 kinds with seeds 1 to 3; the bursts with seeds 2 and 3 (80).
  private static let measured: [(String, String)] = [
    (
      "false Insights",
      "0.2 for each 10,000 hours of an API, over steady, daily, weekly, wavering and bursting traffic and"
        + " jobs; 2 for the worst kinds, bouts of a few calls every few days, and of ten about once a day"
    ),
    (
      "tenfold bursts",
      "of 5 minutes: all of 451 found, where the hour usually has a call a minute or more and the burst is"
        + " twice the largest five minutes of the week before"
    ),
    (
      "stops",
      "found of all steady, daily and wavering traffic from three calls an hour on, and of all jobs; of an"
        + " office's opening hours with a call in two minutes three of four; of bouts at any time none,"
        + " because their silence says nothing"
    ),
  ]
}

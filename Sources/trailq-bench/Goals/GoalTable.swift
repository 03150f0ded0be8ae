/// All that is wanted of trailq's speed and size, and nowhere else: reports judge by it, and `--check` holds a part
/// of it.
///
/// Absolute times and sizes are those of a million events of the larger generator on two cores; the load's 4.5 s are
/// 220,000 events and 0.35 GB of JSON a second. Ratios are taken within one run, and hold at every size unless fixed
/// costs are most of it, which at the smallest ones they are.
enum GoalTable {
  static let all = loads + store + screen + questions + alongTime

  private static let chdb = Yardstick.engine("chdb")
  private static let duckdb = Yardstick.engine("duckdb")
  private static let polars = Yardstick.engine("polars")
  private static let sqlite = Yardstick.engine("sqlite")

  private static let loads = [
    Goal(
      quantity: .load, title: "load the log files, s",
      must: [
        .times(1 / 3, chdb), .times(1 / 4, duckdb), .times(4.5, .limit), .mostAtMillion(4.5),
      ],
      stretch: [.times(1 / 4.5, chdb), .times(3, .limit), .mostAtMillion(3)],
      heldTimesLimit: 15),
    Goal(
      quantity: .zlibLoad, title: "the same with zlib only, s",
      must: [.times(1 / 2, chdb), .mostAtMillion(6.7)], stretch: [.mostAtMillion(4.5)],
      heldTimesLimit: 20),
    Goal(
      quantity: .linesLoad, title: "load NDJSON on one thread, s",
      must: [.times(2.5, .limit)], stretch: [.times(1.6, .limit)], heldTimesLimit: 15),
  ]

  private static let store = [
    Goal(
      quantity: .memory, title: "memory when loaded, MB",
      must: [.times(0.3, duckdb), .mostAtMillion(300e6)], stretch: [.mostAtMillion(220e6)]),
    Goal(
      quantity: .peakMemory, title: "peak memory while loading, MB",
      must: [.mostAtMillion(1e9), .times(1 / 3, duckdb)]),
    Goal(
      quantity: .memoryPerEvent, title: "memory an event, whole records in it, bytes",
      must: [.mostAtMillion(550)], stretch: [.mostAtMillion(420)]),
    Goal(
      quantity: .diskPerEvent, title: "file, whole records in it, bytes an event",
      must: [.mostAtMillion(335)], stretch: [.mostAtMillion(250)]),
    Goal(
      quantity: .disk, title: "file beside the compressed logs, MB", must: [.times(1, .input)]),
    Goal(
      quantity: .open, title: "file opened, and an event found by its id, ms",
      must: [.most(20)], stretch: [.most(5)]),
    Goal(
      quantity: .start, title: "start without data, ms", must: [.most(20)], stretch: [.most(8)]),
  ]

  private static let screen = [
    Goal(
      quantity: .rendering, title: "draw a table of \(TableRendering.rows) rows, ms",
      must: [.most(2)]),
    scan(.rareValue, "no index: a rare value, ms", held: 30),
    scan(.commonValue, "no index: the most frequent value, ms", held: 60),
    scan(.severalValues, "no index: an eighth of the values, ms", held: 15),
  ]

  private static func scan(_ kind: ScanTrial.Kind, _ title: String, held: Double) -> Goal {
    Goal(
      quantity: .scan(kind), title: title, must: [.times(2, .limit)],
      stretch: [.times(1.2, .limit)], heldTimesLimit: held)
  }

  private static let questions = [
    question("Q1", .mostAtMillion(0.5), .times(1 / 5, duckdb), stretch: .mostAtMillion(0.1)),
    question("Q2", .mostAtMillion(0.5), .times(1 / 5, duckdb), stretch: .mostAtMillion(0.1)),
    question("Q3", .mostAtMillion(0.5), .times(2, sqlite), stretch: .times(1, sqlite)),
    question(
      "Q4", .mostAtMillion(1), .times(1 / 2, duckdb), stretch: .mostAtMillion(0.3),
      .times(1 / 8, duckdb)),
    question("Q5", .mostAtMillion(1), .times(1 / 2, sqlite), stretch: .mostAtMillion(0.3)),
    question("Q6", .mostAtMillion(6), .times(1 / 2, polars), stretch: .mostAtMillion(2)),
    question("Q7", .mostAtMillion(1), .times(1 / 2, chdb), stretch: .mostAtMillion(0.2)),
    question("Q8", .mostAtMillion(1), .times(1 / 100, duckdb), stretch: .mostAtMillion(0.1)),
    question("Q9", .mostAtMillion(0.5), .times(1 / 4, duckdb), stretch: .mostAtMillion(0.1)),
    question("Q10", .mostAtMillion(4), .times(1, chdb), stretch: .mostAtMillion(2)),
    question("Q11", .mostAtMillion(10), .times(1, polars), stretch: .mostAtMillion(5)),
    question(
      "Q12", .mostAtMillion(1), .times(1 / 5, .fastest(["duckdb", "chdb"])),
      stretch: .mostAtMillion(0.1)),
    question(
      "Q12b", .mostAtMillion(25), .times(1 / 2, chdb), stretch: .mostAtMillion(10)),
    question("Q13", .mostAtMillion(1), .times(1 / 3, polars), stretch: .mostAtMillion(0.3)),
    question("Q14", .mostAtMillion(0.5), .times(1 / 10, duckdb), stretch: .mostAtMillion(0.1)),
  ]

  private static func question(
    _ name: String, _ must: Bound..., stretch: Bound...
  ) -> Goal {
    Goal(quantity: .question(name), title: name + ", ms", must: must, stretch: stretch)
  }

  /// What the questions about how events follow each other have to be faster than: with the right index SQLite may be
  /// the fastest of all.
  private static let alongTime = [
    "Q15", "Q16", "Q17", "Q18", "Q19", "Q20", "Q21", "Q22", "Q23",
  ].map { question($0, .times(1 / 10, .fastest(["duckdb", "chdb", "sqlite"]))) }

  /// What ten times as many events may cost.
  static let growth =
    (["Q1", "Q2", "Q3", "Q8", "Q13", "Q14"].map { (name: $0, times: 2.0) }
    + ["Q4", "Q5", "Q6", "Q7", "Q9", "Q10", "Q11"].map { (name: $0, times: 12.0) })
    .map {
      GrowthGoal(
        quantity: .question($0.name), title: $0.name + ", ms", must: .times($0.times))
    } + [
      GrowthGoal(quantity: .memory, title: "memory when loaded, MB", must: .most(3e9)),
      GrowthGoal(
        quantity: .open, title: "file opened, and an event found by its id, ms", must: .times(2)),
    ]
}

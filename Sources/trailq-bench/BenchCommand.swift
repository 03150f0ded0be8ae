import ArgumentParser

/// The benchmark: trailq and its rivals answer the same questions of the same logs on the same machine.
@main
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trailq-bench",
    abstract: "Measure trailq beside DuckDB, chDB and SQLite.",
    subcommands: [
      CompareCommand.self, MeasureCommand.self, LoadCommand.self, GrowthCommand.self,
      PatternCommand.self, InsightsCommand.self,
    ],
    defaultSubcommand: CompareCommand.self)
}

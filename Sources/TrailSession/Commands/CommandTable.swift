/// The commands of trailq, in the order in which help lists them.
package enum CommandTable {
  package static let all: [Command] =
    DataCommands.all + AnswerCommands.all + QueryCommands.all + WorldCommands.all
    + [TrafficCommand.traffic]
    + [LookupCommand.lookup] + TrailVerbs.all + BucketCommands.all + [ValidateCommand.validate]
    + [InboxCommand.inbox, ReceiveCommand.receive, TailCommand.tail, TimelineCommand.timeline]
    + [ScenarioCommand.scenario]
    + NounTable.commands
    + ScriptCommands.all + WorkspaceCommands.all
    + SessionCommands.all

  /// Other names that people try.
  private static let aliases = [
    "exit": "quit", "load": "import", "?": "help", "happenings": "timeline",
  ]

  /// The command of that name in any letter case.
  package static func find(_ name: String) -> Command? {
    let name = name.lowercased()
    let canonical = aliases[name] ?? name
    return all.first { $0.name == canonical }
  }
}

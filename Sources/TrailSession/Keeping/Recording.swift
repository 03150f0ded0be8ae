internal import TrailWorkspace

/// A statement under way, as the journal may need it.
struct Recording {
  var text: String
  /// The world's time when it began, with the account and Region of calls that name none.
  var time: Int64
  var account: String
  var region: String
  /// What rules have done for it so far outside of the world.
  var actions: [KeptAction] = []
  // What was before, so that changes are seen.
  var settings: Settings
  var queries: SavedQueries
  var clock: SessionClock
}

/// Which statements the journal leaves out.
enum JournalPolicy {
  /// Commands that change nothing in the simulated world, or whose own statements are journalled.
  private static let leftOut: Set<String> = [
    "around", "cat", "check", "echo", "expect", "explain", "export", "fields", "help", "import",
    "learn", "list", "lookup", "ls", "open", "output", "pivot", "problems", "quit", "save", "set",
    "settings", "show", "source", "stats", "status", "tail", "test", "timeline", "timing",
    "trails", "validate", "watch",
    "words",
  ]

  static func keeps(_ text: String) -> Bool {
    guard let first = FirstWord(text), !first.beginsQuery,
      let command = CommandTable.find(first.text)
    else { return false }
    return !leftOut.contains(command.name)
  }
}

/// A page about something that is no command, stage, word or field of its own.
struct HelpTopic {
  var name: String
  /// Other names under which the page is found.
  var aliases: [String] = []
  var page: HelpPage
}

/// The pages that are written by hand.
enum HelpTopics {
  static let all = [
    questions, sources, comparisons, times, knowledge, sequences, stages, paths, fields, json,
    saved, scripts, output, simulator, callers, delivery, logs, filters, notifications, insights,
    automation, eventPatterns, values, blindSpots, ours, workspaces, keys,
  ]

  static func find(_ name: String) -> HelpTopic? {
    all.first { $0.name == name } ?? all.first { $0.aliases.contains(name) }
  }

  private static let questions = HelpTopic(
    name: "questions",
    page: HelpPage(rows: [
      .title("Questions that people ask"),
      .entry("who deleted it", "delete and about finds a name wherever it can stand"),
      .example("events where delete and about \"payroll-2026\""),
      .entry("what one key did", "in order, with days and gaps marked"),
      .example("events where key=AKIAIOSFODNN7EXAMPLE | timeline"),
      .entry("failed sign-ins", "by address"),
      .example("events where login and failed | count by ip, user"),
      .entry("who is refused", "and what they wanted"),
      .example("events where denied | count, distinct name by user"),
      .entry("trail tampering", "calls that blind CloudTrail"),
      .example("events where name in (StopLogging, DeleteTrail, UpdateTrail, PutEventSelectors)"),
      .entry("open to the world", "security groups that let everyone in"),
      .example("events where req.ipPermissions.items.ipRanges.items.cidrIp=\"0.0.0.0/0\""),
    ]))

  private static let sources = HelpTopic(
    name: "sources", aliases: ["events", "history", "all", "calls", "delivered", "last"],
    page: HelpPage(rows: [
      .title("What a question is asked of: its first word"),
      .entry(
        "events",
        "all that CloudTrail recorded: imported logs, and simulated calls that Event history or a"
          + " trail has"),
      .entry(
        "history",
        "the console's Event history: management events of 90 days, of the session's account and"
          + " Region, and only those that create, modify or delete"),
      .entry("history all", "with the reads too"),
      .entry(
        "delivered TRAIL", "what lies in that trail's bucket now; with one trail its name can go"),
      .entry(
        "calls",
        "every simulated call, recorded or not: the truth to compare with. What was imported is in"
          + " `events` alone"),
      .entry("insights", "what CloudTrail Insights found: `help insights`"),
      .entry("last", "the rows of the last answer"),
      .entry("@NAME", "a saved question: `help saved`"),
      .blank,
      .text("All take the same conditions, times and stages; with none, all of them are shown."),
      .blank,
      .example("events where failed since 1d | count by error"),
      .example("simulate s3:ListBuckets; history; history all where service=s3"),
      .example("calls where data | count by name"),
      .example("events where failed; last | top ip"),
    ]))

  private static let comparisons = HelpTopic(
    name: "comparisons",
    aliases: ["and", "or", "not", "in", "exists", "about", "null"],
    page: HelpPage(rows: [
      .title("Comparisons"),
      .entry(
        "=  !=",
        "as people compare: letter case is ignored, * is any run of characters (\\* a star)"),
      .entry("==", "the exact bytes"),
      .entry(
        "<  <=  >  >=", "with a number numbers, with a time times, by value; else text by order"),
      .entry("~  !~", "searches with a regular expression: ~ /^Put.*Policy$/i (flags i, m, s)"),
      .entry("in ( )", "one of several values"),
      .entry("exists", "the event has the field, and it is not null"),
      .entry(
        "about X", "X anywhere a name can be: parameters, responses, resources, ARNs, messages"),
      .entry("and, or, not", "join them: not binds first, or last; brackets group"),
      .entry("null", "a text like others: `not error exists` finds what has no error, or null"),
      .blank,
      .text(
        "On ip, = with a CIDR block matches its addresses, and all spellings of an address are one. A missing"
          + " field compares false with everything, and every negation is exact: user != bob includes events"
          + " without a user."),
      .blank,
      .example("events where name=\"Delete*\" and not user=bob"),
      .example("events where ip=203.0.113.0/24"),
      .example("events where agent ~ /boto3/i | count by agent"),
      .example("events where error in (AccessDenied, \"Client.UnauthorizedOperation\")"),
    ]))

  private static let times = HelpTopic(
    name: "times", aliases: ["since", "until", "between", "at"],
    page: HelpPage(rows: [
      .title("Times"),
      .entry("since T", "from T on; `since 1h` counts back from the clock"),
      .entry(
        "until T",
        "up to the end of T: `until 2026-11-20` holds the 20th, `until 10:05` that minute"),
      .entry("between A and B", "from the beginning of A to the end of B"),
      .entry("at T", "the whole period: at 2026-11 is November"),
      .entry("as-of T", "only what could be known by the end of T: `help as-of`"),
      .blank,
      .text(
        "T is 15m, 1h30m, 7d, 09:00, today, yesterday, 2026-11, 2026-11-20 or 2026-11-20T10:05Z;"
          + " an offset such as +02:00 is understood, and answers are in UTC."),
      .text(
        "The clock is the wall clock unless `clock` or --now sets it: `clock latest` is the newest event."
      ),
      .blank,
      .example("events where denied since 1d"),
      .example("events between 2026-11-20 and 2026-11-21T12:00Z"),
      .example("events at 2026-11 | count every 1d"),
      .example("clock latest"),
    ]))

  private static let sequences = HelpTopic(
    name: "sequences", aliases: ["sequence", "then", "no", "within"],
    page: HelpPage(rows: [
      .title("Sequences: one thing, then another"),
      .entry(
        "A then B",
        "B is not before A: in one second, which logs give no order, any order counts"),
      .entry("within 1h", "from the first event to the last; a sequence must say it"),
      .entry("by user, trail", "what all events of a match have in common"),
      .entry("by newkey = key", "the same, by another field in each step"),
      .entry(
        "then no C",
        "surely no such event lies there, so none in the same second either; at the end: none until the"
          + " time is up, even after `until`"),
      .entry("A x5", "five of them: the nearest ones to the next step"),
      .entry(
        "A as k", "names the step: later ones compare with k.FIELD, stages show it and choose by it"
      ),
      .blank,
      .text(
        "All combinations are matches, ordered by their last events; the same events in another order of one"
          + " second are no second match. Of simulated events the order is known, and counts. Stages count matches; a field there"
          + " is the last event's, at whose time a match lies. `timeline` shows each match, `open N` all its"
          + " events. With --json a match is an object with its records in `events`."),
      .blank,
      .example(
        "events where name=StopLogging then name=DeleteTrail within 1h by who, trail"),
      .example(
        "events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d"
          + " | select time, k.ip, ip, user"),
      .example(
        "events where name=CreateAccessKey as k then denied within 1d by account | where ip != k.ip"
      ),
      .example("events where (login and failed) x5 then (login and ok) within 15m by ip"),
      .example(
        "events where name=StopLogging then no name=StartLogging within 1h by trail | timeline"),
      .text(
        "First-seen values, bursts and silences are stages: `help new`, `help burst`, `help gaps`."),
    ]))

  private static let stages = HelpTopic(
    name: "stages",
    aliases: ["by", "every", "as", "asc", "desc", "per", "baseline", "over", "some", "none"],
    page: HelpPage(rows: [
      .title("Stages: what is made of the rows, and the words inside them"),
      .text(
        "Each | is followed by a stage, which works on the rows of the one before. `help topics` lists all,"
          + " `help count` explains one."),
      .entry("by FIELD, …", "count, stats, burst, gaps: each group for itself"),
      .entry("every DURATION", "count, stats: each bucket of time for itself, silent ones too"),
      .entry("as NAME", "select, count, stats: what the column is called"),
      .entry("asc, desc", "sort: the smallest first, which needs no word, or the largest first"),
      .entry("per FIELD, …", "new: never seen before for that user, account, …"),
      .entry("baseline DURATION", "new, rare: how far back before the window they look"),
      .entry("in DURATION", "burst: the length of the window that slides"),
      .entry("over DURATION", "gaps: a longer silence is one"),
      .entry("some, none", "expect: one row or more, or no row"),
      .text("`by` and `as` stand in sequences as well: `help sequences`."),
      .blank,
      .example("events | stats min time as first by user | sort first desc"),
      .example("events | count by service every 1d"),
      .example("events since 1d | new ip per user baseline 13d"),
    ]))

  private static let paths = HelpTopic(
    name: "paths",
    page: HelpPage(rows: [
      .title("Paths"),
      .text(
        "Every value of a record is a field, called by its JSON path. Short roots save typing:"),
      .entry("req.PATH", "requestParameters"),
      .entry("resp.PATH", "responseElements"),
      .entry("extra.PATH", "additionalEventData"),
      .entry("identity.PATH", "userIdentity"),
      .blank,
      .text(
        "A path that meets an array holds if any element does; one that ends on an object means every value in it, at any"
          + " depth: req.policy ~ /secret/. Odd keys are quoted: req.\"odd-key\"."
      ),
      .blank,
      .example("events where req.bucketName exists | top req.bucketName"),
      .example("events where userIdentity.sessionContext.sessionIssuer.arn exists | limit 5"),
    ]))

  private static let fields = HelpTopic(
    name: "fields",
    page: HelpPage(rows: [
      .title("Fields"),
      .text(
        "Short names stand for what people ask; `fields` lists them, `fields user` explains one and"
          + " shows its most frequent values. Everything else is a path: `help paths`."),
      .blank,
      .example("events | select time, who, name, target, error"),
      .example("fields user"),
    ]))

  private static let json = HelpTopic(
    name: "json",
    page: HelpPage(rows: [
      .title("JSON"),
      .text(
        "With `output ndjson` (on the command line: --json) a row is one JSON object a line. A sentence"
          + " without select or aggregation gives the original record, complete: key order and the spelling"
          + " of numbers included. Everything else gives an object with the column names."),
      .text(
        "`output json` writes one array instead. Notes and timing go to standard error, data alone"
          + " to standard output."),
      .blank,
      .example("output ndjson; events where delete | limit 1"),
      .example("output json; events | count by service"),
    ]))

  private static let saved = HelpTopic(
    name: "saved",
    page: HelpPage(rows: [
      .title("Saved queries"),
      .text(
        "`define query` gives a sentence a name; `@name` uses it. $1, $2, … in it are filled in from"
          + " what follows the name. Saved queries last as long as the session: put them into"
          + " ~/.config/trailq/rc.trailq to have them always."),
      .blank,
      .example(
        "define query mistakes as events where failed and user=$1; @mistakes bob | count by name"),
    ]))

  private static let scripts = HelpTopic(
    name: "scripts",
    page: HelpPage(rows: [
      .title("Scripts"),
      .entry("trailq FILE.trailq …", "runs files"),
      .entry("trailq -c 'STATEMENTS'", "runs statements"),
      .entry("… | trailq, trailq -", "runs what comes on standard input"),
      .blank,
      .text(
        "A statement ends at a newline, unless a bracket is open, the line ends in | , and or or, or the"
          + " next line begins with |; a semicolon ends one too. # starts a comment."),
      .text(
        "`expect` prints TAP lines. Exit status: 0 all well, 1 an expectation failed, 2 an error,"
          + " 130 interrupted. A script stops at its first error unless `set on_error continue`."),
      .blank,
      .example("events where name=DeleteTrail | expect none"),
      .example("events where denied | expect some"),
      .example("expect error unknown-field events where nmae=x"),
    ]))

  private static let output = HelpTopic(
    name: "formats",
    page: HelpPage(
      rows: [.title("Output formats")]
        + OutputFormat.allCases.map { .entry($0.rawValue, $0.meaning) } + [
          .blank,
          .text("`export FILE` writes the last answer to a file in the format of its ending."),
          .blank,
          .example("output lines; events | limit 1"),
          .example("events where denied | count by user; export denied.csv"),
        ]))

  private static let keys = HelpTopic(
    name: "keys",
    page: HelpPage(rows: [
      .title("Keys"),
      .entry("Tab", "completes; with several choices lists them, values with their counts"),
      .entry("Up, Down", "earlier statements; Ctrl-R searches them"),
      .entry("Ctrl-C", "stops the running query, or clears the line"),
      .entry("Ctrl-D", "ends trailq on an empty line"),
      .text("Your ~/.editrc is read: `bind -v` there gives vi keys."),
    ]))
}

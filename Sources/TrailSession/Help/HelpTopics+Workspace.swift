extension HelpTopics {
  static let workspaces = HelpTopic(
    name: "workspaces", aliases: ["workspace", "kept", "-w"],
    page: HelpPage(rows: [
      .title("What is kept of a session, and where"),
      .entry("trailq -w FILE", "keeps the session in FILE, and goes on with what is in it"),
      .entry("open FILE", "goes over to a workspace at the prompt or in a script"),
      .entry("save FILE", "writes a copy of the session as it is now"),
      .entry("check [FILE]", "reads all of it and says what is damaged"),
      .blank,
      .text(
        "A workspace is one SQLite file: events, the simulated world, saved queries, the clock, and settings that"
          + " were changed. Opening reads none of the events; a column is read when a question first needs it."
      ),
      .text(
        "Each statement is on the disk before the next prompt. An import is kept piece by piece, and goes on where"
          + " it ended when it is repeated: files that were read and have not changed are not read again. Where the disk is full, what was there before stays whole, and the rest"
          + " is tried again with the next statement."),
      .text(
        "One process writes; others may look at it as it is now (`open FILE read-only`, or -w FILE --read-only):"
          + " what they do is not kept."),
      .text(
        "The simulated world is built again from its statements when one first needs it: without output, without"
          + " files of yours being written, and without programs. Files in buckets with a folder of their own are"
          + " left as they are; all other buckets are filled again."),
      .blank,
      .example("save incident.ws; check incident.ws"),
    ]))
}

internal import TrailCloud

extension HelpTopics {
  /// The language of event patterns (facts §10.2).
  static let eventPatterns = HelpTopic(
    name: "patterns", aliases: ["event patterns", "event-patterns", "pattern"],
    page: HelpPage(
      rows: [
        .title("Event patterns: which events a rule of EventBridge waits for"),
        .text(
          "A pattern is a JSON object in the form of the event. At the end of each way stands a list in brackets: one"
            + " of its values must be there. All fields must match; fields that the pattern does not name may be"
            + " anything. Letter case counts, in names and in values."),
        .blank,
        .example(
          "test pattern '{\"source\": [\"aws.s3\"], \"detail\": {\"eventName\": [{\"prefix\": \"Delete\"}]}}'"
            + " '{\"source\": \"aws.s3\", \"detail\": {\"eventName\": \"DeleteBucket\"}}'"),
        .example(
          "define rule gone on '{\"detail\": {\"eventName\": [{\"prefix\": \"Delete\"}],"
            + " \"errorCode\": [{\"exists\": false}]}}' do print"),
        .blank,
        .title("What may stand in a list"),
      ] + operators + [.blank, .title("What events have")] + semantics + [
        .blank,
        .example(
          "test pattern '{\"detail\": {\"$or\": [{\"errorCode\": [{\"exists\": true}]},"
            + " {\"userIdentity\": {\"type\": [\"Root\"]}}]}}'"
            + " '{\"detail-type\": \"t\", \"detail\": {\"userIdentity\": {\"type\": \"Root\"}}}'"),
        .example(
          "test pattern '{\"detail\": {\"sourceIPAddress\": [{\"cidr\": \"203.0.113.0/24\"}],"
            + " \"bytes\": [{\"numeric\": [\">=\", 100, \"<\", 1000]}]}}'"
            + " '{\"detail-type\": \"t\", \"detail\": {\"sourceIPAddress\": \"203.0.113.7\", \"bytes\": 243}}'"
        ),
        .blank,
        .text(
          "`test pattern` says field by field what an event makes of a pattern; `define rule … on` takes one. Patterns"
            + " have at most \(BusLimits.patternCharacters) characters. What questions compare with is in `help"
            + " comparisons`, patterns of log groups in `help filters`."),
      ]))

  private static let operators: [HelpPage.Row] = [
    .entry("\"x\"  5  true  null", "exactly that value; 1 and 1.0 are the same number"),
    .entry("{\"prefix\": \"De\"}", "a text that begins so"),
    .entry("{\"suffix\": \".csv\"}", "a text that ends so"),
    .entry("{\"equals-ignore-case\": \"x\"}", "a text, in any letter case"),
    .entry(
      "{\"prefix\": {\"equals-ignore-case\": \"x\"}}",
      "the beginning in any letter case; `suffix` takes the same"),
    .entry(
      "{\"wildcard\": \"a*z\"}",
      "a text in which * is any run of characters; \"\\\\*\" is a star, \"\\\\\\\\\" a backslash, ** is refused"
    ),
    .entry("{\"anything-but\": \"x\"}", "a value that is there and is another"),
    .entry("{\"anything-but\": [\"x\", \"y\"]}", "none of these texts, or none of these numbers"),
    .entry(
      "{\"anything-but\": {\"prefix\": \"x\"}}",
      "none that begins so; the same with `suffix`, `equals-ignore-case` and `wildcard`, and with lists of them"
    ),
    .entry(
      "{\"numeric\": [\">\", 0, \"<=\", 5]}",
      "a number in between, the lower end first; one comparison alone will do: = < <= > >="),
    .entry("{\"cidr\": \"10.0.0.0/24\"}", "an address in that block; IPv6 too"),
    .entry("{\"exists\": true}", "a value is there, null too; `false`: none is"),
    .entry(
      "\"$or\": [{…}, {…}]",
      "in the place of a field: one of these objects must match, and the fields beside it"),
  ]

  private static let semantics: [HelpPage.Row] = [
    .entry(
      "lists", "match if one of their elements does; an empty one is as if nothing were there"),
    .entry(
      "lists of objects",
      "fields that are asked for together must be in the same element: {\"a\": {\"b\": [1], \"c\": [2]}}"
    ),
    .entry(
      "null", "is a value: null in the list matches it, `exists` finds it, \"\" does not match it"),
    .entry("what is missing", "matches {\"exists\": false} alone, and no `anything-but`"),
    .entry("objects", "are no values: {\"exists\": true} does not match one, `false` does"),
    .entry(
      "anything-but", "matches a list in which one element is another, and values of another type"),
    .entry("types", "are not converted: \"1\" is not 1, and `numeric` does not see it"),
    .entry("names with dots", "are the same as nesting: \"detail.eventName\""),
  ]
}

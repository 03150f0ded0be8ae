internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// What was published to a topic.
enum InboxCommand {
  /// Messages that are shown unless somebody says how many.
  private static let usualCount = 10

  static let inbox = Command(
    "inbox", forms: ["inbox TOPIC", "inbox TOPIC N", "inbox TOPIC all"],
    summary: "shows what was published to a topic, newest first",
    detail: [
      "The newest 10 messages unless told. SNS keeps none: this is what a subscriber would have got. With `--json`"
        + " each message is an object; what the topic sends to queues and functions is in `receive` and `show"
        + " function`."
    ],
    examples: [
      "define topic deliveries; define bucket logs; define trail main to s3://logs notify deliveries; advance 15m;"
        + " inbox deliveries 1"
    ],
    candidates: { site in
      site.words.count == 1
        ? [Completion.Candidate("all")] : NounCompletion.topics(site)
    }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the topic's name")
    var count = usualCount
    if !reader.isAtEnd {
      count = try reader.take("all") != nil ? .max : reader.number("number of messages")
    }
    try reader.finish()
    let topic = try invocation.topic(name)
    let messages = Array(topic.inbox.suffix(count).reversed())
    guard !messages.isEmpty else { return tellEmpty(topic, invocation) }
    if invocation.session.settings.output == .table {
      try invocation.write(page(messages, invocation))
    } else {
      try invocation.showTable(
        [
          ("time", .text), ("topic", .text), ("id", .text), ("publisher", .text),
          ("subject", .text), ("message", .text),
        ],
        rows: messages.map { message in
          [
            .text(ReadableTime.iso(message.time)), .text(topic.name), .text(message.id),
            .text(message.publisher), message.subject.map { .text($0) } ?? .missing,
            .text(message.text),
          ]
        }, empty: "")
    }
    tellMore(than: messages.count, topic, invocation)
  }

  private static func page(_ messages: [TopicMessage], _ invocation: Invocation) -> String {
    let palette = Palette(usesColour: invocation.session.traits(of: invocation.output).usesColour)
    return messages.map { message in
      var title = "\(ReadableTime.readable(message.time))  \(message.publisher)"
      if let subject = message.subject { title += "  \(subject)" }
      return palette.paint(TerminalText.sanitised(title), as: .heading) + "\n"
        + MessageText.body(message.text)
    }.joined(separator: "\n")
  }

  private static func tellMore(than shown: Int, _ topic: Topic, _ invocation: Invocation) {
    let rest = topic.inbox.count - shown
    guard rest > 0 else { return }
    invocation.session.note(
      "\(NumberText.counted(rest, "older message")) (`inbox \(topic.name) all`)",
      to: invocation.output)
  }

  private static func tellEmpty(_ topic: Topic, _ invocation: Invocation) {
    let trails = TopicSubscriptions.trails(notifying: topic, invocation.cloud)
    var text = "topic \(topic.name) has no messages yet"
    if trails.isEmpty {
      text += "; a trail would notify it: define trail NAME to s3://BUCKET notify \(topic.name)"
    }
    for trail in trails {
      if let error = trail.status.latestNotificationError {
        text += "; trail \(trail.name) could not publish: \(error)"
      } else {
        text += "; trail \(trail.name) notifies it of each delivery (`advance 15m`)"
      }
    }
    invocation.session.note(text, to: invocation.output)
  }
}

/// Messages for reading.
enum MessageText {
  /// The text, indented; JSON is laid out.
  static func body(_ text: String) -> String {
    let shown: String
    if let value = try? JSONParser.parse(text), value.members != nil || value.elements != nil {
      shown = IndentedJSON.text(unwrapped(value))
    } else {
      shown = text
    }
    return shown.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "  \(TerminalText.sanitised(String($0)))\n" }.joined()
  }

  /// SNS's envelope with the JSON in it opened, so that people can read it.
  private static func unwrapped(_ value: JSONValue) -> JSONValue {
    guard value["Type"]?.text == "Notification", let text = value["Message"]?.text,
      let inner = try? JSONParser.parse(text), inner.members != nil,
      let members = value.members
    else { return value }
    return .object(
      members.map { $0.name == Array("Message".utf8) ? JSONMember($0.name, inner) : $0 })
  }
}

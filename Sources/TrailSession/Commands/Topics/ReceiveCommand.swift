internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Receiving from a queue.
enum ReceiveCommand {
  /// SQS gives as many at most.
  private static let usualCount = 10

  static let receive = Command(
    "receive", forms: ["receive QUEUE", "receive QUEUE N", "receive QUEUE [N] delete|keep"],
    summary: "receives messages from a queue, as ReceiveMessage does",
    detail: [
      "What was received is in flight: it comes again when its visibility timeout is over (30s unless told),"
        + " unless `delete` deletes it at once. `keep` only looks: nothing is called, and nothing changes.",
      "At most 10 messages come at a time, as in AWS. Attributes stand above the body: those of a dead letter of"
        + " EventBridge say which rule and target it is about, and why.",
    ],
    examples: [
      "define queue jobs; simulate sqs:SendMessage queueUrl=jobs messageBody=hello; receive jobs; receive jobs",
      "define queue jobs; simulate sqs:SendMessage queueUrl=jobs messageBody=hello; receive jobs 1 keep",
    ],
    candidates: { site in
      site.words.isEmpty
        ? NounCompletion.queues(site) : ["delete", "keep"].map { Completion.Candidate($0) }
    }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the queue's name")
    var count = usualCount
    if try !reader.isAtEnd && reader.peek()?.text.first?.isNumber == true {
      count = try reader.number("number of messages")
    }
    let how = try reader.take("delete", "keep")
    try reader.finish(expected: ["N", "delete", "keep"])
    let queue = try invocation.queue(name)
    let messages =
      how?.text == "keep"
      ? queue.peek(count, at: invocation.cloud.now).map { ReceivedMessage($0) }
      : try received(count, from: queue, deletes: how != nil, at: name, invocation)
    guard !messages.isEmpty else { return tellEmpty(queue, invocation) }
    try show(messages, of: queue, invocation)
  }

  /// Makes the calls that a consumer makes.
  private static func received(
    _ count: Int, from queue: Queue, deletes: Bool, at name: Argument, _ invocation: Invocation
  ) throws -> [ReceivedMessage] {
    func perform(_ operation: String, _ more: [JSONMember]) throws -> JSONValue {
      var call = APICall(
        "sqs", operation, parameters: [JSONMember("QueueUrl", .string(queue.url))] + more)
      call.region = queue.region
      call.caller = Caller.administrator(of: queue.account, invocation.cloud)
      return try invocation.perform(call, at: name.range).response
    }
    let answer = try perform(
      "ReceiveMessage",
      [
        JSONMember("MaxNumberOfMessages", .number(String(count))),
        JSONMember("MessageSystemAttributeNames", ["All"]),
        JSONMember("MessageAttributeNames", ["All"]),
      ])
    let messages = answer["Messages"]?.elements ?? []
    for message in messages where deletes {
      _ = try perform(
        "DeleteMessage", [JSONMember("ReceiptHandle", message["ReceiptHandle"] ?? "")])
    }
    return messages.map { ReceivedMessage($0) }
  }

  private static func show(
    _ messages: [ReceivedMessage], of queue: Queue, _ invocation: Invocation
  ) throws {
    switch invocation.session.settings.output {
    case .table: break
    case .json, .ndjson: return try showObjects(messages, of: queue, invocation)
    default:
      return try invocation.showTable(
        [
          ("sent", .text), ("queue", .text), ("id", .text), ("received", .number),
          ("group", .text), ("attributes", .text), ("body", .text),
        ],
        rows: messages.map { message in
          [
            .text(ReadableTime.iso(message.sentTime)), .text(queue.name), .text(message.id),
            .number("\(message.receiveCount)"), message.groupID.map { .text($0) } ?? .missing,
            message.attributes.isEmpty
              ? .missing
              : .text(String(decoding: JSONWriter.bytes(message.attributesObject), as: UTF8.self)),
            .text(message.body),
          ]
        }, empty: "")
    }
    let palette = Palette(usesColour: invocation.session.traits(of: invocation.output).usesColour)
    let pages = messages.map { message in
      var title = "\(ReadableTime.readable(message.sentTime))  \(message.id)"
      if let group = message.groupID { title += "  group \(group)" }
      if message.receiveCount > 1 {
        title += "  received \(NumberText.counted(message.receiveCount, "time"))"
      }
      let attributes = message.attributes.map { name, value in
        "  " + palette.paint(TerminalText.sanitised(name), as: .name)
          + ": \(TerminalText.sanitised(value))\n"
      }
      return palette.paint(TerminalText.sanitised(title), as: .heading) + "\n"
        + attributes.joined() + MessageText.body(message.body)
    }
    try invocation.write(pages.joined(separator: "\n"))
  }

  /// Messages for programs: attributes stand there as an object.
  private static func showObjects(
    _ messages: [ReceivedMessage], of queue: Queue, _ invocation: Invocation
  ) throws {
    let lines = messages.map { message in
      String(
        decoding: JSONWriter.bytes([
          "sent": .string(ReadableTime.iso(message.sentTime)), "queue": .string(queue.name),
          "id": .string(message.id), "received": .number(String(message.receiveCount)),
          "group": message.groupID.map { .string($0) } ?? .null,
          "attributes": message.attributesObject, "body": .string(message.body),
        ]), as: UTF8.self)
    }
    let isArray = invocation.session.settings.output == .json
    try invocation.write(
      isArray
        ? "[\n" + lines.joined(separator: ",\n") + "\n]\n"
        : lines.map { $0 + "\n" }.joined())
  }

  private static func tellEmpty(_ queue: Queue, _ invocation: Invocation) {
    let counts = (invocation.cloud.queues[queue.arn] ?? queue).counts(at: invocation.cloud.now)
    var text = "queue \(queue.name) has no message to receive"
    if counts.inFlight > 0 {
      text += "; \(NumberText.counted(counts.inFlight, "message")) in flight"
    }
    if counts.delayed > 0 { text += "; \(NumberText.counted(counts.delayed, "message")) delayed" }
    invocation.session.note(text, to: invocation.output)
  }
}

/// A message as somebody received it, or only saw it.
private struct ReceivedMessage {
  var id: String
  var body: String
  var sentTime: Int64
  var receiveCount: Int
  var groupID: String?
  /// The sender's attributes: a dead letter's say why it is one.
  var attributes: [(name: String, value: String)] = []

  var attributesObject: JSONValue {
    .object(attributes.map { JSONMember($0.name, .string($0.value)) })
  }

  /// Names and values of attributes as SQS has them, without their types.
  private static func plain(_ attributes: JSONValue?) -> [(name: String, value: String)] {
    (attributes?.members ?? []).map { member in
      (
        member.nameText,
        (member.value["StringValue"] ?? member.value["BinaryValue"])?.text ?? ""
      )
    }
  }

  init(_ message: QueueMessage) {
    id = message.id
    body = message.body
    sentTime = message.sentTime
    receiveCount = message.receiveCount
    groupID = message.groupID
    attributes = Self.plain(message.attributes)
  }

  /// From ReceiveMessage's answer.
  init(_ message: JSONValue) {
    id = message["MessageId"]?.text ?? ""
    body = message["Body"]?.text ?? ""
    let attributes = message["Attributes"]
    sentTime = attributes?["SentTimestamp"]?.text.flatMap { Int64($0) } ?? 0
    receiveCount = attributes?["ApproximateReceiveCount"]?.text.flatMap { Int($0) } ?? 1
    groupID = attributes?["MessageGroupId"]?.text
    self.attributes = Self.plain(message["MessageAttributes"])
  }
}

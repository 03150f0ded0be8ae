internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Queues of SQS.
enum QueueNouns {
  static let all: [Command] = [define, list, show, drop]

  private static let forms = [
    "fed by TOPIC [raw]", "dead-letter QUEUE [after N]", "visibility DURATION",
    "retention DURATION", "delay DURATION", "policy none|services|{…}", "region R", "account ID",
    "kms KEY",
  ]

  private static let define = Command(
    "define queue",
    forms: [
      "define queue NAME [fed by TOPIC [raw]]… [dead-letter QUEUE [after N]]",
      "define queue NAME … [visibility DURATION] [retention DURATION] [delay DURATION]",
      "define queue NAME … [policy none|services|{…}] [region R] [account ID] [kms KEY]",
    ],
    summary: "says that there is an SQS queue, into which topics and rules may send",
    detail: [
      "`fed by TOPIC` subscribes it to a topic: messages come in SNS's envelope, or with `raw` as they are."
        + " `dead-letter QUEUE after N`: what was received N times and never deleted goes to QUEUE (10 unless told).",
      "Its policy lets SNS and EventBridge send. `policy none` leaves everybody but the account out, as CreateQueue"
        + " does; `policy {…}` is another. Names of FIFO queues end in .fifo. A queue that is there is changed.",
    ],
    examples: [
      "define topic alerts; define queue jobs fed by alerts; simulate sns:Publish"
        + " topicArn=arn:aws:sns:us-east-1:123456789012:alerts message=hello; receive jobs",
      "define queue failed; define queue jobs dead-letter failed after 3 visibility 1m",
    ],
    candidates: { NounCompletion.options(forms, after: 1, $0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the queue's name")
    var place = NounPlace()
    var options = QueueOptions()
    while !reader.isAtEnd {
      if try !place.take(&reader), try !options.take(&reader) {
        try reader.finish(expected: forms)
      }
    }
    let cloud = invocation.cloud
    let (account, region) = try place.found(invocation)
    let arn = "arn:aws:sqs:\(region):\(account):\(name.text)"
    let isNew = cloud.queues[arn] == nil
    if let key = options.key {
      options.attributes.append(
        ("KmsMasterKeyId", try invocation.keyARN(key, account: account, region: region)))
    }
    let redrive = try options.deadLetter.map { target in
      let queue = try invocation.queue(target)
      return Queue.Redrive(targetARN: queue.arn, maxReceiveCount: options.maxReceiveCount)
    }
    do throws(AWSError) {
      try cloud.defineQueue(
        name.text, region: region, account: account,
        policy: options.policy(of: arn), redrive: redrive, attributes: options.attributes)
    } catch {
      throw Diagnostics(error, at: name.range)
    }
    for (topic, isRaw) in options.topics {
      let topic = (try invocation.topic(topic), topic)
      do throws(AWSError) {
        try cloud.defineSubscription(
          to: topic.0.arn, kind: .sqs, endpoint: arn,
          attributes: isRaw ? [("RawMessageDelivery", "true")] : [])
      } catch {
        throw Diagnostics(error, at: topic.1.range)
      }
    }
    let feeders = options.topics.map(\.name.text).joined(separator: ", ")
    invocation.session.note(
      "queue \(name.text) is \(isNew ? "defined" : "changed")"
        + (feeders.isEmpty ? "" : ", fed by \(feeders)"), to: invocation.output)
  }

  private static let list = Command(
    "list queues", forms: ["list queues"],
    summary: "lists the queues and how many messages are in them",
    examples: ["define queue jobs; list queues"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    let queues = cloud.queues
    try invocation.showTable(
      [
        ("queue", .text), ("region", .text), ("account", .text), ("messages", .number),
        ("in_flight", .number), ("delayed", .number), ("dead_letter", .text),
      ],
      rows: queues.byARN.keys.sorted().compactMap { queues[$0] }.map { queue in
        let counts = queue.counts(at: cloud.now)
        return [
          .text(queue.name), .text(queue.region), .text(queue.account),
          .number("\(counts.available)"), .number("\(counts.inFlight)"),
          .number("\(counts.delayed)"),
          queue.redrive.map { .text(lastPart($0.targetARN)) } ?? .missing,
        ]
      }, empty: "there are no queues; `define queue NAME` makes one")
  }

  private static let show = Command(
    "show queue", forms: ["show queue NAME"],
    summary: "shows a queue: its messages' state, its settings, who may send",
    examples: ["define queue jobs; show queue jobs"],
    candidates: { NounCompletion.queues($0) }
  ) { invocation in
    let queue = try invocation.queue(try invocation.onlyName("the queue's name"))
    let cloud = invocation.cloud
    let counts = queue.counts(at: cloud.now)
    var rows: [(String, String)] = [
      ("arn", queue.arn), ("url", queue.url),
      (
        "messages",
        "\(NumberText.grouped(counts.available)) to be received, "
          + "\(NumberText.grouped(counts.inFlight)) in flight, "
          + "\(NumberText.grouped(counts.delayed)) delayed"
      ),
    ]
    for attribute in QueueAttribute.allCases where attribute != .keyReuse {
      rows.append((attribute.rawValue, "\(queue.number(attribute))"))
    }
    rows += queue.attributes.sorted { $0.key < $1.key }
      .filter { QueueAttribute(rawValue: $0.key) == nil }.map { ($0.key, $0.value) }
    if let redrive = queue.redrive {
      rows.append(
        (
          "dead letters",
          "to \(lastPart(redrive.targetARN)), after \(NumberText.counted(redrive.maxReceiveCount, "time"))"
        ))
    }
    let feeders = cloud.topics.subscriptions.values.filter { $0.endpoint == queue.arn }
    for subscription in feeders.sorted(by: { $0.arn < $1.arn }) {
      rows.append(
        (
          "fed by",
          "topic \(lastPart(subscription.topicARN))\(subscription.isRaw ? ", raw" : "")"
        ))
    }
    rows += queue.tags.map { ("tag", "\($0.key)=\($0.value)") }
    try NounPage.write(
      "queue \(queue.name)", rows, documents: [("Policy", queue.policy)], invocation)
  }

  private static let drop = Command(
    "drop queue", forms: ["drop queue NAME"],
    summary: "deletes a queue with its messages: DeleteQueue",
    examples: ["define queue jobs; drop queue jobs"],
    candidates: { NounCompletion.queues($0) }
  ) { invocation in
    let name = try invocation.onlyName("the queue's name")
    let queue = try invocation.queue(name)
    var call = APICall(
      "sqs", "DeleteQueue", parameters: [JSONMember("QueueUrl", .string(queue.url))])
    call.region = queue.region
    call.caller = Caller.administrator(of: queue.account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("queue \(queue.name) is deleted", to: invocation.output)
  }

  private static func lastPart(_ arn: String) -> String {
    arn.split(separator: ":").last.map(String.init) ?? arn
  }
}

/// What `define queue` can say of a queue.
private struct QueueOptions {
  var topics: [(name: Argument, isRaw: Bool)] = []
  var deadLetter: Argument?
  /// As the console has it.
  var maxReceiveCount = 10
  var attributes: [(name: String, value: String)] = []
  var key: Argument?
  private var ownPolicy: JSONValue?
  private var letsServicesIn = true

  /// Takes one option. False where the next word is none.
  mutating func take(_ reader: inout ArgumentReader) throws -> Bool {
    if try reader.take("fed") != nil {
      _ = try reader.take("by")
      topics.append((try reader.word("the topic"), try reader.take("raw") != nil))
    } else if try reader.take("subscribe") != nil {
      topics.append((try reader.word("the topic"), try reader.take("raw") != nil))
    } else if try reader.take("dead-letter") != nil {
      deadLetter = try reader.word("the dead-letter queue")
      if try reader.take("after") != nil {
        maxReceiveCount = try reader.number("number of receives")
        _ = try reader.take("times", "time")
      }
    } else if try reader.take("visibility") != nil {
      try add("VisibilityTimeout", &reader)
    } else if try reader.take("retention") != nil {
      try add("MessageRetentionPeriod", &reader)
    } else if try reader.take("delay") != nil {
      try add("DelaySeconds", &reader)
    } else if try reader.take("kms") != nil {
      key = try reader.word("the key: its alias, id or ARN")
    } else if try reader.take("policy") != nil {
      letsServicesIn = try reader.take("none") == nil
      if letsServicesIn, try reader.take("services") == nil {
        ownPolicy = try reader.json("`none`, `services` or a policy").value
      }
    } else {
      return false
    }
    return true
  }

  private mutating func add(_ attribute: String, _ reader: inout ArgumentReader) throws {
    let milliseconds = try reader.duration("the length of time, such as 1m")
    attributes.append((attribute, "\(milliseconds / 1000)"))
  }

  func policy(of arn: String) -> JSONValue? {
    letsServicesIn ? ownPolicy ?? QueuePolicy.forServices(arn) : nil
  }
}

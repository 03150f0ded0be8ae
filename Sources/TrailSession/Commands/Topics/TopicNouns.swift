internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Topics of SNS.
enum TopicNouns {
  static let all: [Command] = [define, list, show, drop]

  private static let forms = [
    "policy none|cloudtrail|{…}", "region R", "account ID", "kms KEY",
    "subscribe PROTOCOL ENDPOINT",
  ]

  private static let define = Command(
    "define topic",
    forms: [
      "define topic NAME [policy none|cloudtrail|{…}] [region R] [account ID] [kms KEY]",
      "define topic NAME … [subscribe email|sqs|lambda|http|https|sms ENDPOINT]…",
    ],
    summary: "says that there is an SNS topic, to which CloudTrail and other services may publish",
    detail: [
      "Its policy lets CloudTrail, CloudWatch's alarms and EventBridge publish. `policy none` is the one that"
        + " CreateTopic gives, which lets in the account and its alarms only; `policy {…}` is another.",
      "`kms KEY`: messages are encrypted; the key's policy must let the services in too (`define key ct policy"
        + " topic`). ENDPOINT is an address, an ARN, or the name of a queue or function. A topic that is there is"
        + " changed.",
    ],
    examples: [
      "define topic deliveries; define bucket logs; define trail main to s3://logs notify deliveries",
      "define topic alerts subscribe email ops@example.com; show topic alerts",
      "define topic closed policy none; define bucket logs; expect error"
        + " InsufficientSnsTopicPolicyException define trail main to s3://logs notify closed",
    ],
    candidates: { NounCompletion.options(forms, after: 1, $0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the topic's name")
    var place = NounPlace()
    var policy: (value: JSONValue?, isOwn: Bool) = (nil, false)
    var usesStandard = false
    var key: Argument?
    var subscriptions: [(kind: Argument, endpoint: Argument)] = []
    while !reader.isAtEnd {
      if try place.take(&reader) { continue }
      if try reader.take("policy") != nil {
        policy = (nil, false)
        usesStandard = try reader.take("none") != nil
        if try !usesStandard && reader.take("cloudtrail") == nil {
          policy = (try reader.json("`none`, `cloudtrail` or a policy").value, true)
        }
      } else if try reader.take("kms") != nil {
        key = try reader.word("the key: its alias, id or ARN")
      } else if try reader.take("subscribe") != nil {
        subscriptions.append(
          (try reader.word("the protocol, such as email"), try reader.word("the endpoint")))
      } else {
        try reader.finish(expected: forms)
      }
    }
    let cloud = invocation.cloud
    let (account, region) = try place.found(invocation)
    let arn = "arn:aws:sns:\(region):\(account):\(name.text)"
    let isNew = cloud.topics[arn] == nil
    let keyARN = try key.map { try invocation.keyARN($0, account: account, region: region) }
    do throws(AWSError) {
      try cloud.defineTopic(
        name.text, region: region, account: account,
        policy: policy.isOwn
          ? policy.value
          : usesStandard ? nil : TopicPolicy.forServices(arn, account: account), kmsKey: keyARN)
    } catch {
      throw Diagnostics(error, at: name.range)
    }
    for (kind, endpoint) in subscriptions {
      try TopicSubscriptions.subscribe(kind, endpoint, to: arn, invocation)
    }
    let rights =
      policy.isOwn
      ? "with a policy that you wrote"
      : usesStandard
        ? "with AWS's own policy: CloudTrail may not publish"
        : "with a policy that lets CloudTrail publish"
    invocation.session.note(
      "topic \(name.text) is \(isNew ? "defined" : "changed"), \(rights)", to: invocation.output)
  }

  private static let list = Command(
    "list topics", forms: ["list topics"], summary: "lists the topics and how much they have had",
    examples: ["define topic alerts; list topics"]
  ) { invocation in
    try invocation.reader().finish()
    let topics = invocation.cloud.topics
    try invocation.showTable(
      [
        ("topic", .text), ("region", .text), ("account", .text), ("subscriptions", .number),
        ("messages", .number), ("encrypted", .text),
      ],
      rows: topics.byARN.keys.sorted().compactMap { topics[$0] }.map { topic in
        [
          .text(topic.name), .text(topic.region), .text(topic.account),
          .number("\(topic.subscriptions.count)"), .number("\(topic.publishedCount)"),
          .text(topic.kmsKey == nil ? "no" : "yes"),
        ]
      }, empty: "there are no topics; `define topic NAME` makes one")
  }

  private static let show = Command(
    "show topic", forms: ["show topic NAME"],
    summary: "shows a topic: who may publish, who subscribed, which trails notify it",
    detail: ["`inbox NAME` shows what was published."],
    examples: ["define topic alerts; show topic alerts"],
    candidates: { NounCompletion.topics($0) }
  ) { invocation in
    let topic = try invocation.topic(try invocation.onlyName("the topic's name"))
    let cloud = invocation.cloud
    var rows: [(String, String)] = [
      ("arn", topic.arn), ("messages", NumberText.grouped(topic.publishedCount)),
    ]
    if let key = topic.kmsKey { rows.append(("encrypted with", key)) }
    if let name = topic.attributes["DisplayName"], !name.isEmpty {
      rows.append(("display name", name))
    }
    for subscription in cloud.topics.subscriptions(to: topic.arn) {
      rows.append(("subscription", TopicSubscriptions.text(subscription)))
    }
    for trail in TopicSubscriptions.trails(notifying: topic, cloud) {
      let error = trail.status.latestNotificationError.map { ": \($0)" } ?? ""
      rows.append(("notified by", "trail \(trail.name)\(error)"))
    }
    rows += topic.tags.map { ("tag", "\($0.key)=\($0.value)") }
    try NounPage.write(
      "topic \(topic.name)", rows, documents: [("Policy", topic.policy)], invocation)
  }

  private static let drop = Command(
    "drop topic", forms: ["drop topic NAME"],
    summary: "deletes a topic and its subscriptions: DeleteTopic",
    examples: ["define topic alerts; drop topic alerts"],
    candidates: { NounCompletion.topics($0) }
  ) { invocation in
    let name = try invocation.onlyName("the topic's name")
    let topic = try invocation.topic(name)
    var call = APICall(
      "sns", "DeleteTopic", parameters: [JSONMember("TopicArn", .string(topic.arn))])
    call.region = topic.region
    call.caller = Caller.administrator(of: topic.account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("topic \(topic.name) is deleted", to: invocation.output)
  }
}

/// Subscriptions as the shell takes and shows them.
enum TopicSubscriptions {
  static func subscribe(
    _ kind: Argument, _ endpoint: Argument, to topicARN: String, _ invocation: Invocation
  ) throws {
    guard let known = Subscription.Kind(rawValue: kind.text.lowercased()) else {
      let names = Subscription.Kind.allCases.map(\.rawValue)
      let near = NearestNames.find(kind.text, in: names).first
      throw Diagnostics(
        Diagnostic(
          "bad-protocol", "SNS has no protocol `\(kind.text)`", at: kind.range,
          label: near.map { "did you mean `\($0)`?" },
          notes: ["protocols: " + names.joined(separator: ", ")]))
    }
    var place = endpoint.text
    switch known {
    case .sqs: place = try invocation.queue(endpoint).arn
    case .lambda: place = try invocation.function(endpoint).arn
    default: break
    }
    do throws(AWSError) {
      try invocation.cloud.defineSubscription(to: topicARN, kind: known, endpoint: place)
    } catch {
      throw Diagnostics(error, at: endpoint.range)
    }
  }

  static func text(_ subscription: Subscription) -> String {
    var text = "\(subscription.kind.rawValue) \(subscription.endpoint)"
    if subscription.isRaw { text += ", raw" }
    if let filter = subscription.attributes["FilterPolicy"] { text += ", filter \(filter)" }
    if let token = subscription.token, !subscription.isConfirmed {
      return text + ", waits for ConfirmSubscription with token=\(token)"
    }
    text += ", \(NumberText.counted(subscription.deliveredCount, "message"))"
    if let error = subscription.lastError { text += "; the last one failed: \(error)" }
    return text
  }

  /// The trails that tell a topic of their deliveries.
  static func trails(notifying topic: Topic, _ cloud: Cloud) -> [Trail] {
    cloud.trails.all.filter { $0.topicARN == topic.arn }
  }
}

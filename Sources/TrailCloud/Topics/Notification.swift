internal import TrailCrypto
internal import TrailRecord

/// What SNS makes of a message for those who subscribed: the JSON document that queues, functions and web servers get.
///
/// Ours: the signature is made up, because nobody serves the certificate that it would be checked against.
struct Notification {
  var topic: Topic
  var subscription: Subscription
  var message: TopicMessage
  /// Draws the signature and the certificate's name.
  var signature: String
  var certificate: String

  /// The document with its members in AWS's order, one a line.
  var text: String { Self.laidOut(.object(members)) }

  private var members: [JSONMember] {
    var members = [
      JSONMember("Type", "Notification"), JSONMember("MessageId", .string(message.id)),
    ]
    func add(_ name: String, _ text: String?) {
      if let text { members.append(JSONMember(name, .string(text))) }
    }
    add("SequenceNumber", message.sequenceNumber)
    add("TopicArn", topic.arn)
    add("Subject", message.subject)
    add("Message", message.text(for: subscription.kind))
    add("Timestamp", Self.time(message.time))
    // Messages of FIFO topics are not signed.
    if !topic.isFIFO {
      add("SignatureVersion", topic.attributes["SignatureVersion"] ?? "1")
      add("Signature", signature)
      add("SigningCertURL", "\(host)SimpleNotificationService-\(certificate).pem")
    }
    add("UnsubscribeURL", "\(host)?Action=Unsubscribe&SubscriptionArn=\(subscription.arn)")
    if let attributes = message.attributes.members, !attributes.isEmpty {
      members.append(JSONMember("MessageAttributes", Self.typedValues(attributes)))
    }
    return members
  }

  private var host: String { "https://sns.\(topic.region).amazonaws.com/" }

  /// The event that a function is called with.
  var lambdaEvent: JSONValue {
    var members = self.members.map { member in
      switch member.nameText {
      // A function's event spells these its own way.
      case "SigningCertURL": JSONMember("SigningCertUrl", member.value)
      case "UnsubscribeURL": JSONMember("UnsubscribeUrl", member.value)
      default: member
      }
    }
    if message.subject == nil { members.insert(JSONMember("Subject", .null), at: 3) }
    if !members.contains(where: { $0.nameText == "MessageAttributes" }) {
      members.append(JSONMember("MessageAttributes", .object([])))
    }
    return [
      "Records": [
        [
          "EventSource": "aws:sns", "EventVersion": "1.0",
          "EventSubscriptionArn": .string(subscription.arn), "Sns": .object(members),
        ]
      ]
    ]
  }

  /// `{"kind": {"Type": "String", "Value": "x"}}`
  private static func typedValues(_ attributes: [JSONMember]) -> JSONValue {
    .object(
      attributes.map { attribute in
        JSONMember(
          attribute.name,
          [
            "Type": attribute.value.member("DataType") ?? "String",
            "Value": attribute.value.member("StringValue")
              ?? attribute.value.member("BinaryValue") ?? "",
          ])
      })
  }

  /// What the owner of an endpoint is asked before anything is sent there.
  static func confirmation(
    of subscription: Subscription, token: String, id: String, time: Int64, region: RegionName
  ) -> String {
    let topic = subscription.topicARN
    return laidOut([
      "Type": "SubscriptionConfirmation", "MessageId": .string(id), "Token": .string(token),
      "TopicArn": .string(topic),
      "Message": .string(
        "You have chosen to subscribe to the topic \(topic).\nTo confirm the subscription, visit the SubscribeURL included in this message."
      ),
      "SubscribeURL": .string(
        "https://sns.\(region).amazonaws.com/?Action=ConfirmSubscription&TopicArn=\(topic)&Token=\(token)"
      ),
      "Timestamp": .string(Self.time(time)),
    ])
  }

  /// `2026-01-05T09:00:00.000Z`
  static func time(_ time: Int64) -> String {
    let milliseconds = "\(1000 + time % 1000)".dropFirst()
    return "\(EventTime.format(time).dropLast()).\(milliseconds)Z"
  }

  /// As SNS lays its documents out: a member a line, a space on both sides of the colon.
  private static func laidOut(_ document: JSONValue) -> String {
    let lines = (document.members ?? []).map { member in
      let name = String(decoding: JSONWriter.bytes(.string(member.name)), as: UTF8.self)
      return "  \(name) : \(String(decoding: JSONWriter.bytes(member.value), as: UTF8.self))"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}"
  }
}

extension TopicMessage {
  /// The text for subscribers of a kind: structured messages have one for each, or a default.
  func text(for kind: Subscription.Kind) -> String {
    guard isStructured, let texts = try? JSONParser.parse(text) else { return text }
    return texts[kind.rawValue]?.text ?? texts["default"]?.text ?? text
  }

  /// Its text and attributes in bytes, which AWS limits.
  static func size(_ text: String, _ attributes: JSONValue) -> Int {
    let values = (attributes.members ?? []).map { attribute in
      attribute.name.count
        + (attribute.value.members ?? []).reduce(0) { $0 + ($1.value.text?.utf8.count ?? 0) }
    }
    return text.utf8.count + values.reduce(0, +)
  }
}

internal import TrailCrypto
internal import TrailRecord

/// A message before it is in a queue.
struct MessageDraft {
  var body: String
  var senderID: String
  var attributes: JSONValue = .object([])
  /// In seconds; nil for the queue's own.
  var delay: Int?
  var groupID: String?
  var deduplicationID: String?
  var traceHeader: String?

  init(body: String, senderID: String) {
    self.body = body
    self.senderID = senderID
  }

  private static let mostAttributes = 10

  /// Throws what SQS says of a message that a queue does not take.
  func check(for queue: Queue) throws(AWSError) {
    guard !body.isEmpty else { throw SQSErrors.missing("MessageBody") }
    guard body.unicodeScalars.allSatisfy(Self.isAllowed) else {
      throw AWSError(
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
      )
    }
    let limit = queue.number(.size)
    guard TopicMessage.size(body, attributes) <= limit else {
      throw SQSErrors.invalidParameter(
        "One or more parameters are invalid. Reason: Message must be shorter than \(limit) bytes.")
    }
    try checkAttributes()
    try checkDelay(for: queue)
    if queue.isFIFO { try checkGroup(for: queue) }
  }

  private func checkDelay(for queue: Queue) throws(AWSError) {
    guard let delay else { return }
    if queue.isFIFO, delay > 0 {
      throw SQSErrors.invalidValue(
        "\(delay)", "DelaySeconds",
        "The request include parameter that is not valid for this queue type.")
    }
    guard QueueAttribute.delay.range.contains(delay) else {
      throw SQSErrors.invalidValue(
        "\(delay)", "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
    }
  }

  private func checkGroup(for queue: Queue) throws(AWSError) {
    guard let groupID, !groupID.isEmpty else { throw SQSErrors.missing("MessageGroupId") }
    guard deduplicationID != nil || queue.usesContent else {
      throw SQSErrors.invalidParameter(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
      )
    }
  }

  private func checkAttributes() throws(AWSError) {
    let members = attributes.members ?? []
    guard members.count <= Self.mostAttributes else {
      throw SQSErrors.invalidParameter(
        "Number of message attributes [\(members.count)] exceeds the allowed maximum [\(Self.mostAttributes)]."
      )
    }
    for member in members {
      let name = member.nameText
      guard MessageAttribute.isName(name) else {
        throw SQSErrors.invalidParameter(
          "The message attribute name '\(name)' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        )
      }
      guard let type = member.value.member("DataType")?.text, !type.isEmpty else {
        throw SQSErrors.invalidParameter(
          "The message (user) attribute '\(name)' must contain a non-empty attribute type.")
      }
      guard let base = MessageAttribute.base(of: type) else {
        throw SQSErrors.invalidParameter(
          "The type of message (user) attribute '\(name)' is invalid. You must use only the following supported type prefixes: Binary, Number, String."
        )
      }
      let value = member.value.member(base == "Binary" ? "BinaryValue" : "StringValue")?.text
      guard let value, !value.isEmpty else {
        throw SQSErrors.invalidParameter(
          "Message (user) attribute '\(name)' must contain a non-empty value of type '\(base == "Binary" ? "Binary" : "String")'."
        )
      }
    }
  }

  /// What SQS takes of Unicode.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}

/// Attributes of messages, which topics and queues have alike.
enum MessageAttribute {
  /// `String` of `String.custom`; nil for a type that there is not.
  static func base(of type: String) -> String? {
    let base = type.prefix { $0 != "." }
    return ["String", "Number", "Binary"].contains(base) ? String(base) : nil
  }

  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 256
      && name.utf8.allSatisfy { byte in
        byte == UInt8(ascii: ".") || TopicName.isValid(String(decoding: [byte], as: UTF8.self))
      }
  }
}

/// The fingerprints that SQS answers with.
enum MessageDigest {
  static func body(_ body: String) -> String { Encoding.hex(Hash.md5(Array(body.utf8))) }

  /// Of all attributes in the order of their names, each as lengths and bytes; nil where there are none.
  static func attributes(_ attributes: JSONValue) -> String? {
    guard let members = attributes.members, !members.isEmpty else { return nil }
    var bytes: [UInt8] = []
    func add(_ part: [UInt8]) {
      for shift in [24, 16, 8, 0] {
        bytes.append(UInt8(truncatingIfNeeded: part.count >> shift))
      }
      bytes += part
    }
    for member in members.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      let type = member.value.member("DataType")?.text ?? ""
      add(member.name)
      add(Array(type.utf8))
      if MessageAttribute.base(of: type) == "Binary" {
        bytes.append(2)
        let text = member.value.member("BinaryValue")?.text ?? ""
        add(Encoding.bytes(base64: text) ?? Array(text.utf8))
      } else {
        bytes.append(1)
        add(Array((member.value.member("StringValue")?.text ?? "").utf8))
      }
    }
    return Encoding.hex(Hash.md5(bytes))
  }
}

/// Errors of SQS with its texts.
enum SQSErrors {
  static let noQueue = AWSError("QueueDoesNotExist", "The specified queue does not exist.")
  static let keyRefuses = AWSError(
    "KmsAccessDenied", "The caller does not have permission to use the KMS key of the queue.")

  static func invalidParameter(_ text: String) -> AWSError {
    AWSError("InvalidParameterValue", text)
  }

  static func invalidValue(_ value: String, _ parameter: String, _ reason: String) -> AWSError {
    invalidParameter("Value \(value) for parameter \(parameter) is invalid. Reason: \(reason)")
  }

  static func missing(_ parameter: String) -> AWSError {
    AWSError("MissingParameter", "The request must contain the parameter \(parameter).")
  }

  static func queueName(isFIFO: Bool) -> AWSError {
    invalidParameter(
      isFIFO
        ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
        : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
  }
}

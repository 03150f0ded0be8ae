package import TrailRecord

/// An SNS topic and what was published to it.
package struct Topic {
  package var name: String
  package var region: RegionName
  package var account: AccountID
  /// Who may do what with it. Every topic has one (`TopicPolicy.standard`).
  package var policy: JSONValue
  /// What SetTopicAttributes sets beside the policy, by AWS's name.
  package var attributes: [String: String] = [:]
  package var tags: [ResourceTag] = []
  /// The ARNs of its subscriptions, oldest first.
  package internal(set) var subscriptions: [String] = []
  package internal(set) var deletedSubscriptions = 0
  /// What was published to it. Copies of a topic share it, so that looking a topic up copies no messages.
  private let contents = TopicContents()
  /// What FIFO topics answered in the last five minutes, by what makes messages the same.
  var published: [String: DeduplicatedMessage] = [:]

  /// The inbox has at least this many of the newest messages.
  package static let keptMessages = 10_000

  package init(
    name: String, region: RegionName, account: AccountID, policy: JSONValue? = nil
  ) {
    self.name = name
    self.region = region
    self.account = account
    self.policy =
      policy
      ?? TopicPolicy.standard(
        for: "arn:aws:sns:\(region):\(account):\(name)", account: account)
  }

  package var arn: String { "arn:aws:sns:\(region):\(account):\(name)" }
  package var isFIFO: Bool { name.hasSuffix(TopicName.fifoEnd) }
  /// The key of an encrypted topic as it was given: an alias, an id or an ARN.
  package var kmsKey: String? { attributes["KmsMasterKeyId"].flatMap { $0.isEmpty ? nil : $0 } }

  /// The newest messages, oldest first. Ours: SNS itself keeps none.
  package var inbox: [TopicMessage] { contents.inbox }
  /// How many messages were published, those that the inbox has lost included.
  package var publishedCount: Int { contents.publishedCount }

  /// Takes a message in. O(1) on average.
  func add(_ message: TopicMessage) {
    contents.publishedCount += 1
    contents.inbox.append(message)
    if contents.inbox.count >= 2 * Self.keptMessages {
      contents.inbox.removeFirst(contents.inbox.count - Self.keptMessages)
    }
  }
}

/// The messages of a topic.
private final class TopicContents {
  var inbox: [TopicMessage] = []
  var publishedCount = 0
}

/// A message as it was published.
package struct TopicMessage: Hashable, Sendable {
  package var id: String
  /// In milliseconds since 1970 UTC.
  package var time: Int64
  package var subject: String?
  package var text: String
  /// Under API names: `{"kind": {"DataType": "String", "StringValue": "x"}}`.
  package var attributes: JSONValue = .object([])
  /// The service or the ARN of the caller that published it.
  package var publisher = ""
  package var groupID: String?
  package var deduplicationID: String?
  /// Of FIFO topics.
  package var sequenceNumber: String?
  /// Whether the text has a text for each protocol (`MessageStructure`).
  package var isStructured = false
}

/// A message that a FIFO topic or queue has had.
struct DeduplicatedMessage: Hashable, Sendable {
  var time: Int64
  var id: String
  var sequenceNumber: String

  /// For how long the same message is not taken again, in milliseconds.
  static let interval: Int64 = 300_000
}

/// A tag of a topic or queue.
package struct ResourceTag: Hashable, Sendable {
  package var key: String
  package var value: String

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }

  /// As many as a topic or queue may have.
  static let limit = 50
}

/// How topics may be called.
enum TopicName {
  static let fifoEnd = ".fifo"
  private static let longest = 256

  static func isValid(_ name: some StringProtocol) -> Bool {
    (1...longest).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  static func isValidFIFO(_ name: String) -> Bool {
    name.hasSuffix(fifoEnd) && name.utf8.count <= longest && isValid(name.dropLast(fifoEnd.count))
  }
}

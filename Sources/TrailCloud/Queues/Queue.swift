package import TrailRecord

/// An SQS queue.
package struct Queue {
  /// Where messages go that could not be dealt with.
  package struct Redrive: Hashable, Sendable {
    package var targetARN: String
    package var maxReceiveCount: Int

    package init(targetARN: String, maxReceiveCount: Int) {
      self.targetARN = targetARN
      self.maxReceiveCount = maxReceiveCount
    }
  }
  package var name: String
  package var region: RegionName
  package var account: AccountID
  /// In milliseconds since 1970 UTC, as all times here.
  package var creationTime: Int64
  package var lastModifiedTime: Int64
  /// The attributes that were set, by AWS's name; others have SQS's default (`QueueAttribute`).
  package var attributes: [String: String] = [:]
  /// Nil for none: only the account itself may use the queue then.
  package var policy: JSONValue?
  package var redrive: Redrive?
  package var tags: [ResourceTag] = []
  /// What is in it. Copies of a queue share it, so that looking a queue up copies no messages, however many there are.
  let contents = QueueContents()
  /// How many messages were sent to it, ever.
  package internal(set) var sentCount = 0
  var lastPurge: Int64?

  package init(name: String, region: RegionName, account: AccountID, time: Int64) {
    self.name = name
    self.region = region
    self.account = account
    creationTime = time
    lastModifiedTime = time
  }

  package var arn: String { "arn:aws:sqs:\(region):\(account):\(name)" }
  package var url: String { "https://sqs.\(region).amazonaws.com/\(account)/\(name)" }
  package var isFIFO: Bool { name.hasSuffix(QueueName.fifoEnd) }

  /// An attribute that is a number of seconds or bytes.
  package func number(_ attribute: QueueAttribute) -> Int {
    attributes[attribute.rawValue].flatMap { Int($0) } ?? attribute.standard
  }

  /// Whether messages are told apart by what they say.
  var usesContent: Bool { attributes["ContentBasedDeduplication"] == "true" }

  /// Oldest first, as they are now.
  package var messages: [QueueMessage] { contents.messages }

  /// How long a message is kept, in milliseconds.
  private var retention: Int64 { Int64(number(.retention)) * 1000 }

  /// Forgets messages that were kept for longer than the queue keeps them. O(messages).
  func sweep(at time: Int64) { contents.sweep(at: time, keeping: retention) }

  /// Takes a message in. O(1) on average.
  func add(_ message: QueueMessage, at time: Int64) {
    contents.messages.append(message)
    if contents.messages.count >= contents.sweepCount { sweep(at: time) }
  }

  /// Takes a message out, if it is still there. O(messages).
  func remove(_ id: String) {
    guard let place = messages.firstIndex(where: { $0.id == id }) else { return }
    contents.messages.remove(at: place)
  }

  /// Messages that can be received, that are with somebody, and that are delayed.
  package func counts(at time: Int64) -> (available: Int, inFlight: Int, delayed: Int) {
    let oldest = time - retention
    var counts = (available: 0, inFlight: 0, delayed: 0)
    for message in messages where message.sentTime > oldest {
      if message.isInFlight(at: time) {
        counts.inFlight += 1
      } else if message.isDelayed(at: time) {
        counts.delayed += 1
      } else {
        counts.available += 1
      }
    }
    return counts
  }
}

/// The messages of a queue, and what it remembers of them.
final class QueueContents {
  /// Oldest first.
  var messages: [QueueMessage] = []
  /// What a FIFO queue has taken in the last five minutes, by what makes messages the same.
  var taken: [String: DeduplicatedMessage] = [:]
  /// With so many messages the expired ones are looked for.
  private(set) var sweepCount = QueueContents.firstSweep

  private static let firstSweep = 1024

  func sweep(at time: Int64, keeping retention: Int64) {
    messages.removeAll { $0.sentTime <= time - retention }
    if !taken.isEmpty {
      taken = taken.filter { $0.value.time + DeduplicatedMessage.interval > time }
    }
    sweepCount = max(Self.firstSweep, 2 * messages.count)
  }
}

/// Attributes of queues that are numbers.
package enum QueueAttribute: String, Hashable, Sendable, CaseIterable {
  case delay = "DelaySeconds"
  case size = "MaximumMessageSize"
  case retention = "MessageRetentionPeriod"
  case wait = "ReceiveMessageWaitTimeSeconds"
  case visibility = "VisibilityTimeout"
  case keyReuse = "KmsDataKeyReusePeriodSeconds"

  /// What a queue has unless somebody says otherwise.
  package var standard: Int {
    switch self {
    case .delay, .wait: 0
    case .size: 1_048_576
    case .retention: 345_600
    case .visibility: 30
    case .keyReuse: 300
    }
  }

  /// What SQS takes.
  package var range: ClosedRange<Int> {
    switch self {
    case .delay: 0...900
    case .size: 1024...1_048_576
    case .retention: 60...1_209_600
    case .wait: 0...20
    case .visibility: 0...43_200
    case .keyReuse: 60...86_400
    }
  }
}

/// How queues may be called.
enum QueueName {
  static let fifoEnd = ".fifo"
  private static let longest = 80

  static func isValid(_ name: some StringProtocol) -> Bool {
    TopicName.isValid(name) && name.utf8.count <= longest
  }

  static func isValidFIFO(_ name: String) -> Bool {
    name.hasSuffix(fifoEnd) && name.utf8.count <= longest
      && TopicName.isValid(name.dropLast(fifoEnd.count))
  }
}

/// All queues.
package struct QueueRegistry {
  /// By ARN.
  package private(set) var byARN: [String: Queue] = [:]
  /// When queues were deleted, by ARN: their names are free again a minute later.
  var deleted: [String: Int64] = [:]
  /// Where ids and handles come from.
  var source: IdentifierSource?

  init() {}

  package subscript(_ arn: String) -> Queue? { byARN[arn] }

  mutating func put(_ queue: Queue) { byARN[queue.arn] = queue }

  /// Changes a queue where it is.
  mutating func update<Result>(_ arn: String, _ change: (inout Queue) -> Result) -> Result? {
    guard let place = byARN.index(forKey: arn) else { return nil }
    return change(&byARN.values[place])
  }

  mutating func remove(_ arn: String) { byARN[arn] = nil }

  /// The queues of an account and Region, by name.
  package func queues(of account: AccountID, in region: RegionName) -> [Queue] {
    byARN.values.filter { $0.account == account && $0.region == region }
      .sorted { $0.name < $1.name }
  }
}

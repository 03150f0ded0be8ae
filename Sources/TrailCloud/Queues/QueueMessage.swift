internal import TrailCrypto
package import TrailRecord

/// A message in a queue.
package struct QueueMessage: Hashable, Sendable {
  package var id: String
  package var body: String
  /// Under API names: `{"kind": {"DataType": "String", "StringValue": "x"}}`.
  package var attributes: JSONValue = .object([])
  /// The id of who sent it: `AIDA…`, `AROA…:session`, a service's id.
  package var senderID: String
  /// In milliseconds since 1970 UTC, as all times here.
  package var sentTime: Int64
  /// When it can be received (again).
  package var availableTime: Int64
  package var receiveCount = 0
  package var firstReceiveTime: Int64?
  package var groupID: String?
  package var deduplicationID: String?
  /// Of FIFO queues.
  package var sequenceNumber: String?
  /// `AWSTraceHeader`, where the sender gave one.
  package var traceHeader: String?
  /// The queue in which it could not be dealt with, where it was moved to a dead-letter queue.
  package var deadLetterSource: String?

  /// Whether somebody has it and has not given it back.
  package func isInFlight(at time: Int64) -> Bool { receiveCount > 0 && availableTime > time }
  /// Whether it was sent with a delay that is not over.
  package func isDelayed(at time: Int64) -> Bool { receiveCount == 0 && availableTime > time }
}

/// What a receiver holds in its hand: it names the message and which receiving of it.
struct ReceiptHandle: Hashable {
  var messageID: String
  var receiveCount: Int

  private static let mark = "AQEB"
  private static let idBytes = 16
  private static let fillerBytes = 112

  /// The text of a handle, which looks like SQS's.
  func text(queue: String, _ source: inout IdentifierSource) -> String {
    var bytes = Self.check(queue)
    bytes += Encoding.bytes(hex: messageID.filter { $0 != "-" }) ?? []
    for shift in [24, 16, 8, 0] {
      bytes.append(UInt8(truncatingIfNeeded: receiveCount >> shift))
    }
    bytes += (0..<Self.fillerBytes).map { _ in UInt8(truncatingIfNeeded: source.next()) }
    return Self.mark + Encoding.base64(bytes)
  }

  /// Nil where the text is no handle of that queue's.
  init?(_ text: String, queue: String) {
    guard text.hasPrefix(Self.mark),
      let bytes = Encoding.bytes(base64: String(text.dropFirst(Self.mark.count))),
      bytes.count == 8 + Self.idBytes + Self.fillerBytes, Array(bytes[..<4]) == Self.check(queue)
    else { return nil }
    let hex = Encoding.hex(Array(bytes[4..<4 + Self.idBytes]))
    var id = ""
    for (place, digit) in hex.enumerated() {
      if [8, 12, 16, 20].contains(place) { id.append("-") }
      id.append(digit)
    }
    messageID = id
    receiveCount = bytes[(4 + Self.idBytes)..<(8 + Self.idBytes)].reduce(0) { $0 << 8 | Int($1) }
  }

  init(messageID: String, receiveCount: Int) {
    self.messageID = messageID
    self.receiveCount = receiveCount
  }

  /// Four bytes that tell one queue's handles from another's.
  private static func check(_ queue: String) -> [UInt8] {
    Array(Hash.sha256(Array(queue.utf8)).prefix(4))
  }
}

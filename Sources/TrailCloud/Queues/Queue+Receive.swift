/// Receiving: which messages a receiver gets, and which go to the dead-letter queue instead.
extension Queue {
  /// What came of a try to receive.
  struct Received {
    /// In the queue's order, as they are now.
    var messages: [QueueMessage] = []
    /// Messages that were received too often: they leave the queue.
    var dead: [QueueMessage] = []
  }

  /// Takes out up to `count` messages for `visibility` milliseconds.
  ///
  /// Ours: the oldest come first; SQS asks a sample of its servers, so that standard queues give any order.
  ///
  /// - Parameter buries: whether there is a dead-letter queue that takes what was received too often.
  /// - Complexity: O(messages).
  func receive(
    _ count: Int, for visibility: Int64, at time: Int64, buries: Bool
  ) -> Received {
    sweep(at: time)
    return take(count, for: visibility, at: time, buries: buries, from: &contents.messages)
  }

  private func take(
    _ count: Int, for visibility: Int64, at time: Int64, buries: Bool,
    from messages: inout [QueueMessage]
  ) -> Received {
    var received = Received()
    var dead: [Int] = []
    var busyGroups = isFIFO ? Self.busyGroups(of: messages, at: time) : []
    for place in messages.indices {
      guard received.messages.count < count else { break }
      let message = messages[place]
      if let group = message.groupID, isFIFO, busyGroups.contains(group) { continue }
      guard message.availableTime <= time else {
        // What is behind a delayed message of its group waits with it.
        if let group = message.groupID, isFIFO { busyGroups.insert(group) }
        continue
      }
      if buries, let redrive, message.receiveCount >= redrive.maxReceiveCount {
        dead.append(place)
        continue
      }
      messages[place].receiveCount += 1
      messages[place].availableTime = time + visibility
      messages[place].firstReceiveTime = message.firstReceiveTime ?? time
      received.messages.append(messages[place])
    }
    received.dead = dead.map { messages[$0] }
    for place in dead.reversed() { messages.remove(at: place) }
    return received
  }

  /// The messages that a receiver would get, which stay as they are.
  package func peek(_ count: Int, at time: Int64) -> [QueueMessage] {
    sweep(at: time)
    var copy = messages
    return take(count, for: 0, at: time, buries: redrive != nil, from: &copy).messages.compactMap {
      received in messages.first { $0.id == received.id }
    }
  }

  /// Message groups of which somebody has a message.
  private static func busyGroups(of messages: [QueueMessage], at time: Int64) -> Set<String> {
    Set(messages.filter { $0.isInFlight(at: time) }.compactMap(\.groupID))
  }

  /// What a FIFO queue remembers a message by.
  func deduplicationKey(_ id: String, group: String?) -> String {
    attributes["DeduplicationScope"] == "messageGroup" ? "\(group ?? "")\u{0}\(id)" : id
  }
}

internal import TrailRecord

// What queues do again for calls that are repeated.

extension Cloud {
  /// How a call about a queue's messages is done again; nil where each must be worked out.
  func repeatedWork(on queue: Queue, _ call: ServiceCall, _ answer: JSONValue) -> RepeatedWork? {
    guard !queue.isFIFO else { return nil }
    let arn = queue.arn
    switch call.operation.name {
    case "SendMessage":
      let draft = draft(call.parameters, call)
      return RepeatedWork(
        made: [answer["MessageId"]?.text ?? ""], givesAnswer: true,
        isPossible: { cloud, texts in texts.isEmpty && cloud.canBeUsed(arn) },
        run: { cloud, facts in
          var draft = draft
          draft.senderID = Self.senderID(of: facts.caller)
          guard let queue = cloud.queues[arn] else { return RepeatedWork.Result() }
          let sent = cloud.put(draft, in: queue)
          return RepeatedWork.Result(
            made: [sent.id],
            response: call.isAnswerWanted ? Self.answer(for: sent, isFIFO: false) : nil)
        })
    case "ReceiveMessage":
      return RepeatedWork(
        givesAnswer: true,
        isPossible: { cloud, texts in texts.isEmpty && cloud.canBeUsed(arn) },
        run: { cloud, _ in
          guard let queue = cloud.queues[arn] else { return RepeatedWork.Result() }
          return RepeatedWork.Result(response: cloud.received(from: queue, call))
        })
    case "DeleteMessage":
      let handle = call.text("ReceiptHandle") ?? ""
      return RepeatedWork(
        takes: [handle],
        isPossible: { cloud, texts in
          texts.count == 1 && cloud.queues[arn] != nil
            && ReceiptHandle(String(decoding: texts[0], as: UTF8.self), queue: arn) != nil
        },
        run: { cloud, facts in
          if let queue = cloud.queues[arn], let text = facts.texts.first,
            let handle = ReceiptHandle(String(decoding: text, as: UTF8.self), queue: arn)
          {
            queue.remove(handle.messageID)
          }
          return RepeatedWork.Result()
        })
    default: return nil
    }
  }

  /// Whether a queue is there, and its key too.
  private func canBeUsed(_ arn: String) -> Bool {
    queues[arn].map { refusalOfKey(of: $0, service: nil) == nil } ?? false
  }
}

internal import TrailRecord

// Log events: what is put and what is read.

/// CloudWatch Logs' limits of one upload (facts §7.1).
enum LogEventLimits {
  static let batchBytes = 1_048_576
  /// What an event counts beside its message.
  static let overhead = 26
  static let batchCount = 10_000
  static let eventBytes = 1_048_576
  /// No older, in milliseconds, and no later.
  static let oldest: Int64 = 14 * 86_400_000
  static let newest: Int64 = 2 * 3_600_000
  static let span: Int64 = 86_400_000
  /// Events in one answer.
  static let answerCount = 10_000
}

extension Cloud {
  // MARK: Putting

  private struct InputEvent {
    var time: Int64
    var message: [UInt8]
  }

  func putLogEvents(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let group = try logGroup(of: call)
    let name = call.text("logStreamName") ?? ""
    guard group.streams[name] != nil else { throw LogsAPI.noStream }
    let events = try inputEvents(call)
    var accepted = LogEventStore()
    var rejected: [JSONMember] = []
    let edge = group.retentionEdge(at: now)
    var ends = (tooOld: 0, expired: 0)
    var firstTooNew: Int?
    for (index, event) in events.enumerated() {
      if event.time < now - LogEventLimits.oldest {
        ends.tooOld = index + 1
      } else if let edge, event.time < edge {
        ends.expired = index + 1
      } else if event.time > now + LogEventLimits.newest {
        firstTooNew = firstTooNew ?? index
      } else {
        let isJSON = JSONText.isContainer(event.message, 0..<event.message.count)
        accepted.append(event.message, time: event.time, isJSON: isJSON)
      }
    }
    if let firstTooNew {
      rejected.append(JSONMember("tooNewLogEventStartIndex", .number(firstTooNew)))
    }
    if ends.tooOld > 0 {
      rejected.append(JSONMember("tooOldLogEventEndIndex", .number(ends.tooOld)))
    }
    if ends.expired > 0 {
      rejected.append(JSONMember("expiredLogEventEndIndex", .number(ends.expired)))
    }
    receive(accepted, in: group.arn, stream: name)
    let token = logGroups[group.arn]?.streams[name]?.sequenceToken ?? ""
    return compacted([
      "nextSequenceToken": .string(token),
      "rejectedLogEventsInfo": rejected.isEmpty ? nil : .object(rejected),
    ])
  }

  private func inputEvents(_ call: ServiceCall) throws(AWSError) -> [InputEvent] {
    let given = call.parameters["logEvents"]?.elements ?? []
    guard (1...LogEventLimits.batchCount).contains(given.count) else {
      throw LogsAPI.invalid(
        ValidationText.constraint(
          "logEvents", "[…]",
          given.isEmpty
            ? "Member must have length greater than or equal to 1"
            : "Member must have length less than or equal to \(LogEventLimits.batchCount)"))
    }
    var events: [InputEvent] = []
    var bytes = 0
    for value in given {
      guard let time = value.member("timestamp")?.integer, time >= 0,
        let message = value.member("message")?.messageText, !message.isEmpty
      else {
        throw LogsAPI.invalid(
          "1 validation error detected: each log event needs a timestamp and a message",
          advice: "such as logEvents=[{\"timestamp\": \(now), \"message\": \"hello\"}]")
      }
      guard message.count <= LogEventLimits.eventBytes - LogEventLimits.overhead else {
        throw LogsAPI.invalid(
          "Log event too large: \(message.count + LogEventLimits.overhead) bytes exceeds limit of \(LogEventLimits.eventBytes)"
        )
      }
      bytes += message.count + LogEventLimits.overhead
      if let last = events.last, last.time > Int64(time) {
        throw LogsAPI.invalid(
          "Log events in a single PutLogEvents request must be in chronological order.")
      }
      events.append(InputEvent(time: Int64(time), message: message))
    }
    guard bytes <= LogEventLimits.batchBytes else {
      throw LogsAPI.invalid(
        "Upload too large: \(bytes) bytes exceeds limit of \(LogEventLimits.batchBytes)")
    }
    if let first = events.first, let last = events.last,
      last.time - first.time > LogEventLimits.span
    {
      throw LogsAPI.invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    }
    return events
  }

  // MARK: Reading

  func getLogEvents(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let group = try logGroup(of: call)
    guard let stream = group.streams[call.text("logStreamName") ?? ""] else {
      throw LogsAPI.noStream
    }
    let limit = try eventLimit(call)
    let end = call.parameters["endTime"]?.integer.map { Int64($0) - 1 }
    let search = search(
      of: group, in: [stream], from: call.parameters["startTime"]?.integer.map { Int64($0) },
      upTo: end)
    let events = search.places()
    var places: Range<Int>
    if let token = call.text("nextToken") {
      guard let place = Int(token.dropFirst(2)), token.utf8.count == StreamToken.length,
        place <= events.count
      else { throw LogsAPI.badToken }
      switch token.prefix(2) {
      case "f/": places = place..<min(place + limit, events.count)
      case "b/": places = max(0, place - limit)..<place
      default: throw LogsAPI.badToken
      }
    } else if call.bool("startFromHead") == true {
      places = 0..<min(limit, events.count)
    } else {
      places = max(0, events.count - limit)..<events.count
    }
    return [
      "events": .array(search.events(events[places]).map(\.json)),
      "nextForwardToken": .string(StreamToken.text("f/", places.upperBound)),
      "nextBackwardToken": .string(StreamToken.text("b/", places.lowerBound)),
    ]
  }

  private func eventLimit(_ call: ServiceCall) throws(AWSError) -> Int {
    let most = LogEventLimits.answerCount
    let limit = call.parameters["limit"]?.integer ?? most
    guard (1...most).contains(limit) else {
      throw LogsAPI.invalid(
        ValidationText.constraint(
          "limit", "\(limit)",
          limit < 1
            ? "Member must have value greater than or equal to 1"
            : "Member must have value less than or equal to \(most)"))
    }
    return limit
  }

  func filterLogEvents(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let group = try logGroup(of: call)
    _ = try eventLimit(call)
    let names = call.parameters["logStreamNames"]?.texts
    let prefix = call.text("logStreamNamePrefix")
    guard names == nil || prefix == nil else {
      throw LogsAPI.invalid(
        "LogStream names and LogStream name prefix are mutually exclusive parameters.")
    }
    for name in names ?? [] where group.streams[name] == nil { throw LogsAPI.noStream }
    let streams = group.streams.values.filter { stream in
      names.map { $0.contains(stream.name) } ?? stream.name.hasPrefix(prefix ?? "")
    }.sorted { $0.name < $1.name }
    let pattern = try filterPattern(call)
    let search = search(
      of: group, in: streams, from: call.parameters["startTime"]?.integer.map { Int64($0) },
      upTo: call.parameters["endTime"]?.integer.map { Int64($0) }, matching: pattern)
    let page = try LogPage(search.places(), of: call, most: LogEventLimits.answerCount)
    return compacted([
      "events": .array(search.events(page.items).map(\.filteredJSON)), "searchedLogStreams": [],
      "nextToken": page.nextToken,
    ])
  }

  /// The call's pattern, nil where it has none. Throws AWS's refusal with the place that it is about.
  func filterPattern(
    _ call: ServiceCall, general: String = FilterPatternError.general
  ) throws(AWSError) -> FilterPattern? {
    guard let text = call.text("filterPattern") else { return nil }
    do throws(FilterPatternError) {
      return try FilterPattern(text)
    } catch {
      throw AWSError(error, in: text, general: general)
    }
  }
}

/// A log event with all that is told of it.
package struct LogEvent: Hashable, Sendable {
  package var stream: String
  package var time: Int64
  package var ingestionTime: Int64
  package var message: [UInt8]
  /// Which of the search's events it was.
  var number: Int

  package var text: String { String(decoding: message, as: UTF8.self) }

  var json: JSONValue {
    [
      "timestamp": .number(Int(time)), "message": .string(message),
      "ingestionTime": .number(Int(ingestionTime)),
    ]
  }

  var filteredJSON: JSONValue {
    var source = IdentifierSource.branch(
      seed: UInt64(bitPattern: time), name: "\(stream)/\(number)")
    return [
      "logStreamName": .string(stream), "timestamp": .number(Int(time)),
      "message": .string(message), "ingestionTime": .number(Int(ingestionTime)),
      "eventId": .string("3" + (0..<55).map { _ in "\(source.next() % 10)" }.joined()),
    ]
  }
}

/// The tokens of GetLogEvents: `f/…/s` and `b/…/s` in AWS, where the middle is the event's number.
enum StreamToken {
  static let length = 58

  static func text(_ direction: String, _ place: Int) -> String {
    let digits = "\(place)"
    return direction + String(repeating: "0", count: length - 2 - digits.count) + digits
  }
}

extension AWSError {
  /// What is wrong with a filter pattern, where and how.
  init(_ error: FilterPatternError, in pattern: String, general: String) {
    let bytes = Array(pattern.utf8)
    let column =
      String(decoding: bytes[..<error.range.lowerBound], as: UTF8.self).unicodeScalars.count + 1
    self.init(
      "InvalidParameterException",
      error.message == FilterPatternError.general ? general : error.message,
      advice: "character \(column): \(error.detail)")
  }
}

extension JSONValue {
  /// A message's bytes: a text, or JSON that was given as it stands.
  fileprivate var messageText: [UInt8]? {
    switch self {
    case .string(let bytes): bytes
    case .object, .array: JSONWriter.bytes(self)
    case .number(let text): Array(text.utf8)
    case .null, .bool: nil
    }
  }
}

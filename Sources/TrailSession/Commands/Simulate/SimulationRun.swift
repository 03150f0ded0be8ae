internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Makes the calls of one `simulate`, and says what came of them.
struct SimulationRun {
  let request: SimulatedCall
  let invocation: Invocation

  /// Different refusals and remarks that are told.
  private static let mostTold = 5

  /// Calls after which a sign of life is given.
  private static let callsBetweenSigns = 1000

  /// What came of many calls.
  private struct Tally {
    var calls = 0
    var first: Int64?
    var last: Int64?
    var errors: [String: Int] = [:]
    var remarks: [String] = []

    mutating func add(_ result: CallResult) {
      calls += 1
      if let record = result.records.first {
        if first == nil { first = record.eventTime }
        last = record.eventTime
      }
      if let error = result.error { errors[error.code, default: 0] += 1 }
      for remark in result.remarks where remarks.count < mostTold && !remarks.contains(remark) {
        remarks.append(remark)
      }
    }
  }

  func run() throws {
    let session = invocation.session
    let cloud = invocation.cloud
    defer { session.tellHappenings(of: cloud, to: invocation.output) }
    if request.count == 1 {
      try tell(try perform(try cloud.perform(request.numbered(1))))
    } else {
      try cloud.together { try runMany(cloud) }
    }
  }

  private func perform(
    _ call: @autoclosure () throws(CallProblem) -> CallResult
  ) throws -> CallResult {
    do throws(CallProblem) {
      let result = try call()
      invocation.session.lastResponse = result.response
      return result
    } catch {
      throw Diagnostics(error, at: request.places.range(of: error.part))
    }
  }

  // MARK: One call

  private func tell(_ result: CallResult) throws {
    let session = invocation.session
    for remark in result.remarks { session.note(remark, to: invocation.output) }
    let record = result.records.first
    var line = record.map { ReadableTime.readable($0.eventTime) + "  " } ?? ""
    line += record?.eventName ?? request.call.operation
    line += "  \(CallerName.of(record, request.call))"
    if let error = result.error {
      session.refusals.append(DiagnosticCode(rawValue: error.code))
      let message = error.message.isEmpty || error.message == error.code ? "" : ": \(error.message)"
      session.say("\(line)  \(error.code)\(message)", to: invocation.output)
      if let advice = error.adviceLine { session.note("  \(advice)", to: invocation.output) }
    } else {
      let found = ResponseText.mainIdentifier(result.response).map { "  \($0)" } ?? ""
      session.note("\(line)  ok\(found)", to: invocation.output)
    }
  }

  // MARK: Many calls

  private func runMany(_ cloud: Cloud) throws {
    let session = invocation.session
    let watch = Stopwatch()
    var tally = Tally()
    let start = request.call.time ?? cloud.now
    defer {
      session.refusals += tally.errors.keys.sorted().map { DiagnosticCode(rawValue: $0) }
      tell(tally, nanoseconds: watch.nanoseconds)
    }
    defer { session.workObserver?.workHasEnded() }
    let calls = request.numberedCall(in: cloud)
    for number in 1...request.count {
      if session.cancellation.isCancelled { throw StatementStopped() }
      if number.isMultiple(of: Self.callsBetweenSigns) {
        if let refusal = session.settings.memory.refusalOfCalls() { throw refusal }
        session.workObserver?.workIs(at: progress(number))
      }
      var time: Int64?
      if request.spacing > 0 || request.call.time != nil {
        time = start + Int64(number - 1) * request.spacing
      }
      // A late record is worked out by itself.
      if let calls, time ?? cloud.now >= cloud.now {
        if let time { cloud.advance(to: time) }
        tally.add(try perform(try calls.perform(number, in: cloud)))
      } else {
        var call = request.numbered(number)
        call.time = time
        tally.add(try perform(try cloud.perform(call)))
      }
    }
  }

  private func progress(_ number: Int) -> String {
    "\(NumberText.grouped(number)) of \(NumberText.grouped(request.count)) calls"
  }

  private func tell(_ tally: Tally, nanoseconds: UInt64) {
    guard tally.calls > 0 else { return }
    let session = invocation.session
    for remark in tally.remarks { session.note(remark, to: invocation.output) }
    var parts = ["\(NumberText.counted(tally.calls, "call"))"]
    if tally.calls < request.count {
      parts[0] += " of \(NumberText.grouped(request.count))"
    }
    if let first = tally.first, let last = tally.last {
      let end = ReadableTime.readable(last)
      parts.append(
        first == last ? end : "\(ReadableTime.readable(first)) … \(end)")
    }
    let refused = tally.errors.values.reduce(0, +)
    if refused < tally.calls { parts.append("\(NumberText.grouped(tally.calls - refused)) ok") }
    for (code, count) in tally.errors.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) })
      .prefix(Self.mostTold)
    {
      parts.append("\(NumberText.grouped(count)) \(code)")
    }
    parts.append(NumberText.elapsed(nanoseconds: nanoseconds))
    session.note(parts.joined(separator: " · "), to: invocation.output)
  }
}

/// Who called, in a word.
enum CallerName {
  static func of(_ record: EventRecord?, _ call: APICall) -> String {
    if let arn = record?.userIdentityARN, let name = arn.split(separator: ":").last {
      for prefix in ["user/", "assumed-role/", "federated-user/"] where name.hasPrefix(prefix) {
        return String(name.dropFirst(prefix.count))
      }
      return String(name)
    }
    if let service = record?.invokedBy { return service }
    return switch call.caller.kind {
    case .root: "root"
    case .user(let name), .federatedUser(let name), .accessKey(let name), .service(let name),
      .samlUser(let name, _), .webIdentityUser(let name, _), .identityCenterUser(let name):
      name
    case .role(let role, let session): session.map { "\(role)/\($0)" } ?? role
    case .anonymous: "anonymous"
    }
  }
}

/// What of AWS's answer a person needs for the next statement.
enum ResponseText {
  /// How deep an identifier may lie.
  private static let deepest = 4

  /// The one identifier that the answer is about, such as a new access key's id; nil where it has none.
  static func mainIdentifier(_ response: JSONValue) -> String? {
    for name in ["AccessKeyId", "KeyId", "InstanceId", "TrailARN"] {
      if let text = find(name, in: response, depth: 0) { return text }
    }
    return nil
  }

  private static func find(_ name: String, in value: JSONValue, depth: Int) -> String? {
    guard depth < deepest else { return nil }
    if let text = value[name]?.text { return text }
    switch value {
    case .object(let members):
      for member in members {
        if let text = find(name, in: member.value, depth: depth + 1) { return text }
      }
    case .array(let values):
      for value in values.prefix(1) {
        if let text = find(name, in: value, depth: depth + 1) { return text }
      }
    default: break
    }
    return nil
  }
}

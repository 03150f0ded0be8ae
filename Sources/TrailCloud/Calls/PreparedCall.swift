internal import TrailRecord

/// A call that is made again and again: what it means is found out once, and what its record looks like, too.
///
/// Texts in its parameters may have marks (`SlottedParameters`), in whose place each call has others. Such texts must
/// be texts in the API too.
package final class PreparedCall {
  let call: APICall
  let operation: APIOperation
  /// Checked and typed, with marks.
  let parameters: JSONValue
  /// The texts among the parameters that have marks.
  let marked: [[UInt8]]
  /// How often something has changed in its service.
  let stamp: ServiceStamp
  /// The bucket and object of S3's that the call is about.
  let bucket: String?
  let key: ObjectKey?

  enum ObjectKey {
    case fixed(String)
    /// By its place among the texts with marks.
    case marked(Int)
  }

  /// How far the call is known.
  enum Knowledge {
    /// Not at all; so many attempts have been made.
    case none(attempts: Int)
    /// One record led to a template, which must make the next one too.
    case supposed(CallTemplate, time: Int64, texts: [[UInt8]], attempts: Int)
    case known(CallTemplate, changes: Int)
    case never
  }
  var knowledge = Knowledge.none(attempts: 0)
  /// What records say of the caller, as long as that holds.
  var session: (identity: [UInt8], serial: Int, generation: Int, expires: Int64)?

  /// Attempts after which a call is worked out each time.
  static let mostAttempts = 4

  init(
    _ call: APICall, _ operation: APIOperation, _ parameters: JSONValue, hasSlots: Bool,
    stamp: ServiceStamp
  ) {
    self.call = call
    self.operation = operation
    self.parameters = parameters
    self.stamp = stamp
    marked = hasSlots ? SlottedParameters.markedTexts(parameters) : []
    bucket = operation.eventSource == "s3.amazonaws.com" ? parameters["Bucket"]?.text : nil
    if bucket != nil, case .string(let bytes)? = parameters["Key"] {
      let place = marked.firstIndex(of: bytes)
      key = place.map { .marked($0) } ?? .fixed(String(decoding: bytes, as: UTF8.self))
    } else {
      key = nil
    }
  }
}

extension Cloud {
  /// Finds out what a call means, for many like it.
  ///
  /// - Throws: `CallProblem` where it cannot be made.
  package func prepare(
    _ call: APICall, hasSlots: Bool = false
  ) throws(CallProblem) -> PreparedCall {
    let (operation, parameters) = try meaning(of: call)
    try checkAddress(of: call)
    return PreparedCall(
      call, operation, parameters, hasSlots: hasSlots, stamp: repeated.stamp(of: operation))
  }

  /// Makes a prepared call now, with these texts in the place of its marks.
  ///
  /// Its record is the same, byte for byte, as that of `perform` with the same parameters; where nobody wants an
  /// answer, the service is not asked for what it would say again.
  func perform(
    _ prepared: PreparedCall, _ fillings: [[UInt8]] = []
  ) throws(CallProblem) -> CallResult {
    let texts = prepared.marked.map { SlottedParameters.filled($0, fillings) }
    if case .known(let template, let changes) = prepared.knowledge {
      if template.repetition.dependsOnState && changes != prepared.stamp.changes {
        prepared.knowledge = .none(attempts: 0)
      } else if let result = repeatCall(prepared, template, texts) {
        return result
      }
    }
    let parameters =
      prepared.marked.isEmpty
      ? prepared.parameters : SlottedParameters.filled(prepared.parameters, fillings)
    guard mayRepeat(prepared, texts) else {
      return try perform(prepared.call, prepared.operation, parameters)
    }
    repeated.isWatching = true
    defer { repeated.isWatching = false }
    repeated.run = nil
    let result = try perform(prepared.call, prepared.operation, parameters)
    learn(prepared, result, texts)
    return result
  }

  /// Whether it is worth watching how a call is worked out.
  private func mayRepeat(_ prepared: PreparedCall, _ texts: [[UInt8]]) -> Bool {
    if case .never = prepared.knowledge { return false }
    return repeated.isAllowed && !prepared.call.isAnswerWanted && prepared.call.response == nil
      && texts.allSatisfy { JSONWriter.isPlain($0) }
  }

  /// Takes from a call that was worked out what the next one will look like.
  private func learn(_ prepared: PreparedCall, _ result: CallResult, _ texts: [[UInt8]]) {
    let attempts =
      switch prepared.knowledge {
      case .none(let attempts), .supposed(_, _, _, let attempts): attempts
      case .known, .never: 0
      }
    func again() -> PreparedCall.Knowledge {
      attempts + 1 < PreparedCall.mostAttempts ? .none(attempts: attempts + 1) : .never
    }
    guard var run = repeated.run, let record = result.records.first, result.records.count == 1,
      result.remarks.isEmpty
    else {
      prepared.knowledge = again()
      return
    }
    run.texts = texts
    run.objectSize = repeated.objectSize
    if case .supposed(let template, let time, let before, _) = prepared.knowledge {
      // Two calls that are alike prove nothing.
      if run.time == time || (!texts.isEmpty && texts == before) { return }
      if template.wouldHaveMade(record, run, error: result.error) {
        prepared.knowledge = .known(template, changes: prepared.stamp.changes)
        return
      }
    }
    guard let template = CallTemplate(record, run, error: result.error) else {
      prepared.knowledge = again()
      return
    }
    prepared.knowledge =
      attempts + 1 < PreparedCall.mostAttempts
      ? .supposed(template, time: run.time, texts: texts, attempts: attempts + 1) : .never
  }

  /// Makes a call whose record is known but for its holes; nil where it must be worked out after all.
  private func repeatCall(
    _ prepared: PreparedCall, _ template: CallTemplate, _ texts: [[UInt8]]
  ) -> CallResult? {
    guard repeated.isAllowed, let identity = identityText(of: prepared),
      texts.allSatisfy({ JSONWriter.isPlain($0) })
    else { return nil }
    if template.repetition.effect != .nothing {
      guard let bucket = prepared.bucket, buckets[bucket] != nil, let key = prepared.key,
        apply(template.repetition.effect, key, texts, in: bucket, size: template.objectSize)
      else { return nil }
    }
    callCount += 1
    repeated.count += 1
    let time = now / 1000 * 1000
    if repeated.second != time {
      repeated.second = time
      repeated.secondText = Array(EventTime.format(time).utf8)
    }
    let record = template.nextRecord(
      time: time, timeText: repeated.secondText, identity: identity, texts: texts, &identifiers)
    publish(record)
    return CallResult(records: [record], error: template.error)
  }

  private func apply(
    _ effect: Repetition.Effect, _ key: PreparedCall.ObjectKey, _ texts: [[UInt8]],
    in bucket: String, size: Int?
  ) -> Bool {
    let key: String =
      switch key {
      case .fixed(let key): key
      case .marked(let place): String(decoding: texts[place], as: UTF8.self)
      }
    switch effect {
    case .nothing: return true
    case .readsObject: return objectSize(key, in: bucket) == size
    case .putsObject:
      guard let size else { return false }
      putSimulatedObject(key, size: size, in: bucket)
    case .deletesObject: deleteObject(key, in: bucket)
    }
    return true
  }

  /// What records say of a prepared call's caller now; nil where that must be found out.
  private func identityText(of prepared: PreparedCall) -> [UInt8]? {
    if let session = prepared.session, session.generation == world.knownCallers.generation,
      session.expires > now
    {
      return session.identity
    }
    guard let known = world.knownCallers[prepared.call.caller], known.expires > now else {
      return nil
    }
    let text =
      prepared.session?.serial == known.serial
      ? prepared.session?.identity : JSONWriter.bytes(known.identity.userIdentity)
    prepared.session = text.map {
      ($0, known.serial, world.knownCallers.generation, known.expires)
    }
    return text
  }
}

/// What is kept for calls that are made again and again.
struct RepeatedCalls {
  /// False where every call must be worked out by its service.
  var isAllowed = true
  /// Calls that were not worked out by their service.
  var count = 0
  /// While this is true, how a call is worked out is kept in `run`.
  var isWatching = false
  var run: CallRun?
  /// The size of the object that the watched call was about.
  var objectSize: Int?
  /// The time that was written last.
  var second: Int64 = -1
  var secondText: [UInt8] = []
  private var stamps: [String: ServiceStamp] = [:]

  /// The stamp of an operation's service.
  mutating func stamp(of operation: APIOperation) -> ServiceStamp {
    if let stamp = stamps[operation.eventSource] { return stamp }
    let stamp = ServiceStamp()
    stamps[operation.eventSource] = stamp
    return stamp
  }

  /// Notes that something outside of calls has changed what services keep.
  func everythingChanged() {
    for stamp in stamps.values { stamp.changes += 1 }
  }
}

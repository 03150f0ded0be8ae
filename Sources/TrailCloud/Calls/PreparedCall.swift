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
    case supposed(CallTemplate, Sample, attempts: Int)
    case known(CallTemplate, changes: Int)
    case never
  }
  var knowledge = Knowledge.none(attempts: 0)
  /// Who makes it, unless somebody else is named for each call.
  let caller: PreparedCaller
  /// Whether sessions of many names make it, all of one role.
  let hasManyCallers: Bool

  /// What made a call another than the next.
  struct Sample {
    var time: Int64
    var texts: [[UInt8]]
    var session: [UInt8]?
  }

  /// Attempts after which a call is worked out each time.
  static let mostAttempts = 4

  init(
    _ call: APICall, _ operation: APIOperation, _ parameters: JSONValue, hasSlots: Bool,
    hasManyCallers: Bool, stamp: ServiceStamp
  ) {
    self.call = call
    self.hasManyCallers = hasManyCallers
    caller = PreparedCaller(call.caller)
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
  /// - Parameter hasManyCallers: whether each call names its caller: sessions of other names, but of the same role. The
  ///   call must have an address then.
  /// - Throws: `CallProblem` where it cannot be made.
  package func prepare(
    _ call: APICall, hasSlots: Bool = false, hasManyCallers: Bool = false
  ) throws(CallProblem) -> PreparedCall {
    let (operation, parameters) = try meaning(of: call)
    try checkAddress(of: call)
    return PreparedCall(
      call, operation, parameters, hasSlots: hasSlots, hasManyCallers: hasManyCallers,
      stamp: repeated.stamp(of: operation))
  }

  /// Makes a prepared call now, with these texts in the place of its marks.
  ///
  /// Its record is the same, byte for byte, as that of `perform` with the same parameters; where nobody wants an
  /// answer, the service is not asked for what it would say again.
  func perform(
    _ prepared: PreparedCall, _ fillings: [[UInt8]] = [], as caller: PreparedCaller? = nil
  ) throws(CallProblem) -> CallResult {
    let caller = caller ?? prepared.caller
    let texts = prepared.marked.map { SlottedParameters.filled($0, fillings) }
    if case .known(let template, let changes) = prepared.knowledge {
      if !template.repetition.dependsOnState || changes == prepared.stamp.changes,
        let result = repeatCall(prepared, template, texts, caller)
      {
        return result
      }
      // The service is asked once whether it still holds.
      prepared.knowledge = .supposed(
        template, PreparedCall.Sample(time: .min, texts: [], session: nil), attempts: 0)
    }
    let parameters =
      prepared.marked.isEmpty
      ? prepared.parameters : SlottedParameters.filled(prepared.parameters, fillings)
    var call = prepared.call
    call.caller = caller.caller
    guard mayRepeat(prepared, texts) else {
      return try perform(call, prepared.operation, parameters)
    }
    repeated.isWatching = true
    defer { repeated.isWatching = false }
    repeated.run = nil
    let result = try perform(call, prepared.operation, parameters)
    learn(prepared, result, texts)
    return result
  }

  /// Whether it is worth watching how a call is worked out.
  private func mayRepeat(_ prepared: PreparedCall, _ texts: [[UInt8]]) -> Bool {
    if case .never = prepared.knowledge { return false }
    return repeated.isAllowed && prepared.call.response == nil
      && texts.allSatisfy { JSONWriter.isPlain($0) }
  }

  /// Takes from a call that was worked out what the next one will look like.
  private func learn(_ prepared: PreparedCall, _ result: CallResult, _ texts: [[UInt8]]) {
    let attempts =
      switch prepared.knowledge {
      case .none(let attempts), .supposed(_, _, let attempts): attempts
      case .known, .never: 0
      }
    func again() -> PreparedCall.Knowledge {
      attempts + 1 < PreparedCall.mostAttempts ? .none(attempts: attempts + 1) : .never
    }
    guard var run = repeated.run, let record = result.records.first, result.records.count == 1,
      result.remarks.isEmpty, run.repetition.suits(prepared, texts)
    else {
      prepared.knowledge = again()
      return
    }
    run.texts = texts
    if case .works(let work) = run.repetition.effect {
      run.texts += work.made.map { Array($0.utf8) }
    }
    run.objectSize = repeated.objectSize
    let sample = PreparedCall.Sample(
      time: run.time, texts: run.texts, session: run.identity.sessionName)
    if case .supposed(let template, let before, _) = prepared.knowledge {
      // Two calls that are alike prove nothing.
      if sample.time == before.time || (!sample.texts.isEmpty && sample.texts == before.texts)
        || (prepared.hasManyCallers && sample.session == before.session)
      {
        return
      }
      if template.isConfirmed(by: record, run, error: result.error) {
        prepared.knowledge = .known(template, changes: prepared.stamp.changes)
        return
      }
    }
    guard
      let template = CallTemplate(
        record, run, error: result.error, hasManyCallers: prepared.hasManyCallers)
    else {
      prepared.knowledge = again()
      return
    }
    prepared.knowledge =
      attempts + 1 < PreparedCall.mostAttempts
      ? .supposed(template, sample, attempts: attempts + 1) : .never
  }

  /// Makes a call whose record is known but for its holes; nil where it must be worked out after all.
  private func repeatCall(
    _ prepared: PreparedCall, _ template: CallTemplate, _ texts: [[UInt8]],
    _ caller: PreparedCaller
  ) -> CallResult? {
    guard repeated.isAllowed, !prepared.call.isAnswerWanted || template.repetition.givesAnswer,
      let session = caller.session(in: world.knownCallers, now: now),
      texts.allSatisfy({ JSONWriter.isPlain($0) })
    else { return nil }
    var work: RepeatedWork?
    switch template.repetition.effect {
    case .nothing: break
    case .works(let known):
      guard known.isPossible(self, texts) else { return nil }
      work = known
    default:
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
    let drawn = template.draw(&identifiers)
    var texts = texts
    var response = JSONValue.object([])
    if let work {
      let done = work.run(
        self,
        RepeatedWork.Facts(caller: session.identity, time: time, texts: texts) {
          template.draw($0, among: drawn)
        })
      texts += done.made.map { Array($0.utf8) }
      if let answer = done.response { response = answer }
    }
    let record = template.record(
      time: time, timeText: repeated.secondText, identity: session.text, arn: session.arn,
      texts: texts, drawn: drawn)
    publish(record)
    return CallResult(records: [record], response: response, error: template.error)
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
    case .nothing, .works: return true
    case .readsObject: return objectSize(key, in: bucket) == size
    case .putsObject:
      guard let size else { return false }
      putSimulatedObject(key, size: size, in: bucket)
    case .deletesObject: deleteObject(key, in: bucket)
    }
    return true
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

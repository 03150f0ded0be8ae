/// What waits for its delivery to log groups.
struct LogDeliveryState: Sendable {
  /// The records of one minute that a trail recorded in one account and Region.
  struct Batch: Hashable, Sendable {
    var trail: TrailID
    var account: AccountID
    var region: RegionName
    /// The minute in which they came; `retries` for those that could not be delivered.
    var minute: Int64

    static let retries = Int64.min

    static func isBefore(_ left: Batch, _ right: Batch) -> Bool {
      (left.minute, left.trail, left.account, left.region)
        < (right.minute, right.trail, right.account, right.region)
    }
  }
  /// Where a trail's deliveries assume its role: in every Region by itself (facts §7.1).
  struct SessionPlace: Hashable, Sendable {
    var trail: TrailID
    var region: RegionName
    var role: String
  }

  var waiting: [Batch: LogEventStore] = [:]
  /// When each batch will be tried next.
  var due: [Batch: Int64] = [:]
  /// Until when the role is assumed.
  var sessions: [SessionPlace: Int64] = [:]
  /// Where delays come from.
  var source: IdentifierSource?
}

/// The numbers of log delivery.
enum LogDeliveryLimits {
  /// Larger records are not sent (facts §7.1), in bytes.
  static let recordBytes = 256 * 1024
  /// Ours: a minute's records arrive this long after the minute began, or up to two minutes later: about five minutes
  /// as a rule (facts §7.1), in milliseconds.
  static let delay: Int64 = 240_000
  static let jitter: Int64 = 120_000
  /// Failed deliveries are tried again after this long.
  static let retry: Int64 = 300_000
  /// CloudWatch Logs takes no older events; what could not be delivered by then is lost.
  static let oldest: Int64 = 14 * 86_400_000
  /// A delivery's session is used so long: real trails assume the role anew after some 57 minutes.
  static let session: Int64 = 3_420_000
}

/// A delivery to a log group that is due.
struct ScheduledLogDelivery {
  var batch: LogDeliveryState.Batch
}

extension Cloud {
  /// Puts a record where it waits for the trail's next delivery to its log group, if it has one.
  ///
  /// - Complexity: O(record) for trails with a log group, O(1) for others.
  func enqueueForLogs(_ record: EventRecord, by trail: TrailID) {
    guard trails.haveLogGroups.contains(trail),
      record.bytes.count <= LogDeliveryLimits.recordBytes
    else { return }
    let batch = LogDeliveryState.Batch(
      trail: trail, account: record.recipientAccountID, region: record.awsRegion,
      minute: now / 60_000 * 60_000)
    if logGroups.delivery.due[batch] == nil { schedule(batch, at: dueTime(of: batch)) }
    logGroups.delivery.waiting[batch, default: LogEventStore()]
      .append(record.bytes, time: record.eventTime, isJSON: true)
  }

  private func schedule(_ batch: LogDeliveryState.Batch, at time: Int64) {
    logGroups.delivery.due[batch] = time
    schedule.add(.logDelivery(ScheduledLogDelivery(batch: batch)), at: time)
  }

  private func dueTime(of batch: LogDeliveryState.Batch) -> Int64 {
    var source =
      logGroups.delivery.source ?? .branch(seed: configuration.seed, name: "log delivery")
    defer { logGroups.delivery.source = source }
    let seconds = UInt64(LogDeliveryLimits.jitter / 1000)
    return batch.minute + LogDeliveryLimits.delay + Int64(source.next() % seconds) * 1000
  }

  func run(_ task: ScheduledLogDelivery) {
    // A batch that was delivered before its time is not there any more, or is another of the same minute.
    guard logGroups.delivery.due[task.batch] == now else { return }
    deliver(task.batch)
  }

  /// Delivers what waits for log groups now: of one trail, or of all.
  func flushLogs(_ trail: TrailID?, _ report: inout FlushReport) {
    let batches = logGroups.delivery.waiting.keys.filter { trail == nil || $0.trail == trail }
    for batch in batches.sorted(by: LogDeliveryState.Batch.isBefore) {
      let count = logGroups.delivery.waiting[batch]?.count ?? 0
      guard let group = trails[batch.trail]?.logGroupARN else { continue }
      if let code = deliver(batch) {
        if !report.logFailures.contains(where: { $0.trail == batch.trail }) {
          report.logFailures.append((batch.trail, code))
        }
      } else {
        report.logEvents[logGroups[group]?.name ?? group, default: 0] += count
      }
    }
  }

  /// What waits for a trail's log group: how many records, and when the next and the last will arrive.
  package func waitingForLogs(of trail: TrailID) -> WaitingRecords {
    var waiting = WaitingRecords()
    for (batch, events) in logGroups.delivery.waiting where batch.trail == trail {
      waiting.count += events.count
      waiting.oldest = min(waiting.oldest ?? .max, events.oldest ?? .max)
      guard let due = logGroups.delivery.due[batch] else { continue }
      waiting.next = min(waiting.next ?? .max, due)
      waiting.last = max(waiting.last ?? .min, due)
    }
    waiting.error = trails[trail]?.status.latestLogsDeliveryError
    return waiting
  }

  // MARK: One batch

  /// Ours: what waits for a trail that has no log group any more goes nowhere.
  ///
  /// - Returns: the error's code where it could not be delivered; it waits on then.
  @discardableResult
  private func deliver(_ batch: LogDeliveryState.Batch) -> String? {
    logGroups.delivery.due[batch] = nil
    guard let events = logGroups.delivery.waiting.removeValue(forKey: batch),
      let trail = trails[batch.trail], let group = trail.logGroupARN,
      let role = trail.logGroupRoleARN
    else { return nil }
    let stream = Self.logStreamName(
      of: trail, account: batch.account, organization: world.organization?.id)
    do {
      try checkDelivery(to: stream, in: group, role: role, of: trail)
    } catch {
      keep(events, of: batch, trail, error.code)
      return error.code
    }
    assumeDeliveryRole(role, of: trail, in: batch.region)
    prepareStream(stream, in: group, role: role, of: trail)
    let name = logGroups[group]?.name ?? ""
    receive(events, in: group, stream: stream)
    happenings.wroteLogEvents(events.count, to: name)
    trails.update(trail.id) { trail in
      trail.status.latestLogsDeliveryTime = now
      trail.status.latestLogsDeliveryError = nil
    }
    return nil
  }

  /// Keeps what could not be delivered for another try, together with what waits for one already.
  private func keep(
    _ events: LogEventStore, of batch: LogDeliveryState.Batch, _ trail: Trail, _ code: String
  ) {
    trails.update(trail.id) { $0.status.latestLogsDeliveryError = code }
    happenings.couldNotDeliver(trail.name, code: code)
    let kept = events.events(from: now - LogDeliveryLimits.oldest)
    let lost = events.count - kept.count
    if lost > 0 { happenings.lostLogEvents(lost, of: trail.name) }
    guard !kept.isEmpty else { return }
    var batch = batch
    batch.minute = LogDeliveryState.Batch.retries
    logGroups.delivery.waiting[batch, default: LogEventStore()].append(kept, ingestionTime: 0)
    if logGroups.delivery.due[batch] == nil { schedule(batch, at: now + LogDeliveryLimits.retry) }
  }

  /// The stream of an account's events (facts §7.1). Ours: an organization trail's streams go on as others' do.
  static func logStreamName(of trail: Trail, account: AccountID, organization: String?) -> String {
    let own = "\(account)_CloudTrail_\(trail.homeRegion)"
    guard trail.isOrganizationTrail, let organization else { return own }
    return "\(organization)_\(own)"
  }
}

internal import TrailCrypto
internal import TrailRecord

// From records to log files (facts §6).

extension Cloud {
  /// The stream of files in which a trail delivers a record.
  func stream(of record: EventRecord, by trail: TrailID) -> DeliveryState.Stream {
    DeliveryState.Stream(
      trail: trail, account: record.recipientAccountID, region: record.awsRegion,
      folder: LogFileKey.Folder(record.category), isData: record.category == .data)
  }

  /// Puts a record where it waits for the next delivery.
  ///
  /// - Complexity: O(record).
  func enqueue(_ record: EventRecord, in queue: DeliveryQueue) {
    let mark = Self.mark(after: record.eventTime)
    let isNew = !queue.has(mark)
    let due = isNew ? dueTime(of: mark) : 0
    queue.add(record, at: mark, now: now, due: due)
    if isNew {
      schedule.add(.delivery(ScheduledDelivery(stream: queue.stream, mark: mark)), at: due)
    }
  }

  /// The five-minute mark that ends the interval of a time: itself, where it is one (facts §0.21).
  static func mark(after time: Int64) -> Int64 {
    let mark = DeliveryLimits.mark
    return (time + mark - 1) / mark * mark
  }

  /// When a batch of that mark is put into its bucket.
  private func dueTime(of mark: Int64) -> Int64 {
    var source = delivery.source ?? .branch(seed: configuration.seed, name: "delivery")
    defer { delivery.source = source }
    let isLate = source.next() % 20 == 0
    let delay = isLate ? DeliveryLimits.lateDelay : DeliveryLimits.usualDelay
    return max(mark, now) + Int64(source.next() % UInt64(delay / 1000)) * 1000
  }

  /// Delivers what is due.
  func run(_ task: ScheduledDelivery) {
    var report = FlushReport()
    deliver(task.stream, task.mark, &report)
  }

  /// Delivers everything that waits now (a digest is not made early): of one trail, or of all.
  ///
  /// - Returns: what was written, and what could not be.
  package func flush(_ trail: TrailID? = nil) -> FlushReport {
    var report = FlushReport()
    let streams = delivery.queues.keys.filter { trail == nil || $0.trail == trail }
      .sorted { Self.order($0, $1) }
    // What the deliveries themselves leave waits for the next time.
    let waiting = streams.map { ($0, delivery.queues[$0]?.marks.keys.sorted() ?? []) }
    for (stream, marks) in waiting {
      for mark in marks { deliver(stream, mark, &report) }
    }
    let failed = writeFiles()
    report.failures += failed.map { ($0.trail, $0.code) }
    report.objects.removeAll { object in failed.contains { $0.key == object.key } }
    report.recordCount -= failed.reduce(0) { $0 + $1.count }
    putWaitingDigests(of: trail)
    flushLogs(trail, &report)
    return report
  }

  private static func order(_ left: DeliveryState.Stream, _ right: DeliveryState.Stream) -> Bool {
    let l = (left.trail.number, left.account, left.region, left.folder.rawValue)
    let r = (right.trail.number, right.account, right.region, right.folder.rawValue)
    return l != r ? l < r : !left.isData && right.isData
  }

  /// Puts the batches of one stream and mark into the trail's bucket, or keeps them for another try.
  private func deliver(
    _ stream: DeliveryState.Stream, _ mark: Int64, _ report: inout FlushReport
  ) {
    guard let trail = trails[stream.trail],
      let batches = delivery.queues[stream]?.take(mark), !batches.isEmpty
    else { return }
    trails.update(trail.id) { $0.status.latestDeliveryAttemptTime = now }
    var keys: [String] = []
    for (index, batch) in batches.enumerated() {
      do {
        keys.append(try put(batch, at: mark, of: stream, for: trail))
        report.recordCount += batch.count
      } catch {
        report.failures.append((trail.id, error.code))
        keepForRetry(Array(batches[index...]), stream, mark, trail, error.code)
        break
      }
    }
    guard !keys.isEmpty else { return }
    report.objects += keys.map { (trail.bucket, $0) }
    trails.update(trail.id) { trail in
      trail.status.latestDeliveryTime = now
      trail.status.latestDeliveryAttemptSucceeded = now
      if keys.count == batches.count { trail.status.latestDeliveryError = nil }
    }
    notify(trail, of: keys)
  }

  private func keepForRetry(
    _ batches: [DeliveryBatch], _ stream: DeliveryState.Stream, _ mark: Int64,
    _ trail: Trail, _ code: String
  ) {
    trails.update(trail.id) { $0.status.latestDeliveryError = code }
    happenings.couldNotDeliver(trail.name, code: code)
    let due = now + DeliveryLimits.retry
    let kept = batches.filter { now - $0.since < DeliveryLimits.patience }
    for batch in kept { batch.due = due }
    let lost = batches.reduce(0) { $0 + $1.count } - kept.reduce(0) { $0 + $1.count }
    if lost > 0 { happenings.lost(lost, of: trail.name) }
    guard !kept.isEmpty else { return }
    delivery.queue(of: stream).putBack(kept, at: mark)
    schedule.add(.delivery(ScheduledDelivery(stream: stream, mark: mark)), at: due)
  }

  /// Delivers one log file. Throws S3's error, whose code goes into `LatestDeliveryError` (facts §6.3).
  ///
  /// Its bytes reach the storage when they are packed, and before anybody reads there.
  private func put(
    _ batch: DeliveryBatch, at mark: Int64, of stream: DeliveryState.Stream, for trail: Trail
  ) throws(AWSError) -> String {
    let place = LogFileKey.place(
      trail, organization: world.organization?.id, account: stream.account,
      folder: stream.folder, region: stream.region)
    let key = LogFileKey.logFile(
      in: place, account: stream.account, folder: stream.folder, region: stream.region,
      stamp: stream.folder == .insights ? now : Self.mark(after: batch.newest),
      letters: identifiers.letters(16))
    let file = batch.packed()
    let bucket = try bucketForCloudTrail(key, of: trail)
    if trail.kmsKeyARN == nil {
      let headers = deliveryHeaders(metadata: [])
      delivery.unwritten.append(
        UnwrittenFile(
          batch: batch, file: file, stream: stream, mark: mark, key: key, bucket: bucket.name,
          headers: headers))
      if delivery.unwritten.count > DeliveryLimits.mostUnwritten {
        writeFiles(leaving: DeliveryLimits.mostUnwritten / 2)
      }
      recordDelivery(of: key, size: file.result.bytes.count, headers, bucket, trail)
    } else {
      try putAsCloudTrail(file.result.bytes, key: key, for: trail, metadata: [])
      noteDelivered(batch, at: now)
    }
    happenings.wroteLogFile(stream.folder, isData: stream.isData, to: trail.bucket)
    noteForDigest(
      DeliveredLogFile(
        bucket: trail.bucket, key: key, file: file, oldest: batch.oldest, newest: batch.newest),
      stream: stream)
    return key
  }

  /// Writes the files whose delivery was decided, unless much is being done at once.
  func settleDeliveries() {
    if delivery.deferrals == 0 { writeFiles() }
  }

  /// Does much at once: the files of deliveries on the way may be written until it has ended.
  package func together<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if delivery.deferrals == 0 { repeated.everythingChanged() }
    delivery.deferrals += 1
    defer {
      delivery.deferrals -= 1
      settleDeliveries()
    }
    return try body()
  }

  /// Writes files in the order of their delivery, but for the last few.
  ///
  /// - Returns: those that the storage did not take; their records wait for another try.
  @discardableResult
  func writeFiles(
    leaving left: Int = 0
  ) -> [(trail: TrailID, key: String, code: String, count: Int)] {
    guard delivery.unwritten.count > left else { return [] }
    let files = Array(delivery.unwritten.prefix(delivery.unwritten.count - left))
    delivery.unwritten.removeFirst(files.count)
    var failed: [UnwrittenFile] = []
    for file in files {
      do {
        try objects.put(
          file.file.result.bytes, key: file.key, in: file.bucket, headers: file.headers)
        noteDelivered(file.batch, at: file.headers.lastModified)
      } catch {
        failed.append(file)
      }
    }
    // The last first: each goes before what waits already.
    for file in failed.reversed() {
      guard let trail = trails[file.stream.trail] else { continue }
      forgetForDigest(file.key, stream: file.stream)
      keepForRetry([file.batch], file.stream, file.mark, trail, Self.storageFailure)
    }
    return failed.map { ($0.stream.trail, $0.key, Self.storageFailure, $0.batch.count) }
  }

  private static let storageFailure = "InternalError"

  /// The bucket that takes an object of CloudTrail's. Throws S3's refusal.
  private func bucketForCloudTrail(
    _ key: String, of trail: Trail
  ) throws(AWSError) -> Bucket {
    guard let bucket = buckets[trail.bucket] else {
      throw AWSError("NoSuchBucket", "The specified bucket does not exist")
    }
    guard
      BucketPolicy.acceptsObject(
        bucket.policy, bucket: bucket.name, key: key, trailARN: trail.arn, account: trail.account)
    else { throw AWSError("AccessDenied", "Access Denied") }
    return bucket
  }

  private func deliveryHeaders(metadata: [(name: String, value: String)]) -> ObjectHeaders {
    var headers = ObjectHeaders()
    headers.contentType = "application/json"
    headers.contentEncoding = "gzip"
    headers.metadata = metadata
    headers.lastModified = now / 1000 * 1000
    return headers
  }

  /// Writes an object as CloudTrail does, sealed where the trail has a key (facts §6.6).
  func putAsCloudTrail(
    _ bytes: [UInt8], key: String, for trail: Trail, metadata: [(name: String, value: String)]
  ) throws(AWSError) {
    let bucket = try bucketForCloudTrail(key, of: trail)
    var headers = deliveryHeaders(metadata: metadata)
    var stored = bytes
    if let keyARN = trail.kmsKeyARN {
      stored = try seal(
        bytes, keyARN: keyARN, trail: trail, bucket: bucket, key: key, headers: &headers)
    }
    do {
      try storage.put(stored, key: key, in: bucket.name, headers: headers)
    } catch {
      throw AWSError(Self.storageFailure, "\(error.path): \(error.reason)")
    }
    recordDelivery(of: key, size: stored.count, headers, bucket, trail)
  }

  /// The delivery itself is a PutObject, which trails that select the bucket's data events record (facts §5.4).
  private func recordDelivery(
    of key: String, size: @autoclosure () -> Int, _ headers: ObjectHeaders, _ bucket: Bucket,
    _ trail: Trail
  ) {
    guard trails.selectDataEvents(in: bucket.owner) else { return }
    var parameters: [JSONMember] = [
      JSONMember("bucketName", .string(bucket.name)),
      JSONMember("x-amz-acl", "bucket-owner-full-control"),
    ]
    var response: [JSONMember] = [
      JSONMember("x-amz-server-side-encryption", .string(headers.encryption))
    ]
    if let arn = headers.kmsKeyARN {
      let name = "x-amz-server-side-encryption-aws-kms-key-id"
      parameters.append(JSONMember(name, .string(arn)))
      response.insert(JSONMember(name, .string(arn)), at: 0)
    }
    parameters += [
      JSONMember("Host", .string("\(bucket.name).s3.\(bucket.region).amazonaws.com")),
      JSONMember("x-amz-server-side-encryption", .string(headers.encryption)),
      JSONMember("key", .string(key)),
    ]
    recordServiceCall(
      "PutObject", of: "s3.amazonaws.com", by: CloudTrailService.principal, in: bucket.owner,
      region: bucket.region, isReadOnly: false, category: .data,
      requestParameters: .object(parameters), responseElements: .object(response),
      additionalEventData: [
        "SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": .number(size()),
        "SSEApplied": .string(headers.kmsKeyARN == nil ? "SSE_S3" : "SSE_KMS"),
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": .string(identifiers.letters(75) + "="), "bytesTransferredOut": 0,
      ],
      resources: [
        ResourceReference(
          type: "AWS::S3::Object", arn: "arn:aws:s3:::\(bucket.name)/\(key)"),
        ResourceReference(
          type: "AWS::S3::Bucket", arn: "arn:aws:s3:::\(bucket.name)", accountID: bucket.owner),
      ])
  }

  /// Tells the trail's topic (facts §6.4).
  private func notify(_ trail: Trail, of keys: [String]) {
    guard let topic = trail.topicARN else { return }
    let message: JSONValue = [
      "s3Bucket": .string(trail.bucket), "s3ObjectKey": .strings(keys),
    ]
    let text = String(decoding: JSONWriter.bytes(message), as: UTF8.self)
    let failure = publish(
      text, to: topic, as: CloudTrailService.principal, sourceARN: trail.arn)
    trails.update(trail.id) { trail in
      trail.status.latestNotificationAttemptTime = now
      trail.status.latestNotificationError = failure
      if failure == nil {
        trail.status.latestNotificationTime = now
        trail.status.latestNotificationAttemptSucceeded = now
      }
    }
    if failure == nil { happenings.notifiedOfDelivery() }
  }

  /// What waits for a trail's delivery, and when it will arrive.
  package func waiting(for trail: TrailID) -> WaitingRecords {
    var waiting = WaitingRecords()
    for (stream, queue) in delivery.queues where stream.trail == trail {
      for batch in queue.marks.values.joined() {
        waiting.count += batch.count
        waiting.oldest = min(waiting.oldest ?? .max, batch.oldest)
        waiting.next = min(waiting.next ?? .max, batch.due)
        waiting.last = max(waiting.last ?? .min, batch.due)
      }
    }
    waiting.error = trails[trail]?.status.latestDeliveryError
    return waiting
  }
}

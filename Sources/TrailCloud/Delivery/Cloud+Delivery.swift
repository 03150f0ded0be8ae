internal import TrailCrypto
internal import TrailRecord

// From records to log files (facts §6).

extension Cloud {
  /// Puts a record where it waits for the trail's next delivery.
  ///
  /// - Complexity: O(record).
  func enqueueForDelivery(_ record: EventRecord, by trail: TrailID) {
    let stream = DeliveryState.Stream(
      trail: trail, account: record.recipientAccountID, region: record.awsRegion,
      folder: LogFileKey.Folder(record.category), isData: record.category == .data)
    let mark = Self.mark(after: record.eventTime)
    let isNew = delivery.batches[stream]?[mark] == nil
    let due = isNew ? dueTime(of: mark) : 0
    let now = self.now
    func add(_ batches: inout [DeliveryState.Batch]) {
      let fits = batches.last.map {
        $0.packed == nil && $0.text.count + record.bytes.count < DeliveryLimits.fileBytes
      }
      if fits != true {
        if let full = batches.indices.last {
          batches[full].packed = Self.packed(batches[full])
          batches[full].text = []
        }
        batches.append(DeliveryState.Batch(since: now, due: batches.first?.due ?? due))
      }
      let last = batches.count - 1
      if batches[last].count > 0 { batches[last].text.append(UInt8(ascii: ",")) }
      batches[last].text.append(contentsOf: record.bytes)
      batches[last].count += 1
      batches[last].oldest = min(batches[last].oldest, record.eventTime)
      batches[last].newest = max(batches[last].newest, record.eventTime)
    }
    add(&delivery.batches[stream, default: [:]][mark, default: []])
    if isNew { schedule.add(.delivery(ScheduledDelivery(stream: stream, mark: mark)), at: due) }
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
    let streams = delivery.batches.keys.filter { trail == nil || $0.trail == trail }
      .sorted { Self.order($0, $1) }
    // What the deliveries themselves leave waits for the next time.
    let waiting = streams.map { ($0, delivery.batches[$0]?.keys.sorted() ?? []) }
    for (stream, marks) in waiting {
      for mark in marks { deliver(stream, mark, &report) }
    }
    putWaitingDigests(of: trail)
    flushLogs(trail)
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
      let batches = delivery.batches[stream]?.removeValue(forKey: mark), !batches.isEmpty
    else { return }
    if delivery.batches[stream]?.isEmpty == true { delivery.batches[stream] = nil }
    trails.update(trail.id) { $0.status.latestDeliveryAttemptTime = now }
    var keys: [String] = []
    for (index, batch) in batches.enumerated() {
      do {
        keys.append(try put(batch, of: stream, for: trail))
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
    _ batches: [DeliveryState.Batch], _ stream: DeliveryState.Stream, _ mark: Int64,
    _ trail: Trail, _ code: String
  ) {
    trails.update(trail.id) { $0.status.latestDeliveryError = code }
    happenings.couldNotDeliver(trail.name, code: code)
    let due = now + DeliveryLimits.retry
    let kept = batches.filter { now - $0.since < DeliveryLimits.patience }
      .map { batch in
        var batch = batch
        batch.due = due
        return batch
      }
    let lost = batches.reduce(0) { $0 + $1.count } - kept.reduce(0) { $0 + $1.count }
    if lost > 0 { happenings.lost(lost, of: trail.name) }
    guard !kept.isEmpty else { return }
    delivery.batches[stream, default: [:]][mark, default: []].insert(contentsOf: kept, at: 0)
    schedule.add(.delivery(ScheduledDelivery(stream: stream, mark: mark)), at: due)
  }

  /// Writes one log file. Throws S3's error, whose code goes into `LatestDeliveryError` (facts §6.3).
  private func put(
    _ batch: DeliveryState.Batch, of stream: DeliveryState.Stream, for trail: Trail
  ) throws(AWSError) -> String {
    let place = LogFileKey.place(
      trail, organization: world.organization?.id, account: stream.account,
      folder: stream.folder, region: stream.region)
    let key = LogFileKey.logFile(
      in: place, account: stream.account, folder: stream.folder, region: stream.region,
      stamp: Self.mark(after: batch.newest), letters: identifiers.letters(16))
    let file = batch.packed ?? Self.packed(batch)
    try putAsCloudTrail(file.bytes, key: key, for: trail, metadata: [])
    happenings.wroteLogFile(to: trail.bucket)
    noteForDigest(
      DeliveredLogFile(
        bucket: trail.bucket, key: key, hash: file.hash,
        oldest: batch.oldest, newest: batch.newest), stream: stream)
    return key
  }

  private static func packed(_ batch: DeliveryState.Batch) -> DeliveryState.PackedFile {
    let plain = Array("{\"Records\":[".utf8) + batch.text + Array("]}".utf8)
    return DeliveryState.PackedFile(
      bytes: Gzip.compress(plain), hash: Encoding.hex(Hash.sha256(plain)))
  }

  /// Writes an object as CloudTrail does, sealed where the trail has a key (facts §6.6).
  func putAsCloudTrail(
    _ bytes: [UInt8], key: String, for trail: Trail, metadata: [(name: String, value: String)]
  ) throws(AWSError) {
    guard let bucket = buckets[trail.bucket] else {
      throw AWSError("NoSuchBucket", "The specified bucket does not exist")
    }
    guard
      BucketPolicy.acceptsObject(
        bucket.policy, bucket: bucket.name, key: key, trailARN: trail.arn, account: trail.account)
    else { throw AWSError("AccessDenied", "Access Denied") }
    var headers = ObjectHeaders()
    headers.contentType = "application/json"
    headers.contentEncoding = "gzip"
    headers.metadata = metadata
    headers.lastModified = now / 1000 * 1000
    var stored = bytes
    if let keyARN = trail.kmsKeyARN {
      stored = try seal(
        bytes, keyARN: keyARN, trail: trail, bucket: bucket, key: key, headers: &headers)
    }
    do {
      try storage.put(stored, key: key, in: bucket.name, headers: headers)
    } catch {
      throw AWSError("InternalError", "\(error.path): \(error.reason)")
    }
    recordDelivery(of: key, size: stored.count, headers, bucket, trail)
  }

  /// The delivery itself is a PutObject, which trails that select the bucket's data events record (facts §5.4).
  private func recordDelivery(
    of key: String, size: Int, _ headers: ObjectHeaders, _ bucket: Bucket, _ trail: Trail
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
        "bytesTransferredIn": .number(size),
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
    if failure == nil { happenings.notified() }
  }

  /// What waits for a trail's delivery, and when it will arrive.
  package func waiting(for trail: TrailID) -> WaitingRecords {
    var waiting = WaitingRecords()
    for (stream, marks) in delivery.batches where stream.trail == trail {
      for batch in marks.values.joined() {
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

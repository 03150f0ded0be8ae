internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Pages about buckets and objects, and keys that are switched on and off.
enum BucketPages {
  static let all: [Command] = [
    showBucket, showObject, showKey, enableKey, disableKey, dropBucket, dropKey,
  ]

  private static let showBucket = Command(
    "show bucket", forms: ["show bucket NAME"],
    summary: "shows a bucket: where its files lie, its policy, its objects",
    examples: ["define bucket audit-logs; show bucket audit-logs"],
    candidates: { buckets($0) }
  ) { invocation in
    var reader = invocation.reader()
    let place = try reader.s3Path("the bucket's name")
    try reader.finish()
    let cloud = invocation.cloud
    let bucket = try invocation.bucket(place)
    var rows: [[Cell]] = [
      [.text("bucket"), .text("s3://\(bucket.name)")], [.text("region"), .text(bucket.region)],
      [.text("owner"), .text(bucket.owner)],
    ]
    if let folder = cloud.folder(ofBucket: bucket.name) {
      rows.append([.text("folder"), .text(folder)])
    }
    if let key = bucket.defaultKeyARN { rows.append([.text("key"), .text(key)]) }
    rows.append([
      .text("objects"), .text(NumberText.grouped(cloud.objectKeys(in: bucket.name).count)),
    ])
    rows.append([
      .text("policy"),
      .text(
        bucket.policy.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) } ?? "none"),
    ])
    try invocation.showTable([("member", .text), ("value", .text)], rows: rows, empty: "")
  }

  private static let showObject = Command(
    "show object", forms: ["show object s3://BUCKET/KEY"],
    summary: "shows what S3 keeps beside an object: encryption, metadata, size",
    examples: ["define bucket logs; expect error NoSuchKey show object s3://logs/nothing"]
  ) { invocation in
    var reader = invocation.reader()
    let place = try reader.s3Path("the object, such as s3://logs/KEY")
    try reader.finish()
    let object = try invocation.object(place)
    let headers = object.headers
    var rows: [(String, String?)] = [
      ("object", "s3://\(place.bucket)/\(place.key)"), ("Content-Type", headers.contentType),
      ("Content-Encoding", headers.contentEncoding),
      ("x-amz-server-side-encryption", headers.encryption),
      ("x-amz-server-side-encryption-aws-kms-key-id", headers.kmsKeyARN),
      (
        "x-amz-server-side-encryption-bucket-key-enabled", headers.usesBucketKey ? "true" : nil
      ), ("Last-Modified", ReadableTime.iso(headers.lastModified)),
      ("Content-Length", "\(object.bytes.count)"),
    ]
    rows += headers.metadata.map { ("x-amz-meta-\($0.name)", $0.value) }
    try invocation.showTable(
      [("header", .text), ("value", .text)],
      rows: rows.compactMap { row in row.1.map { [.text(row.0), .text($0)] } }, empty: "")
  }

  private static let enableKey = Command(
    "enable key", forms: ["enable key KEY"], summary: "lets a KMS key be used again: EnableKey",
    examples: ["define key ct; disable key ct; enable key ct"],
    candidates: { NounCompletion.keys($0) }
  ) { try setKey("EnableKey", "can be used", $0) }

  private static let disableKey = Command(
    "disable key", forms: ["disable key KEY"],
    summary: "makes a KMS key useless for now: DisableKey",
    detail: ["Trails that encrypt with it deliver no more, and what it sealed cannot be read."],
    examples: ["define key ct; disable key alias/ct"],
    candidates: { NounCompletion.keys($0) }
  ) { try setKey("DisableKey", "cannot be used", $0) }

  private static func setKey(
    _ operation: String, _ outcome: String, _ invocation: Invocation
  ) throws {
    let name = try invocation.onlyName("the key: its alias, id or ARN")
    let known = try? invocation.key(name)
    // KMS takes no alias here; people do.
    var call = APICall(
      "kms", operation, parameters: [JSONMember("KeyId", .string(known?.id ?? name.text))])
    call.region = known?.region
    if let known { call.caller = Caller.administrator(of: known.account, invocation.cloud) }
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("key \(name.text) \(outcome) from now on", to: invocation.output)
  }

  private static let showKey = Command(
    "show key", forms: ["show key KEY"],
    summary: "shows a KMS key: its aliases, its state, who may use it",
    examples: ["define key ct; show key ct"],
    candidates: { NounCompletion.keys($0) }
  ) { invocation in
    let key = try invocation.key(try invocation.onlyName("the key: its alias, id or ARN"))
    var rows = [("arn", key.arn)]
    rows += invocation.cloud.keys.aliases(of: key.arn).map { ("alias", $0) }
    rows.append(("state", key.state.rawValue))
    if let time = key.deletionTime, key.state == .pendingDeletion {
      rows.append(("to be deleted", ReadableTime.readable(time)))
    }
    rows.append(("rotation", key.rotates ? "on" : "off"))
    try NounPage.write("key \(key.id)", rows, documents: [("Policy", key.policy)], invocation)
  }

  private static let dropBucket = Command(
    "drop bucket", forms: ["drop bucket NAME"],
    summary: "deletes a bucket, which must be empty: DeleteBucket",
    examples: ["define bucket scratch; drop bucket scratch"],
    candidates: { buckets($0) }
  ) { invocation in
    var reader = invocation.reader()
    let place = try reader.s3Path("the bucket's name")
    try reader.finish()
    let bucket = try invocation.bucket(place)
    var call = APICall(
      "s3", "DeleteBucket", parameters: [JSONMember("Bucket", .string(bucket.name))])
    call.region = bucket.region
    call.caller = Caller.administrator(of: bucket.owner, invocation.cloud)
    _ = try invocation.perform(call, at: place.range)
    invocation.session.note("bucket \(bucket.name) is deleted", to: invocation.output)
  }

  private static let dropKey = Command(
    "drop key", forms: ["drop key KEY [in N days]"],
    summary: "schedules a KMS key's deletion: ScheduleKeyDeletion",
    detail: [
      "KMS waits 7 to 30 days, 30 unless told; until then the key cannot be used, and CancelKeyDeletion brings"
        + " it back."
    ],
    examples: ["define key ct; drop key ct in 7 days; advance 7d; list keys"],
    candidates: { NounCompletion.keys($0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the key: its alias, id or ARN")
    var parameters: [JSONMember] = []
    if try reader.take("in") != nil {
      let days = try reader.number("number of days")
      _ = try reader.take("days", "day")
      parameters.append(JSONMember("PendingWindowInDays", .number(String(days))))
    }
    try reader.finish(expected: ["in N days"])
    let key = try invocation.key(name)
    var call = APICall(
      "kms", "ScheduleKeyDeletion",
      parameters: [JSONMember("KeyId", .string(key.id))] + parameters)
    call.region = key.region
    call.caller = Caller.administrator(of: key.account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    let end = invocation.cloud.keys[key.arn]?.deletionTime.map { ReadableTime.readable($0) } ?? ""
    invocation.session.note(
      "key \(name.text) cannot be used from now on and is deleted at \(end)",
      to: invocation.output)
  }

  private static func buckets(_ site: ArgumentSite) -> [Completion.Candidate] {
    guard site.words.isEmpty, let cloud = site.session.cloudIfBegun else { return [] }
    return cloud.buckets.byName.keys.sorted().map { Completion.Candidate($0) }
  }
}

extension Invocation {
  /// Throws `Diagnostics` with S3's error where there is no such bucket.
  func bucket(_ place: S3Path) throws -> Bucket {
    guard let bucket = cloud.buckets[place.bucket] else {
      let near = NearestNames.find(place.bucket, in: cloud.buckets.byName.keys.sorted()).first
      throw Diagnostics(
        Diagnostic(
          "NoSuchBucket", "NoSuchBucket: The specified bucket does not exist", at: place.range,
          label: near.map { "did you mean `\($0)`?" },
          notes: ["first: define bucket \(place.bucket)"]))
    }
    return bucket
  }

  /// An object as its reader gets it. Throws `Diagnostics` with S3's or KMS's error.
  func object(_ place: S3Path) throws -> StoredObject {
    _ = try bucket(place)
    do {
      return try cloud.readObject(place.key, in: place.bucket)
    } catch {
      throw Diagnostics(error, at: place.range)
    }
  }
}

extension Invocation {
  /// The ARN of the key of that alias, id or ARN. Throws `Diagnostics` where there is none.
  func keyARN(_ name: Argument, account: AccountID, region: RegionName) throws -> String {
    let key =
      cloud.key(named: name.text, account: account, region: region)
      ?? cloud.key(named: "alias/\(name.text)", account: account, region: region)
    if let key { return key.arn }
    throw noKey(name, in: region)
  }

  /// The key of that alias, id or ARN, in whatever Region of the account: the session's first.
  func key(_ name: Argument) throws -> KMSKey {
    let account = cloud.world.account
    let regions = [session.region] + (cloud.world.accounts[account]?.regions ?? [])
    for region in regions {
      for text in [name.text, "alias/\(name.text)"] {
        if let key = cloud.key(named: text, account: account, region: region) { return key }
      }
    }
    throw noKey(name, in: nil)
  }

  private func noKey(_ name: Argument, in region: RegionName?) -> Diagnostics {
    let aliases = Set(cloud.keys.byARN.keys.flatMap { cloud.keys.aliases(of: $0) }).sorted()
    let near = NearestNames.find(
      name.text, in: aliases + aliases.map { String($0.dropFirst("alias/".count)) }
    ).first
    return Diagnostics(
      Diagnostic(
        "NotFoundException", "there is no key `\(name.text)`\(region.map { " in \($0)" } ?? "")",
        at: name.range, label: near.map { "did you mean `\($0)`?" },
        notes: ["first: define key \(name.text)"]))
  }
}

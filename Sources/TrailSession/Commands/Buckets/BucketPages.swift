internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Pages about buckets and objects, and keys that are switched on and off.
enum BucketPages {
  static let all: [Command] = [showBucket, showObject, enableKey, disableKey]

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
    examples: ["define key ct; disable key ct; enable key ct"]
  ) { try setKey("EnableKey", "can be used", $0) }

  private static let disableKey = Command(
    "disable key", forms: ["disable key KEY"],
    summary: "makes a KMS key useless for now: DisableKey",
    detail: ["Trails that encrypt with it deliver no more, and what it sealed cannot be read."],
    examples: ["define key ct; disable key alias/ct"]
  ) { try setKey("DisableKey", "cannot be used", $0) }

  private static func setKey(
    _ operation: String, _ outcome: String, _ invocation: Invocation
  ) throws {
    var reader = invocation.reader()
    let name = try reader.word("the key: its alias, id or ARN")
    try reader.finish()
    let cloud = invocation.cloud
    func key(_ name: String) -> KMSKey? {
      cloud.key(named: name, account: cloud.world.account, region: invocation.session.region)
    }
    let known = key(name.text) ?? key("alias/\(name.text)")
    // KMS takes no alias here; people do.
    var call = APICall(
      "kms", operation, parameters: [JSONMember("KeyId", .string(known?.id ?? name.text))])
    call.region = known?.region
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("key \(name.text) \(outcome) from now on", to: invocation.output)
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
    throw Diagnostics(
      Diagnostic(
        "NotFoundException", "there is no key `\(name.text)` in \(region)", at: name.range,
        notes: ["first: define key \(name.text)"]))
  }
}

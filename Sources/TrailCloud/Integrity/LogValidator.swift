internal import TrailCrypto
internal import TrailRecord

/// Walks the digests of one account and Region as `aws cloudtrail validate-logs` does (facts §8.5): from the newest
/// backwards, each with the log files that it lists.
///
/// It reads objects and public keys and changes nothing.
struct LogValidator {
  let cloud: Cloud
  let trail: Trail
  let account: AccountID
  let region: RegionName
  let start: Int64
  let end: Int64
  let isVerbose: Bool
  private(set) var report = ValidationReport()
  private var bucket: String
  private var keys: [String: [UInt8]] = [:]
  /// Digests in the range that were not looked at yet, oldest first.
  private var digests: [String] = []
  private var found: (start: Int64, end: Int64)?
  /// Log files that valid digests list.
  private(set) var listed: Set<String> = []
  /// The valid digests, newest first.
  private(set) var valid: [ReadDigest] = []
  private var endsWithBlank = true

  private static let hour: Int64 = 3_600_000

  init(
    _ cloud: Cloud, _ trail: Trail, account: AccountID, region: RegionName, from start: Int64,
    to end: Int64, isVerbose: Bool
  ) {
    self.cloud = cloud
    self.trail = trail
    self.account = account
    self.region = region
    self.start = start / 1000 * 1000
    self.end = end / 1000 * 1000
    self.isVerbose = isVerbose
    bucket = trail.bucket
  }

  /// The folder of the Region's digests, without a slash at the end.
  private var folder: String {
    LogFileKey.place(
      trail, organization: cloud.world.organization?.id, account: account, folder: .digests,
      region: region)
  }

  /// Writes the whole report. Throws S3's error where the bucket or its objects cannot be read.
  mutating func run() throws(AWSError) {
    report.lines = [
      "Validating log files for trail \(trail.arn) between \(Self.text(start)) and \(Self.text(end))",
      "",
    ]
    let publicKeys = cloud.publicKeys(from: start, to: end + 2 * Self.hour, region: region)
    for key in publicKeys { keys[key.fingerprint] = key.der }
    digests = try digestKeys()
    try walk()
    summarise()
  }

  /// The keys in the range: the times in their names decide, up to an hour after its end.
  private func digestKeys() throws(AWSError) -> [String] {
    guard cloud.buckets[bucket] != nil else { throw S3Errors.noSuchBucket(bucket) }
    let name = "/\(account)_CloudTrail-Digest_\(region)_\(trail.name)_\(trail.homeRegion)_"
    let least = LogFileKey.stamp(start)
    let most = LogFileKey.stamp(end + Self.hour)
    do {
      return try cloud.storage.keys(in: bucket, prefix: folder + "/").filter { key in
        guard key.contains(name), let stamp = Self.stamp(of: key) else { return false }
        return least <= stamp && stamp <= most
      }
    } catch {
      throw AWSError("InternalError", "\(error.path): \(error.reason)")
    }
  }

  /// The sixteen characters before `.json.gz`.
  private static func stamp(of key: String) -> String? {
    guard key.hasSuffix(".json.gz") else { return nil }
    let stem = key.dropLast(".json.gz".count)
    return stem.count >= 16 ? String(stem.suffix(16)) : nil
  }

  private mutating func walk() throws(AWSError) {
    var next = digests.popLast()
    var lastStart = next.flatMap { Self.end(of: $0) } ?? 0
    while let key = next, start <= lastStart {
      let digest: ReadDigest
      do {
        digest = try read(key)
      } catch {
        guard case .invalid(let reason) = error else {
          if case .refused(let refusal) = error { throw refusal }
          next = older(than: key)
          continue
        }
        report.digests.total += 1
        say("Digest file\ts3://\(bucket)/\(key)\t\(reason)")
        next = older(than: key)
        continue
      }
      lastStart = digest.start
      report.digests.total += 1
      report.digests.valid += 1
      let first = max(digest.start, start)
      let last = min(digest.end, end)
      found = (min(found?.start ?? first, first), max(found?.end ?? last, last))
      valid.append(digest)
      tell("Digest file\ts3://\(bucket)/\(key)\tvalid")
      for file in digest.files { try check(file) }
      if let previous = digest.previousKey, let previousBucket = digest.previousBucket {
        next = previous
        if previousBucket != bucket {
          bucket = previousBucket
          digests = try digestKeys()
        }
      } else {
        next = older(than: key)
        if let next, let end = Self.end(of: next) {
          say(
            "No log files were delivered by CloudTrail between \(Self.text(end)) and \(Self.text(lastStart))",
            isInvalid: false)
        }
      }
    }
  }

  private static func end(of key: String) -> Int64? {
    stamp(of: key).flatMap { EventTime.parse(spelledOut($0)) }
  }

  /// `20260105T100000Z` as `2026-01-05T10:00:00Z`.
  private static func spelledOut(_ stamp: String) -> String {
    let digits = Array(stamp)
    guard digits.count == 16 else { return stamp }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13))"
      + ":\(part(13..<15))Z"
  }

  private mutating func older(than key: String) -> String? {
    let time = Self.end(of: key) ?? .max
    while let candidate = digests.popLast() {
      if let end = Self.end(of: candidate), end < time { return candidate }
    }
    return nil
  }

  // MARK: One digest

  private enum Failure: Error {
    case invalid(String)
    case refused(AWSError)
  }

  private func read(_ key: String) throws(Failure) -> ReadDigest {
    let object: StoredObject
    do {
      object = try cloud.readObject(key, in: bucket)
    } catch {
      guard error.code == "NoSuchKey" else { throw .refused(error) }
      throw .invalid("INVALID: not found")
    }
    guard let bytes = Gzip.decompress(object.bytes),
      let body = try? JSONParser.parse(bytes), body.members != nil
    else { throw .invalid("INVALID: invalid format") }
    func header(_ name: String) -> String? {
      object.headers.metadata.first { $0.name == name }?.value
    }
    guard let signature = header("signature"), header("signature-algorithm") != nil else {
      throw .invalid("INVALID: signature verification failed")
    }
    let required = [
      "digestPublicKeyFingerprint", "digestS3Bucket", "digestS3Object", "previousDigestSignature",
      "digestEndTime", "digestStartTime",
    ]
    guard required.allSatisfy({ body[$0] != nil }) else {
      throw .invalid("INVALID: invalid format")
    }
    guard body["digestS3Bucket"]?.text == bucket, body["digestS3Object"]?.text == key else {
      throw .invalid("INVALID: has been moved from its original location")
    }
    let fingerprint = body["digestPublicKeyFingerprint"]?.text ?? ""
    guard let publicKey = keys[fingerprint] else {
      throw .invalid(
        "INVALID: public key not found in region \(trail.homeRegion) for fingerprint \(fingerprint)"
      )
    }
    let hash = Encoding.hex(Hash.sha256(bytes))
    let signed = DigestSignature.text(
      end: body["digestEndTime"]?.text ?? "", bucket: bucket, key: key, hash: hash,
      previous: body["previousDigestSignature"]?.text)
    guard let signatureBytes = Encoding.bytes(hex: signature),
      SigningKey.verifies(signatureBytes, of: Array(signed.utf8), publicKey: publicKey)
    else { throw .invalid("INVALID: signature verification failed") }
    guard let digest = ReadDigest(body, key: key, hash: hash, signature: signature) else {
      throw .invalid("INVALID: invalid format")
    }
    return digest
  }

  private mutating func check(_ file: ReadDigest.File) throws(AWSError) {
    listed.insert("\(file.bucket)/\(file.key)")
    report.logs.total += 1
    let line = "Log file\ts3://\(file.bucket)/\(file.key)\t"
    let object: StoredObject
    do {
      object = try cloud.readObject(file.key, in: file.bucket)
    } catch {
      switch error.code {
      case "NoSuchKey": return say(line + "INVALID: not found")
      case "InvalidCiphertextException": return say(line + "INVALID: invalid format")
      default: throw error
      }
    }
    guard let bytes = Gzip.decompress(object.bytes) else {
      return say(line + "INVALID: invalid format")
    }
    guard Encoding.hex(Hash.sha256(bytes)) == file.hash else {
      return say(line + "INVALID: hash value doesn't match")
    }
    report.logs.valid += 1
    tell(line + "valid")
  }

  // MARK: Lines

  static func text(_ time: Int64) -> String { EventTime.format(time) }

  private mutating func tell(_ line: String) {
    guard isVerbose else { return }
    report.lines.append(line)
    endsWithBlank = false
  }

  private mutating func say(_ line: String, isInvalid: Bool = true) {
    if !endsWithBlank { report.lines.append("") }
    report.lines += [line, ""]
    if isInvalid { report.invalid.append(line) }
    endsWithBlank = true
  }

  private mutating func summarise() {
    if !endsWithBlank { report.lines.append("") }
    report.lines.append("Results requested for \(Self.text(start)) to \(Self.text(end))")
    guard report.digests.total > 0 else {
      report.lines.append("No digests found")
      return
    }
    if let found {
      report.lines.append(
        "Results found for \(Self.text(found.start)) to \(Self.text(found.end)):")
    } else {
      report.lines.append("No valid digests found in range")
    }
    report.lines += [""]
    for (count, name) in [(report.digests, "digest"), (report.logs, "log")] where count.total > 0 {
      let invalid = count.total - count.valid
      report.lines.append(
        "\(count.valid)/\(count.total) \(name) files valid"
          + (invalid > 0 ? ", \(invalid)/\(count.total) \(name) files INVALID" : ""))
    }
  }
}

/// A digest that was read and whose signature holds.
struct ReadDigest {
  struct File {
    var bucket: String
    var key: String
    var hash: String
  }
  var key: String
  var hash: String
  var signature: String
  var start: Int64
  var end: Int64
  var previousBucket: String?
  var previousKey: String?
  var previousHash: String?
  var previousSignature: String?
  var files: [File]

  init?(_ body: JSONValue, key: String, hash: String, signature: String) {
    guard let start = body["digestStartTime"]?.text.flatMap({ EventTime.parse($0) }),
      let end = body["digestEndTime"]?.text.flatMap({ EventTime.parse($0) })
    else { return nil }
    self.key = key
    self.hash = hash
    self.signature = signature
    self.start = start
    self.end = end
    previousBucket = body["previousDigestS3Bucket"]?.text
    previousKey = body["previousDigestS3Object"]?.text
    previousHash = body["previousDigestHashValue"]?.text
    previousSignature = body["previousDigestSignature"]?.text
    files = (body["logFiles"]?.elements ?? []).map {
      File(
        bucket: $0["s3Bucket"]?.text ?? "", key: $0["s3Object"]?.text ?? "",
        hash: $0["hashValue"]?.text ?? "")
    }
  }
}

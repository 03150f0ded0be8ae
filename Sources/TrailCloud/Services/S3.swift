internal import TrailRecord

/// The model of S3: buckets and objects that exist or not (facts §12).
extension Cloud {
  func performS3(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = s3Shape(of: call)
    guard let name = call.text("Bucket"), call.operation.service == "s3" else { return outcome }
    if call.operation.name == "CreateBucket" {
      outcome.error = createBucket(named: name, call)
      return outcome
    }
    guard let bucket = buckets[name] else {
      outcome.error = S3Errors.noSuchBucket(name)
      outcome.resources = []
      return outcome
    }
    do {
      try change(bucket, call, &outcome)
    } catch {
      outcome.error = error
      if error.code == "NoSuchBucket" { outcome.resources = [] }
    }
    return outcome
  }

  // MARK: Shapes

  /// What every record of S3 has, whatever came of the call.
  func s3Shape(of call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    let name = call.text("Bucket")
    let bucket = name.flatMap { buckets[$0] }
    outcome.requestParameters = S3Shapes.requestParameters(call, region: bucket?.region)
    outcome.additionalEventData = s3Data(of: call)
    outcome.responseElements = .null
    if let name, call.operation.service == "s3" {
      outcome.resources = S3Shapes.resources(call, bucket: name, owner: bucket?.owner)
      if let owner = bucket?.owner, owner != call.account { outcome.resourceOwner = owner }
    }
    if let region = bucket?.region {
      outcome.finish = { draft in
        draft.awsRegion = region
      }
    }
    return outcome
  }

  private func s3Data(of call: ServiceCall) -> JSONValue {
    let name = call.operation.name
    let isWrite = ["PutObject", "CopyObject", "CompleteMultipartUpload", "UploadPart"]
      .contains(name)
    let size = call.parameters["ContentLength"]?.integer ?? 0
    var read = 0
    if name == "GetObject", let bucket = call.text("Bucket"), let key = call.text("Key") {
      read = objectSize(key, in: bucket) ?? 0
    }
    return compacted([
      "SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256",
      "bytesTransferredIn": .number(isWrite ? max(size, S3Shapes.usualSize) : 0),
      "SSEApplied": isWrite ? .string(sseApplied(call)) : nil,
      "AuthenticationMethod": .string(
        call.identity.userIdentity["accountId"]?.text == "anonymous"
          ? "Anonymous" : "AuthHeader"),
      "x-amz-id-2": .string(identifiers.letters(75) + "="),
      "bytesTransferredOut": .number(read),
    ])
  }

  private func sseApplied(_ call: ServiceCall) -> String {
    switch call.text("ServerSideEncryption") {
    case "aws:kms": "SSE_KMS"
    case "AES256": "SSE_S3"
    default:
      call.text("Bucket").flatMap { buckets[$0] }?.defaultKeyARN == nil
        ? "Default_SSE_S3" : "Default_SSE_KMS"
    }
  }

  // MARK: Buckets

  private func createBucket(named name: String, _ call: ServiceCall) -> AWSError? {
    guard BucketNames.isValid(name) else {
      return S3Errors.invalidName
    }
    if let there = buckets[name] {
      guard there.owner == call.account else {
        return AWSError(
          "BucketAlreadyExists",
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again."
        )
      }
      // In us-east-1 S3 answers as if it had been made now.
      guard call.region != "us-east-1" else { return nil }
      return AWSError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.")
    }
    let wanted = (call.parameters["CreateBucketConfiguration"]?["LocationConstraint"])?.text
    buckets[name] = Bucket(
      name: name, region: wanted ?? call.region, owner: call.account, creationTime: call.time)
    return nil
  }

  private func change(
    _ bucket: Bucket, _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = bucket.name
    switch call.operation.name {
    case "DeleteBucket":
      guard isEmptyBucket(name) else {
        throw AWSError("BucketNotEmpty", "The bucket you tried to delete is not empty")
      }
      buckets[name] = nil
    case "PutBucketPolicy":
      guard let text = call.text("Policy"), let policy = try? JSONParser.parse(text),
        policy.members != nil
      else {
        throw AWSError(
          "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
      }
      buckets[name]?.policy = policy
    case "GetBucketPolicy":
      guard bucket.policy != nil else {
        throw AWSError("NoSuchBucketPolicy", "The bucket policy does not exist")
      }
      outcome.response = [
        "Policy": .string(bucket.policy.map { JSONWriter.bytes($0) } ?? [])
      ]
    case "DeleteBucketPolicy": buckets[name]?.policy = nil
    case "PutBucketEncryption": putEncryption(name, call)
    case "DeleteBucketEncryption":
      buckets[name]?.defaultKeyARN = nil
      buckets[name]?.usesBucketKey = false
    default:
      if try changeConfiguration(bucket, call) { return }
      try changeObject(bucket, call, &outcome)
    }
  }

  private func putEncryption(_ name: String, _ call: ServiceCall) {
    let rules = call.parameters["ServerSideEncryptionConfiguration"]?["Rules"]?.elements ?? []
    let rule = rules.first
    let usual = rule?["ApplyServerSideEncryptionByDefault"]
    let account = call.account
    let region = buckets[name]?.region ?? call.region
    buckets[name]?.defaultKeyARN = usual?["KMSMasterKeyID"]?.text.flatMap {
      key(named: $0, account: account, region: region)?.arn
    }
    buckets[name]?.usesBucketKey = rule?["BucketKeyEnabled"]?.boolean ?? false
  }

  /// Configurations that S3 only keeps: Put, Get and Delete of what hangs on a bucket. False for other operations.
  private func changeConfiguration(_ bucket: Bucket, _ call: ServiceCall) throws(AWSError) -> Bool {
    guard let part = S3Configurations.part(of: call.operation.name) else { return false }
    let place = ResourcePlace("s3/\(part.kind)", "", bucket.name)
    switch part.verb {
    case "Put": keep(call.parameters, at: place, in: bucket.owner)
    case "Delete": keep(nil, at: place, in: bucket.owner)
    default:
      guard kept(at: place, in: bucket.owner) == nil,
        let missing = S3Configurations.missing[part.kind]
      else { break }
      throw AWSError(missing.code, missing.text)
    }
    return true
  }

  // MARK: Objects

  private func changeObject(
    _ bucket: Bucket, _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = bucket.name
    let key = call.text("Key")
    switch call.operation.name {
    case "PutObject", "CompleteMultipartUpload":
      guard let key else { return }
      putSimulatedObject(
        key, size: call.parameters["ContentLength"]?.integer ?? S3Shapes.usualSize, in: name)
      outcome.responseElements = encryptionElements(call, bucket)
      outcome.response = ["ETag": .string("\"\(identifiers.hex(32))\"")]
    case "CopyObject":
      guard let key, let source = call.text("CopySource") else { return }
      let parts = source.drop { $0 == "/" }.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, buckets[parts[0]] != nil else {
        throw S3Errors.noSuchBucket(parts.first ?? source)
      }
      guard let size = objectSize(parts[1], in: parts[0]) else { throw S3Errors.noSuchKey }
      outcome.resources.append(
        ResourceReference(type: "AWS::S3::Object", arn: "arn:aws:s3:::\(parts[0])/\(parts[1])"))
      putSimulatedObject(key, size: size, in: name)
      outcome.responseElements = encryptionElements(call, bucket)
    case "DeleteObject":
      guard let key else { return }
      deleteObject(key, in: name)
    case "DeleteObjects": deleteObjects(bucket, call, &outcome)
    case "GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging", "PutObjectAcl",
      "PutObjectTagging", "GetObjectAttributes", "DeleteObjectTagging", "RestoreObject",
      "SelectObjectContent", "PutObjectRetention", "PutObjectLegalHold":
      guard let key, let size = objectSize(key, in: name) else { throw S3Errors.noSuchKey }
      outcome.response = ["ContentLength": .number(size)]
    case "ListObjects", "ListObjectsV2":
      guard call.isAnswerWanted else { break }
      let keys = objectKeys(in: name, prefix: call.text("Prefix") ?? "").prefix(1000)
      outcome.response = [
        "Contents": .array(keys.map { ["Key": .string($0)] }), "KeyCount": .number(keys.count),
      ]
    case "CreateMultipartUpload":
      outcome.response = ["UploadId": .string(identifiers.letters(96))]
    default: break
    }
  }

  private func encryptionElements(_ call: ServiceCall, _ bucket: Bucket) -> JSONValue {
    let given = call.text("SSEKMSKeyId").flatMap {
      key(named: $0, account: bucket.owner, region: bucket.region)?.arn
    }
    guard call.text("ServerSideEncryption") != "AES256",
      let arn = given ?? bucket.defaultKeyARN
    else { return ["x-amz-server-side-encryption": "AES256"] }
    return [
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": .string(arn),
    ]
  }

  /// Many objects in one call: S3 records each of them too, as an event of its own (facts §5.4).
  private func deleteObjects(
    _ bucket: Bucket, _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) {
    let keys = (call.parameters["Delete"]?["Objects"]?.elements ?? []).compactMap {
      ($0["Key"] ?? $0["key"])?.text
    }
    for key in keys { deleteObject(key, in: bucket.name) }
    outcome.response = ["Deleted": .array(keys.map { ["Key": .string($0)] })]
    let resources = keys.map { key in
      [
        ResourceReference(
          type: "AWS::S3::Object", arn: "arn:aws:s3:::\(bucket.name)/\(key)"),
        ResourceReference(
          type: "AWS::S3::Bucket", arn: "arn:aws:s3:::\(bucket.name)", accountID: bucket.owner),
      ]
    }
    outcome.afterwards = { cloud in
      for (key, resources) in zip(keys, resources) {
        var draft = RecordDraft()
        draft.eventTime = call.time
        draft.eventSource = "s3.amazonaws.com"
        draft.eventName = "DeleteObject"
        draft.awsRegion = bucket.region
        ServiceEvents.dress(&draft, as: "s3.amazonaws.com", account: call.account)
        draft.requestParameters = [
          "bucketName": .string(bucket.name), "key": .string(key),
        ]
        draft.requestID = call.requestID
        draft.eventID = cloud.identifiers.uuid()
        draft.isReadOnly = false
        draft.resources = resources
        draft.category = .data
        draft.recipientAccountID = bucket.owner
        cloud.publish(draft.sealed())
      }
    }
  }

  // MARK: What is in a bucket

  /// Keeps that an object exists; it has no bytes.
  func putSimulatedObject(_ key: String, size: Int, in bucket: String) {
    buckets.setSimulatedObject(size, key, in: bucket)
  }

  /// Takes an object away, delivered or simulated. S3 does not mind if there is none.
  func deleteObject(_ key: String, in bucket: String) {
    if !buckets.setSimulatedObject(nil, key, in: bucket) {
      _ = try? storage.delete(key, in: bucket)
    }
  }

  /// The size of an object; nil where there is none.
  package func objectSize(_ key: String, in bucket: String) -> Int? {
    if let size = buckets.simulatedObject(key, in: bucket) { return size }
    return (try? storage.get(key, in: bucket))?.bytes.count
  }

  /// The keys of all objects, delivered and simulated, in the order of their bytes.
  package func objectKeys(in bucket: String, prefix: String = "") -> [String] {
    let simulated = buckets.simulatedObjects(in: bucket).keys.filter { $0.hasPrefix(prefix) }
    let stored = (try? storage.keys(in: bucket, prefix: prefix)) ?? []
    return Set(simulated).union(stored).sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
  }

  private func isEmptyBucket(_ name: String) -> Bool {
    buckets.simulatedObjects(in: name).isEmpty
      && ((try? storage.keys(in: name, prefix: "")) ?? []).isEmpty
  }
}

/// Errors of S3 with its texts.
enum S3Errors {
  static func noSuchBucket(_ name: String) -> AWSError {
    AWSError(
      "NoSuchBucket", "The specified bucket does not exist", advice: "define bucket \(name)")
  }
  static let noSuchKey = AWSError("NoSuchKey", "The specified key does not exist.")
  static let invalidName = AWSError(
    "InvalidBucketName", "The specified bucket is not valid.",
    advice: "a bucket's name has 3 to 63 small letters, digits, dots and hyphens, and is no address"
  )
}

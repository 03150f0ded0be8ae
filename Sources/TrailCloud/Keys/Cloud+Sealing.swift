internal import TrailRecord
internal import TrailCrypto

// Objects under SSE-KMS: sealed with a data key of their own, which is wrapped under the KMS key (facts §6.6).

extension Cloud {
  /// Seals an object's bytes as S3 does when CloudTrail asks for SSE-KMS.
  func seal(
    _ bytes: [UInt8], keyARN: String, trail: Trail, bucket: Bucket, key objectKey: String,
    headers: inout ObjectHeaders
  ) throws(AWSError) -> [UInt8] {
    let context: JSONValue = [
      "aws:cloudtrail:arn": .string(trail.arn),
      "aws:s3:arn": .string("arn:aws:s3:::\(bucket.name)/\(objectKey)"),
    ]
    let key = try usableKey(keyARN)
    let request = ServicePolicy.Request(
      service: CloudTrailService.principal, action: "kms:GenerateDataKey", resource: nil,
      context: [
        "aws:SourceArn": trail.arn, "aws:SourceAccount": trail.account,
        "kms:EncryptionContext:aws:cloudtrail:arn": trail.arn,
      ])
    guard ServicePolicy(key.policy).allows(request) else {
      throw AWSError("AccessDenied", "Access Denied")
    }
    var source = IdentifierSource.branch(
      seed: configuration.seed, name: "data-key/\(bucket.name)/\(objectKey)")
    func random(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: source.next()) }
    }
    let dataKey = random(Sealing.keyBytes)
    let nonce = random(Sealing.nonceBytes)
    let wrapNonce = random(Sealing.nonceBytes)
    let contextBytes = JSONWriter.bytes(context)
    let wrapped = Sealing.seal(
      dataKey, key: masterKey(of: keyARN), nonce: wrapNonce, context: contextBytes)
    headers.encryption = "aws:kms"
    headers.kmsKeyARN = keyARN
    headers.usesBucketKey = bucket.usesBucketKey
    headers.envelope = [nonce, wrapNonce, wrapped, contextBytes].map { Encoding.base64($0) }
      .joined(separator: ".")
    return Sealing.seal(bytes, key: dataKey, nonce: nonce, context: contextBytes)
  }

  /// The key, if it can be used now. Throws the code that S3 passes on: `KMS.DisabledException` and its like.
  func usableKey(_ arn: String) throws(AWSError) -> KMSKey {
    guard let key = keys[arn] else {
      throw AWSError("KMS.NotFoundException", "Key '\(arn)' does not exist")
    }
    switch key.state {
    case .enabled: return key
    case .disabled: throw AWSError("KMS.DisabledException", "\(arn) is disabled.")
    case .pendingDeletion:
      throw AWSError("KMS.KMSInvalidStateException", "\(arn) is pending deletion.")
    case .pendingImport:
      throw AWSError("KMS.KMSInvalidStateException", "\(arn) is pending import.")
    }
  }

  /// The key material, which never leaves KMS: from the seed.
  private func masterKey(of arn: String) -> [UInt8] {
    var source = IdentifierSource.branch(seed: configuration.seed, name: "key-material/\(arn)")
    return (0..<Sealing.keyBytes).map { _ in UInt8(truncatingIfNeeded: source.next()) }
  }

  /// An object as its reader gets it, opened where it is sealed.
  ///
  /// - Throws: S3's error: no such bucket or key, a key of KMS that cannot be used, bytes that were changed.
  package func readObject(
    _ key: String, in bucket: String
  ) throws(AWSError) -> StoredObject {
    guard buckets[bucket] != nil else { throw S3Errors.noSuchBucket(bucket) }
    let found: StoredObject?
    do {
      found = try storage.get(key, in: bucket)
    } catch {
      throw AWSError("InternalError", "\(error.path): \(error.reason)")
    }
    guard var object = found else {
      guard let size = buckets.simulatedObject(key, in: bucket) else { throw S3Errors.noSuchKey }
      var headers = ObjectHeaders()
      headers.metadata = [("simulated-size", "\(size)")]
      return StoredObject(bytes: [], headers: headers)
    }
    guard let envelope = object.headers.envelope, let keyARN = object.headers.kmsKeyARN else {
      return object
    }
    _ = try usableKey(keyARN)
    let parts = envelope.split(separator: ".").compactMap { Encoding.bytes(base64: String($0)) }
    guard parts.count == 4,
      let dataKey = Sealing.open(
        parts[2], key: masterKey(of: keyARN), nonce: parts[1], context: parts[3]),
      let bytes = Sealing.open(object.bytes, key: dataKey, nonce: parts[0], context: parts[3])
    else {
      throw AWSError(
        "InvalidCiphertextException",
        "the sealed bytes of \(key) were changed since they were written")
    }
    object.bytes = bytes
    return object
  }
}

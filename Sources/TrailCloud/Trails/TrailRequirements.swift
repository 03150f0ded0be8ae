internal import TrailRecord

/// What must be there, and must let CloudTrail in, before a trail can be made or changed.
extension Cloud {
  /// The bucket and its policy (facts §3.4, §6.5).
  func checkBucket(of trail: Trail) throws(AWSError) {
    guard let bucket = buckets[trail.bucket] else {
      throw AWSError(
        "S3BucketDoesNotExistException", "S3 bucket \(trail.bucket) does not exist!",
        advice: "define bucket \(trail.bucket)")
    }
    guard Self.policyAdmits(trail, to: bucket, organization: world.organization) else {
      throw AWSError(
        "InsufficientS3BucketPolicyException",
        "Incorrect S3 bucket policy is detected for bucket: \(trail.bucket)",
        advice:
          "the policy must let \(CloudTrailService.principal) do s3:GetBucketAcl on the bucket and s3:PutObject on \(Self.logsARN(of: trail, trail.account))/*"
      )
    }
  }

  private static func logsARN(of trail: Trail, _ owner: String) -> String {
    let prefix = trail.keyPrefix.map { $0 + "/" } ?? ""
    return "arn:aws:s3:::\(trail.bucket)/\(prefix)AWSLogs/\(owner)"
  }

  /// Whether a bucket's policy lets CloudTrail see its ACL.
  static func policyAdmitsLook(_ trail: Trail, to bucket: Bucket) -> Bool {
    ServicePolicy(bucket.policy).allows(
      ServicePolicy.Request(
        service: CloudTrailService.principal, action: "s3:GetBucketAcl",
        resource: "arn:aws:s3:::\(bucket.name)", context: context(of: trail)))
  }

  /// The two statements of §6.5, and the third of organization trails.
  static func policyAdmits(
    _ trail: Trail, to bucket: Bucket, organization: Organization?
  ) -> Bool {
    var owners: [String] = [trail.account]
    if trail.isOrganizationTrail, let organization { owners.append(organization.id) }
    return policyAdmitsLook(trail, to: bucket)
      && owners.allSatisfy { owner in
        ServicePolicy(bucket.policy).allows(
          ServicePolicy.Request(
            service: CloudTrailService.principal, action: "s3:PutObject",
            resource: logsARN(of: trail, owner) + "/CloudTrail/\(trail.homeRegion)/x.json.gz",
            context: context(of: trail)))
      }
  }

  private static func context(of trail: Trail) -> [String: String] {
    [
      "aws:SourceArn": trail.arn, "aws:SourceAccount": trail.account,
      "s3:x-amz-acl": "bucket-owner-full-control", "aws:SecureTransport": "true",
    ]
  }

  /// The topic, its policy, and its key where it is encrypted (facts §3.4, §6.4).
  func checkTopic(of trail: Trail) throws(AWSError) {
    let service = CloudTrailService.principal
    guard let arn = trail.topicARN,
      let refusal = refusalOfPublishing(to: arn, as: service, sourceARN: trail.arn)
    else { return }
    let name = arn.split(separator: ":").last.map(String.init) ?? arn
    let advice =
      switch refusal.code {
      case "NotFound":
        ARN(arn)?.region == world.region[...]
          ? "define topic \(name)" : "define topic \(name) region \(ARN(arn)?.region ?? "")"
      case "AuthorizationError": "the topic's policy must let \(service) do SNS:Publish"
      case "KMSAccessDenied":
        "the policy of the topic's key must let \(service) do kms:GenerateDataKey* and kms:Decrypt"
      case "KMSDisabled": "enable key \(topics[arn]?.kmsKey ?? "")"
      default: "the topic's key cannot be used: \(refusal.code)"
      }
    throw AWSError(
      "InsufficientSnsTopicPolicyException",
      "SNS Topic does not exist or the topic policy is incorrect!", advice: advice)
  }

  func checkLogs(of trail: Trail) throws(AWSError) {
    if let refusal = refusalOfLogDelivery(of: trail) { throw refusal }
  }

  /// Finds the key of the call, or checks the one that stays; an empty text takes it away (facts §3.5, §6.6).
  ///
  /// Ours: texts where §3.4 has none; the key is looked for in the trail's Region where it is not named by ARN.
  func applyKey(_ call: ServiceCall, to trail: inout Trail) throws(AWSError) {
    guard let name = call.text("KmsKeyId") else { return }
    guard !name.isEmpty else {
      trail.kmsKeyARN = nil
      return
    }
    guard TrailSettings.isKeyName(name) else {
      throw AWSError(
        "InvalidKmsKeyIdException", "KMS key \(name) is not valid.",
        advice: "an alias (alias/NAME), a key id, or the ARN of either")
    }
    let bucketRegion = buckets[trail.bucket]?.region ?? trail.homeRegion
    guard let key = key(named: name, account: call.account, region: call.region) else {
      throw AWSError(
        "KmsKeyNotFoundException", "KMS key \(name) does not exist.",
        advice: name.hasPrefix("alias/") ? "define key \(name)" : "define key alias/NAME")
    }
    guard key.region == bucketRegion else {
      throw AWSError(
        "KmsKeyNotFoundException",
        "KMS key \(key.arn) and S3 bucket \(trail.bucket) are not in the same Region.",
        advice: "the key must be in the bucket's Region, \(bucketRegion)")
    }
    guard key.isSymmetric else {
      throw AWSError("InvalidKmsKeyIdException", "KMS key \(key.arn) is not symmetric.")
    }
    guard key.state == .enabled else {
      throw AWSError(
        "KmsException", "KMS key \(key.arn) is not enabled: its state is \(key.state.rawValue).",
        advice: "simulate kms:EnableKey KeyId=\(key.id)")
    }
    guard Self.policyAdmits(trail, to: key) else {
      throw AWSError(
        "InsufficientEncryptionPolicyException",
        "Insufficient permissions to access S3 bucket \(trail.bucket) or KMS key \(key.arn).",
        advice: "the key's policy must let \(CloudTrailService.principal) do kms:GenerateDataKey*")
    }
    trail.kmsKeyARN = key.arn
  }

  /// Whether a key's policy lets CloudTrail make data keys for a trail.
  static func policyAdmits(_ trail: Trail, to key: KMSKey) -> Bool {
    var context = context(of: trail)
    context["kms:EncryptionContext:aws:cloudtrail:arn"] = trail.arn
    return ServicePolicy(key.policy).allows(
      ServicePolicy.Request(
        service: CloudTrailService.principal, action: "kms:GenerateDataKey", resource: nil,
        context: context))
  }

  /// The calls that CloudTrail makes when a trail is made or changed (facts §3.4, §6.6).
  ///
  /// - Parameter setsLogs: whether the trail's log group or role is new.
  func recordSetUp(of trail: Trail, setsLogs: Bool) {
    if setsLogs { recordLogSetUp(of: trail) }
    guard let bucket = buckets[trail.bucket] else { return }
    recordServiceCall(
      "GetBucketAcl", of: "s3.amazonaws.com", by: CloudTrailService.principal, in: bucket.owner,
      region: bucket.region, isReadOnly: true,
      requestParameters: [
        "bucketName": .string(bucket.name),
        "Host": .string("\(bucket.name).s3.\(bucket.region).amazonaws.com"), "acl": "",
      ],
      resources: [
        ResourceReference(
          type: "AWS::S3::Bucket", arn: "arn:aws:s3:::\(bucket.name)", accountID: bucket.owner)
      ])
    guard let arn = trail.kmsKeyARN, let key = keys.byARN[arn] else { return }
    recordServiceCall(
      "GenerateDataKey", of: "kms.amazonaws.com", by: CloudTrailService.principal,
      in: key.account, region: key.region, isReadOnly: true,
      requestParameters: [
        "keyId": .string(key.arn),
        "encryptionContext": [
          "aws:cloudtrail:arn": .string(trail.arn),
          "aws:s3:arn": .string(Self.logsARN(of: trail, trail.account) + "/CloudTrail/"),
        ],
        "keySpec": "AES_256",
      ],
      resources: [
        ResourceReference(type: "AWS::KMS::Key", arn: key.arn, accountID: key.account)
      ])
  }
}

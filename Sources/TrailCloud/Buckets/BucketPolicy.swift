package import TrailRecord

/// Bucket policies that CloudTrail needs, and whether one lets it deliver (facts §6.5).
package enum BucketPolicy {
  /// The policy that lets CloudTrail deliver for any trail, prefix and account: what `define bucket` gives.
  package static func forCloudTrail(_ bucket: String) -> JSONValue {
    let principal: JSONValue = ["Service": .string(CloudTrailService.principal)]
    return [
      "Version": "2012-10-17",
      "Statement": [
        [
          "Sid": "AWSCloudTrailAclCheck20150319", "Effect": "Allow", "Principal": principal,
          "Action": "s3:GetBucketAcl", "Resource": .string("arn:aws:s3:::\(bucket)"),
        ],
        [
          "Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": principal,
          "Action": "s3:PutObject", "Resource": .string("arn:aws:s3:::\(bucket)/*"),
          "Condition": ["StringEquals": ["s3:x-amz-acl": "bucket-owner-full-control"]],
        ],
      ],
    ]
  }

  /// Whether CloudTrail may write an object for a trail.
  static func acceptsObject(
    _ policy: JSONValue?, bucket: String, key: String, trailARN: String, account: AccountID
  ) -> Bool {
    ServicePolicy(policy).allows(
      ServicePolicy.Request(
        service: CloudTrailService.principal, action: "s3:PutObject",
        resource: "arn:aws:s3:::\(bucket)/\(key)",
        context: [
          "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": trailARN,
          "aws:SourceAccount": account,
        ]))
  }
}

extension Cloud {
  /// Makes a bucket that was there before: no call, no event. One that is there already is changed.
  ///
  /// - Parameter policy: nil for none.
  package func defineBucket(
    _ name: String, region: RegionName? = nil, owner: AccountID? = nil, policy: JSONValue?,
    defaultKeyARN: String? = nil, usesBucketKey: Bool = false
  ) throws(AWSError) {
    guard BucketNames.isValid(name) else {
      throw S3Errors.invalidName
    }
    var bucket =
      buckets[name]
      ?? Bucket(
        name: name, region: region ?? world.region, owner: owner ?? world.account,
        creationTime: now)
    bucket.region = region ?? bucket.region
    bucket.owner = owner ?? bucket.owner
    bucket.policy = policy
    bucket.defaultKeyARN = defaultKeyARN
    bucket.usesBucketKey = usesBucketKey
    buckets[name] = bucket
  }

  /// What S3 keeps beside an object that was delivered; nil for others.
  package func objectHeaders(_ key: String, in bucket: String) -> ObjectHeaders? {
    (try? storage.get(key, in: bucket))?.headers
  }

  /// Keeps a bucket's objects in a folder. Throws `StorageError` where it cannot be made.
  package func place(bucket: String, at folder: String) throws(StorageError) {
    try storage.place(bucket, at: folder)
  }

  /// Where a bucket's objects lie on disk.
  package func folder(ofBucket name: String) -> String? { storage.folder(of: name) }
}

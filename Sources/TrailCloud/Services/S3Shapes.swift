internal import TrailRecord

/// How S3's records look: wire names, hosts, sub-resources (facts §12; key by key on real records).
enum S3Shapes {
  /// The size of an object that nobody gave one, in bytes.
  static let usualSize = 1024

  static func requestParameters(_ call: ServiceCall, region: RegionName?) -> JSONValue {
    var members: [JSONMember] = []
    func add(_ name: String, _ value: JSONValue?) {
      if let value { members.append(JSONMember(name, value)) }
    }
    let name = call.operation.name
    if call.operation.service == "s3control" { return controlParameters(call) }
    if name == "ListObjectsV2" { add("list-type", "2") }
    for member in call.parameters.members ?? [] {
      switch member.nameText {
      case "Policy":
        add(
          "bucketPolicy", (member.value.text).flatMap { try? JSONParser.parse($0) } ?? member.value)
      case "Bucket": add("bucketName", member.value)
      case "Key", "Body", "ContentLength": break
      // Records do not list what DeleteObjects deletes: each object has an event of its own.
      case "Delete": break
      case let parameter:
        // What goes over in the body has its own name.
        let isBody = member.value.members != nil
        add(isBody ? parameter : wireName(parameter), wireValue(member.value))
      }
    }
    let place = region ?? call.region
    let host = call.text("Bucket").map { "\($0).s3" } ?? "s3"
    add("Host", .string("\(host).\(place).amazonaws.com"))
    add("key", call.parameters["Key"])
    if let part = subresource(of: name) { add(part, "") }
    return .object(members)
  }

  /// The control plane's records have the API's names; the account stands in the host.
  private static func controlParameters(_ call: ServiceCall) -> JSONValue {
    let members = (call.parameters.members ?? []).filter {
      !["AccountId", "ConfigId"].contains($0.nameText)
    }.map { JSONMember(RecordNames.lowered($0.nameText), $0.value) }
    let host = "\(call.account).s3-control.\(call.region).amazonaws.com"
    return .object(members + [JSONMember("Host", .string(host))])
  }

  private static func wireValue(_ value: JSONValue) -> JSONValue {
    switch value {
    case .bool(let truth): .string(truth ? "true" : "false")
    case .number(let text): .string(text)
    case .object(let members): .object([JSONMember("xmlns", .string(namespace))] + members)
    default: value
    }
  }

  private static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

  /// A parameter as it goes over the wire: headers, query items, or the root of the XML body.
  private static func wireName(_ name: String) -> String {
    wireNames[name] ?? name
  }

  private static let wireNames = [
    "ACL": "x-amz-acl", "CopySource": "x-amz-copy-source",
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
    "StorageClass": "x-amz-storage-class", "Tagging": "x-amz-tagging",
    "BypassGovernanceRetention": "x-amz-bypass-governance-retention", "MFA": "x-amz-mfa",
    "ExpectedBucketOwner": "x-amz-expected-bucket-owner", "RequestPayer": "x-amz-request-payer",
    "ObjectOwnership": "x-amz-object-ownership", "GrantRead": "x-amz-grant-read",
    "GrantFullControl": "x-amz-grant-full-control", "GrantWrite": "x-amz-grant-write",
    "ObjectLockEnabledForBucket": "x-amz-bucket-object-lock-enabled",
    "SSECustomerAlgorithm": "x-amz-server-side-encryption-customer-algorithm",
    "SSECustomerKeyMD5": "x-amz-server-side-encryption-customer-key-MD5",
    "CopySourceSSECustomerAlgorithm":
      "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "Prefix": "prefix", "Delimiter": "delimiter", "EncodingType": "encoding-type",
    "MaxKeys": "max-keys", "Marker": "marker", "ContinuationToken": "continuation-token",
    "StartAfter": "start-after", "FetchOwner": "fetch-owner", "VersionId": "versionId",
    "UploadId": "uploadId", "PartNumber": "partNumber", "KeyMarker": "key-marker",
    "ContentType": "Content-Type", "ContentMD5": "Content-MD5",
    "ServerSideEncryptionConfiguration": "ServerSideEncryptionConfiguration",
    "ChecksumAlgorithm": "x-amz-sdk-checksum-algorithm", "Id": "id",
  ]

  /// The sub-resource that an operation works on, which records show as a key without a value.
  private static func subresource(of name: String) -> String? {
    if let known = subresources[name] { return known }
    for (part, query) in bucketParts where name.hasSuffix(part) { return query }
    return nil
  }

  private static let subresources = [
    "CreateMultipartUpload": "uploads", "ListMultipartUploads": "uploads",
    "DeleteObjects": "delete", "ListObjectVersions": "versions",
    "GetObjectAcl": "acl", "PutObjectAcl": "acl", "RestoreObject": "restore",
    "GetObjectAttributes": "attributes", "GetObjectTorrent": "torrent",
    "SelectObjectContent": "select", "GetBucketPolicyStatus": "policyStatus",
  ]

  private static let bucketParts = [
    ("PublicAccessBlock", "publicAccessBlock"), ("LifecycleConfiguration", "lifecycle"),
    ("BucketLifecycle", "lifecycle"), ("NotificationConfiguration", "notification"),
    ("BucketNotification", "notification"), ("AccelerateConfiguration", "accelerate"),
    ("ObjectLockConfiguration", "object-lock"), ("OwnershipControls", "ownershipControls"),
    ("InventoryConfiguration", "inventory"), ("AnalyticsConfiguration", "analytics"),
    ("MetricsConfiguration", "metrics"), ("IntelligentTieringConfiguration", "intelligent-tiering"),
    ("BucketPolicy", "policy"), ("BucketAcl", "acl"), ("BucketLogging", "logging"),
    ("BucketVersioning", "versioning"), ("BucketCors", "cors"), ("BucketWebsite", "website"),
    ("BucketReplication", "replication"), ("BucketEncryption", "encryption"),
    ("BucketRequestPayment", "requestPayment"), ("BucketLocation", "location"),
    ("Tagging", "tagging"), ("Retention", "retention"), ("LegalHold", "legal-hold"),
  ]

  static func resources(
    _ call: ServiceCall, bucket: String, owner: AccountID?
  ) -> [ResourceReference] {
    guard call.operation.name != "CreateBucket" else { return [] }
    let bucketReference = ResourceReference(
      type: "AWS::S3::Bucket", arn: "arn:aws:s3:::\(bucket)", accountID: owner ?? call.account)
    guard call.operation.category == .data else { return [bucketReference] }
    if let key = call.text("Key") {
      return [
        ResourceReference(type: "AWS::S3::Object", arn: "arn:aws:s3:::\(bucket)/\(key)"),
        bucketReference,
      ]
    }
    let prefix = call.text("Prefix") ?? ""
    return [
      ResourceReference(
        type: "AWS::S3::Object", arn: "arn:aws:s3:::\(bucket)/\(prefix)", isPrefix: true),
      bucketReference,
    ]
  }
}

/// What hangs on a bucket and is only kept.
enum S3Configurations {
  private static let kinds = [
    "BucketLifecycleConfiguration", "BucketLifecycle", "BucketCors", "BucketWebsite",
    "BucketTagging", "BucketReplication", "PublicAccessBlock", "BucketVersioning", "BucketLogging",
    "BucketAcl", "BucketNotificationConfiguration", "BucketNotification", "BucketLocation",
    "BucketOwnershipControls", "BucketRequestPayment", "BucketAccelerateConfiguration",
    "ObjectLockConfiguration", "BucketInventoryConfiguration", "BucketMetricsConfiguration",
    "BucketAnalyticsConfiguration", "BucketIntelligentTieringConfiguration", "BucketPolicyStatus",
    "BucketEncryption",
  ]

  /// The verb and the kind of an operation such as `PutBucketTagging`.
  static func part(of name: String) -> (verb: String, kind: String)? {
    for verb in ["Put", "Get", "Delete"] where name.hasPrefix(verb) {
      let kind = String(name.dropFirst(verb.count))
      guard kinds.contains(kind) else { continue }
      return (verb, kind.replacing("BucketLifecycleConfiguration", with: "BucketLifecycle"))
    }
    return nil
  }

  /// What a Get answers where nothing was put.
  static let missing: [String: (code: String, text: String)] = [
    "BucketLifecycle": (
      "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"
    ),
    "BucketCors": ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    "BucketWebsite": (
      "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"
    ),
    "BucketTagging": ("NoSuchTagSet", "The TagSet does not exist"),
    "BucketReplication": (
      "ReplicationConfigurationNotFoundError", "The replication configuration was not found"
    ),
    "PublicAccessBlock": (
      "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"
    ),
    "BucketOwnershipControls": (
      "OwnershipControlsNotFoundError", "The bucket ownership controls were not found"
    ),
    "ObjectLockConfiguration": (
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket"
    ),
  ]
}

/// S3's rules for the names of buckets.
enum BucketNames {
  /// 3 to 63 small letters, digits, dots and hyphens; labels begin with a letter or digit; no address.
  static func isValid(_ name: String) -> Bool {
    guard (3...63).contains(name.utf8.count), IPAddress(name) == nil else { return false }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last, isLetterOrDigit(first),
        isLetterOrDigit(last)
      else { return false }
      return label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}

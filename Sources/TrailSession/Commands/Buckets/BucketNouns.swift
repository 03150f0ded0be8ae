internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Buckets and the keys that their objects are sealed with.
enum BucketNouns {
  static let all: [Command] = [defineBucket, defineKey, listBuckets, listKeys]

  private static let defineBucket = Command(
    "define bucket",
    forms: [
      "define bucket NAME [policy none|cloudtrail|{…}] [region R] [owner ID] [at FOLDER]",
      "define bucket NAME … [kms KEY] [bucket-key]",
    ],
    summary: "says that there is an S3 bucket, into which CloudTrail may deliver",
    detail: [
      "Its policy is the one that AWS's documentation gives for trails; `policy none` leaves it out, and"
        + " `policy {…}` is another.",
      "Its objects are files in a folder of the session, which goes away at the end, or in FOLDER, which stays.",
      "`kms KEY` is the key of new objects that ask for none; `bucket-key` spares calls of KMS. A bucket that is"
        + " there is changed.",
    ],
    examples: [
      "define bucket audit-logs; define trail main to s3://audit-logs",
      "define bucket audit-logs policy none; expect error InsufficientS3BucketPolicyException"
        + " define trail main to s3://audit-logs",
    ]
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.s3Path("the bucket's name")
    var policy: JSONValue? = BucketPolicy.forCloudTrail(name.bucket)
    var region: Argument?
    var account: Argument?
    var folder: Argument?
    var key: Argument?
    var usesBucketKey = false
    while !reader.isAtEnd {
      if try reader.take("policy") != nil {
        if try reader.take("none") != nil {
          policy = nil
        } else if try reader.take("cloudtrail") == nil {
          policy = try reader.json("`none`, `cloudtrail` or a policy").value
        }
      } else if try reader.take("region", "in") != nil {
        region = try reader.word("the Region")
      } else if try reader.take("account", "owner") != nil {
        account = try reader.account()
      } else if try reader.take("kms") != nil {
        key = try reader.word("the key: its alias, id or ARN")
      } else if try reader.take("bucket-key") != nil {
        usesBucketKey = true
      } else if try reader.take("at") != nil {
        folder = try reader.word("the folder")
      } else {
        try reader.finish(
          expected: [
            "policy none|cloudtrail|{…}", "region R", "owner ID", "at FOLDER", "kms KEY",
            "bucket-key",
          ])
      }
    }
    if let folder, invocation.session.configuration.isSafe {
      throw Diagnostics(
        Diagnostic(
          "not-safe", "a folder of your choice is switched off by --safe", at: folder.range))
    }
    let owner = try invocation.existing(account)
    let cloud = invocation.cloud
    let keyARN = try key.map { key in
      try invocation.keyARN(
        key, account: owner, region: region?.text.lowercased() ?? invocation.session.region)
    }
    do throws(AWSError) {
      try cloud.defineBucket(
        name.bucket, region: region?.text.lowercased(), owner: owner, policy: policy,
        defaultKeyARN: keyARN, usesBucketKey: usesBucketKey)
    } catch {
      throw Diagnostics(error, at: name.range)
    }
    if let folder {
      do throws(StorageError) {
        try cloud.place(bucket: name.bucket, at: FilePath.expanded(folder.text))
      } catch {
        throw Diagnostics(
          Diagnostic(
            "cannot-write", "`\(folder.text)` cannot be a bucket's folder: \(error.reason)",
            at: folder.range))
      }
    }
    let rights =
      policy == nil
      ? "without a policy: CloudTrail may not deliver"
      : "with a policy that \(reader.invocation.statement.text.contains("{") ? "you wrote" : "lets CloudTrail deliver")"
    invocation.session.note("bucket \(name.bucket) is defined, \(rights)", to: invocation.output)
  }

  private static let defineKey = Command(
    "define key", forms: ["define key ALIAS [policy none|{…}] [region R]"],
    summary: "says that there is a KMS key with an alias, which CloudTrail may use",
    detail: [
      "`policy none` leaves CloudTrail out of its policy; `policy {…}` is another. `simulate kms:DisableKey"
        + " keyId=ALIAS` makes it unusable."
    ],
    examples: [
      "define bucket audit-logs; define key alias/ct; define trail main to s3://audit-logs kms alias/ct"
    ]
  ) { invocation in
    var reader = invocation.reader()
    let alias = try reader.word("the key's alias")
    var policy: JSONValue?
    var letsIn = true
    var region: Argument?
    while !reader.isAtEnd {
      if try reader.take("policy") != nil {
        if try reader.take("none") != nil {
          letsIn = false
        } else {
          policy = try reader.json("`none` or a policy").value
        }
      } else if try reader.take("region", "in") != nil {
        region = try reader.word("the Region")
      } else {
        try reader.finish(expected: ["policy none|{…}", "region R"])
      }
    }
    let key = invocation.cloud.defineKey(
      alias: alias.text, region: region?.text.lowercased(), letsCloudTrailIn: letsIn, policy: policy
    )
    invocation.session.note("key \(key.id) is defined as \(alias.text)", to: invocation.output)
  }

  private static let listBuckets = Command(
    "list buckets", forms: ["list buckets"], summary: "lists the buckets and where their files lie",
    examples: ["define bucket audit-logs; list buckets"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    let buckets = cloud.buckets.byName
    try invocation.showTable(
      [
        ("bucket", .text), ("region", .text), ("owner", .text), ("policy", .text),
        ("objects", .number),
      ],
      rows: buckets.keys.sorted().compactMap { buckets[$0] }.map { bucket in
        let count = (try? cloud.listObjects(in: bucket.name))?.count ?? 0
        return [
          .text(bucket.name), .text(bucket.region), .text(bucket.owner),
          .text(bucket.policy == nil ? "none" : "yes"), .number(String(count)),
        ]
      }, empty: "there are no buckets; `define bucket NAME` makes one")
  }

  private static let listKeys = Command(
    "list keys", forms: ["list keys"], summary: "lists the KMS keys, their aliases and their state",
    examples: ["define key alias/ct; list keys"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    let keys = cloud.keys.byARN
    try invocation.showTable(
      [("alias", .list), ("key", .text), ("region", .text), ("state", .text)],
      rows: keys.keys.sorted().compactMap { keys[$0] }.map { key in
        [
          .list(cloud.keys.aliases(of: key.arn).map { .text(aliasName($0)) }), .text(key.id),
          .text(key.region), .text(key.state.rawValue),
        ]
      }, empty: "there are no keys; `define key alias/NAME` makes one")
  }

  /// `alias/ct` of an alias's ARN.
  private static func aliasName(_ arn: String) -> String {
    arn.split(separator: ":", maxSplits: 5).last.map(String.init) ?? arn
  }
}

internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Buckets and the keys that their objects are sealed with.
enum BucketNouns {
  static let all: [Command] = [defineBucket, defineKey, listBuckets, listKeys]

  private static let bucketForms = [
    "policy none|cloudtrail|{…}", "region R", "account ID", "at FOLDER", "kms KEY", "bucket-key",
  ]

  private static let defineBucket = Command(
    "define bucket",
    forms: [
      "define bucket NAME [policy none|cloudtrail|{…}] [region R] [account ID] [at FOLDER]",
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
    ],
    candidates: { NounCompletion.options(bucketForms, after: 1, $0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.s3Path("the bucket's name")
    var policy: JSONValue? = BucketPolicy.forCloudTrail(name.bucket)
    var place = NounPlace()
    var folder: Argument?
    var key: Argument?
    var usesBucketKey = false
    while !reader.isAtEnd {
      if try place.take(&reader) { continue }
      if try reader.take("policy") != nil {
        if try reader.take("none") != nil {
          policy = nil
        } else if try reader.take("cloudtrail") == nil {
          policy = try reader.json("`none`, `cloudtrail` or a policy").value
        }
      } else if try reader.take("kms") != nil {
        key = try reader.word("the key: its alias, id or ARN")
      } else if try reader.take("bucket-key") != nil {
        usesBucketKey = true
      } else if try reader.take("at") != nil {
        folder = try reader.word("the folder")
      } else {
        try reader.finish(expected: bucketForms)
      }
    }
    if let folder, invocation.session.configuration.isSafe, invocation.session.keeper.tape == nil {
      throw Diagnostics(
        Diagnostic(
          "not-safe", "a folder of your choice is switched off by --safe", at: folder.range))
    }
    let cloud = invocation.cloud
    let known = cloud.buckets[name.bucket]
    let (owner, region) = try place.found(
      invocation, unless: known.map { ($0.owner, $0.region) })
    let keyARN = try key.map { try invocation.keyARN($0, account: owner, region: region) }
    do throws(AWSError) {
      try cloud.defineBucket(
        name.bucket, region: region, owner: owner, policy: policy,
        defaultKeyARN: keyARN, usesBucketKey: usesBucketKey)
    } catch {
      throw Diagnostics(error, at: name.range)
    }
    if let folder {
      do throws(StorageError) {
        try cloud.place(bucket: name.bucket, at: invocation.session.keeper.place(folder.text))
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
    invocation.session.note(
      "bucket \(name.bucket) is \(known == nil ? "defined" : "changed"), \(rights)",
      to: invocation.output)
  }

  private static let keyForms = ["policy none|cloudtrail|topic|{…}", "region R", "account ID"]

  private static let defineKey = Command(
    "define key",
    forms: ["define key ALIAS [policy none|cloudtrail|topic|{…}] [region R] [account ID]"],
    summary: "says that there is a KMS key with an alias, which CloudTrail may use",
    detail: [
      "Its policy lets CloudTrail encrypt log files. `policy topic` lets services encrypt what they publish to"
        + " topics and send to queues; `policy none` is the one that CreateKey gives, which lets in the account only;"
        + " `policy {…}` is another. `disable key ALIAS` makes it unusable. A key that is there is changed."
    ],
    examples: [
      "define bucket audit-logs; define key alias/ct; define trail main to s3://audit-logs kms alias/ct",
      "define key quiet policy topic; define topic alerts kms quiet",
    ],
    candidates: { NounCompletion.options(keyForms, after: 1, $0) }
  ) { invocation in
    var reader = invocation.reader()
    let alias = try reader.word("the key's alias")
    guard isAlias(alias.text) else {
      throw Diagnostics(
        Diagnostic(
          "InvalidAliasNameException",
          "`\(alias.text)` is no alias: letters, digits, /, _ and -, and not AWS's own alias/aws/…",
          at: alias.range))
    }
    var policy: JSONValue?
    var kind = "cloudtrail"
    var place = NounPlace()
    while !reader.isAtEnd {
      if try place.take(&reader) { continue }
      if try reader.take("policy") != nil {
        if let word = try reader.take("none", "cloudtrail", "topic") {
          kind = word.text
        } else {
          policy = try reader.json("`none`, `cloudtrail`, `topic` or a policy").value
        }
      } else {
        try reader.finish(expected: keyForms)
      }
    }
    let (account, region) = try place.found(invocation)
    let cloud = invocation.cloud
    let name = alias.text.hasPrefix("alias/") ? alias.text : "alias/\(alias.text)"
    let isNew = cloud.key(named: name, account: account, region: region) == nil
    if kind == "topic" { policy = policy ?? KeyPolicy.forTopics(account: account) }
    let key = cloud.defineKey(
      alias: name, region: region, account: account, letsCloudTrailIn: kind == "cloudtrail",
      policy: policy)
    invocation.session.note(
      isNew ? "key \(key.id) is defined as \(alias.text)" : "key \(alias.text) is changed",
      to: invocation.output)
  }

  /// Whether KMS would take an alias.
  private static func isAlias(_ text: String) -> Bool {
    let name = text.hasPrefix("alias/") ? text.dropFirst("alias/".count) : text[...]
    return (1...250).contains(name.utf8.count) && !name.hasPrefix("aws/")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
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
      [
        ("alias", .list), ("key", .text), ("region", .text), ("account", .text), ("state", .text),
      ],
      rows: keys.keys.sorted().compactMap { keys[$0] }.map { key in
        [
          .list(cloud.keys.aliases(of: key.arn).map { .text(aliasName($0)) }), .text(key.id),
          .text(key.region), .text(key.account), .text(key.state.rawValue),
        ]
      }, empty: "there are no keys; `define key alias/NAME` makes one")
  }

  /// `alias/ct` of an alias's ARN.
  private static func aliasName(_ arn: String) -> String {
    arn.split(separator: ":", maxSplits: 5).last.map(String.init) ?? arn
  }
}

internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// What `define trail` and `alter trail` can say of a trail, read into the members of AWS's API.
struct TrailOptions {
  /// `CreateTrail` or `UpdateTrail` is sent these.
  var parameters: [JSONMember] = []
  /// Nil where no Region was named.
  var region: Argument?
  /// True for `all regions`, false for `one region` or `region R` alone.
  var isMultiRegion: Bool?
  var leavesGlobalOut = false
  var isStopped = false
  var tags: [(key: String, value: String)] = []
  var removedTags: [String] = []
  /// The role of log delivery, where it was not named.
  var usualRole: String?
  /// The words that said a parameter, by its name in the API.
  private(set) var places: [String: SourceRange] = [:]

  static let usualRoleName = "CloudTrail_CloudWatchLogs_Role"

  static let words = [
    "to s3://BUCKET", "prefix PREFIX", "region REGION", "all regions", "kms KEY", "validate",
    "logs GROUP [role ROLE]", "notify TOPIC", "no global", "organization", "tags k=v,…",
  ]

  /// Words that switch something on, and `no` before them off.
  private static let switches = [
    "validate": "EnableLogFileValidation", "global": "IncludeGlobalServiceEvents",
    "organization": "IsOrganizationTrail", "recursive": "RecursiveLogging",
  ]
  /// What `no` takes away from a trail that has it.
  private static let settings = [
    (word: "prefix", parameters: ["S3KeyPrefix"]), (word: "kms", parameters: ["KmsKeyId"]),
    (word: "notify", parameters: ["SnsTopicName"]),
    (word: "logs", parameters: ["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"]),
  ]

  /// Reads options up to the end of the statement.
  ///
  /// - Parameter isNew: true where a trail is defined, which has nothing yet that `no …` could take away.
  init(_ reader: inout ArgumentReader, isNew: Bool) throws {
    let expected = Self.words + (isNew ? ["stopped"] : ["one region", "no kms|logs|notify|…"])
    while !reader.isAtEnd {
      guard try readOption(&reader) || readSwitch(&reader, isNew: isNew) else {
        try reader.finish(expected: expected)
        return
      }
    }
  }

  private mutating func add(_ name: String, _ value: JSONValue, at place: SourceRange) {
    parameters.removeAll { $0.name.elementsEqual(name.utf8) }
    parameters.append(JSONMember(name, value))
    places[name] = place
  }

  private mutating func add(_ name: String, _ word: Argument) {
    add(name, .string(word.text), at: word.range)
  }

  /// Options with a value.
  private mutating func readOption(_ reader: inout ArgumentReader) throws -> Bool {
    let cloud = reader.invocation.cloud
    if try reader.take("to") != nil {
      let path = try reader.s3Path("the bucket, such as s3://audit-logs")
      add("S3BucketName", .string(path.bucket), at: path.range)
      let prefix = path.key.hasSuffix("/") ? String(path.key.dropLast()) : path.key
      if !prefix.isEmpty { add("S3KeyPrefix", .string(prefix), at: path.range) }
    } else if try reader.take("prefix") != nil {
      add("S3KeyPrefix", try reader.word("the prefix"))
    } else if try reader.take("region") != nil {
      let word = try reader.word("the Region, such as us-east-1")
      region = word
      places[RefusedParameter.region] = word.range
      isMultiRegion = isMultiRegion ?? false
    } else if try reader.take("kms") != nil {
      add("KmsKeyId", try reader.word("the key: alias/NAME, an id or an ARN"))
    } else if try reader.take("notify") != nil {
      add("SnsTopicName", try reader.word("the topic"))
    } else if try reader.take("logs") != nil {
      let word = try reader.word("the log group")
      let group = word.text
      let account = cloud.world.account
      let home = region?.text ?? reader.invocation.session.region
      add(
        "CloudWatchLogsLogGroupArn",
        .string(
          group.hasPrefix("arn:") ? group : "arn:aws:logs:\(home):\(account):log-group:\(group):*"),
        at: word.range)
      var role = Self.usualRoleName
      var place = word.range
      if try reader.take("role") != nil {
        let word = try reader.word("the role")
        role = word.text
        place = word.range
      } else {
        usualRole = role
      }
      add(
        "CloudWatchLogsRoleArn",
        .string(role.hasPrefix("arn:") ? role : "arn:aws:iam::\(account):role/\(role)"), at: place)
    } else if try reader.take("tags") != nil {
      try readTags(&reader)
    } else {
      return false
    }
    return true
  }

  private mutating func readTags(_ reader: inout ArgumentReader) throws {
    let piece = try reader.word("the tags, such as team=audit,stage=test")
    places["TagsList"] = piece.range
    for tag in piece.text.split(separator: ",") {
      let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      tags.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
    }
  }

  /// Options without a value, and those that take something away.
  private mutating func readSwitch(
    _ reader: inout ArgumentReader, isNew: Bool
  ) throws -> Bool {
    if try reader.take("all") != nil {
      guard try reader.take("regions") != nil else {
        throw reader.invocation.usageError("`all` what? `all regions`", at: reader.place)
      }
      isMultiRegion = true
    } else if let word = try reader.take(among: Array(Self.switches.keys)) {
      add(Self.switches[word.text] ?? "", .bool(true), at: word.range)
    } else if isNew, try reader.take("stopped") != nil {
      isStopped = true
    } else if !isNew, try reader.take("one") != nil {
      guard try reader.take("region") != nil else {
        throw reader.invocation.usageError("`one` what? `one region`", at: reader.place)
      }
      isMultiRegion = false
    } else if try reader.take("no") != nil {
      try readRemoval(&reader, isNew: isNew)
    } else {
      return false
    }
    return true
  }

  private mutating func readRemoval(_ reader: inout ArgumentReader, isNew: Bool) throws {
    let removable = isNew ? [] : Self.settings
    if let word = try reader.take(among: ["global", "validate", "recursive"]) {
      leavesGlobalOut = leavesGlobalOut || word.text == "global"
      add(Self.switches[word.text] ?? "", .bool(false), at: word.range)
    } else if !isNew, let word = try reader.take("organization") {
      add("IsOrganizationTrail", .bool(false), at: word.range)
    } else if let word = try reader.take(among: removable.map(\.word)) {
      for name in removable.first(where: { $0.word == word.text })?.parameters ?? [] {
        add(name, "", at: word.range)
      }
    } else if !isNew, try reader.take("tags") != nil {
      removedTags += try reader.word("the tags' keys").text.split(separator: ",").map(String.init)
    } else {
      let possible =
        ["global", "validate", "recursive"]
        + (isNew ? [] : ["prefix", "kms", "notify", "logs", "organization", "tags KEY,…"])
      if let error = try reader.unexpected(possible) { throw error }
      throw reader.invocation.usageError("`no` what?", at: reader.place)
    }
  }

  /// Makes the role that log delivery needs where it was not named, as the console does.
  func makeUsualRole(_ invocation: Invocation) {
    guard let usualRole,
      invocation.cloud.world.accounts[invocation.cloud.world.account]?
        .roles[usualRole] == nil
    else { return }
    invocation.cloud.defineRole(
      usualRole, trusting: Cloud.trustPolicy(["Service": "cloudtrail.amazonaws.com"]))
    invocation.session.note(
      "role \(usualRole), which lets CloudTrail deliver to log groups, is defined",
      to: invocation.output)
  }

  var tagsList: JSONValue {
    .array(tags.map { ["Key": .string($0.key), "Value": .string($0.value)] })
  }
}

import TrailRecord

/// A generator of our own: the same seed gives the same cases everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 ^ 0x5851_F42D_4C95_7F2D }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Records that look like CloudTrail's and have its oddities: nulls, missing members, arrays, numbers in several
/// spellings, times that are none.
struct RandomRecords {
  var generator: SeededGenerator

  static let names = [
    "DeleteBucket", "CreateUser", "ConsoleLogin", "GetObject", "AssumeRole", "DescribeInstances",
    "deletebucket", "RunInstances", "CreateTrail",
  ]
  static let services = [
    "s3.amazonaws.com", "iam.amazonaws.com", "cloudtrail.amazonaws.com", "odd",
  ]
  static let people = ["bob", "alice", "Bob", "eve"]
  static let buckets = ["payroll-2026", "payroll-2026-backup", "data", "DATA"]
  static let addresses = [
    "10.0.0.1", "010.000.000.001", "192.168.1.9", "2001:db8::1", "2001:DB8:0:0::1",
    "::ffff:10.0.0.1", "s3.amazonaws.com",
  ]
  static let errors = ["AccessDenied", "Client.UnauthorizedOperation", "ThrottlingException"]
  static let messages = [
    "User: arn:aws:iam::111122223333:user/bob is not authorized on arn:aws:s3:::payroll-2026.",
    "Rate exceeded", "no such thing: data", "été 日本",
  ]

  mutating func record(_ number: Int) -> JSONValue {
    var members: [JSONMember] = []
    func add(_ name: String, _ value: JSONValue) { members.append(JSONMember(name, value)) }
    if generator.chance(95) { add("eventTime", time()) }
    add("eventID", .string(generator.chance(90) ? uuid(number) : "id-\(number)"))
    if generator.chance(97) { add("eventName", .string(generator.pick(Self.names))) }
    if generator.chance(95) { add("eventSource", .string(generator.pick(Self.services))) }
    if generator.chance(90) { add("userIdentity", identity()) }
    if generator.chance(90) { add("sourceIPAddress", .string(generator.pick(Self.addresses))) }
    if generator.chance(30) {
      add("errorCode", generator.chance(10) ? .null : .string(generator.pick(Self.errors)))
    }
    if generator.chance(30) { add("errorMessage", .string(generator.pick(Self.messages))) }
    if generator.chance(85) {
      add("readOnly", generator.chance(90) ? .bool(generator.chance(50)) : .string("true"))
    }
    if generator.chance(80) { add("requestParameters", parameters()) }
    if generator.chance(30) {
      add("resources", .array((0..<generator.pick([0, 1, 2])).map { _ in resource() }))
    }
    if generator.chance(20) {
      add(
        "additionalEventData",
        .object([JSONMember("MFAUsed", .string(generator.pick(["Yes", "No"])))]))
    }
    if generator.chance(50) {
      add("recipientAccountId", .string(generator.pick(["111122223333", "444455556666"])))
    }
    if generator.chance(70) {
      add(
        "userAgent",
        .string(
          generator.pick(["aws-cli/2.1", "Mozilla/5.0", "console.amazonaws.com", "Boto3/1.2", ""])))
    }
    return .object(members)
  }

  private mutating func time() -> JSONValue {
    let start: Int64 = 1_795_000_000_000
    let time = start + Int64(Int.random(in: 0..<200_000, using: &generator)) * 1000
    let text = EventTime.format(time)
    switch Int.random(in: 0..<20, using: &generator) {
    case 0: return .string("not a time")
    case 1: return .null
    case 2: return .string(text.dropLast() + ".250Z")
    case 3: return .string(text.replacing("T", with: " ").dropLast() + "+01:00")
    default: return .string(text)
    }
  }

  private func uuid(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "0a1b2c3d-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  private mutating func identity() -> JSONValue {
    var members: [JSONMember] = []
    let person = generator.pick(Self.people)
    let type = generator.pick(["IAMUser", "AssumedRole", "Root", "AWSService", ""])
    if !type.isEmpty { members.append(JSONMember("type", .string(type))) }
    switch type {
    case "IAMUser":
      members.append(JSONMember("arn", .string("arn:aws:iam::111122223333:user/team/\(person)")))
      if generator.chance(80) { members.append(JSONMember("userName", .string(person))) }
    case "AssumedRole":
      members.append(
        JSONMember("arn", .string("arn:aws:sts::111122223333:assumed-role/Dev/\(person)")))
      members.append(JSONMember("principalId", .string("AROA1:\(person)")))
    case "AWSService":
      members.append(JSONMember("invokedBy", .string("ec2.amazonaws.com")))
    default: members.append(JSONMember("principalId", .string("AIDA\(person)")))
    }
    if generator.chance(70) { members.append(JSONMember("accountId", .string("111122223333"))) }
    if generator.chance(40) {
      let flag = generator.pick(["true", "false"])
      members.append(
        JSONMember(
          "sessionContext",
          .object([
            JSONMember("attributes", .object([JSONMember("mfaAuthenticated", .string(flag))]))
          ])))
    }
    return .object(members)
  }

  private mutating func parameters() -> JSONValue {
    if generator.chance(10) { return generator.pick([.null, .object([]), .string("text")]) }
    var members: [JSONMember] = []
    if generator.chance(50) {
      members.append(JSONMember("bucketName", .string(generator.pick(Self.buckets))))
    }
    if generator.chance(40) {
      members.append(
        JSONMember(
          "count", .number(generator.pick(["3", "3.0", "243.0", "243", "-1", "1e2", "0.5"]))))
    }
    if generator.chance(20) {
      members.append(JSONMember("count text", .string(generator.pick(["3", "10", "9.5", "x"]))))
    }
    if generator.chance(30) {
      let values = (0..<generator.pick([0, 1, 3])).map { _ -> JSONValue in
        generator.pick([
          .string("a"), .string("B"), .number("1"), .number("1.0"), .null, .bool(true),
        ])
      }
      members.append(JSONMember("tags", .array(values)))
    }
    if generator.chance(30) {
      let items = (0..<generator.pick([1, 2])).map { _ -> JSONValue in
        .object([
          JSONMember("cidr", .string(generator.pick(["0.0.0.0/0", "10.0.0.0/8"]))),
          JSONMember("port", .number(generator.pick(["22", "443", "22.0"]))),
        ])
      }
      members.append(JSONMember("rules", .object([JSONMember("items", .array(items))])))
    }
    if generator.chance(20) {
      members.append(
        JSONMember("document", .string(#"{"Resource":"arn:aws:s3:::payroll-2026/*"}"#)))
    }
    if generator.chance(20) { members.append(JSONMember("when", .string("2026-11-20T10:00:00Z"))) }
    return .object(members)
  }

  private mutating func resource() -> JSONValue {
    let bucket = generator.pick(Self.buckets)
    let arn = generator.pick([
      "arn:aws:s3:::\(bucket)", "arn:aws:s3:::\(bucket)/k.csv", "arn:aws:kms:us-east-1:1:key/abc",
    ])
    return generator.chance(10) ? .string(arn) : .object([JSONMember("ARN", .string(arn))])
  }
}

/// Predicates and sentences over what `RandomRecords` makes.
struct RandomQueries {
  var generator: SeededGenerator

  private static let fields: [(String, [String])] = [
    ("name", RandomRecords.names + ["Delete*", "*Bucket", "*e*r*", "Nothing"]),
    ("service", ["s3", "S3.amazonaws.com", "iam*", "odd", "ec2"]),
    ("user", ["bob", "root", "*e", "ec2.amazonaws.com", "AIDAbob"]),
    ("who", ["bob", "arn:aws:iam::111122223333:user/*", "Alice", "*eve"]),
    ("role", ["Dev", "arn:*"]),
    ("ip", ["10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "s3*", "192.168.*"]),
    ("error", ["AccessDenied", "*denied*", "Client.*"]),
    ("message", ["Rate exceeded", "*data", "*ÉTÉ*"]),
    ("type", ["Root", "iamuser"]), ("bucket", ["data", "payroll*"]), ("target", ["data", "*2026"]),
    ("resource", ["arn:aws:s3:::data*", "*key/abc"]), ("via", ["cli", "console", "service"]),
    ("account", ["111122223333", "444455556666"]),
    ("id", ["id-3", "0A1B2C3D-0000-4000-8000-000000000005"]),
    ("readonly", ["true", "false"]), ("crossaccount", ["true"]), ("mfa", ["yes", "no"]),
    ("req.count", ["243", "3", "3.0", "100", "-1"]),
    (#"req."count text""#, ["3", "3.0", "10", "x"]),
    ("req.tags", ["a", "1", "b", "true"]), ("req.rules.items.port", ["22", "443"]),
    ("req.rules", ["0.0.0.0/0", "22"]), ("requestParameters.bucketName", ["DATA", "payroll-2026"]),
    ("req", ["data", "text"]), ("req.when", ["2026-11-20", "2026-11", "2026-11-20T10:00:00Z"]),
    ("recipientAccountId", ["111122223333"]), ("userIdentity.arn", ["*bob"]),
    ("resources", ["arn*"]),
  ]
  private static let words = [
    "ok", "failed", "denied", "throttled", "read", "write", "create", "delete", "modify", "root",
    "human", "service", "login", "mfa", "console", "crossaccount", "management", "data",
  ]
  private static let times = [
    "2026-11-18", "2026-11", "2026-11-19T10:05Z", "2026-11-19T10:05:30Z", "1d", "12h",
  ]

  mutating func predicate(_ depth: Int = 0) -> String {
    if depth < 3, generator.chance(45) {
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: return "(\(predicate(depth + 1)) and \(predicate(depth + 1)))"
      case 1: return "(\(predicate(depth + 1)) or \(predicate(depth + 1)))"
      default: return "not (\(predicate(depth + 1)))"
      }
    }
    switch Int.random(in: 0..<12, using: &generator) {
    case 0...1: return generator.pick(Self.words)
    case 2:
      return
        "about \"\(generator.pick(RandomRecords.buckets + ["bob", "0.0.0.0/0", "arn:aws:s3:::data", "abc"]))\""
    case 3: return "\(generator.pick(Self.fields).0) exists"
    case 4:
      let (field, values) = generator.pick(Self.fields)
      return "\(field) in (\"\(generator.pick(values))\", \"\(generator.pick(values))\")"
    case 5:
      let pattern = generator.pick(["de", "^a", "o.$", "[0-9]{3}", "b(ob|in)", "é|data", "^$"])
      let field = generator.pick([
        "name", "user", "message", "req.bucketName", "id", "service", "resource",
      ])
      return "\(field) \(generator.pick(["~", "!~"])) /\(pattern)/\(generator.pick(["", "i"]))"
    case 6:
      return
        "time \(generator.pick(["<", "<=", ">", ">=", "=", "!="])) \(generator.pick(Self.times))"
    default:
      let (field, values) = generator.pick(Self.fields)
      let comparison = generator.pick(["=", "=", "=", "!=", "==", "<", "<=", ">", ">="])
      return "\(field) \(comparison) \"\(generator.pick(values))\""
    }
  }

  mutating func sentence() -> String {
    var text = "events where \(predicate())"
    if generator.chance(20) { text += " since \(generator.pick(Self.times))" }
    if generator.chance(10) { text += " until 2026-12" }
    if generator.chance(15) { text += " as-of \(generator.pick(Self.times))" }
    return text
  }

  /// Stages that `NaivePipeline` knows, each behind a bar.
  mutating func stages() -> String {
    var text = ""
    if generator.chance(20) { text += " | where \(predicate(2))" }
    if generator.chance(25) { text += " | sort \(sortKeys())" }
    if generator.chance(15) { text += " | limit \(Int.random(in: 0...60, using: &generator))" }
    let fields = distinctGroups()
    let list = fields.joined(separator: ", ")
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return text + " | count by \(list)" + tableStages(["count"] + fields)
    case 1:
      return text + " | count, distinct \(field()), min \(field()) as low by \(list)"
        + tableStages(["count", "low"] + fields)
    case 2: return text + " | stats sum req.count, first \(field()) as a, last \(field()) as b"
    case 3: return text + " | stats max \(field()) as high, count \(field()) as c by \(fields[0])"
    case 4: return text + " | top \(generator.pick([1, 3, 10])) \(fields[0])"
    case 5: return text + " | \(generator.chance(50) ? "distinct \(list)" : "rare \(fields[0])")"
    case 6: return text + " | select \(list)"
    default: return text
    }
  }

  private mutating func tableStages(_ columns: [String]) -> String {
    var text = ""
    if generator.chance(30) {
      text +=
        " | where count \(generator.pick(["<", ">=", ">", "=", "!="])) \(generator.pick([1, 2, 5]))"
    }
    if generator.chance(40) {
      text += " | sort \(generator.pick(columns))\(generator.pick(["", " desc"])), count desc"
    }
    if generator.chance(20) { text += " | limit \(generator.pick([0, 1, 4]))" }
    return text
  }

  private static let valueFields = [
    "name", "service", "user", "ip", "bucket", "req.tags", "req.count", "error", "readonly", "via",
    "who", "account", "type", "time", "crossaccount", "req.rules.items.port",
  ]

  private mutating func field() -> String { generator.pick(Self.valueFields) }

  private mutating func distinctGroups() -> [String] {
    var fields: [String] = []
    for _ in 0..<generator.pick([1, 1, 2, 3]) {
      let field = field()
      if !fields.contains(field) { fields.append(field) }
    }
    return fields
  }

  private mutating func sortKeys() -> String {
    distinctGroups().map { $0 + generator.pick(["", " desc", " asc"]) }.joined(separator: ", ")
  }

  mutating func groups() -> [String] {
    let fields = [
      "name", "service", "user", "ip", "bucket", "req.tags", "req.count", "error", "resource",
      "readonly",
    ]
    return (0..<generator.pick([1, 1, 2, 3])).map { _ in generator.pick(fields) }
  }
}

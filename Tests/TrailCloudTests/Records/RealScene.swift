import TrailRecord

@testable import TrailCloud

/// A world in which a call of a real record finds what it needs, and the call itself with the world's own names.
struct RealScene {
  let cloud = Cloud(storage: MemoryStorage())
  private let bench: ServiceBench
  /// Ids of the record by the ids of this world.
  private var things: [String: String] = [:]
  /// Parameters of the last call that the public API does not have, or not yet: they were left out.
  private(set) var dropped: [String] = []

  init() { bench = ServiceBench(cloud) }

  static let account = CloudDefaults.account

  /// Parameters that AWS wants and that records leave out.
  private static let unrecorded: [String: [String: JSONValue]] = [
    "DescribeVpcAttribute": ["attribute": "enableDnsSupport"],
    "GetDashboard": ["dashboardName": "d"], "GetStorageLensConfiguration": ["configId": "c"],
    "CreateFoundationModelAgreement": ["offerToken": "t"],
  ]

  /// Makes the call that left a record, in a world where it can succeed.
  mutating func perform(_ real: RealCall, error: String? = nil) throws -> JSONValue {
    cloud.defineUser("bob", in: Self.account)
    cloud.defineRole("Ops", in: Self.account)
    let operation = try APICatalogue.standard.operation(real.eventName, of: real.eventSource)
    var given = localised(real.record["requestParameters"] ?? .null, real.record)
    let isWhole =
      operation.isWrapped || operation.name == "RunInstances" || operation.apiVersion.isEmpty
    dropped =
      isWhole
      ? []
      : given.names.filter {
        ParameterNames.member(named: $0, of: operation) == nil
          && !["Host", "list-type"].contains($0)
          && given[$0]?.text != "" && given[$0] != [:]
      }
    given = given.removing(Set(dropped))
    if error == nil { given = try prepare(operation, given) }
    for (name, value) in Self.unrecorded[operation.name] ?? [:] {
      given = given.setting(name, value)
    }
    var call = APICall(real.eventSource, real.eventName, parameters: given.members ?? [])
    call.caller = caller(of: real.record)
    call.userAgent = "real"
    if let error { call.error = (error, nil) }
    let result = try cloud.perform(call)
    return try JSONParser.parse(result.records[0].bytes)
  }

  private func caller(of record: JSONValue) -> Caller {
    switch record["userIdentity"]?["type"]?.text {
    case "Root": return Caller(.root)
    case "AssumedRole": return Caller(.role("Ops", session: "s1"))
    default:
      var caller = Caller(.user("bob"))
      caller.invokedBy = record["userIdentity"]?["invokedBy"]?.text
      // A user whose credentials are temporary came through MFA or the console.
      caller.usesMFA = record["userIdentity"]?["sessionContext"] != nil
      return caller
    }
  }

  /// The parameters with this world's account; what is null in them was not sent.
  private func localised(_ value: JSONValue, _ record: JSONValue) -> JSONValue {
    let account = record["userIdentity"]?["accountId"]?.text ?? "-"
    let region = record["awsRegion"]?.text ?? "-"
    switch value {
    case .string:
      return .string(
        (value.text ?? "").replacing(account, with: Self.account)
          .replacing(":\(region):", with: ":us-east-1:"))
    case .array(let elements): return .array(elements.map { localised($0, record) })
    case .object(let members):
      return .object(
        members.filter { $0.value != .null }.map {
          JSONMember($0.nameText, localised($0.value, record))
        })
    default: return value
    }
  }

  // MARK: What must be there

  private mutating func prepare(
    _ operation: APIOperation, _ given: JSONValue
  ) throws -> JSONValue {
    switch operation.eventSource {
    case "s3.amazonaws.com": try prepareS3(operation, given)
    case "iam.amazonaws.com": try prepareIAM(operation, given)
    case "ec2.amazonaws.com":
      try prepareEC2(operation)
      return substituted(given)
    case "sts.amazonaws.com":
      if let role = given["roleArn"]?.text?.split(separator: "/").last {
        cloud.defineRole(String(role), in: Self.account)
      }
    case "cloudtrail.amazonaws.com": try prepareTrail(operation, given)
    case "kms.amazonaws.com": prepareKey(given)
    case "lambda.amazonaws.com": try prepareFunction(operation, given)
    case "organizations.amazonaws.com": try bench.call("organizations", "CreateOrganization")
    case "rds.amazonaws.com": try prepareDatabase(operation, given)
    case "logs.amazonaws.com":
      if let group = given["logGroupName"]?.text, operation.name != "CreateLogGroup" {
        try cloud.defineLogGroup(group)
      }
    default: keepNeeded(operation, given)
    }
    return given
  }

  private func prepareS3(_ operation: APIOperation, _ given: JSONValue) throws {
    for name in [given["bucketName"]?.text, given["bucket"]?.text].compactMap(\.self)
    where operation.name != "CreateBucket" {
      try cloud.defineBucket(name, policy: BucketPolicy.forCloudTrail(name))
      if let key = given["key"]?.text { cloud.putSimulatedObject(key, size: 10, in: name) }
      let part = operation.name.replacing("Get", with: "")
      if operation.name.hasPrefix("Get"), S3Configurations.missing[part] != nil {
        try bench.call("s3", "Put\(part)", #"{"Bucket": "\#(name)"}"#, isUnchecked: true)
      }
    }
    if let source = given["x-amz-copy-source"]?.text?.split(separator: "/", maxSplits: 1) {
      try cloud.defineBucket(String(source[0]), policy: nil)
      cloud.putSimulatedObject(String(source[1]), size: 10, in: String(source[0]))
    }
  }

  private func prepareIAM(_ operation: APIOperation, _ given: JSONValue) throws {
    let name = operation.name
    if let user = given["userName"]?.text, name != "CreateUser" {
      cloud.defineUser(user, in: Self.account)
      if name.hasSuffix("LoginProfile"), !name.hasPrefix("Create") {
        try bench.call("iam", "CreateLoginProfile", #"{"userName": "\#(user)", "password": "x"}"#)
      }
      if let key = given["accessKeyId"]?.text {
        cloud.world.accounts[Self.account]?.users[user]?.accessKeys.append(
          AccessKey(id: key, creationTime: 0, isGiven: false))
      }
    }
    if let role = given["roleName"]?.text, name != "CreateRole" {
      cloud.defineRole(role, in: Self.account)
    }
    let document = #""{\"Version\":\"2012-10-17\",\"Statement\":[]}""#
    if let arn = given["policyArn"]?.text, let policy = arn.split(separator: "/").last,
      !arn.contains(":aws:policy")
    {
      try bench.call(
        "iam", "CreatePolicy",
        #"{"policyName": "\#(policy)", "policyDocument": \#(document)}"#)
    }
    if let profile = given["instanceProfileName"]?.text, !name.hasPrefix("Create") {
      try bench.call(
        "iam", "CreateInstanceProfile", #"{"instanceProfileName": "\#(profile)"}"#)
    }
    // What is taken off must be on.
    for verb in ["Detach", "Delete", "Get", "Remove"] where name.hasPrefix(verb) {
      let other =
        name.hasSuffix("RolePolicy") || name.hasSuffix("UserPolicy")
          || name.hasSuffix("GroupPolicy")
        ? name.replacing(verb, with: verb == "Detach" ? "Attach" : "Put") : nil
      guard let other, let members = given.members else { continue }
      let text = String(decoding: JSONWriter.bytes(.object(members)), as: UTF8.self)
      let extra = verb == "Detach" ? "" : #", "policyDocument": \#(document)"#
      try bench.call("iam", other, text.dropLast() + extra + "}")
    }
  }

  private func prepareTrail(_ operation: APIOperation, _ given: JSONValue) throws {
    let bucket = given["s3BucketName"]?.text ?? "logs-of-trails"
    try cloud.defineBucket(bucket, policy: BucketPolicy.forCloudTrail(bucket))
    prepareKey(["keyId": given["kmsKeyId"] ?? ""])
    guard operation.name != "CreateTrail",
      let name = (given["name"] ?? given["trailName"] ?? given["resourceIdList"]?.elements?.first)?
        .text?.split(separator: "/").last
    else { return }
    try bench.call(
      "cloudtrail", "CreateTrail", #"{"name": "\#(name)", "s3BucketName": "\#(bucket)"}"#)
  }

  private func prepareKey(_ given: JSONValue) {
    let name = (given["keyId"] ?? given["targetKeyId"])?.text ?? "usual"
    guard !name.isEmpty, !name.contains("alias/") else { return }
    let id = name.split(separator: "/").last.map(String.init) ?? name
    let key = KMSKey(
      id: id, region: "us-east-1", account: Self.account,
      policy: KeyPolicy.forCloudTrail(account: Self.account))
    cloud.keys[key.arn] = key
  }

  private func prepareFunction(_ operation: APIOperation, _ given: JSONValue) throws {
    guard operation.name != "CreateFunction", let name = given["functionName"]?.text else { return }
    let plain = name.split(separator: ":").last ?? ""
    try bench.call(
      "lambda", "CreateFunction",
      #"{"functionName": "\#(plain)", "role": "arn:aws:iam::123456789012:role/Ops", "code": {}, "handler": "a.b", "runtime": "python3.13"}"#
    )
    if operation.name == "RemovePermission", let statement = given["statementId"]?.text {
      try bench.call(
        "lambda", "AddPermission",
        #"{"functionName": "\#(plain)", "statementId": "\#(statement)", "action": "*", "principal": "*"}"#
      )
    }
  }

  private func prepareDatabase(_ operation: APIOperation, _ given: JSONValue) throws {
    let instance = given["dBInstanceIdentifier"]?.text ?? "db-of-snapshots"
    if operation.name != "CreateDBInstance" {
      try bench.call(
        "rds", "CreateDBInstance",
        #"{"dBInstanceIdentifier": "\#(instance)", "dBInstanceClass": "db.t3.micro", "engine": "mysql", "dBName": "d"}"#
      )
    }
    if let snapshot = given["dBSnapshotIdentifier"]?.text, operation.name != "CreateDBSnapshot" {
      try bench.call(
        "rds", "CreateDBSnapshot",
        #"{"dBSnapshotIdentifier": "\#(snapshot)", "dBInstanceIdentifier": "\#(instance)"}"#)
    }
  }

  /// Keeps what services without a model of their own must have.
  private func keepNeeded(_ operation: APIOperation, _ given: JSONValue) {
    guard let parameters = try? APICatalogue.standard.parameters(given.members ?? [], of: operation)
    else { return }
    for kind in KeptKind.needed(by: operation) {
      for member in kind.members {
        guard let name = parameters[member]?.text else { continue }
        cloud.keep(
          [
            "Arn": .string(
              "arn:aws:\(kind.service):us-east-1:\(Self.account):\(KeptKind.plain(name))")
          ],
          at: ResourcePlace(kind.kind, "us-east-1", KeptKind.plain(name)), in: Self.account)
      }
    }
  }

  // MARK: EC2

  /// One thing of each kind that EC2 has, by the prefix of its id.
  private mutating func prepareEC2(_ operation: APIOperation) throws {
    func id(_ operation: String, _ parameters: String, _ path: String) throws -> String {
      let result = try bench.call("ec2", operation, parameters)
      let record = try JSONParser.parse(result.records[0].bytes)
      return record["responseElements"]?.at(path)?.text ?? ""
    }
    let vpc = try id("CreateVpc", #"{"cidrBlock": "10.0.0.0/16"}"#, "vpc.vpcId")
    things["vpc-"] = vpc
    if operation.name == "DeleteVpc" { return }
    let subnet = try id(
      "CreateSubnet", #"{"vpcId": "\#(vpc)", "cidrBlock": "10.0.1.0/24"}"#, "subnet.subnetId")
    things["subnet-"] = subnet
    things["sg-"] = try id(
      "CreateSecurityGroup",
      #"{"vpcId": "\#(vpc)", "groupName": "g", "groupDescription": "g"}"#, "groupId")
    things["rtb-"] = try id("CreateRouteTable", #"{"vpcId": "\#(vpc)"}"#, "routeTable.routeTableId")
    things["igw-"] = try id("CreateInternetGateway", "{}", "internetGateway.internetGatewayId")
    things["eipalloc-"] = try id("AllocateAddress", #"{"domain": "vpc"}"#, "allocationId")
    things["vol-"] = try id(
      "CreateVolume", #"{"availabilityZone": "us-east-1a", "size": 8}"#, "volumeId")
    things["snap-"] = try id(
      "CreateSnapshot", #"{"volumeId": "\#(things["vol-"] ?? "")"}"#, "snapshotId")
    if operation.name == "DeleteSubnet" { return }
    things["i-"] = try id(
      "RunInstances", #"{"imageId": "ami-0abc", "subnetId": "\#(subnet)"}"#,
      "instancesSet.items.0.instanceId")
    things["eni-"] = try id(
      "CreateNetworkInterface", #"{"subnetId": "\#(subnet)"}"#,
      "networkInterface.networkInterfaceId")
    things["nat-"] = try id(
      "CreateNatGateway",
      #"{"subnetId": "\#(subnet)", "allocationId": "\#(things["eipalloc-"] ?? "")"}"#,
      "CreateNatGatewayResponse.natGateway.natGatewayId")
    things["fl-"] = try id(
      "CreateFlowLogs",
      #"{"resourceIds": "\#(vpc)", "resourceType": "VPC", "logGroupName": "g"}"#,
      "CreateFlowLogsResponse.flowLogIdSet.item")
    things["ami-"] = try id(
      "CreateImage", #"{"instanceId": "\#(things["i-"] ?? "")", "name": "x"}"#, "imageId")
    for name in ["kp1", "a-key"] {
      try bench.call("ec2", "CreateKeyPair", #"{"keyName": "\#(name)"}"#)
    }
  }

  /// A record's ids replaced by this world's, by their prefixes.
  private func substituted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string:
      let text = value.text ?? ""
      guard let hyphen = text.firstIndex(of: "-"),
        let thing = things[String(text[...hyphen])], !thing.isEmpty,
        text[text.index(after: hyphen)...].allSatisfy(\.isHexDigit)
      else { return value }
      return .string(thing)
    case .array(let elements): return .array(elements.map(substituted))
    case .object(let members):
      return .object(members.map { JSONMember($0.nameText, substituted($0.value)) })
    default: return value
    }
  }
}

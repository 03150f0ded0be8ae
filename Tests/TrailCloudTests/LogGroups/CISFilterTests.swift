import Foundation
import Testing
import TrailCrypto
import TrailRecord

@testable import TrailCloud

/// The filters of the CIS benchmark (facts §7.3) on records of the simulated cloud and on real ones.
@Suite struct CISFilterTests {
  private func record(
    _ service: String, _ operation: String, _ change: (inout APICall) -> Void = { _ in }
  ) throws -> [UInt8] {
    let world = try LogsWorld(hasTrail: false)
    var call = APICall(service, operation)
    call.isUnchecked = true
    change(&call)
    return try #require(try world.cloud.perform(call).records.first).bytes
  }

  private func matching(_ record: [UInt8]) throws -> Set<String> {
    Set(
      try CISFilter.all.filter { try FilterPattern($0.pattern).matches(record) }.map(\.section))
  }

  @Test func theSetIsTheBenchmarks() throws {
    #expect(CISFilter.all.map(\.section) == (1...15).map { "4.\($0)" })
    #expect(Set(CISFilter.all.map(\.name)).count == 15)
    #expect(Set(CISFilter.all.map(\.metric)).count == 15)
    let trail = try #require(CISFilter.all.first { $0.section == "4.5" })
    #expect(
      trail.pattern
        == "{($.eventName=CreateTrail)||($.eventName=UpdateTrail)||($.eventName=DeleteTrail)||($.eventName=StartLogging)||($.eventName=StopLogging)}"
    )
    let keys = try #require(CISFilter.all.first { $0.section == "4.7" })
    #expect(
      keys.pattern
        == "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}"
    )
    // AWS takes each: no pattern is longer than it allows.
    for filter in CISFilter.all { _ = try FilterPattern(filter.pattern) }
  }

  /// Every call that a filter names, made and matched by that filter and by no other.
  @Test(arguments: NaiveCIS.names.keys.sorted()) func namedCallsMatch(section: String) throws {
    let known = try #require(NaiveCIS.names[section])
    #expect(known.names.count >= 2)
    for name in known.names {
      let record = try record(known.service, name) { $0.error = ("ValidationError", nil) }
      let value = try JSONParser.parse(record)
      // The catalogue's name of an operation can be another than that in records.
      #expect(value["eventName"]?.text == name, "\(section) \(name)")
      // CreatePolicy, AttachPolicy and others are operations of IAM and of Organizations.
      let expected = NaiveCIS.matching(value)
      #expect(expected.contains(section), "\(section) \(name)")
      #expect(try matching(record) == expected, "\(section) \(name)")
    }
  }

  @Test(arguments: [
    ("ec2", "RunInstances", "Client.UnauthorizedOperation", true),
    ("s3", "ListBuckets", "AccessDenied", true), ("kms", "Decrypt", "AccessDeniedException", true),
    ("s3", "GetBucketAcl", "NoSuchBucket", false), ("ec2", "RunInstances", "", false),
  ])
  func refusals(service: String, operation: String, code: String, isMatch: Bool) throws {
    let record = try record(service, operation) { call in
      if !code.isEmpty { call.error = (code, nil) }
    }
    #expect(try matching(record).contains("4.1") == isMatch, "\(code)")
  }

  @Test func signIns() throws {
    func signIn(_ change: (inout APICall) -> Void = { _ in }) throws -> Set<String> {
      try matching(
        record("signin", "ConsoleLogin") { call in
          call.caller = Caller(.user("bob"))
          change(&call)
        })
    }
    #expect(try signIn() == ["4.2"])
    #expect(try signIn { $0.caller.usesMFA = true } == [])
    #expect(try signIn { $0.error = ("Failed authentication", nil) }.contains("4.6"))
    #expect(try signIn { $0.error = ("Failed authentication", nil) }.contains("4.2") == false)
  }

  @Test func rootUse() throws {
    func asRoot(_ service: String, _ operation: String) throws -> Set<String> {
      try matching(record(service, operation) { $0.caller = Caller(.root) })
    }
    #expect(try asRoot("s3", "ListBuckets") == ["4.3"])
    #expect(try asRoot("iam", "CreateAccessKey") == ["4.3"])
    #expect(try asRoot("cloudtrail", "StopLogging") == ["4.3", "4.5"])
    #expect(try matching(record("s3", "ListBuckets")) == [])
    // What a service does on the root user's behalf is none of its use.
    let behalf = #"{"userIdentity":{"type":"Root","invokedBy":"x"},"eventType":"AwsApiCall"}"#
    #expect(try matching(Array(behalf.utf8)) == [])
    let service = #"{"userIdentity":{"type":"Root"},"eventType":"AwsServiceEvent"}"#
    #expect(try matching(Array(service.utf8)) == [])
  }

  /// Calls that are near to the named ones and are not among them.
  @Test(arguments: [
    ("iam", "ListPolicies"), ("iam", "CreateUser"), ("cloudtrail", "DescribeTrails"),
    ("cloudtrail", "PutEventSelectors"), ("kms", "EnableKey"), ("s3", "GetBucketPolicy"),
    ("s3", "PutBucketTagging"), ("config", "DescribeConfigurationRecorders"),
    ("ec2", "DescribeSecurityGroups"), ("ec2", "DescribeVpcs"), ("ec2", "DescribeRouteTables"),
    ("organizations", "ListAccounts"),
  ])
  func otherCallsDoNotMatch(service: String, operation: String) throws {
    #expect(try matching(record(service, operation)) == [])
  }

  /// The same name from another service: filters that ask for the source leave it out.
  @Test(arguments: ["4.7", "4.8", "4.9", "4.13", "4.15"])
  func sourcesCount(section: String) throws {
    let name = try #require(NaiveCIS.names[section]?.names.first)
    let filter = try #require(CISFilter.all.first { $0.section == section })
    let elsewhere = #"{"eventSource":"elsewhere.amazonaws.com","eventName":"\#(name)"}"#
    #expect(try !FilterPattern(filter.pattern).matches(elsewhere))
  }

  @Test(
    .enabled(
      if: RealRecords.arePresent, "the shared records are not here: nothing is checked"))
  func realRecordsAgreeWithPlainConditions() throws {
    let set = FilterPatternSet(try CISFilter.all.map { try FilterPattern($0.pattern) })
    let sections = CISFilter.all.map(\.section)
    var counts: [String: Int] = [:]
    var total = 0
    for line in RealRecords.lines() {
      total += 1
      let found = set.matching(line, 0..<line.count, isJSON: true).map { sections[$0] }
      let expected = NaiveCIS.matching(try JSONParser.parse(line))
      if Set(found) != expected {
        Issue.record("\(found) instead of \(expected): \(String(decoding: line, as: UTF8.self))")
      }
      for section in found { counts[section, default: 0] += 1 }
    }
    #expect(total == RealRecords.count)
    // The records have refusals, root use and changes of most kinds.
    #expect(counts.count >= 8, "\(counts)")
  }
}

/// The benchmark's conditions in Swift, on parsed records.
enum NaiveCIS {
  /// The sections that name calls, and the service that has them.
  static let names: [String: (service: String, names: [String])] = [
    "4.4": (
      "iam",
      [
        "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy",
        "PutRolePolicy", "PutUserPolicy", "CreatePolicy", "DeletePolicy", "CreatePolicyVersion",
        "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy",
        "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy",
      ]
    ),
    "4.5": (
      "cloudtrail", ["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"]
    ),
    "4.7": ("kms", ["DisableKey", "ScheduleKeyDeletion"]),
    "4.8": (
      "s3",
      [
        "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle",
        "PutBucketReplication", "DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle",
        "DeleteBucketReplication",
      ]
    ),
    "4.9": (
      "config",
      [
        "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel",
        "PutConfigurationRecorder",
      ]
    ),
    "4.10": (
      "ec2",
      [
        "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "CreateSecurityGroup",
        "DeleteSecurityGroup",
      ]
    ),
    "4.11": (
      "ec2",
      [
        "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
        "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation",
      ]
    ),
    "4.12": (
      "ec2",
      [
        "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway",
        "CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway",
      ]
    ),
    "4.13": (
      "ec2",
      [
        "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
        "DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable",
      ]
    ),
    "4.14": (
      "ec2",
      [
        "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection",
        "CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection",
        "AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink",
        "EnableVpcClassicLink",
      ]
    ),
    "4.15": (
      "organizations",
      [
        "AcceptHandshake", "AttachPolicy", "CreateAccount", "CreateOrganizationalUnit",
        "CreatePolicy", "DeclineHandshake", "DeleteOrganization", "DeleteOrganizationalUnit",
        "DeletePolicy", "DetachPolicy", "DisablePolicyType", "EnablePolicyType",
        "InviteAccountToOrganization", "LeaveOrganization", "MoveAccount",
        "RemoveAccountFromOrganization", "UpdatePolicy", "UpdateOrganizationalUnit",
      ]
    ),
  ]
  private static let needsSource: Set<String> = ["4.7", "4.8", "4.9", "4.13", "4.15"]

  static func matching(_ record: JSONValue) -> Set<String> {
    var found: Set<String> = []
    let name = record["eventName"]?.text
    let source = record["eventSource"]?.text
    if let code = record["errorCode"]?.text,
      code.hasSuffix("UnauthorizedOperation") || code.hasPrefix("AccessDenied")
    {
      found.insert("4.1")
    }
    let type = record.at("userIdentity.type")?.text
    if name == "ConsoleLogin" {
      if let mfa = record.at("additionalEventData.MFAUsed")?.text, mfa != "Yes", type == "IAMUser",
        record.at("responseElements.ConsoleLogin")?.text == "Success"
      {
        found.insert("4.2")
      }
      if record["errorMessage"]?.text == "Failed authentication" { found.insert("4.6") }
    }
    if type == "Root", record.at("userIdentity.invokedBy") == nil,
      let kind = record["eventType"]?.text, kind != "AwsServiceEvent"
    {
      found.insert("4.3")
    }
    for (section, known) in names {
      guard let name, known.names.contains(name) else { continue }
      if needsSource.contains(section), source != "\(known.service).amazonaws.com" { continue }
      found.insert(section)
    }
    return found
  }
}

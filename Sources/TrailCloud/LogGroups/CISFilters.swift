/// A metric filter that the CIS AWS Foundations Benchmark asks for: sections 4.1 to 4.15 of its version 1.4, which are
/// Security Hub's controls CloudWatch.1 to CloudWatch.14 as well (facts §7.3).
package struct CISFilter: Hashable, Sendable {
  /// The benchmark's section: `4.1`.
  package var section: String
  /// The name of the filter and of its alarm. Ours, as the benchmark leaves it open.
  package var name: String
  package var metric: String
  /// What it watches.
  package var title: String
  package var pattern: String

  /// Where the benchmark has its metrics.
  package static let namespace = "CISBenchmark"
  /// Each alarm looks at the sum of this many seconds and goes to ALARM from one on.
  package static let period = 300
  package static let threshold = 1

  private init(
    _ section: String, _ name: String, _ metric: String, _ title: String, _ pattern: String
  ) {
    self.section = section
    self.name = "cis-\(section)-\(name)"
    self.metric = metric
    self.title = title
    self.pattern = pattern
  }

  /// `($.eventName=A)||($.eventName=B)`.
  private static func any(_ names: String...) -> String {
    names.map { "($.eventName=\($0))" }.joined(separator: "||")
  }

  /// `{($.eventSource=S) && (…)}`.
  private static func source(_ source: String, _ condition: String) -> String {
    "{($.eventSource=\(source)) && (\(condition))}"
  }

  package static let all: [CISFilter] = [
    CISFilter(
      "4.1", "unauthorized-calls", "UnauthorizedAPICalls", "calls that were not permitted",
      #"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#),
    CISFilter(
      "4.2", "sign-in-without-mfa", "ConsoleSigninWithoutMFA",
      "sign-ins to the console without MFA",
      #"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }"#
    ),
    CISFilter(
      "4.3", "root-use", "RootAccountUsage", "use of the root user",
      #"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#
    ),
    CISFilter(
      "4.4", "iam-policy-changes", "IAMPolicyChanges", "changes of IAM policies",
      "{"
        + any(
          "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy",
          "PutRolePolicy", "PutUserPolicy", "CreatePolicy", "DeletePolicy", "CreatePolicyVersion",
          "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy",
          "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy") + "}"),
    CISFilter(
      "4.5", "cloudtrail-changes", "CloudTrailCfgChanges", "changes of CloudTrail's settings",
      "{" + any("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging") + "}"),
    CISFilter(
      "4.6", "sign-in-failures", "ConsoleAuthenticationFailures", "failed sign-ins to the console",
      #"{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}"#),
    CISFilter(
      "4.7", "keys-disabled", "DisableOrDeleteCMK", "KMS keys disabled or to be deleted",
      source("kms.amazonaws.com", any("DisableKey", "ScheduleKeyDeletion"))),
    CISFilter(
      "4.8", "bucket-policy-changes", "S3BucketPolicyChanges", "changes of buckets' policies",
      source(
        "s3.amazonaws.com",
        any(
          "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle",
          "PutBucketReplication", "DeleteBucketPolicy", "DeleteBucketCors",
          "DeleteBucketLifecycle", "DeleteBucketReplication"))),
    CISFilter(
      "4.9", "config-changes", "AWSConfigChanges", "changes of AWS Config's settings",
      source(
        "config.amazonaws.com",
        any(
          "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel",
          "PutConfigurationRecorder"))),
    CISFilter(
      "4.10", "security-group-changes", "SecurityGroupChanges", "changes of security groups",
      "{"
        + any(
          "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
          "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "CreateSecurityGroup",
          "DeleteSecurityGroup") + "}"),
    CISFilter(
      "4.11", "network-acl-changes", "NetworkACLChanges", "changes of network access lists",
      "{"
        + any(
          "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
          "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation") + "}"),
    CISFilter(
      "4.12", "gateway-changes", "NetworkGatewayChanges", "changes of network gateways",
      "{"
        + any(
          "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway",
          "CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway") + "}"),
    CISFilter(
      "4.13", "route-table-changes", "RouteTableChanges", "changes of route tables",
      source(
        "ec2.amazonaws.com",
        any(
          "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
          "DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"))),
    CISFilter(
      "4.14", "vpc-changes", "VPCChanges", "changes of VPCs",
      "{"
        + any(
          "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection",
          "CreateVpcPeeringConnection", "DeleteVpcPeeringConnection",
          "RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc",
          "DisableVpcClassicLink", "EnableVpcClassicLink") + "}"),
    CISFilter(
      "4.15", "organization-changes", "OrganizationsChanges", "changes of the organization",
      source(
        "organizations.amazonaws.com",
        any(
          "AcceptHandshake", "AttachPolicy", "CreateAccount", "CreateOrganizationalUnit",
          "CreatePolicy", "DeclineHandshake", "DeleteOrganization", "DeleteOrganizationalUnit",
          "DeletePolicy", "DetachPolicy", "DisablePolicyType", "EnablePolicyType",
          "InviteAccountToOrganization", "LeaveOrganization", "MoveAccount",
          "RemoveAccountFromOrganization", "UpdatePolicy", "UpdateOrganizationalUnit"))),
  ]
}

/// Ids of things that no model knows, in the forms that services give them.
enum MadeID {
  /// EC2's prefixes by the names of their members; each is followed by seventeen hexadecimal digits.
  private static let ec2: [String: String] = [
    "capacityreservationid": "cr-", "capacityreservationfleetid": "crf-",
    "carriergatewayid": "cagw-", "clientvpnendpointid": "cvpn-endpoint-",
    "customergatewayid": "cgw-", "dhcpoptionsid": "dopt-",
    "egressonlyinternetgatewayid": "eigw-", "fleetid": "fleet-", "flowlogid": "fl-",
    "fpgaimageid": "afi-", "hostid": "h-", "instanceconnectendpointid": "eice-",
    "instanceeventwindowid": "iew-", "ipamid": "ipam-", "ipampoolid": "ipam-pool-",
    "ipamscopeid": "ipam-scope-", "keypairid": "key-", "launchtemplateid": "lt-",
    "localgatewayroutetableid": "lgw-rtb-", "managedprefixlistid": "pl-", "prefixlistid": "pl-",
    "networkaclid": "acl-", "networkinsightspathid": "nip-", "networkinsightsanalysisid": "nia-",
    "networkinterfacepermissionid": "eni-perm-", "reservationid": "r-",
    "securitygroupruleid": "sgr-", "spotfleetrequestid": "sfr-", "spotinstancerequestid": "sir-",
    "subnetcidrreservationid": "scr-", "trafficmirrorfilterid": "tmf-",
    "trafficmirrorfilterruleid": "tmfr-", "trafficmirrorsessionid": "tms-",
    "trafficmirrortargetid": "tmt-", "transitgatewayid": "tgw-",
    "transitgatewayattachmentid": "tgw-attach-", "transitgatewayroutetableid": "tgw-rtb-",
    "transitgatewayconnectpeerid": "tgw-connect-peer-", "verifiedaccessendpointid": "vae-",
    "verifiedaccessgroupid": "vagr-", "verifiedaccessinstanceid": "vai-",
    "verifiedaccesstrustproviderid": "vatp-", "vpcendpointid": "vpce-",
    "serviceid": "vpce-svc-", "vpcpeeringconnectionid": "pcx-", "vpnconnectionid": "vpn-",
    "vpngatewayid": "vgw-",
  ]

  /// Other services' own forms: a prefix, and how many characters of which kind follow.
  private static let others: [String: (prefix: String, digits: Int, isUpper: Bool)] = [
    "apigateway.restapi": ("", 10, false), "apigatewayv2.api": ("", 10, false),
    "cloudfront.distribution": ("E", 13, true), "directoryservice.directory": ("d-", 10, false),
    "emr.jobflow": ("j-", 13, true), "efs.accesspoint": ("fsap-", 17, false),
    "fsx.filesystem": ("fs-", 17, false), "fsx.backup": ("backup-", 17, false),
    "mq.broker": ("b-", 32, false), "storagegateway.gateway": ("sgw-", 8, true),
    "transfer.server": ("s-", 17, false), "workspaces.workspace": ("ws-", 9, false),
  ]

  /// An id for an answer's member such as `dhcpOptionsId`.
  static func make(
    for name: String, of operation: APIOperation, _ identifiers: inout IdentifierSource
  ) -> String {
    let folded = name.lowercased()
    if operation.service == "ec2" {
      return (ec2[folded] ?? initials(of: name) + "-") + identifiers.hex(17)
    }
    let noun = folded.dropLast(2)
    let known =
      noun.isEmpty
      ? others.keys.sorted().first {
        let parts = $0.split(separator: ".")
        return parts[0] == operation.service && operation.name.lowercased().hasSuffix(parts[1])
      }.flatMap { others[$0] } : others["\(operation.service).\(noun)"]
    guard let known else { return identifiers.uuid() }
    return known.prefix
      + (known.isUpper
        ? identifiers.iamID("", count: known.digits) : identifiers.hex(known.digits))
  }

  /// `ipamPrefixListResolverId` gives `iplr`.
  private static func initials(of name: String) -> String {
    var text = name.prefix(1).lowercased()
    for character in name.dropFirst().dropLast(2) where character.isUppercase {
      text += character.lowercased()
    }
    return text
  }
}

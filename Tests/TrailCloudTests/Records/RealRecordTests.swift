import Testing
import TrailRecord

@testable import TrailCloud

/// What is simulated, beside what real accounts' records show: key by key, and in order.
@Suite struct RealRecordTests {
  /// Differences that are known, and why they are left.
  private static let known: [String: String] = [
    "application-insights:ListApplications": "a read whose records have an answer",
    "bedrock:CreateFoundationModelAgreement": "its records leave a parameter out that AWS wants",
    "bedrock:PutFoundationModelEntitlement": "no public operation",
    "cloudtrail:UpdateTrail": "the real trail had a key",
    "es:ListNotifications": "no public operation", "kms:CreateKey": "`multiRegion` came later",
    "lambda:CreateFunction20150331": "`loggingConfig` came later",
    "lambda:UpdateFunctionCode20150331v2": "a function's states came later",
    "monitoring:GetDashboard": "its records leave a parameter out that AWS wants",
    "rds:CreateDBSnapshot": "the real instance was in a network",
    "rds:CreateDBSubnetGroup": "the real group was in a network",
    "rds:DeleteDBSnapshot": "the real instance was in a network",
    "rds:DescribeRecommendationGroups": "no public operation",
    "rds:DescribeRecommendations": "no public operation",
    "s3:GetStorageLensDashboardDataInternal": "no public operation",
  ]

  /// Members that a record may have or lack by the age of its service's records, or by the call's way.
  private static let optional: Set<String> = [
    "tlsDetails", "sessionCredentialFromConsole", "vpcEndpointId", "apiVersion",
  ]

  /// The calls of users and roles that were answered, each made with a real record's own parameters (facts §1, §12).
  @Test(
    .enabled(if: RealRecords.arePresent, "no ../shared/data/real: nothing real to compare with"))
  func answeredCallsLeaveRecordsLikeRealOnes() throws {
    var differences: [String] = []
    var different: Set<String> = []
    var compared = 0
    for real in RealCall.answered {
      let found: [String]
      do {
        var scene = RealScene()
        let record = try scene.perform(real)
        found = Self.differences(record, real.record, besides: scene.dropped)
        compared += 1
      } catch let problem as CallProblem {
        found = [problem.message]
      }
      guard !found.isEmpty else { continue }
      different.insert(real.description)
      if Self.known[real.description] == nil {
        differences.append("\(real) (\(real.count)): \(found.joined(separator: "; "))")
      }
    }
    #expect(differences == [])
    #expect(compared > 280)
    // What is no difference any more is not to be listed as one.
    #expect(Set(Self.known.keys).subtracting(different) == [])
  }

  /// What a refused call's record keeps of the request, and its code, facts §0.24, §12.
  @Test(
    .enabled(if: RealRecords.arePresent, "no ../shared/data/real: nothing real to compare with"))
  func refusedCallsKeepWhatRealOnesKeep() throws {
    var differences: [String] = []
    for real in RealCall.refused {
      var scene = RealScene()
      let record: JSONValue
      do {
        // Records that lost their parameters cannot say what was sent.
        record = try scene.perform(real, error: "AccessDenied")
      } catch let problem as CallProblem where problem.part == .missingParameter {
        continue
      } catch let problem as CallProblem {
        differences.append("\(real): \(problem.message)")
        continue
      }
      if record["errorCode"] != real.record["errorCode"] {
        differences.append("\(real): \(record["errorCode"]?.text ?? "-")")
      }
      for part in ["requestParameters", "responseElements"]
      where record[part]?.kind != real.record[part]?.kind {
        // Who sends nothing has nothing to keep.
        guard real.record["requestParameters"] != .null || part != "requestParameters" else {
          if record[part]?.members?.isEmpty == false { differences.append("\(real): \(part)") }
          continue
        }
        differences.append("\(real): \(part)")
      }
    }
    #expect(differences == [])
    #expect(RealCall.refused.count > 10)
  }

  static func differences(
    _ mine: JSONValue, _ real: JSONValue, besides dropped: [String] = []
  ) -> [String] {
    if let code = mine["errorCode"]?.text {
      return ["refused: \(code) \(mine["errorMessage"]?.text ?? "")"]
    }
    var found: [String] = []
    func compare(_ what: String, _ mine: some Hashable, _ real: some Hashable) {
      if AnyHashable(mine) != AnyHashable(real) { found.append("\(what): \(mine), really \(real)") }
    }
    let myNames = mine.names.filter { !optional.contains($0) }
    let realNames = real.names.filter { !optional.contains($0) }
    compareSets("members", myNames, realNames, &found)
    // Examples that somebody printed in alphabetical order say nothing of AWS's.
    if realNames != realNames.sorted() {
      compare("order", inOrder(myNames, of: realNames), inOrder(realNames, of: myNames))
    }
    for name in ["readOnly", "managementEvent", "eventCategory", "eventType", "eventName"] {
      compare(name, mine[name]?.plain ?? "-", real[name]?.plain ?? "-")
    }
    let identity = { (value: JSONValue) in
      // Some services that act for a user name his key, and some do not.
      let left = ["sessionContext", "invokedBy"]
      let isInvoked = real["userIdentity"]?["invokedBy"] != nil
      return (value["userIdentity"]?.names ?? []).filter {
        !left.contains($0) && !(isInvoked && $0 == "accessKeyId")
      }
    }
    compareSets("userIdentity", identity(mine), identity(real), &found)
    for part in ["requestParameters", "responseElements", "additionalEventData"] {
      if let my = mine[part]?.members, let theirs = real[part]?.members {
        compareSets(
          part, my.map(\.nameText), theirs.map(\.nameText).filter { !dropped.contains($0) },
          &found)
      } else {
        compare(part, mine[part]?.kind ?? "-", real[part]?.kind ?? "-")
      }
    }
    let resources = { (value: JSONValue) in
      Set(
        (value["resources"]?.elements ?? []).map {
          "\($0["type"]?.text ?? "-") \($0.names.sorted().joined(separator: "+"))"
        }
      ).sorted()
    }
    compare("resources", resources(mine), resources(real))
    return found
  }

  private static func compareSets(
    _ what: String, _ mine: [String], _ real: [String], _ found: inout [String]
  ) {
    let extra = Set(mine).subtracting(real).sorted()
    let missing = Set(real).subtracting(mine).sorted()
    if !missing.isEmpty { found.append("\(what) lacks \(missing)") }
    if !extra.isEmpty { found.append("\(what) has \(extra)") }
  }

  /// Those that both have, in the first one's order. Newer records have `eventCategory` before `recipientAccountId`.
  private static func inOrder(_ names: [String], of others: [String]) -> [String] {
    names.filter { others.contains($0) && $0 != "eventCategory" }
  }
}

extension JSONValue {
  fileprivate var plain: String {
    if case .bool(let truth) = self { return truth ? "true" : "false" }
    return text ?? "-"
  }

  fileprivate var kind: String {
    switch self {
    case .null: "null"
    case .object: "object"
    default: "value"
    }
  }
}

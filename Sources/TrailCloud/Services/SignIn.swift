internal import TrailRecord

/// The model of the console's sign-in (facts §0.20, §4, §12).
extension Cloud {
  func performSignIn(_ call: ServiceCall) -> ServiceOutcome {
    let name = call.operation.name
    var outcome = ServiceOutcome()
    let failed = call.wantedError != nil
    outcome.requestParameters = .null
    let host = "\(call.region).signin.aws.amazon.com"
    let identity = signInIdentity(of: call, failed: failed)
    let data = signInData(of: call)
    let credentials: JSONValue? =
      name == "GetSigninToken" && !failed
      ? ["accessKeyId": .string(identifiers.iamID("ASIA"))] : nil
    let elements = JSONValue.object(
      (credentials.map { [JSONMember("credentials", $0)] } ?? [])
        + [JSONMember(name, failed ? "Failure" : "Success")])
    outcome.finish = { draft in
      draft.eventType = .consoleSignIn
      draft.requestID = nil
      draft.userIdentity = identity
      draft.isReadOnly = false
      draft.additionalEventData = data
      draft.isSessionCredentialFromConsole = false
      draft.responseElements = elements
      if failed {
        // A failed sign-in has a message and no code.
        draft.errorCode = nil
        if draft.errorMessage == nil || draft.errorMessage == call.wantedError?.code {
          draft.errorMessage = "Failed authentication"
        }
      }
      draft.tlsDetails = [
        "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": .string(host),
      ]
    }
    return outcome
  }

  private func signInData(of call: ServiceCall) -> JSONValue? {
    let usesMFA = call.caller.usesMFA
    var device: String?
    if usesMFA, case .user(let name) = call.caller.kind {
      device =
        world.accounts[call.account]?.users[name]?.mfaDevices.first
        ?? "arn:aws:iam::\(call.account):mfa/\(name)"
    } else if usesMFA {
      device = "arn:aws:iam::\(call.account):mfa/root-account-mfa-device"
    }
    switch call.operation.name {
    case "ConsoleLogin":
      return compacted([
        "LoginTo":
          "https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB",
        "MobileVersion": "No", "MFAIdentifier": device.map { .string($0) },
        "MFAUsed": .string(usesMFA ? "Yes" : "No"),
      ])
    case "GetSigninToken":
      return ["MobileVersion": "No", "MFAUsed": .string(usesMFA ? "Yes" : "No")]
    case "CheckMfa": return ["MfaType": "Virtual MFA"]
    case "SwitchRole", "ExitRole", "RenewRole":
      return compacted([
        "SwitchFrom": call.identity.arn.map { .string($0) },
        "SwitchTo": call.parameters["roleName"] ?? call.parameters["SwitchTo"],
        "DisplayName": call.parameters["displayName"],
      ])
    default: return call.parameters.members?.isEmpty == false ? call.parameters : nil
    }
  }

  /// Who signs in, before there are credentials.
  private func signInIdentity(of call: ServiceCall, failed: Bool) -> JSONValue {
    let account = call.account
    switch call.caller.kind {
    case .root:
      return [
        "type": "Root", "principalId": .string(account),
        "arn": .string("arn:aws:iam::\(account):root"), "accountId": .string(account),
        "accessKeyId": "",
      ]
    case .user(let name):
      let user = world.accounts[account]?.users[name]
      if failed || call.operation.name == "CheckMfa" {
        let isUnknown = failed && user?.isMadeUp == true
        return [
          "type": "IAMUser", "principalId": .string(isUnknown ? "" : user?.id ?? ""),
          "accountId": .string(account), "accessKeyId": "",
          "userName": .string(isUnknown ? "HIDDEN_DUE_TO_SECURITY_REASONS" : name),
        ]
      }
      return compacted([
        "type": "IAMUser", "principalId": (user?.id).map { .string($0) },
        "arn": (user?.arn(in: account)).map { .string($0) }, "accountId": .string(account),
        "userName": .string(name),
      ])
    default: return call.identity.userIdentity
    }
  }
}

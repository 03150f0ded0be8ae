internal import TrailRecord

/// What services do by themselves, and what is done in consoles without any API: records of other kinds than calls
/// (facts §0.25, §1.2, §1.8).
enum ServiceEvents {
  /// Whom `userIdentity.invokedBy` names for events that are no calls; nil for operations that somebody calls.
  static func actor(of operation: APIOperation) -> String? {
    guard names.contains(operation.eventName) else { return nil }
    return switch operation.eventSource {
    case "kms.amazonaws.com": "AWS Internal"
    case "secretsmanager.amazonaws.com", "ec2.amazonaws.com": operation.eventSource
    default: nil
    }
  }

  private static let names: Set<String> = [
    "RotateKey", "DeleteKey", "DeleteExpiredKeyMaterial", "SynchronizeMultiRegionKey",
    "StartSecretVersionDelete", "EndSecretVersionDelete", "CancelSecretVersionDelete",
    "RotationStarted", "RotationSucceeded", "RotationFailed", "RotationAbandoned",
    "SharedSnapshotVolumeCreated", "SharedSnapshotCopyInitiated",
  ]

  static func isConsoleAction(_ operation: APIOperation) -> Bool {
    operation.eventSource == "billingconsole.amazonaws.com"
  }

  /// Makes a record one of a service's own events.
  static func dress(
    _ draft: inout RecordDraft, as actor: String, account: AccountID, details: JSONValue? = nil
  ) {
    draft.userIdentity = ["accountId": .string(account), "invokedBy": .string(actor)]
    draft.sourceIPAddress = actor
    draft.userAgent = actor
    draft.eventType = .serviceEvent
    draft.requestParameters = .null
    draft.responseElements = .null
    draft.requestID = nil
    draft.serviceEventDetails = details
    draft.tlsDetails = nil
    draft.isSessionCredentialFromConsole = false
  }
}

extension Cloud {
  /// The event of a service that does something by itself; nil where a call is a call.
  func serviceEvent(of call: ServiceCall) -> ServiceOutcome? {
    if ServiceEvents.isConsoleAction(call.operation) {
      var outcome = performGenerally(call)
      outcome.finish = { draft in
        draft.eventType = .consoleAction
        draft.requestID = nil
        draft.tlsDetails = nil
      }
      return outcome
    }
    guard let actor = ServiceEvents.actor(of: call.operation) else { return nil }
    var outcome = ServiceOutcome()
    var details: JSONValue?
    var requestID: String?
    switch call.operation.eventSource {
    case "kms.amazonaws.com":
      if let key = key(
        named: call.text("KeyId") ?? "", account: call.account, region: call.region)
      {
        outcome.resources = [
          ResourceReference(type: "AWS::KMS::Key", arn: key.arn, accountID: key.account)
        ]
        details = ["keyId": .string(key.id)]
      }
    case "secretsmanager.amazonaws.com":
      let name = KeptKind.plain(call.text("SecretId") ?? "")
      let arn = secretARN(named: name, call)
      outcome.additionalEventData = ["ARN": .string(arn), "Name": .string(name)]
      requestID = "SecretDeleteMessage:\(arn):\(EventTime.format(call.time)):Forced"
    default:
      details = ["snapshotId": .string("snap-" + identifiers.hex(17))]
    }
    let account = call.account
    let isShared = call.operation.eventSource == "ec2.amazonaws.com"
    let sharedID = isShared ? identifiers.uuid() : nil
    outcome.finish = { draft in
      ServiceEvents.dress(&draft, as: actor, account: account, details: details)
      draft.requestID = requestID
      draft.sharedEventID = sharedID
    }
    return outcome
  }

  private func secretARN(named name: String, _ call: ServiceCall) -> String {
    let place = ResourcePlace("secretsmanager/secret", call.region, name)
    return kept(at: place, in: call.account)?["Arn"]?.text
      ?? GeneralAnswer.arn(of: call, ending: "secret:\(name)")
  }
}

internal import TrailRecord

/// The model of KMS: keys, aliases, and what can be done with a key in its state (facts §5.1, §6.6, §12).
extension Cloud {
  func performKMS(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      switch call.operation.name {
      case "CreateKey": createKey(call, &outcome)
      case "CreateAlias", "UpdateAlias", "DeleteAlias": try changeAlias(call, &outcome)
      case "ListKeys":
        let all = keys.byARN.values.filter {
          $0.account == call.account && $0.region == call.region
        }
        outcome.response = [
          "Keys": .array(all.map(\.id).sorted().map { ["KeyId": .string($0)] })
        ]
      case "ListAliases", "GenerateRandom", "DescribeCustomKeyStores": break
      default: try changeKey(call, &outcome)
      }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  private func reference(_ key: KMSKey) -> ResourceReference {
    ResourceReference(type: "AWS::KMS::Key", arn: key.arn, accountID: key.account)
  }

  private func createKey(_ call: ServiceCall, _ outcome: inout ServiceOutcome) {
    let isMultiRegion = call.parameters["MultiRegion"]?.boolean ?? false
    let spec = call.text("KeySpec") ?? "SYMMETRIC_DEFAULT"
    let usage = call.text("KeyUsage") ?? "ENCRYPT_DECRYPT"
    var key = KMSKey(
      id: isMultiRegion ? "mrk-" + identifiers.hex(32) : identifiers.uuid(), region: call.region,
      account: call.account,
      policy: call.text("Policy").flatMap { try? JSONParser.parse($0) }
        ?? KeyPolicy.standard(account: call.account))
    key.isSymmetric = spec == "SYMMETRIC_DEFAULT"
    key.creationTime = call.time
    keys[key.arn] = key
    outcome.resources = [reference(key)]
    outcome.response = ["KeyMetadata": ["KeyId": .string(key.id), "Arn": .string(key.arn)]]
    outcome.requestParameters = compacted([
      "policy": call.parameters["Policy"] ?? "",
      "description": call.parameters["Description"] ?? "",
      "keyUsage": .string(usage), "customerMasterKeySpec": .string(spec), "keySpec": .string(spec),
      "origin": "AWS_KMS", "bypassPolicyLockoutSafetyCheck": false,
      "tags": call.parameters["Tags"].map { RecordNames.lowered($0) },
      "multiRegion": .bool(isMultiRegion),
    ])
    outcome.responseElements = [
      "keyMetadata": [
        "aWSAccountId": .string(call.account), "keyId": .string(key.id),
        "arn": .string(key.arn), "creationDate": RecordTexts.date(call.time), "enabled": true,
        "description": call.parameters["Description"] ?? "", "keyUsage": .string(usage),
        "keyState": "Enabled", "origin": "AWS_KMS", "keyManager": "CUSTOMER",
        "customerMasterKeySpec": .string(spec), "keySpec": .string(spec),
        "encryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "multiRegion": .bool(isMultiRegion),
      ]
    ]
  }

  private func changeAlias(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let alias = call.text("AliasName") ?? ""
    let arn = "arn:aws:kms:\(call.region):\(call.account):\(alias)"
    if call.operation.name == "DeleteAlias" || call.operation.name == "UpdateAlias",
      keys.aliases[arn] == nil
    {
      throw AWSError("NotFoundException", "Alias \(arn) is not found.")
    }
    if call.operation.name == "DeleteAlias" {
      let key = keys.aliases[arn].flatMap { keys[$0] }
      keys.setAlias(arn, to: nil)
      outcome.resources = key.map { [reference($0)] } ?? []
      return
    }
    guard alias.hasPrefix("alias/"), !alias.hasPrefix("alias/aws/") else {
      throw AWSError(
        "InvalidAliasNameException",
        alias.hasPrefix("alias/aws/")
          ? "Alias must not begin with alias/aws/" : "Alias must start with the prefix \"alias/\"")
    }
    if call.operation.name == "CreateAlias", keys.aliases[arn] != nil {
      throw AWSError("AlreadyExistsException", "An alias with the name \(arn) already exists")
    }
    let key = try kmsKey(call.text("TargetKeyId") ?? "", call)
    keys.setAlias(arn, to: key.arn)
    outcome.resources = [
      reference(key),
      ResourceReference(type: "AWS::KMS::Key", arn: arn, accountID: call.account),
    ]
  }

  /// The key that a ciphertext names which nobody wrote down. Ours: the oldest one that the account has there.
  private func usualKey(_ call: ServiceCall) -> KMSKey? {
    keys.byARN.values.filter { $0.account == call.account && $0.region == call.region }
      .min { ($0.creationTime, $0.arn) < ($1.creationTime, $1.arn) }
  }

  /// The key that a service keeps for an account, made when it is first used: `alias/aws/s3`.
  private func managedKey(_ name: String, _ call: ServiceCall) -> KMSKey? {
    guard let alias = name.ranges(of: "alias/aws/").first.map({ String(name[$0.lowerBound...]) }),
      alias.utf8.count > "alias/aws/".utf8.count
    else { return nil }
    let arn = "arn:aws:kms:\(call.region):\(call.account):\(alias)"
    guard name == alias || name == arn else { return nil }
    var key = KMSKey(
      id: identifiers.uuid(), region: call.region, account: call.account,
      policy: KeyPolicy.standard(account: call.account))
    key.creationTime = call.time
    keys[key.arn] = key
    keys.setAlias(arn, to: key.arn)
    return key
  }

  private func kmsKey(_ name: String, _ call: ServiceCall) throws(AWSError) -> KMSKey {
    if let key = key(named: name, account: call.account, region: call.region)
      ?? managedKey(name, call)
    {
      return key
    }
    guard let key = key(named: name, account: call.account, region: call.region) else {
      let isAlias = name.contains("alias/")
      let arn =
        name.hasPrefix("arn:")
        ? name
        : "arn:aws:kms:\(call.region):\(call.account):\(isAlias ? name : "key/\(name)")"
      throw AWSError(
        "NotFoundException",
        isAlias ? "Alias \(arn) is not found." : "Key '\(arn)' does not exist",
        advice: "define key \(name.split(separator: "/").last.map(String.init) ?? name)")
    }
    return key
  }

  /// What needs a key that can be used.
  private static let uses: Set<String> = [
    "Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "Sign",
    "Verify", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac",
    "VerifyMac", "CreateGrant",
  ]

  private func changeKey(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = call.operation.name
    let key: KMSKey
    if let id = call.text("KeyId") ?? call.text("SourceKeyId") {
      key = try kmsKey(id, call)
    } else if Self.uses.contains(name), let usual = usualKey(call) {
      key = usual
    } else {
      return
    }
    outcome.resources = [reference(key)]
    if key.account != call.account { outcome.resourceOwner = key.account }
    if Self.uses.contains(name) { try check(key) }
    switch name {
    case "DisableKey", "EnableKey":
      guard key.state != .pendingDeletion else { throw pendingDeletion(key) }
      keys[key.arn]?.state = name == "EnableKey" ? .enabled : .disabled
    case "ScheduleKeyDeletion":
      guard key.state != .pendingDeletion else { throw pendingDeletion(key) }
      let days = call.parameters["PendingWindowInDays"]?.integer ?? 30
      guard (7...30).contains(days) else {
        throw AWSError(
          "ValidationException",
          "1 validation error detected: Value '\(days)' at 'pendingWindowInDays' failed to satisfy constraint: Member must be between 7 and 30"
        )
      }
      let end = call.time + Int64(days) * EventTime.millisecondsPerDay
      keys[key.arn]?.state = .pendingDeletion
      keys[key.arn]?.deletionTime = end
      schedule.add(.keyDeletion(ScheduledKeyDeletion(keyARN: key.arn)), at: end)
      outcome.response = ["KeyId": .string(key.arn)]
      outcome.responseElements = [
        "keyId": .string(key.arn), "deletionDate": RecordTexts.date(end),
        "keyState": "PendingDeletion", "pendingWindowInDays": .number(days),
      ]
    case "CancelKeyDeletion":
      guard key.state == .pendingDeletion else {
        throw AWSError("KMSInvalidStateException", "\(key.arn) is not pending deletion.")
      }
      keys[key.arn]?.state = .disabled
      keys[key.arn]?.deletionTime = nil
      outcome.responseElements = ["keyId": .string(key.arn)]
    case "PutKeyPolicy":
      guard let text = call.text("Policy"), let policy = try? JSONParser.parse(text) else {
        throw AWSError("MalformedPolicyDocumentException", "Policy is not valid JSON.")
      }
      keys[key.arn]?.policy = policy
    case "EnableKeyRotation", "DisableKeyRotation":
      keys[key.arn]?.rotates = name == "EnableKeyRotation"
    case "DescribeKey":
      outcome.response = [
        "KeyMetadata": [
          "KeyId": .string(key.id), "Arn": .string(key.arn),
          "KeyState": .string(key.state.rawValue),
        ]
      ]
    default: break
    }
    if !call.operation.isReadOnly, outcome.responseElements == nil {
      outcome.responseElements = ["keyId": .string(key.arn)]
    }
  }

  private func check(_ key: KMSKey) throws(AWSError) {
    switch key.state {
    case .enabled: return
    case .disabled: throw AWSError("DisabledException", "\(key.arn) is disabled.")
    case .pendingDeletion: throw pendingDeletion(key)
    case .pendingImport:
      throw AWSError("KMSInvalidStateException", "\(key.arn) is pending import.")
    }
  }

  private func pendingDeletion(_ key: KMSKey) -> AWSError {
    AWSError("KMSInvalidStateException", "\(key.arn) is pending deletion.")
  }
}

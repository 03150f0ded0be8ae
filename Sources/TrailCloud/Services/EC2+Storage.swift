internal import TrailRecord

/// Volumes, snapshots, images, key pairs and tags.
extension Cloud {
  /// Nil where the call is not about them.
  func changeStorage(_ call: ServiceCall) throws(AWSError) -> EC2Answer? {
    switch call.operation.name {
    case "CreateVolume": createVolume(call)
    case "DeleteVolume": try deleteVolume(call)
    case "AttachVolume": try attachVolume(call)
    case "DetachVolume": try detachVolume(call)
    case "CreateSnapshot": createSnapshot(call)
    case "CopySnapshot": copySnapshot(call)
    case "DeleteSnapshot": delete(.snapshot, "SnapshotId", call)
    case "CreateImage", "RegisterImage", "CopyImage": createImage(call)
    case "DeregisterImage": delete(.image, "ImageId", call)
    case "CreateKeyPair", "ImportKeyPair": try createKeyPair(call)
    case "DeleteKeyPair":
      {
        let known = call.text("KeyName").flatMap { ec2(.keyPair, $0, call) }
        _ = delete(.keyPair, "KeyName", call)
        return EC2Answer(
          compacted(["_return": true, "keyPairId": known?["keyPairId"]]))
      }()
    case "DescribeVolumes": describe(.volume, "VolumeIds", "Volumes", call)
    case "DescribeSnapshots": describe(.snapshot, "SnapshotIds", "Snapshots", call)
    case "DescribeKeyPairs": describe(.keyPair, "KeyNames", "KeyPairs", call)
    default: nil
    }
  }

  // MARK: Volumes

  private func createVolume(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.volume)
    let size = call.parameters["Size"]?.integer ?? 8
    let type = call.text("VolumeType") ?? "gp2"
    let volume = compacted([
      "volumeId": .string(id), "size": .string("\(size)"),
      "snapshotId": call.parameters["SnapshotId"],
      "zone": call.parameters["AvailabilityZone"] ?? .string(call.region + "a"),
      "status": "creating", "createTime": .number(Int(call.time)), "volumeType": .string(type),
      "iops": call.parameters["Iops"] ?? (type == "gp3" ? 3000 : .number(max(100, 3 * size))),
      "encrypted": call.parameters["Encrypted"] ?? false,
      "tagSet": EC2Names.tagSet(call, for: "volume"), "multiAttachEnabled": false,
    ])
    keepEC2(.volume, id, volume.setting("status", "available"), call)
    return EC2Answer(volume)
  }

  private func deleteVolume(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let id = call.text("VolumeId") ?? ""
    if let instance = ec2(.volume, id, call)?["instanceId"]?.text {
      throw AWSError("VolumeInUse", "Volume \(id) is currently attached to \(instance)")
    }
    return delete(.volume, "VolumeId", call)
  }

  private func attachVolume(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let id = call.text("VolumeId") ?? ""
    let volume = ec2(.volume, id, call) ?? .object([])
    if let instance = volume["instanceId"]?.text {
      throw AWSError("VolumeInUse", "\(id) is already attached to instance \(instance)")
    }
    let instance = call.parameters["InstanceId"] ?? .null
    keepEC2(
      .volume, id, volume.setting("status", "in-use").setting("instanceId", instance), call)
    return EC2Answer([
      "volumeId": .string(id), "instanceId": instance,
      "device": call.parameters["Device"] ?? .null, "status": "attaching",
      "attachTime": .number(Int(call.time)), "deleteOnTermination": false,
    ])
  }

  private func detachVolume(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let id = call.text("VolumeId") ?? ""
    let volume = ec2(.volume, id, call) ?? .object([])
    guard let instance = volume["instanceId"] else {
      throw AWSError("IncorrectState", "Volume '\(id)' is in the 'available' state.")
    }
    keepEC2(
      .volume, id, volume.removing(["instanceId"]).setting("status", "available"), call)
    return EC2Answer([
      "volumeId": .string(id), "instanceId": instance, "status": "detaching",
      "attachTime": .number(Int(call.time)),
    ])
  }

  // MARK: Snapshots and images

  private func createSnapshot(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.snapshot)
    let volume = call.text("VolumeId").flatMap { ec2(.volume, $0, call) }
    let snapshot = compacted([
      "snapshotId": .string(id), "volumeId": call.parameters["VolumeId"], "status": "pending",
      "startTime": .number(Int(call.time)), "ownerId": .string(call.account),
      "volumeSize": volume?["size"] ?? "8", "description": call.parameters["Description"],
      "encrypted": volume?["encrypted"] ?? false,
      "tagSet": EC2Names.tagSet(call, for: "snapshot"),
    ])
    keepEC2(.snapshot, id, snapshot.setting("status", "completed"), call)
    return EC2Answer(snapshot)
  }

  private func copySnapshot(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.snapshot)
    keepEC2(
      .snapshot, id,
      [
        "snapshotId": .string(id), "status": "completed",
        "ownerId": .string(call.account), "startTime": .number(Int(call.time)),
      ], call)
    return EC2Answer(["snapshotId": .string(id)])
  }

  private func createImage(_ call: ServiceCall) -> EC2Answer {
    let id = newEC2ID(.image)
    keepEC2(
      .image, id,
      compacted(["imageId": .string(id), "name": call.parameters["Name"]]), call)
    return EC2Answer(["imageId": .string(id)])
  }

  // MARK: Key pairs

  private func createKeyPair(_ call: ServiceCall) throws(AWSError) -> EC2Answer {
    let name = call.text("KeyName") ?? ""
    guard ec2(.keyPair, name, call) == nil else {
      throw AWSError("InvalidKeyPair.Duplicate", "The keypair already exists")
    }
    let digits = Array(identifiers.hex(40))
    let fingerprint = stride(from: 0, to: 40, by: 2)
      .map { "\(digits[$0])\(digits[$0 + 1])" }.joined(separator: ":")
    let id = newEC2ID(.keyPair)
    keepEC2(
      .keyPair, name,
      [
        "keyName": .string(name), "keyFingerprint": .string(fingerprint),
        "keyPairId": .string(id),
      ], call)
    var members = [
      JSONMember("keyName", .string(name)), JSONMember("keyFingerprint", .string(fingerprint)),
      JSONMember("keyPairId", .string(id)),
    ]
    if call.operation.name == "CreateKeyPair" {
      members.append(JSONMember("keyMaterial", "<sensitiveDataRemoved>"))
    }
    let tags = EC2Names.tagSet(call, for: "key-pair")
    if tags != .object([]) { members.append(JSONMember("tagSet", tags)) }
    return EC2Answer(.object(members))
  }
}

internal import TrailRecord

/// The rules of tags (facts §3.5).
enum TrailTags {
  static let maximum = 50
  static let keyLengths = 1...128
  static let maximumValueLength = 256

  /// Reads a `TagsList`. Ours: the errors' texts.
  static func read(_ json: JSONValue?) throws(AWSError) -> [TrailTag] {
    var tags: [TrailTag] = []
    for element in json?.elements ?? [] {
      let key = element["Key"]?.text ?? ""
      guard keyLengths.contains(key.unicodeScalars.count) else {
        throw invalid(
          "Tag key \(key) must have \(keyLengths.lowerBound) to \(keyLengths.upperBound) characters."
        )
      }
      guard !key.lowercased().hasPrefix("aws:") else {
        throw invalid("Tag key \(key) is reserved: it begins with aws:.")
      }
      guard !tags.contains(where: { $0.key == key }) else {
        throw invalid("Tag key \(key) is given more than once.")
      }
      let value = element["Value"]?.text
      guard (value ?? "").unicodeScalars.count <= maximumValueLength else {
        throw invalid("The value of tag \(key) must have at most \(maximumValueLength) characters.")
      }
      tags.append(TrailTag(key: key, value: value))
    }
    return tags
  }

  /// Adds tags to those that there are; one with the same key takes its place.
  static func add(_ new: [TrailTag], to tags: [TrailTag]) throws(AWSError) -> [TrailTag] {
    var result = tags
    for tag in new {
      if let place = result.firstIndex(where: { $0.key == tag.key }) {
        result[place] = tag
      } else {
        result.append(tag)
      }
    }
    guard result.count <= maximum else {
      throw AWSError(
        "TagsLimitExceededException",
        "The number of tags per trail has exceeded the limit of \(maximum).")
    }
    return result
  }

  static func json(_ tags: [TrailTag]) -> JSONValue {
    .array(
      tags.map { .members([("Key", .string($0.key)), ("Value", .text($0.value))]) })
  }

  private static func invalid(_ message: String) -> AWSError {
    AWSError("InvalidTagParameterException", message)
  }
}

extension Cloud {
  func addTags(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(tagged: try call.needed("ResourceId"), call)
    trail.tags = try TrailTags.add(try TrailTags.read(call.parameters["TagsList"]), to: trail.tags)
    return outcome(of: call, keeping: trail)
  }

  func removeTags(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(tagged: try call.needed("ResourceId"), call)
    let keys = Set(try TrailTags.read(call.parameters["TagsList"]).map(\.key))
    trail.tags.removeAll { keys.contains($0.key) }
    return outcome(of: call, keeping: trail)
  }

  func listTags(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let ids = (call.parameters["ResourceIdList"]?.elements ?? []).compactMap(\.text)
    guard ids.count <= Self.maximumTaggedResources else {
      throw AWSError(
        "InvalidParameterException",
        "ResourceIdList can have at most \(Self.maximumTaggedResources) ARNs.")
    }
    var lists: [JSONValue] = []
    for id in ids {
      let trail = try trail(ofARN: id, call)
      lists.append(
        .members([
          ("ResourceId", .string(trail.arn)), ("TagsList", TrailTags.json(trail.tags)),
        ]))
    }
    var outcome = ServiceOutcome()
    outcome.response = .members([("ResourceTagList", .array(lists))])
    return outcome
  }

  private static let maximumTaggedResources = 20

  /// Tags are asked for by ARN only.
  private func trail(ofARN id: String, _ call: ServiceCall) throws(AWSError) -> Trail {
    guard id.hasPrefix("arn:") else { _ = try TrailARN(id); throw unknownTrail(id, call) }
    if id.contains(":eventdatastore/") || id.contains(":channel/") || id.contains(":dashboard/") {
      throw AWSError(
        "ResourceNotFoundException", "The specified resource \(id) cannot be found.")
    }
    do {
      return try trail(readAs: id, call)
    } catch {
      guard error.code == "TrailNotFoundException" else { throw error }
      throw AWSError(
        "ResourceNotFoundException", "The specified resource \(id) cannot be found.",
        advice: "`trails` lists the trails that there are")
    }
  }

  private func trail(tagged id: String, _ call: ServiceCall) throws(AWSError) -> Trail {
    let trail = try trail(ofARN: id, call)
    return try self.trail(changedAs: trail.arn, call)
  }
}

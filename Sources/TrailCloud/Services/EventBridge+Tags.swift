internal import TrailRecord

// Tags of rules and buses.

extension Cloud {
  func tagResource(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    let new = try BusTags.read(call.parameters["Tags"])
    try changeTags(call, &outcome) { tags throws(AWSError) in
      for tag in new {
        if let place = tags.firstIndex(where: { $0.key == tag.key }) {
          tags[place] = tag
        } else {
          tags.append(tag)
        }
      }
      guard tags.count <= BusLimits.tags else {
        throw AWSError(
          "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
      }
    }
  }

  func untagResource(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    let keys = Set(call.parameters["TagKeys"]?.texts ?? [])
    try changeTags(call, &outcome) { tags throws(AWSError) in
      tags.removeAll { keys.contains($0.key) }
    }
  }

  func listTags(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    let tags: [TrailTag]
    switch try tagged(call) {
    case .rule(let rule): tags = rule.tags
    case .bus(let bus): tags = bus.tags
    }
    outcome.response = ["Tags": TrailTags.json(tags)]
  }

  private enum Tagged {
    case rule(EventRule)
    case bus(EventBus)
  }

  private func changeTags(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome,
    _ change: (inout [TrailTag]) throws(AWSError) -> Void
  ) throws(AWSError) {
    switch try tagged(call) {
    case .rule(var rule):
      try change(&rule.tags)
      let changed = rule
      outcome.afterwards = { $0.eventBuses.keep(changed) }
    case .bus(var bus):
      try change(&bus.tags)
      let changed = bus
      outcome.afterwards = { $0.eventBuses.keep(changed) }
    }
  }

  /// The rule or bus that an ARN names.
  private func tagged(_ call: ServiceCall) throws(AWSError) -> Tagged {
    let arn = call.text("ResourceARN") ?? ""
    if let id = RuleID(arn: arn) {
      guard let rule = eventBuses[id] else {
        throw AWSError(
          "ResourceNotFoundException",
          "Rule \(id.name) does not exist on EventBus \(id.bus.name).")
      }
      return .rule(rule)
    }
    guard let id = BusID(arn: arn) else {
      throw AWSError(
        "ValidationException",
        "Parameter \(arn) is not valid. Reason: Provided Arn is not in correct format.")
    }
    guard id.isDefault || eventBuses[id] != nil else { throw Self.noBus(id.name) }
    return .bus(keptBus(id))
  }
}

/// Reads tags as EventBridge takes them.
enum BusTags {
  static func read(_ list: JSONValue?) throws(AWSError) -> [TrailTag] {
    var check = ModelCheck()
    var tags: [TrailTag] = []
    for (index, element) in (list?.elements ?? []).enumerated() {
      let path = "tags.\(index + 1).member"
      check.needed(element["Key"], "\(path).key")
      check.needed(element["Value"], "\(path).value")
      check.text(element["Key"]?.text, "\(path).key", lengths: 1...128)
      check.text(element["Value"]?.text, "\(path).value", lengths: 0...256)
      tags.append(TrailTag(key: element["Key"]?.text ?? "", value: element["Value"]?.text))
    }
    try check.finish()
    guard Set(tags.map(\.key)).count == tags.count else {
      throw AWSError(
        "ValidationException", "Invalid parameter: Duplicated keys are not allowed.")
    }
    guard tags.count <= BusLimits.tags else {
      throw AWSError(
        "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    }
    return tags
  }
}

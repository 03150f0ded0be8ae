internal import TrailCloud
internal import TrailEngine
internal import TrailPattern

/// What an event pattern can hear of, as far as it says so itself.
struct PatternReach {
  private let pattern: EventPattern

  init(_ pattern: EventPattern) { self.pattern = pattern }

  /// Whether it is about what CloudTrail sends, which nobody hears of without a trail.
  var needsTrail: Bool { pattern.branches.contains { Self.needsTrail($0) } }

  private static func needsTrail(_ branch: PatternBranch) -> Bool {
    guard mayBeOfCloudTrail(branch) else { return false }
    let sources = BusEvent.recordSources.filter { takes($0, at: "source", branch) }
    // Schedules have the source of EventBridge's own calls, and need no trail.
    guard sources == [BusEvent.scheduleSource] else { return !sources.isEmpty }
    return !takes(BusEvent.scheduleType, at: "detail-type", branch)
      || branch.conditions.contains { name(of: $0).hasPrefix("detail.") }
  }

  /// Whether the events of records have all that a branch asks for, whatever they have there.
  private static func mayBeOfCloudTrail(_ branch: PatternBranch) -> Bool {
    branch.conditions.allSatisfy { condition in
      let parts = name(of: condition).split(separator: ".", omittingEmptySubsequences: false)
      let isKnown =
        parts[0] == "detail"
        ? parts.count > 1 && CloudTrailRecord.members.contains(String(parts[1]))
        : BusEvent.envelope.contains(String(parts[0]))
      return isKnown || condition.tests.contains(.absent)
    } && BusEvent.recordTypes.contains { takes($0, at: "detail-type", branch) }
  }

  /// What most published rules call the events of sign-ins.
  private static let publishedSpelling = "AWS Console Sign In via CloudTrail"

  /// What to say of a pattern that waits for sign-ins under the name that most published rules have; nil for others.
  var spellingRemark: String? {
    let own = BusEvent.signInType
    let isMistaken = pattern.branches.contains { branch in
      branch.conditions.contains { Self.name(of: $0) == "detail-type" }
        && Self.takes(Self.publishedSpelling, at: "detail-type", branch)
        && !Self.takes(own, at: "detail-type", branch)
    }
    guard isMistaken else { return nil }
    return
      "sign-ins have the detail-type `\(own)`, as AWS's list of CloudTrail's events spells it; the pattern has"
      + " `\(Self.publishedSpelling)`, as most published rules do, and does not match them (`help ours`)"
  }

  private static func name(of condition: FieldCondition) -> String {
    String(decoding: condition.path, as: UTF8.self)
  }

  /// Whether a branch lets a text stand in a field.
  private static func takes(_ text: String, at path: String, _ branch: PatternBranch) -> Bool {
    guard let condition = branch.conditions.first(where: { name(of: $0) == path }) else {
      return true
    }
    let value = FieldValue.string(Array(text.utf8))
    return condition.tests.contains { $0.passes(value) }
  }
}

internal import TrailEngine
internal import TrailText
internal import TrailWorkspace

extension SessionKeeper {
  /// Says which segments turned out to be damaged, once each.
  func tellDamage(to output: any SessionOutput) {
    guard let workspace else { return }
    let found = workspace.takeDamage()
    guard !found.isEmpty else { return }
    let entries = Dictionary(
      workspace.segments.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var told: Set<Int64> = []
    for damaged in found where told.insert(damaged.segment).inserted {
      if damaged.segment == Workspace.noSegment {
        session.say(
          "warning: \(workspace.path): \(damaged.damage.reason), and are left out", to: output)
        continue
      }
      let what = entries[damaged.segment].map(DamageText.events) ?? "events of this session"
      var remark = "`check` looks at everything"
      if entries[damaged.segment]?.home == .imported {
        remark += "; importing their files again brings them back"
      }
      session.say(
        "warning: \(workspace.path): segment \(damaged.segment) is damaged, and its \(what) are left out:"
          + " \(damaged.damage.reason) (\(remark))", to: output)
    }
  }
}

/// Damage in words.
enum DamageText {
  /// `131,072 events of 2026-11-20 10:00 … 12:30`
  static func events(_ entry: KeptSegmentEntry) -> String {
    let count = NumberText.counted(entry.rowCount, "event")
    guard let range = entry.timeRange else { return count }
    let first = ReadableTime.readable(range.lowerBound)
    let last = ReadableTime.readable(range.upperBound)
    return first == last ? "\(count) of \(first)" : "\(count) of \(first) … \(last)"
  }
}

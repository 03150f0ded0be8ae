import TrailLanguage
import TrailRecord
import TrailText

// Names of fields, resolved against the short names, CloudTrail's members and the store's own paths.

extension Binder {
  mutating func field(_ syntax: FieldSyntax) -> BoundField? {
    let steps = syntax.steps
    if steps.count == 1, !syntax.quoted[0], let short = BoundField(shortName: steps[0]) {
      return short
    }
    guard let keys = Self.expanded(steps, quoted: syntax.quoted, in: context.snapshot.paths) else {
      // Quotes ask for a record's own key before a short name; where there is none, they are SQL's.
      if steps.count == 1, let short = BoundField(shortName: steps[0]) { return short }
      reportUnknown(syntax)
      return nil
    }
    let table = context.snapshot.paths
    let spellings = table.paths(keys: keys).isEmpty ? table.spellings(ofFoldedKeys: keys) : [keys]
    let name = Self.spelled(spellings.first ?? keys)
    // A documented path that no record has is no mistake: it matches nothing, and the empty answer says so.
    return BoundField(path: spellings.isEmpty ? [keys] : spellings, name: name)
  }

  /// The full keys of what was written: prefixes and members in their own spelling; nil for an unknown name.
  private static func expanded(
    _ steps: [String], quoted: [Bool], in table: PathTable
  ) -> [String]? {
    if !quoted[0] {
      if let member = CloudTrailRecord.prefixes[steps[0].lowercased()] {
        return [member] + steps.dropFirst()
      }
      if let member = CloudTrailRecord.member(steps[0]) { return [member] + steps.dropFirst() }
    }
    let isKnown = !table.paths(keys: steps).isEmpty || !table.spellings(ofFoldedKeys: steps).isEmpty
    return isKnown ? steps : nil
  }

  private mutating func reportUnknown(_ syntax: FieldSyntax) {
    let written = Self.spelled(syntax.steps)
    if syntax.steps.count == 1, let word = WordCatalog.standard[syntax.steps[0]] {
      report(
        BindingCode.unknownField, "`\(word.name)` is a word, not a field", at: syntax.range,
        label: "a condition of its own: `where \(word.name)` or `where not \(word.name)`")
      return
    }
    if syntax.steps.count > 1, !stepNames.isEmpty {
      let names = stepNames.keys.sorted()
      let near =
        NearNames.nearest(to: syntax.steps[0], among: names).first
        ?? (names.count == 1 ? names.first : nil)
      let rest = Self.spelled(Array(syntax.steps.dropFirst()))
      let fields = fieldSuggestions(for: syntax.steps)
      report(
        BindingCode.unknownField,
        "there is no step `\(syntax.steps[0])`, and no field `\(written)`",
        at: syntax.range, label: near.map { "did you mean `\($0).\(rest)`?" },
        notes: ["the steps with names are \(names.map { "`\($0)`" }.joined(separator: ", "))"]
          + (fields.isEmpty
            ? [] : ["fields near it: " + fields.map { "`\($0)`" }.joined(separator: ", ")]),
        fixIt: near.map { FixIt(replace: syntax.range, with: "\($0).\(rest)") })
      return
    }
    let near = fieldSuggestions(for: syntax.steps)
    report(
      BindingCode.unknownField, "there is no field `\(written)`", at: syntax.range,
      label: near.first.map { "did you mean `\($0)`?" },
      notes: near.count > 1 ? ["near: " + near.map { "`\($0)`" }.joined(separator: ", ")] : [],
      fixIt: near.first.map { FixIt(replace: syntax.range, with: $0) })
  }

  /// Short names and paths of the store that are near to what was written, best first.
  private func fieldSuggestions(for steps: [String]) -> [String] {
    let written = steps.joined(separator: ".")
    let last = steps[steps.count - 1].lowercased()
    let sequences = context.snapshot.paths.allKeySequences
    // A key that exists deeper down is what a reader who knows the record most likely means.
    let sameKey = sequences.filter { $0.last?.lowercased() == last && $0.count <= 4 }
      .map(FieldNames.shortest).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    let names =
      FieldCatalog.standard.definitions.map(\.name)
      + CloudTrailRecord.members
      + sequences.filter { $0.count == 1 || $0.count == steps.count }.map(FieldNames.shortest)
    let meant = Self.otherNames[written.lowercased()].map { [$0] } ?? []
    let near = NearNames.nearest(to: written, among: names)
    var result: [String] = []
    for name in meant + near.prefix(3) + sameKey.prefix(NearNames.limit)
    where !result.contains(name) {
      result.append(name)
    }
    return Array(result.prefix(NearNames.limit))
  }

  /// What other tools call the fields that have another short name here.
  private static let otherNames = [
    "username": "user", "user_name": "user", "principal": "who", "actor": "who",
    "source": "service", "action": "name", "event": "name", "operation": "name",
    "src_ip": "ip", "sourceip": "ip", "source_ip": "ip", "ipaddress": "ip",
    "user_agent": "agent", "accesskey": "key", "access_key": "key", "errorcode": "error",
    "account_id": "account", "timestamp": "time",
  ]

  static func spelled(_ steps: [String]) -> String { FieldNames.spelled(steps) }
}

/// How paths are written in a sentence.
package enum FieldNames {
  /// The steps with dots between, in quotes where a step is no plain name.
  package static func spelled(_ steps: [String]) -> String {
    steps.map { step in
      let isPlain =
        !step.isEmpty
        && step.utf8.allSatisfy {
          $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F || $0 == 0x2D
        }
      guard !isPlain else { return step }
      return "\"" + step.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }.joined(separator: ".")
  }

  /// The shortest way to write a path: with `req.`, `resp.`, `extra.`, `identity.` where they fit.
  package static func shortest(_ keys: [String]) -> String {
    guard keys.count > 1, let first = keys.first,
      let prefix = CloudTrailRecord.prefixes.first(where: { $0.value == first })?.key
    else { return spelled(keys) }
    return prefix + "." + spelled(Array(keys.dropFirst()))
  }
}

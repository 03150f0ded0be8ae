internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailText

/// What was read from a trail's bucket, kept until something there changes.
final class DeliveredEvents {
  /// Object keys with what tells one version of an object from another.
  var read: [String: String] = [:]
  var store = EventStore()
}

extension Session {
  /// The records in a trail's bucket as they lie there now, and what to say about them.
  ///
  /// Files that have been read are not read again; if one was changed or taken away, all are.
  func delivered(by trail: Trail) throws -> (snapshot: StoreSnapshot, notes: [Note]) {
    guard let world else { return (.empty, []) }
    let cloud = world.cloud
    let known = world.delivered[trail.id] ?? DeliveredEvents()
    var present: [String: String] = [:]
    var unreadable: [(key: String, error: AWSError)] = []
    for key in cloud.logFileKeys(of: trail) {
      if let error = cloud.refusalOfReading(key, in: trail.bucket) {
        unreadable.append((key, error))
      } else {
        present[key] = cloud.stamp(of: key, in: trail.bucket)
      }
    }
    let isChanged = known.read.contains { present[$0.key] != $0.value }
    let events = isChanged ? DeliveredEvents() : known
    world.delivered[trail.id] = events
    let new = present.keys.filter { events.read[$0] == nil }.sorted()
    if !new.isEmpty {
      let folder = try world.folder?.path() ?? ""
      let opened = cloud.openLogFiles(new, in: trail.bucket, copiesTo: folder + "/opened")
      unreadable += opened.unreadable
      let times = zip(opened.paths, opened.keys).map { path, key in
        (path, cloud.lastModified(of: key, in: trail.bucket))
      }
      _ = events.store.importLogs(
        opened.paths,
        deliveredAt: Dictionary(times, uniquingKeysWith: { first, _ in first })
          .compactMapValues { $0 }, cancellation: cancellation)
      cloud.removeCopies(opened.copies)
      for key in new where !opened.unreadable.contains(where: { $0.key == key }) {
        events.read[key] = present[key]
      }
    }
    return (events.store.snapshot(), notes(unreadable, of: trail))
  }

  private func notes(
    _ unreadable: [(key: String, error: AWSError)], of trail: Trail
  ) -> [Note] {
    var notes: [Note] = []
    if let first = unreadable.first {
      notes.append(
        Note(
          "\(NumberText.counted(unreadable.count, "file")) in s3://\(trail.bucket) cannot be read: "
            + "\(first.error.code): \(first.error.message)"))
    }
    guard let waiting = world?.cloud.waiting(for: trail.id), waiting.count > 0 else {
      return notes
    }
    let verb = waiting.count == 1 ? "waits" : "wait"
    let reason =
      waiting.error.map { "the last delivery failed: \($0)" }
      ?? waiting.next.map { "the next arrives at \(ReadableTime.readable($0))" } ?? ""
    notes.append(
      Note(
        "\(NumberText.counted(waiting.count, "more event")) \(verb) for delivery; \(reason).",
        suggestion: waiting.error == nil ? "flush \(trail.name)" : "status \(trail.name)"))
    return notes
  }

  /// The trail that a name means; without a name, the only one there is. Throws `Diagnostics`.
  func trail(_ name: NameSyntax?, at range: SourceRange) throws -> Trail {
    let trails = world?.cloud.trails.all ?? []
    if let name {
      if let trail = trails.first(where: { $0.name == name.text || $0.arn == name.text }) {
        return trail
      }
      let near = NearestNames.find(name.text, in: trails.map(\.name))
      throw Diagnostics(
        Diagnostic(
          "unknown-trail", "there is no trail `\(name.text)`", at: name.range,
          label: near.first.map { "did you mean `\($0)`?" },
          notes: trails.isEmpty
            ? ["no trail is defined: define trail NAME to s3://BUCKET"]
            : ["trails: " + trails.map(\.name).joined(separator: ", ")],
          fixIt: near.first.map { FixIt(replace: name.range, with: $0) }))
    }
    guard let only = trails.first, trails.count == 1 else {
      throw Diagnostics(
        Diagnostic(
          "unknown-trail",
          trails.isEmpty ? "no trail is defined" : "there are several trails: say which", at: range,
          notes: trails.isEmpty
            ? ["define trail NAME to s3://BUCKET"] : trails.map { "delivered \($0.name)" }))
    }
    return only
  }
}

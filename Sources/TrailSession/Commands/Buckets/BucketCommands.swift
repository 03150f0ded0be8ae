internal import TrailCloud
internal import TrailEngine
internal import TrailText

/// What lies in buckets, and what is on its way there.
enum BucketCommands {
  static let all: [Command] = [flush, ls, cat]

  private static let flush = Command(
    "flush", forms: ["flush", "flush TRAIL"],
    summary: "delivers now what trails have recorded, instead of waiting",
    detail: ["AWS has nothing like it. A digest is not made early: `advance 1h` for that."],
    examples: [
      "define bucket audit-logs; define trail main to s3://audit-logs; simulate iam:CreateUser userName=eve; flush main"
    ],
    candidates: { $0.words.isEmpty ? trailNames($0.session) : [] }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.next()
    try reader.finish()
    let cloud = invocation.cloud
    let trails = cloud.trails(of: cloud.world.account)
    var id: TrailID?
    if let name {
      guard let trail = trails.first(where: { $0.name == name.text || $0.arn == name.text }) else {
        let near = NearestNames.find(name.text, in: trails.map(\.name)).first
        throw Diagnostics(
          Diagnostic(
            "TrailNotFoundException", "there is no trail `\(name.text)`", at: name.range,
            label: near.map { "did you mean `\($0)`?" }, notes: ["`trails` lists them"]))
      }
      id = trail.id
    }
    let report = cloud.flush(id)
    _ = cloud.takeHappenings()
    var buckets: [String: Int] = [:]
    for object in report.objects { buckets[object.bucket, default: 0] += 1 }
    for bucket in buckets.keys.sorted() {
      let files = NumberText.counted(buckets[bucket] ?? 0, "log file")
      invocation.session.note(
        "\(files) delivered to s3://\(bucket) (`ls s3://\(bucket)`)", to: invocation.output)
    }
    for failure in report.failures {
      let trail = cloud.trails[failure.trail]?.name ?? "?"
      invocation.session.note(
        "trail \(trail) could not deliver: \(failure.code); its records wait (`status \(trail)`)",
        to: invocation.output)
    }
    for group in report.logEvents.keys.sorted() {
      let events = NumberText.counted(report.logEvents[group] ?? 0, "log event")
      invocation.session.note(
        "\(events) delivered to \(group) (`tail \(group)`)", to: invocation.output)
    }
    for failure in report.logFailures {
      let trail = cloud.trails[failure.trail]?.name ?? "?"
      invocation.session.note(
        "trail \(trail) could not deliver to its log group: \(failure.code); its records wait"
          + " (`status \(trail)`)", to: invocation.output)
    }
    if report.objects.isEmpty, report.failures.isEmpty, report.logEvents.isEmpty,
      report.logFailures.isEmpty
    {
      invocation.session.note(
        trails.isEmpty ? "there are no trails" : "nothing waits for delivery",
        to: invocation.output)
    }
  }

  private static let ls = Command(
    "ls", forms: ["ls", "ls s3://BUCKET[/PREFIX]"],
    summary: "lists the objects of a bucket, or the buckets",
    examples: [
      "define bucket audit-logs; define trail main to s3://audit-logs; flush; ls s3://audit-logs/AWSLogs"
    ],
    candidates: { site in
      site.words.isEmpty
        ? WorldNames.buckets(site.session).map { Completion.Candidate("s3://\($0)") } : []
    }
  ) { invocation in
    var reader = invocation.reader()
    if let piece = try reader.peek(), piece.text == "s3://" { _ = try reader.next() }
    guard !reader.isAtEnd else {
      let names = invocation.cloud.buckets.byName.keys.sorted()
      return try invocation.showTable(
        [("bucket", .text)], rows: names.map { [.text("s3://\($0)")] },
        empty: "there are no buckets; `define bucket NAME` makes one")
    }
    let path = try reader.s3Path("a place in S3, such as s3://audit-logs")
    try reader.finish()
    let objects: [ListedObject]
    do throws(AWSError) {
      objects = try invocation.cloud.listObjects(in: path.bucket, prefix: path.key)
    } catch {
      throw Diagnostics(error, at: path.range)
    }
    try invocation.showTable(
      [("modified", .time), ("size", .number), ("encryption", .text), ("key", .text)],
      rows: objects.map {
        [
          $0.lastModified.map { .time($0) } ?? .missing, .number(String($0.size)),
          .text($0.encryption), .text($0.key),
        ]
      },
      empty: path.key.isEmpty
        ? "s3://\(path.bucket) is empty" : "no key in s3://\(path.bucket) begins with \(path.key)")
  }

  private static let cat = Command(
    "cat", forms: ["cat s3://BUCKET/KEY"],
    summary: "prints an object, opened and inflated",
    detail: ["`*` at the end of a key means the first that begins so."],
    examples: [
      "define bucket audit-logs; define trail main to s3://audit-logs; simulate iam:CreateUser userName=eve; flush; cat s3://audit-logs/AWSLogs/*"
    ],
    candidates: { site in
      guard site.words.isEmpty, let path = S3Path(site.prefix, range: .at(0)),
        let cloud = site.session.cloudIfBegun,
        let objects = try? cloud.listObjects(in: path.bucket, prefix: path.key)
      else {
        return WorldNames.buckets(site.session).map { Completion.Candidate("s3://\($0)/") }
      }
      return objects.map { Completion.Candidate("s3://\(path.bucket)/\($0.key)", title: $0.key) }
    }
  ) { invocation in
    var reader = invocation.reader()
    let path = try reader.s3Path("an object, such as s3://audit-logs/KEY")
    try reader.finish()
    let object: StoredObject
    do throws(AWSError) {
      var key = path.key
      if key.hasSuffix("*") {
        let prefix = String(key.dropLast())
        key = try invocation.cloud.listObjects(in: path.bucket, prefix: prefix).first?.key ?? key
      }
      object = try invocation.cloud.readObject(key, in: path.bucket)
    } catch {
      throw Diagnostics(error, at: path.range)
    }
    var bytes = object.inflatedBytes
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    try invocation.output.writeData(bytes)
  }

  private static func trailNames(_ session: Session) -> [Completion.Candidate] {
    guard let cloud = session.cloudIfBegun else { return [] }
    return cloud.trails(of: cloud.world.account).map { Completion.Candidate($0.name) }
  }
}

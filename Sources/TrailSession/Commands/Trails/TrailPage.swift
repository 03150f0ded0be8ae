internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// A trail, for reading.
enum TrailPage {
  static func text(_ trail: Trail, _ invocation: Invocation) -> String {
    let traits = invocation.session.traits(of: invocation.output)
    let palette = Palette(usesColour: traits.usesColour)
    let rows: [HelpPage.Row] =
      [.title("trail \(trail.name)")] + settings(of: trail).map { .entry($0.0, $0.1) }
      + [.blank, .title("records")]
      + trail.effectiveSelectors.phrases.map { .text("  " + $0) }
      + [.blank, .title("status")]
      + (status(of: trail) + waiting(for: trail, invocation.cloud)).map { .entry($0.0, $0.1) }
    let member = trail.effectiveSelectors.member
    return HelpPage(rows: rows + insights(of: trail, invocation.cloud)).text(
      width: traits.width, palette: palette) + "\n"
      + palette.paint(member.name, as: .heading) + "\n" + IndentedJSON.text(member.value) + "\n"
  }

  private static func settings(of trail: Trail) -> [(String, String)] {
    var rows = [
      ("arn", trail.arn),
      ("regions", trail.isMultiRegion ? "all, home \(trail.homeRegion)" : trail.homeRegion),
      ("to", "s3://\(trail.bucket)" + (trail.keyPrefix.map { "/\($0)" } ?? "")),
      ("encryption", trail.kmsKeyARN ?? "SSE-S3"),
      ("validation", trail.validatesLogFiles ? "on" : "off"),
      ("global services", trail.includesGlobalServiceEvents ? "included" : "left out"),
    ]
    if let group = trail.logGroupARN { rows.append(("logs", group)) }
    if let role = trail.logGroupRoleARN { rows.append(("role", role)) }
    if let topic = trail.topicARN { rows.append(("notify", topic)) }
    if trail.isOrganizationTrail { rows.append(("organization", "all its accounts")) }
    if !trail.recordsOwnDeliveries { rows.append(("recursive logging", "off")) }
    if !trail.tags.isEmpty {
      rows.append(
        (
          "tags",
          trail.tags.map { tag in tag.value.map { "\(tag.key)=\($0)" } ?? tag.key }
            .joined(separator: ", ")
        ))
    }
    return rows
  }

  /// What is watched for unusual activity.
  private static func insights(of trail: Trail, _ cloud: Cloud) -> [HelpPage.Row] {
    guard !trail.insightSelectors.isEmpty else { return [] }
    let reporting = InsightPhrases.reporting(of: trail, cloud)
    return [
      .blank, .title("insights"),
      .entry("watched", InsightPhrases.text(trail.insightSelectors)),
      .entry("reported", reporting ?? "as they are found"),
    ]
  }

  /// What has not been delivered yet, and when it will be.
  private static func waiting(for trail: Trail, _ cloud: Cloud) -> [(String, String)] {
    filesWaiting(for: trail, cloud)
      + (LogWaiting.text(of: trail, cloud).map { [("waiting for logs", $0)] } ?? [])
  }

  private static func filesWaiting(for trail: Trail, _ cloud: Cloud) -> [(String, String)] {
    let waiting = cloud.waiting(for: trail.id)
    guard waiting.count > 0 else { return [("waiting", "nothing")] }
    var text = NumberText.counted(waiting.count, "event")
    if let next = waiting.next, let last = waiting.last {
      text += ", to arrive " + (next == last ? "at " : "from ") + ReadableTime.readable(next)
      if next != last { text += " to " + ReadableTime.readable(last) }
    }
    if let error = waiting.error { text += "; held up by \(error)" }
    return [("waiting", text + " (`flush \(trail.name)` delivers now)")]
  }

  static func status(of trail: Trail) -> [(String, String)] {
    let status = trail.status
    var rows = [("logging", trail.isLogging ? "yes" : "no")]
    func add(_ name: String, _ time: Int64?) {
      if let time { rows.append((name, ReadableTime.readable(time))) }
    }
    func add(_ name: String, _ text: String?) { if let text { rows.append((name, text)) } }
    add("started", status.startLoggingTime)
    add("stopped", status.stopLoggingTime)
    add("latest delivery", status.latestDeliveryTime)
    add("delivery error", status.latestDeliveryError)
    add("latest digest", status.latestDigestDeliveryTime)
    add("digest error", status.latestDigestDeliveryError)
    add("latest notification", status.latestNotificationTime)
    add("notification error", status.latestNotificationError)
    add("latest delivery to logs", status.latestLogsDeliveryTime)
    add("logs error", status.latestLogsDeliveryError)
    return rows
  }
}

/// JSON on several lines, for reading and for pasting.
enum IndentedJSON {
  /// A list or object that is no longer than this stays on one line.
  private static let widestLine = 72

  static func text(_ value: JSONValue, indentation: Int = 0) -> String {
    let short = String(decoding: JSONWriter.bytes(value), as: UTF8.self)
    guard short.utf8.count > widestLine else { return short }
    let inner = String(repeating: " ", count: indentation + 2)
    let outer = String(repeating: " ", count: indentation)
    switch value {
    case .array(let elements):
      let lines = elements.map { inner + text($0, indentation: indentation + 2) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members):
      let lines = members.map { member in
        let name = String(decoding: JSONWriter.bytes(.string(member.name)), as: UTF8.self)
        return "\(inner)\(name): " + text(member.value, indentation: indentation + 2)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return short
    }
  }
}

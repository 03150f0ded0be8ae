internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// `validate`: the integrity of a trail's log files.
enum ValidateCommand {
  static let validate = Command(
    "validate", forms: ["validate TRAIL [from T] [to T] [in REGION] [account ID] [verbose]"],
    summary: "checks that a trail's log files are those that were delivered",
    detail: [
      "First the report of `aws cloudtrail validate-logs`, line for line, for the trail's home Region or another;"
        + " then what AWS's tool does not notice: signatures and hashes that the chain contradicts, files that no"
        + " digest lists, digests missing at the end, gaps, and the trail's other Regions.",
      "Files that were changed do not fail the statement; `expect error validation-failed validate TRAIL` asks for"
        + " them.",
    ],
    examples: [
      "define bucket logs; define trail main to s3://logs validate; advance 2h; validate main"
    ],
    candidates: { TrailNouns.trailNames($0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the trail's name")
    let trail = try invocation.trail(name)
    let cloud = invocation.cloud
    var start = cloud.trails.loggingIntervals(of: trail.id).first?.start ?? cloud.now
    var end = cloud.now
    var region: String?
    var account: String?
    var isVerbose = false
    while !reader.isAtEnd {
      if try reader.take("from") != nil {
        start = try reader.time("the time")
      } else if try reader.take("to") != nil {
        end = try reader.time("the time")
      } else if try reader.take("in") != nil {
        region = try reader.word("the Region").text
      } else if try reader.take("account") != nil {
        account = try invocation.existing(try reader.account())
      } else if try reader.take("verbose") != nil {
        isVerbose = true
      } else {
        try reader.finish(expected: ["from T", "to T", "in REGION", "account ID", "verbose"])
      }
    }
    guard start <= end else {
      throw reader.wrong(
        "Invalid time range specified: start-time must occur before end-time", at: name.range)
    }
    let report = try invocation.validation(
      trail, name, from: start, to: end, account: account, region: region, isVerbose: isVerbose)
    var text = report.lines.joined(separator: "\n") + "\n"
    if !report.findings.isEmpty {
      text += "\nWhat AWS's tool does not look at:\n"
      text += report.findings.map { "  \($0)\n" }.joined()
    }
    try invocation.write(text)
    if report.digests.total == 0 { tellWhyNothingIsThere(trail, invocation) }
    if !report.isIntact { invocation.session.refusals.append("validation-failed") }
  }

  /// Where there is no digest there may be none yet, or none is made.
  private static func tellWhyNothingIsThere(_ trail: Trail, _ invocation: Invocation) {
    let why =
      if !trail.validatesLogFiles {
        "\(trail.name) makes no digests: `alter trail \(trail.name) validate` begins a chain of them"
      } else if !trail.isLogging {
        "\(trail.name) is not logging, and digests are made while it does: `start \(trail.name)`"
      } else {
        "the first digest ends an hour after validation began, and arrives up to 22 minutes later:"
          + " `advance 90m`"
      }
    invocation.session.note(why, to: invocation.output)
  }
}

extension Invocation {
  /// Throws `Diagnostics` with S3's or KMS's error where an object cannot be read.
  fileprivate func validation(
    _ trail: Trail, _ name: Argument, from start: Int64, to end: Int64, account: AccountID?,
    region: RegionName?, isVerbose: Bool
  ) throws -> ValidationReport {
    do {
      return try cloud.validate(
        trail, from: start, to: end, account: account, region: region, isVerbose: isVerbose)
    } catch {
      throw Diagnostics(error, at: name.range)
    }
  }
}

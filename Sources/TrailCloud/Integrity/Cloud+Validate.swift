internal import TrailRecord

/// What came of validating a trail's log files.
package struct ValidationReport: Hashable, Sendable {
  package struct Count: Hashable, Sendable {
    package var valid = 0
    package var total = 0
  }
  /// What `aws cloudtrail validate-logs` prints.
  package internal(set) var lines: [String] = []
  /// Those of them that say INVALID.
  package internal(set) var invalid: [String] = []
  package internal(set) var digests = Count()
  package internal(set) var logs = Count()
  /// What AWS's tool does not look at.
  package internal(set) var findings: [String] = []

  /// What AWS's tool ends with: true for status 0.
  package var isValid: Bool { invalid.isEmpty }
  /// Whether nothing at all was found.
  package var isIntact: Bool { invalid.isEmpty && findings.isEmpty }
}

extension Cloud {
  /// Validates a trail's log files in a time range: AWS's report for one Region, and what AWS's tool does not notice
  /// there and in the trail's other Regions.
  ///
  /// - Parameters:
  ///   - region: whose report is given; nil for the trail's home.
  ///   - account: whose files; nil for the trail's account.
  /// Throws S3's or KMS's error where an object cannot be read.
  package func validate(
    _ trail: Trail, from start: Int64, to end: Int64, account: AccountID? = nil,
    region: RegionName? = nil, isVerbose: Bool = false
  ) throws(AWSError) -> ValidationReport {
    let account = account ?? trail.account
    let region = region ?? trail.homeRegion
    var validator = LogValidator(
      self, trail, account: account, region: region, from: start, to: end, isVerbose: isVerbose)
    try validator.run()
    var report = validator.report
    report.findings = try findings(of: validator)
    let others =
      trail.isMultiRegion ? (world.accounts[account]?.regions ?? []).filter { $0 != region } : []
    for other in others {
      var validator = LogValidator(
        self, trail, account: account, region: other, from: start, to: end, isVerbose: false)
      try validator.run()
      report.findings += validator.report.invalid.map { "in \(other): \($0)" }
      report.findings += try findings(of: validator).map { "in \(other): \($0)" }
    }
    return report
  }

  /// What AWS's tool does not look at: the chain's own hashes and signatures, its ends, its hours, and files that no
  /// digest lists.
  private func findings(of validator: LogValidator) throws(AWSError) -> [String] {
    let digests = validator.valid
    var findings: [String] = []
    func name(_ key: String) -> String { "s3://\(validator.trail.bucket)/\(key)" }
    for (newer, older) in zip(digests, digests.dropFirst()) where newer.previousKey == older.key {
      if newer.previousSignature != older.signature {
        findings.append(
          "Digest file \(name(older.key)) was signed again: the next digest knows another signature"
        )
      } else if newer.previousHash != older.hash {
        findings.append(
          "Digest file \(name(older.key)) was changed: the next digest knows another hash")
      }
      if newer.start != older.end {
        findings.append(
          "Time gap: no digest covers \(LogValidator.text(older.end)) to \(LogValidator.text(newer.start))"
        )
      }
    }
    findings += missingTail(of: validator)
    findings += try unlisted(by: validator)
    return findings
  }

  /// Digests at the end of the range that should have arrived by now.
  private func missingTail(of validator: LogValidator) -> [String] {
    guard
      let newest = newestPut[
        DigestPlace(
          trail: validator.trail.id, account: validator.account, region: validator.region)],
      newest.end > validator.start, newest.end <= validator.end
    else { return [] }
    let last = validator.valid.first?.end ?? validator.start
    guard last < newest.end, !validator.report.invalid.contains(where: { $0.contains(newest.key) })
    else { return [] }
    return [
      "Missing tail: digests up to \(LogValidator.text(newest.end)) were delivered, the newest that is there ends \(LogValidator.text(last))"
    ]
  }

  private var newestPut: [DigestPlace: (end: Int64, key: String)] { delivery.newestDigests }

  /// Log files in the bucket whose time lies in hours that valid digests cover, and that none of them lists.
  private func unlisted(by validator: LogValidator) throws(AWSError) -> [String] {
    guard let first = validator.valid.map(\.start).min(),
      let last = validator.valid.map(\.end).max(),
      validator.report.isValid || !validator.listed.isEmpty
    else { return [] }
    var findings: [String] = []
    for folder in [LogFileKey.Folder.logs, .insights, .networkActivity] {
      let place = LogFileKey.place(
        validator.trail, organization: world.organization?.id, account: validator.account,
        folder: folder, region: validator.region)
      let keys: [String]
      do {
        keys = try storage.keys(in: validator.trail.bucket, prefix: place + "/")
      } catch {
        throw AWSError("InternalError", "\(error.path): \(error.reason)")
      }
      for key in keys where !validator.listed.contains("\(validator.trail.bucket)/\(key)") {
        let time =
          (try? storage.get(key, in: validator.trail.bucket))?.headers.lastModified ?? 0
        // A file without headers was not written by CloudTrail at all.
        guard time == 0 || (first <= time && time < last) else { continue }
        findings.append("Log file s3://\(validator.trail.bucket)/\(key) is in no valid digest")
      }
    }
    return findings
  }
}

/// Where digests of a trail follow one another.
struct DigestPlace: Hashable {
  var trail: TrailID
  var account: AccountID
  var region: RegionName
}

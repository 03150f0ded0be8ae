internal import TrailRecord

/// Where CloudTrail puts its files (facts §6.1).
enum LogFileKey {
  /// The folder of a kind of file, which is also part of its name.
  enum Folder: String, Hashable, Sendable, CaseIterable {
    case logs = "CloudTrail"
    case insights = "CloudTrail-Insight"
    case networkActivity = "CloudTrail-NetworkActivity"
    case digests = "CloudTrail-Digest"

    init(_ category: EventCategory) {
      switch category {
      case .management, .data: self = .logs
      case .insight: self = .insights
      case .networkActivity: self = .networkActivity
      }
    }
  }

  /// `[prefix/]AWSLogs/[o-id/]ACCOUNT/FOLDER/REGION`, without a slash at the end.
  static func place(
    _ trail: Trail, organization: String?, account: AccountID, folder: Folder, region: RegionName
  ) -> String {
    let prefix = trail.keyPrefix.map { $0.isEmpty ? "" : "\($0)/" } ?? ""
    let organization = trail.isOrganizationTrail ? organization.map { "\($0)/" } ?? "" : ""
    return "\(prefix)AWSLogs/\(organization)\(account)/\(folder.rawValue)/\(region)"
  }

  /// A log file's key. Its stamp is a five-minute mark, to the minute (facts §0.21).
  static func logFile(
    in place: String, account: AccountID, folder: Folder, region: RegionName, stamp: Int64,
    letters: String
  ) -> String {
    let time = CivilTime(stamp)
    let date = "\(four(time.year))/\(two(time.month))/\(two(time.day))"
    let name =
      "\(account)_\(folder.rawValue)_\(region)_\(compact(time))T\(two(time.hour))\(two(time.minute))Z"
    return "\(place)/\(date)/\(name)_\(letters).json.gz"
  }

  /// A digest's key: two Regions, and a stamp to the second (facts §0.10).
  static func digest(
    in place: String, account: AccountID, region: RegionName, trail: Trail, end: Int64
  ) -> String {
    let time = CivilTime(end)
    let date = "\(four(time.year))/\(two(time.month))/\(two(time.day))"
    return "\(place)/\(date)/\(account)_CloudTrail-Digest_\(region)_\(trail.name)_"
      + "\(trail.homeRegion)_\(stamp(end)).json.gz"
  }

  /// `YYYYMMDDTHHMMSSZ`.
  static func stamp(_ time: Int64) -> String {
    let time = CivilTime(time)
    return "\(compact(time))T\(two(time.hour))\(two(time.minute))\(two(time.second))Z"
  }

  private static func compact(_ time: CivilTime) -> String {
    "\(four(time.year))\(two(time.month))\(two(time.day))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func four(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)"
  }
}

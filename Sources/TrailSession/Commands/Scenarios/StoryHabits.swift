internal import TrailCloud
internal import TrailRecord

/// What the people of a story do on a working day, when nothing is wrong: the calls that the story hides among.
struct StoryHabits {
  private static let sessions: ClosedRange<Int64> = 2...4
  private static let callsInSession: ClosedRange<Int64> = 2...7
  private static let pauses: ClosedRange<Int64> = 4_000...150_000
  private static let hours: ClosedRange<Int64> = 7...17
  private static let hour: Int64 = 3_600_000
  /// One in so many sessions is from home.
  private static let homeOffice: Int64 = 6
  /// One in so many sessions begins at the console.
  private static let consoleShare: Int64 = 3

  /// Ordinary calls, and how often each is made beside the others.
  private static let calls: [(text: String, weight: Int)] = [
    ("ec2:DescribeInstances", 9), ("s3:ListBuckets", 5), ("ec2:DescribeSecurityGroups", 3),
    ("logs:DescribeLogGroups", 4), ("cloudwatch:DescribeAlarms", 4), ("kms:ListAliases", 2),
    ("lambda:ListFunctions", 3), ("rds:DescribeDBInstances", 2), ("ec2:DescribeVolumes", 2),
    ("iam:GetUser userName={who}", 2), ("iam:ListAccessKeys userName={who}", 2),
    ("sts:GetCallerIdentity", 2), ("iam:ListRoles error AccessDenied", 1),
    ("ec2:DescribeImages", 1), ("cloudtrail:DescribeTrails", 1),
    ("ssm:PutParameter name=/team/{who}/note value=1 type=String overwrite=true", 2),
    ("logs:FilterLogEvents logGroupName=/app/web error ThrottlingException", 1),
  ]
  private static let deck = calls.flatMap { Array(repeating: $0.text, count: $0.weight) }

  /// The calls of everybody in a span, in no order.
  static func calls(
    of cast: inout StoryCast, from start: Int64, to end: Int64
  ) -> [(time: Int64, text: String)] {
    var made: [(time: Int64, text: String)] = []
    let day = EventTime.millisecondsPerDay
    for person in cast.persons {
      var midnight = ReadableTime.dayNumber(start) * day
      while midnight < end {
        let name = ReadableTime.weekday(midnight)
        if name != "Saturday", name != "Sunday" {
          made += workday(of: person, midnight, &cast)
        }
        midnight += day
      }
    }
    return made.filter { (start...end).contains($0.time) }
  }

  private static func workday(
    of person: String, _ midnight: Int64, _ cast: inout StoryCast
  ) -> [(time: Int64, text: String)] {
    var made: [(time: Int64, text: String)] = []
    let user = cast[person] ?? person
    for _ in 0..<cast.number(in: sessions) {
      var time = midnight + cast.number(in: hours) * hour + cast.number(in: 0...hour - 1)
      let isAtHome = cast.number(in: 1...homeOffice) == 1
      let from = " from " + (cast[person + (isAtHome ? ".home" : ".desk")] ?? "")
      let isAtConsole = cast.number(in: 1...consoleShare) == 1
      if isAtConsole { made.append((time, "signin:ConsoleLogin as \(user) mfa" + from)) }
      let dress =
        isAtConsole
        ? " as \(user) mfa console" + from
        : " as \(user)" + from + " agent \"\(cast[person + ".agent"] ?? "")\""
      for _ in 0..<cast.number(in: callsInSession) {
        time += cast.number(in: pauses)
        let call = cast.pick(deck).split(separator: "{who}", omittingEmptySubsequences: false)
          .joined(separator: user)
        made.append((time, call + dress))
      }
    }
    return made
  }
}

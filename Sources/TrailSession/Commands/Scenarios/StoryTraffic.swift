internal import TrailCloud
internal import TrailRecord

/// What the machines of a small company do day and night: what a hidden story hides among.
enum StoryTraffic {
  private static let machines = ["web-server", "order-worker", "metrics-agent", "search-indexer"]
  private static let minute = 60_000.0
  /// How busy the hours of a day are, from midnight, in per cent of the mean.
  private static let hours: [Double] = [
    40, 30, 25, 25, 30, 45, 70, 95, 120, 135, 140, 140, 135, 140, 140, 135, 130, 130, 135, 140, 135,
    115, 85, 60,
  ]
  private static let calls = [
    "cloudwatch:PutMetricData namespace=app metricData=[]",
    "ssm:GetParameter name=/app/flags", "ec2:DescribeInstances", "ec2:DescribeTags",
    "autoscaling:DescribeAutoScalingGroups", "logs:DescribeLogStreams logGroupName=/app/web",
    "logs:CreateLogStream logGroupName=/app/web logStreamName=web",
    "cloudwatch:DescribeAlarms", "ecr:GetAuthorizationToken",
    "ssm:GetParameter name=/app/limits error ThrottlingException",
  ]

  /// The calls of a span, in their order.
  ///
  /// - Parameter rate: calls a minute in the mean.
  static func calls(
    _ cast: inout StoryCast, from start: Int64, to end: Int64, rate: Double, in cloud: Cloud
  ) -> [(time: Int64, text: String)] {
    for machine in machines { cloud.defineUser(machine) }
    var made: [(time: Int64, text: String)] = []
    var time = start
    while time < end {
      let hour = Int(time / 3_600_000 % 24)
      let pause = minute / (rate * hours[hour] / 100)
      time += cast.number(in: 1...max(2, Int64(2 * pause)))
      guard time < end else { break }
      made.append((time, "\(cast.pick(calls)) as \(cast.pick(machines))"))
    }
    return made
  }
}

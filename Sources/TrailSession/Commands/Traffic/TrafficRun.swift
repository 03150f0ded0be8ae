internal import TrailCloud
internal import TrailEngine
internal import TrailText

/// Makes the traffic of a span, and says what it was.
struct TrafficRun {
  let span: Int64
  let options: TrafficOptions
  let invocation: Invocation

  /// Calls between two signs of life.
  private static let callsBetweenSigns = 2000

  func run() throws {
    let session = invocation.session
    let cloud = invocation.cloud
    let watch = Stopwatch()
    let start = cloud.now
    let end = start + span
    let shownEnd = ReadableTime.readable(end)
    var asked = 0
    var refusal: Diagnostics?
    defer { session.tellHappenings(of: cloud, to: invocation.output) }
    let report: TrafficReport
    do throws(CallProblem) {
      defer { session.workObserver?.workHasEnded() }
      report = try cloud.runTraffic(options.request, until: end) {
        asked += 1
        if asked % Self.callsBetweenSigns == 0 {
          session.workObserver?.workIs(at: "\(ReadableTime.readable(cloud.now)) … \(shownEnd)")
          refusal = session.settings.memory.refusalOfCalls()
        }
        return refusal != nil || session.cancellation.isCancelled
      }
    } catch {
      throw Diagnostics(error, at: options.regionPlace ?? options.place)
    }
    tell(report, from: start, to: cloud.now, watch.nanoseconds)
    if let refusal { throw refusal }
    if cloud.now < end { throw StatementStopped() }
  }

  private func tell(
    _ report: TrafficReport, from start: Int64, to end: Int64, _ nanoseconds: UInt64
  ) {
    var parts = TrafficCommand.summary(of: report)
    parts.insert("\(ReadableTime.readable(start)) … \(ReadableTime.readable(end))", at: 1)
    parts.append(NumberText.elapsed(nanoseconds: nanoseconds))
    invocation.session.note(
      "\(options.request.profile.name): " + parts.joined(separator: " · "), to: invocation.output)
  }
}

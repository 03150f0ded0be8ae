import Testing
import TrailCrypto
import TrailRecord

@testable import TrailCloud

/// A world with a trail `main` that has Insights, in which records are made as fast as they can be published.
struct InsightWorld {
  static let minute: Int64 = 60_000
  static let day: Int64 = 86_400_000
  static let both = #"[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]"#

  let bench: TrailBench
  var cloud: Cloud { bench.cloud }
  private(set) var made = 0
  private let told = Told()

  /// - Parameter selectors: the Insights of `main`; nil for none.
  init(_ selectors: String? = InsightWorld.both, more: String = "") throws {
    bench = try TrailBench()
    try bench.trail("main", more)
    bench.cloud.observer = told
    if let selectors { try enable(selectors) }
  }

  func enable(_ selectors: String, on name: String = "main") throws {
    try bench.ask(
      "PutInsightSelectors", #"{"TrailName":"\#(name)","InsightSelectors":\#(selectors)}"#)
  }

  /// Publishes some records in the minute that is running.
  mutating func make(_ count: Int = 1, _ change: (inout RecordDraft) -> Void = { _ in }) {
    for _ in 0..<count {
      made += 1
      let record = TrailBench.record(now: cloud.now) { draft in
        draft.eventID = "made-\(made)"
        draft.userAgent = "agent"
        change(&draft)
      }
      cloud.publish(record)
    }
  }

  func advance(minutes: Int) { cloud.advance(to: cloud.now + Int64(minutes) * Self.minute) }
  func advance(days: Int) { cloud.advance(to: cloud.now + Int64(days) * Self.day) }

  /// Lets days pass in which a call is made every so many minutes.
  mutating func live(
    days: Int, every minutes: Int, count: Int = 1, _ change: (inout RecordDraft) -> Void = { _ in }
  ) {
    let end = cloud.now + Int64(days) * Self.day
    while cloud.now < end {
      make(count, change)
      advance(minutes: minutes)
    }
  }

  /// The Insights events that were published, in order.
  var insights: [JSONValue] { told.insights.compactMap { try? JSONParser.parse($0.bytes) } }
  var records: [EventRecord] { told.insights }
  /// When each was published.
  var times: [Int64] { told.times }

  private final class Told: CloudObserver {
    var insights: [EventRecord] = []
    var times: [Int64] = []
    func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) {
      guard record.category == .insight else { return }
      insights.append(record)
      times.append(cloud.now)
    }
  }
}

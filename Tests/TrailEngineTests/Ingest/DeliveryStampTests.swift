import Testing
import TrailRecord

@testable import TrailEngine

/// When imported events were delivered: the time in a log file's name, one entry a file.
@Suite struct DeliveryStampTests {
  @Test(arguments: [
    ("1_CloudTrail_us-east-1_20231101T0005Z_Mu0KsOhtH1ar15ZZ.json.gz", "2023-11-01T00:05:00Z"),
    (
      "b/AWSLogs/o-abc/1/CloudTrail/eu-west-1/2024/02/29/1_CloudTrail_eu-west-1_20240229T2355Z_aaaaaaaaaaaaaaaa.json.gz",
      "2024-02-29T23:55:00Z"
    ),
    ("1_CloudTrail-Insight_us-east-1_20231101T0516Z_Mu0KsOhtH1ar15ZZ.json", "2023-11-01T05:16:00Z"),
    ("logs.zip/1_CloudTrail_us-east-1_20231101T0005Z_x.json.gz", "2023-11-01T00:05:00Z"),
    ("1_CloudTrail_us-east-1_20231301T0005Z_x.json.gz", nil),
    ("1_CloudTrail_us-east-1_20230229T0005Z_x.json.gz", nil),
    ("1_CloudTrail_us-east-1_20231101T2405Z_x.json.gz", nil),
    ("1_CloudTrail_us-east-1_20231101T0060Z_x.json.gz", nil),
    ("20231101.json", nil), ("events.ndjson", nil), ("-", nil), ("", nil),
  ])
  func stampOfName(name: String, time: String?) {
    #expect(FileStamp.time(inName: name).map { EventTime.format($0) } == time)
  }

  private static func record(_ minute: Int, _ id: Int) -> String {
    #"{"eventTime":"2026-11-20T10:0\#(minute):00Z","eventName":"A","eventID":"00000000-0000-4000-8000-00000000000\#(id)"}"#
  }

  @Test func eachEventHasTheTimeOfItsFile() throws {
    let folder = ScratchFolder()
    folder.write(
      "1_CloudTrail_us-east-1_20261120T1005Z_a.json",
      "{\"Records\":[\(Self.record(4, 1)),\(Self.record(1, 2))]}")
    folder.write("1_CloudTrail_us-east-1_20261120T1010Z_b.json", "[\(Self.record(2, 3))]")
    folder.write("other.ndjson", Self.record(3, 4))
    // A duplicate keeps the time of the file that had it first.
    folder.write("1_CloudTrail_us-east-1_20261120T1015Z_c.json", "[\(Self.record(4, 1))]")
    let store = EventStore()
    let report = store.importLogs([folder.path])
    #expect(report.events == 4 && report.duplicates == 1)
    let segment = try #require(store.snapshot().segments.first)
    let deliveries = try #require(segment.deliveries)
    let times = (0..<segment.rowCount).map { row in
      let time = deliveries.time(ofArrival: segment.arrivals[row])
      return time == Segment.noTime ? "-" : EventTime.format(time)
    }
    // In the order of their own times: 10:01, 10:02, 10:03, 10:04.
    #expect(
      times == [
        "2026-11-20T10:05:00Z", "2026-11-20T10:10:00Z", "-", "2026-11-20T10:05:00Z",
      ])
    #expect(deliveries.hasGaps)
    #expect(deliveries.byteCount <= 4 * 16)
  }

  @Test func whoImportsMayKnowBetter() throws {
    let folder = ScratchFolder()
    let path = folder.write("1_CloudTrail_us-east-1_20261120T1005Z_a.json", Self.record(4, 1))
    let store = EventStore()
    _ = store.importLogs([path], deliveredAt: [path: 7])
    let segment = try #require(store.snapshot().segments.first)
    #expect(segment.deliveries?.times == [7])
  }

  @Test func whatArrivesLiveHasNoFile() throws {
    let store = EventStore()
    try store.append(record: Array(Self.record(4, 1).utf8))
    let segment = try #require(store.snapshot().segments.first)
    #expect(segment.deliveries?.isLive == true)
    #expect(segment.deliveries?.hasGaps == false)
  }
}

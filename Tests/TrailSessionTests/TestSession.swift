import TrailEngine
import TrailText

@testable import TrailSession

/// A session with a few events in it, and all that it says.
struct TestSession {
  let session: Session
  let output = CollectedOutput()

  /// 2026-11-22T00:00:00Z, shortly after the newest event.
  static let now: Int64 = 1_795_305_600_000

  init(
    _ configure: (inout Session.Configuration) -> Void = { _ in },
    records: [String] = SampleRecords.all
  ) throws {
    var configuration = Session.Configuration()
    configuration.clock = SessionClock(.stopped(at: Self.now))
    configure(&configuration)
    session = Session(configuration)
    for record in records { try session.store.append(record: Array(record.utf8)) }
  }

  /// Runs statements as a script would, and gives back what went to standard output.
  @discardableResult func run(_ text: String, name: String? = nil) -> String {
    output.clear()
    _ = ScriptRunner(session: session, output: output).run(SourceText(text, name: name))
    return output.data
  }

  var messages: String { output.messages }
}

/// Records for tests: a deletion that was refused first, sign-ins, and odd values.
enum SampleRecords {
  static let all = [
    record(
      "2026-11-21T13:02:11Z", "DeleteBucket", "bob", id: 1,
      more:
        #","errorCode":"AccessDenied","errorMessage":"no","requestParameters":{"bucketName":"payroll-2026"}"#
    ),
    record(
      "2026-11-21T14:03:40Z", "DeleteBucket", "bob", id: 2,
      more: #","requestParameters":{"bucketName":"payroll-2026","size":243.0}"#),
    record(
      "2026-11-21T14:05:00Z", "GetObject", "alice", id: 3, readOnly: true,
      more:
        #","requestParameters":{"bucketName":"data","key":"a b","tags":[{"k":"x"},{"k":"y"}],"odd key":null}"#
    ),
    record(
      "2026-11-21T18:00:00Z", "ListBuckets", "alice", id: 4, readOnly: true, ip: "2001:db8::7"),
  ]

  static func record(
    _ time: String, _ name: String, _ user: String, id: Int, readOnly: Bool = false,
    ip: String = "203.0.113.7", more: String = ""
  ) -> String {
    """
    {"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/\(user)",\
    "accountId":"123456789012","userName":"\(user)"},"eventTime":"\(time)",\
    "eventSource":"s3.amazonaws.com","eventName":"\(name)","awsRegion":"us-east-1",\
    "sourceIPAddress":"\(ip)","userAgent":"aws-cli/2.15"\(more),"eventID":"00000000-0000-4000-8000-00000000000\(id)",\
    "readOnly":\(readOnly),"eventType":"AwsApiCall","recipientAccountId":"123456789012"}
    """
  }
}

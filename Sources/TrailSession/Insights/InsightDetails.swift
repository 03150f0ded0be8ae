internal import TrailCloud
internal import TrailRecord

/// What an Insights event says, taken out of its record.
struct InsightDetails {
  static let category = "Insight"

  var state: String
  var time: Int64
  var eventSource: String
  var eventName: String
  var errorCode: String?
  var isOfData: Bool
  var source: String?
  var region: String
  var account: String
  var sharedID: String
  /// Averages, as the record spells them.
  var rate: String
  var baseline: String
  var minutes: Int
  var baselineMinutes: Int
  var attributions: [(attribute: String, insight: [Share], baseline: [Share])]

  struct Share {
    var value: String
    var average: String
  }

  /// Nil where the record is no Insights event.
  init?(_ record: JSONValue) {
    guard let details = record["insightDetails"], details.members != nil,
      let time = record["eventTime"]?.text.flatMap({ EventTime.parse($0) })
    else { return nil }
    let context = details["insightContext"]
    let statistics = context?["statistics"]
    self.time = time
    state = details["state"]?.text ?? ""
    eventSource = details["eventSource"]?.text ?? ""
    eventName = details["eventName"]?.text ?? ""
    errorCode = details["errorCode"]?.text
    isOfData = details["sourceEventCategory"]?.text == "Data"
    source = details["insightSource"]?.text
    region = record["awsRegion"]?.text ?? ""
    account = record["recipientAccountId"]?.text ?? ""
    sharedID = record["sharedEventID"]?.text ?? ""
    rate = Self.number(statistics?["insight"]?["average"])
    baseline = Self.number(statistics?["baseline"]?["average"])
    minutes = Int(Self.number(statistics?["insightDuration"])) ?? 0
    baselineMinutes = Int(Self.number(statistics?["baselineDuration"])) ?? 0
    attributions = (context?["attributions"]?.elements ?? []).map { attribution in
      func shares(_ name: String) -> [Share] {
        (attribution[name]?.elements ?? []).map {
          Share(value: $0["value"]?.text ?? "", average: Self.number($0["average"]))
        }
      }
      return (
        attribution["attribute"]?.text ?? "", shares("insight"), shares("baseline")
      )
    }
  }

  private static func number(_ json: JSONValue?) -> String {
    if case .number(let spelling) = json { spelling } else { "" }
  }

  var isOfErrors: Bool { errorCode != nil }
  var isStart: Bool { state == "Start" }

  /// The minutes of the unusual activity, as far as the record tells: of a Start those that showed it.
  var span: Range<Int64> {
    let length = Int64(max(1, minutes)) * 60_000
    return isStart ? time..<(time + length) : (time - length)..<time
  }

  /// The sentence that asks for the events behind it, in a span of time.
  func question(_ source: String, in span: Range<Int64>) -> String {
    func quoted(_ text: String) -> String { PivotCondition.quoted(text) }
    var parts = [
      "eventSource == \(quoted(eventSource))", "eventName == \(quoted(eventName))",
      "awsRegion == \(quoted(region))", "recipientAccountId == \(quoted(account))",
    ]
    if let errorCode { parts.append("errorCode == \(quoted(errorCode))") }
    return "\(source) where \(parts.joined(separator: " and ")) between"
      + " \(ReadableTime.iso(span.lowerBound)) and \(ReadableTime.iso(span.upperBound))"
  }
}

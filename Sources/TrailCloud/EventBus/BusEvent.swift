internal import TrailRecord

/// An event on a bus: the envelope's text, and what rules need to know beside it.
package struct BusEvent: Sendable {
  /// The whole event as JSON on one line, members as AWS prints them (facts §10.1).
  package var bytes: [UInt8]
  package var id: String
  package var source: String
  package var detailType: String
  package var account: AccountID
  package var region: RegionName
  package var time: Int64
  /// The record's event name, or the detail-type.
  package var name: String
  /// Who called, where it is the event of a call.
  package var caller: String?
  package var errorCode: String?
  /// True for what only rules in one state are told of (facts §10.1).
  package var isReadOnlyManagement = false
  /// How many actions of rules led to this event, one to the other.
  package var depth = 0
  /// The event with which that began, itself where nothing led to it; known once it has arrived.
  var root: RuleRoots.ID?
  /// Whether a replay sent it: no archive keeps it then.
  var isReplayed = false
  /// Whether it came from another bus of the Region, or from another Region.
  var hopped = false
  var hoppedRegion = false

  /// Whether it is an Insight: its name says where it is from.
  package var isInsight: Bool { detailType == Self.detailType(of: .insight) }

  /// The event of a record that CloudTrail sends. Its id follows from the record's.
  init(_ record: EventRecord) {
    self.init(
      id: Self.id(ofRecord: record.eventID), detailType: Self.detailType(of: record.eventType),
      source: Self.source(of: record),
      account: record.recipientAccountID, time: record.eventTime, region: record.awsRegion,
      resources: [], detail: record.bytes,
      name: record.eventType == .insight ? InsightHeadline.text(of: record) : record.eventName)
    caller = Self.caller(of: record)
    errorCode = record.errorCode
    isReadOnlyManagement = record.category == .management && record.isReadOnly == true
  }

  /// - Parameter detail: a JSON object's text.
  init(
    id: String, detailType: String, source: String, account: AccountID, time: Int64,
    region: RegionName, resources: [String], detail: [UInt8], name: String
  ) {
    self.id = id
    self.source = source
    self.detailType = detailType
    self.account = account
    self.region = region
    self.time = time
    self.name = name
    var bytes: [UInt8] = []
    bytes.reserveCapacity(detail.count + 320)
    func append(_ text: String, _ value: String) {
      bytes.append(contentsOf: text.utf8)
      JSONWriter.appendString(value.utf8, to: &bytes)
    }
    append(#"{"version":"0","id":"#, id)
    append(#","detail-type":"#, detailType)
    append(#","source":"#, source)
    append(#","account":"#, account)
    append(#","time":"#, EventTime.format(time))
    append(#","region":"#, region)
    bytes += #","resources":"#.utf8
    JSONWriter.append(.strings(resources), to: &bytes)
    bytes += #","detail":"#.utf8
    bytes += detail
    bytes.append(UInt8(ascii: "}"))
    self.bytes = bytes
  }

  /// Facts §10.1.
  static func detailType(of type: EventType) -> String {
    switch type {
    case .apiCall: "AWS API Call via CloudTrail"
    case .consoleSignIn: "AWS Console Signin via CloudTrail"
    case .consoleAction: "AWS Console Action via CloudTrail"
    case .serviceEvent: "AWS Service Event via CloudTrail"
    case .insight: "AWS Insight via CloudTrail"
    case .vpceEvent: "AWS Network Activity Event via CloudTrail"
    }
  }

  /// `aws.` and the event source's first part; Insights come from CloudTrail.
  private static func source(of record: EventRecord) -> String {
    guard record.eventType != .insight else { return "aws.cloudtrail" }
    return source(ofService: record.eventSource)
  }

  private static func source(ofService source: String) -> String {
    let domain = ".amazonaws.com"
    return "aws." + (source.hasSuffix(domain) ? String(source.dropLast(domain.count)) : source)
  }

  /// The detail-types under which CloudTrail sends records.
  package static let recordTypes = EventType.allCases.map { detailType(of: $0) }
  package static let signInType = detailType(of: .consoleSignIn)
  /// The sources under which it sends them: those of all services of the catalogue.
  package static let recordSources: Set<String> = {
    let sources = APICatalogue.standard.eventSources.map { source(ofService: $0) }
    return Set(sources + ["aws.cloudtrail"])
  }()
  /// What events by the clock have.
  package static let scheduleType = "Scheduled Event"
  package static let scheduleSource = "aws.events"
  /// The members of the envelope.
  package static let envelope: Set<String> = [
    "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
  ]

  /// The id of a record's event.
  static func id(ofRecord eventID: String) -> String {
    var source = IdentifierSource.branch(seed: 0, name: "bus/\(eventID)")
    return source.uuid()
  }

  private static func caller(of record: EventRecord) -> String? {
    record.userIdentityARN.map(shortName) ?? record.invokedBy
  }

  /// A call in a few words.
  static func callText(_ record: EventRecord) -> String {
    "\(record.eventName) by \(caller(of: record) ?? record.eventSource)"
  }

  /// The last part of a principal's ARN.
  static func shortName(_ arn: String) -> String {
    let name = arn.split(separator: ":").last.map(String.init) ?? arn
    for prefix in ["user/", "assumed-role/", "federated-user/"] where name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    return name
  }
}

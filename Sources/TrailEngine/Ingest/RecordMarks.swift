/// Members of a record itself that tell what it is.
struct RecordMarks: OptionSet, BitwiseCopyable {
  let rawValue: UInt16

  private static let records = RecordMarks(rawValue: 0x00FF)
  /// Marks that are misspelt, each beside its own.
  private static let resemblances = RecordMarks(rawValue: 0x7F00)
  private static let resemblanceShift: UInt16 = 8
  /// A member that what carries records has, too: queues, streams and services that call a function put members of
  /// their own beside some of a record's.
  static let envelope = RecordMarks(rawValue: 1 << 15)

  private static let names = [
    "eventID", "eventTime", "eventName", "eventSource", "eventVersion", "userIdentity",
    "insightDetails",
  ]
  /// As Athena and others write them.
  private static let lowercaseNames = names.map { $0.lowercased() }
  private static let envelopeNames: Set = [
    "messageId", "receiptHandle", "kinesis", "dynamodb", "s3", "ses", "codecommit", "detail-type",
    "CloudTrailEvent",
  ]

  /// The mark that a member with this name is; none for most.
  static func of(_ key: String) -> RecordMarks {
    if envelopeNames.contains(key) { return .envelope }
    if let mark = names.firstIndex(of: key) ?? lowercaseNames.firstIndex(of: key) {
      return RecordMarks(rawValue: 1 << UInt16(mark))
    }
    if let mark = names.firstIndex(where: { key.hasPrefix($0) }) {
      return RecordMarks(rawValue: 1 << (UInt16(mark) + resemblanceShift))
    }
    return []
  }

  var isOfEnvelope: Bool { contains(.envelope) }
  /// True of a record, whatever else it may be.
  var isOfRecord: Bool { !isDisjoint(with: .records) }

  /// True of what can only be a record, wherever it was found: what lies inside one has fewer marks.
  var isEvident: Bool {
    intersection(.records).rawValue.nonzeroBitCount >= Self.evidentMarks && !isOfEnvelope
  }

  /// True of what is a record where records are around it: names of as many of its members begin as a record's do.
  var isLikeRecord: Bool {
    let misspelt = intersection(.resemblances).rawValue >> Self.resemblanceShift
    return (misspelt | intersection(.records).rawValue).nonzeroBitCount >= Self.evidentMarks
      && !isOfEnvelope
  }

  private static let evidentMarks = 3
}

/// Which of the objects that a text has are kept as events.
enum RecordAcceptance {
  /// Each that has a member: whoever gives it says that it is an event.
  case anything
  /// Those that have a mark of records, and none of what carries records.
  case records
  /// Those that have a mark of records, whatever else they have.
  case evenEnvelopes
  /// Those that can only be records.
  case evidentRecords
  /// Those that are records where records are around them.
  case likeRecords

  func takes(_ marks: RecordMarks) -> Bool {
    switch self {
    case .anything: true
    case .records: marks.isOfRecord && !marks.isOfEnvelope
    case .evenEnvelopes: marks.isOfRecord
    case .evidentRecords: marks.isEvident
    case .likeRecords: marks.isLikeRecord
    }
  }
}

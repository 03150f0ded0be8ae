/// How often each value of an attribute came.
///
/// Of very many values the rarest are forgotten, so that a tally does not grow without end. Ours.
struct ValueTally: Sendable {
  private(set) var values: [(value: String, count: Int)] = []
  /// Places of values, once there are too many to walk.
  private var places: [String: Int] = [:]

  /// Up to so many values are compared one by one.
  private static let walked = 12
  /// Beyond this many values …
  static let mostValues = 1000
  /// … the rarest are dropped until so many are left.
  static let keptValues = 500

  var isEmpty: Bool { values.isEmpty }

  /// - Complexity: O(1) amortised.
  mutating func add(_ value: String, _ count: Int = 1) {
    if let place = place(of: value) {
      values[place].count += count
      return
    }
    if values.count >= Self.mostValues { prune() }
    values.append((value, count))
    if values.count > Self.walked {
      if places.isEmpty {
        for (index, known) in values.enumerated() { places[known.value] = index }
      } else {
        places[value] = values.count - 1
      }
    }
  }

  mutating func add(_ other: ValueTally) {
    for (value, count) in other.values { add(value, count) }
  }

  /// Takes counts away again; values that are not there any more are passed over.
  mutating func subtract(_ other: ValueTally) {
    for (value, count) in other.values {
      if let place = place(of: value) { values[place].count -= count }
    }
  }

  private func place(of value: String) -> Int? {
    places.isEmpty ? values.firstIndex { $0.value == value } : places[value]
  }

  private mutating func prune() {
    values = Array(ranked.prefix(Self.keptValues))
    places = [:]
    for (index, known) in values.enumerated() { places[known.value] = index }
  }

  /// Most first, equal ones by their texts; none that did not come.
  var ranked: [(value: String, count: Int)] {
    values.filter { $0.count > 0 }.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
  }
}

/// Who and what some calls came from (facts §9.3).
struct Attributions: Sendable {
  /// What an Insights event attributes activity to, in AWS's order.
  enum Attribute: String, CaseIterable {
    case userIdentityARN = "userIdentityArn"
    case userAgent, errorCode
    case resourceARN = "resourceArn"
  }
  private var tallies = [ValueTally](repeating: ValueTally(), count: Attribute.allCases.count)

  subscript(_ attribute: Attribute) -> ValueTally {
    get { tallies[Self.place(attribute)] }
    set { tallies[Self.place(attribute)] = newValue }
  }

  private static func place(_ attribute: Attribute) -> Int {
    switch attribute {
    case .userIdentityARN: 0
    case .userAgent: 1
    case .errorCode: 2
    case .resourceARN: 3
    }
  }

  mutating func add(_ values: AttributedValues) {
    tallies[0].add(values.userIdentityARN)
    tallies[1].add(values.userAgent)
    if let code = values.errorCode { tallies[2].add(code) }
    if let arn = values.resourceARN { tallies[3].add(arn) }
  }

  mutating func add(_ other: Attributions) {
    for index in tallies.indices { tallies[index].add(other.tallies[index]) }
  }

  mutating func subtract(_ other: Attributions) {
    for index in tallies.indices { tallies[index].subtract(other.tallies[index]) }
  }
}

/// What one record is attributed to.
struct AttributedValues {
  var userIdentityARN: String
  var userAgent: String
  /// Nil where errors are counted; else the code, or the text `null` for a call that worked.
  var errorCode: String?
  /// Nil for management events.
  var resourceARN: String?

  /// What stands for an absent value, as AWS writes it.
  static let absent = "null"

  init(_ record: EventRecord) {
    userIdentityARN =
      record.userIdentityARN.map(Self.withoutSession) ?? record.invokedBy ?? Self.absent
    userAgent = record.userAgent ?? Self.absent
  }

  /// AWS names the role and not its session: `arn:aws:sts::1:assumed-role/Admin`.
  private static func withoutSession(_ arn: String) -> String {
    guard arn.hasPrefix("arn:"), let role = arn.utf8.firstIndex(of: UInt8(ascii: "/")),
      arn.utf8[..<role].reversed().starts(with: ":assumed-role".utf8.reversed()),
      let session = arn.utf8[arn.utf8.index(after: role)...].firstIndex(of: UInt8(ascii: "/"))
    else { return arn }
    return String(arn[..<session])
  }
}

extension EventRecord {
  /// What a data event is about, as Insights name it: the bucket of an object, as in AWS's example, else the first
  /// resource.
  var attributedResource: String? {
    let bucket = resources.first { $0.type == "AWS::S3::Bucket" }
    return (bucket ?? resources.first)?.arn
  }
}

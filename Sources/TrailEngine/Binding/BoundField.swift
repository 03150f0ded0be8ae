package import TrailRecord

/// A field with its place in records settled; what values it has is for the snapshot to say.
package struct BoundField: Sendable {
  package enum Source: Hashable, Sendable {
    /// The event's time.
    case time
    /// Every value under any of these key sequences, through arrays and down to the leaves.
    case any([[String]])
    /// The first of these key sequences that has a value.
    case first([[String]])
    case computed(ComputedRule)
  }

  /// How its values compare and are shown.
  package enum Kind: String, Hashable, Sendable {
    case text, time, service, ip, flag, number, principal, role
  }

  /// The short name, or the path's canonical spelling: what messages call it.
  package let name: String
  package let kind: Kind
  package let source: Source
  /// True where only values that are an IP address count; what else stands there is as good as missing.
  package private(set) var countsOnlyAddresses = false

  /// What tells the source from all others, in one text: segments keep what they worked out under it.
  let sourceKey: String

  package init(name: String, kind: Kind, source: Source) {
    self.name = name
    self.kind = kind
    self.source = source
    sourceKey = source.key
  }

  /// The field as `new`, `rare` and `burst … distinct` count its values: the DNS name of a service that stands in
  /// an address's place says nothing of where somebody is.
  var measured: BoundField {
    guard kind == .ip else { return self }
    var field = self
    field.countsOnlyAddresses = true
    return field
  }

  /// The key sequences that it reads.
  package var keySequences: [[String]] {
    switch source {
    case .time: [["eventTime"]]
    case .any(let sequences), .first(let sequences): sequences
    case .computed(let rule): rule.inputs.map(\.keys)
    }
  }
}

extension BoundField: Hashable {
  package static func == (left: BoundField, right: BoundField) -> Bool {
    left.kind == right.kind && left.countsOnlyAddresses == right.countsOnlyAddresses
      && left.name == right.name && left.sourceKey == right.sourceKey
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(sourceKey) }
}

extension BoundField.Source {
  var key: String {
    switch self {
    case .time: "time"
    case .computed(let rule): "computed \(rule.rawValue)"
    case .any(let sequences): Self.key("any", sequences)
    case .first(let sequences): Self.key("first", sequences)
    }
  }

  /// A name for key sequences: each key with its length before it, so that no two share one. Describing the arrays
  /// would take longer than many a look-up.
  static func key(_ name: String, _ sequences: [[String]]) -> String {
    var text = name
    for keys in sequences {
      text += " /"
      for key in keys {
        text += String(key.utf8.count)
        text += ":"
        text += key
      }
    }
    return text
  }
}

extension BoundField {
  /// Whether a value that stands in the field counts.
  func counts(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    !countsOnlyAddresses || IPAddress(bytes: value) != nil
  }

  /// The field that a short name stands for, or nil where there is none of that name.
  package init?(shortName: String) {
    guard let definition = FieldCatalog.standard[shortName],
      let field = Self.standard[definition.name]
    else { return nil }
    self = field
  }

  /// The fields with a short name, made once: every sentence names some.
  private static let standard = Dictionary(
    uniqueKeysWithValues: FieldCatalog.standard.definitions.compactMap { definition in
      BoundField(definition).map { (definition.name, $0) }
    })

  private init?(_ definition: FieldDefinition) {
    let name = definition.name
    func keys(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }
    switch definition.source {
    case .path("eventTime"):
      self.init(name: name, kind: .time, source: .time)
    case .path(let path):
      self.init(name: name, kind: Self.kind(definition), source: .any([keys(path)]))
    case .first(let paths):
      self.init(name: name, kind: Self.kind(definition), source: .first(paths.map(keys)))
    case .any(let paths):
      self.init(name: name, kind: Self.kind(definition), source: .any(paths.map(keys)))
    case .computed:
      guard let rule = ComputedRule(rawValue: name) else { return nil }
      self.init(name: name, kind: rule.kind, source: .computed(rule))
    }
  }

  /// The kind of the field of that name, as `name` spells it: a short name or a path; text where it is neither.
  static func kind(named name: String) -> Kind {
    if let short = BoundField(shortName: name) { return short.kind }
    return BoundField(path: [name.split(separator: ".").map(String.init)], name: name).kind
  }

  private static func kind(_ definition: FieldDefinition) -> Kind {
    switch definition.kind {
    case .time: .time
    case .service: .service
    case .ip: .ip
    case .flag: .flag
    case .number: .number
    case .text, .computed: .text
    }
  }

  /// A field by its full path: of the same kind as the short field that reads this very path, but for
  /// `service`, whose short spelling belongs to the short name.
  package init(path keys: [[String]], name: String, catalog: FieldCatalog = .standard) {
    if keys == [["eventTime"]] {
      self.init(name: name, kind: .time, source: .time)
      return
    }
    let written = keys.first?.joined(separator: ".") ?? ""
    let kind = catalog.definitions.first { $0.source == .path(written) }.map(Self.kind)
    self.init(name: name, kind: kind == .service ? .text : kind ?? .text, source: .any(keys))
  }
}

/// The top-level members that CloudTrail documents: a path that begins with one is a path even where the store
/// has no such value yet.
package enum CloudTrailRecord {
  package static let members = [
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
    "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestParameters",
    "responseElements", "additionalEventData", "requestID", "eventID", "eventType", "apiVersion",
    "managementEvent", "readOnly", "resources", "recipientAccountId", "serviceEventDetails",
    "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "eventCategory", "addendum",
    "sessionCredentialFromConsole", "edgeDeviceDetails", "tlsDetails", "insightDetails",
    "eventContext",
  ]

  /// The prefixes that stand for the long member names.
  package static let prefixes = [
    "req": "requestParameters", "resp": "responseElements", "extra": "additionalEventData",
    "identity": "userIdentity",
  ]

  /// The member of that name in any letter case.
  package static func member(_ name: String) -> String? {
    let folded = name.lowercased()
    return members.first { $0.lowercased() == folded }
  }
}

/// What the eventID of a record is known by.
struct EventKey: Hashable, Sendable, BitwiseCopyable {
  private let identifier: Identifier
  private let form: Form

  private enum Form: UInt8, BitwiseCopyable {
    /// The record has no eventID.
    case absent
    case identifier
    /// Any other text: by its hash.
    case text
  }

  static let absent = EventKey(identifier: Identifier(high: 0, low: 0), form: .absent)

  private init(identifier: Identifier, form: Form) {
    self.identifier = identifier
    self.form = form
  }

  init(_ identifier: Identifier) { self.init(identifier: identifier, form: .identifier) }

  /// Seven bytes behind `base + count` must be readable.
  init(text base: UnsafePointer<UInt8>, _ count: Int) {
    let hash = ValueInterner.hash(base, count, .text)
    self.init(identifier: Identifier(high: 0, low: hash), form: .text)
  }

  var isAbsent: Bool { form == .absent }

  /// The canonical UUID that it is, if it is one.
  var canonical: Identifier? { form == .identifier ? identifier : nil }

  /// Never 0.
  var hash: UInt64 {
    switch form {
    case .absent, .identifier: ValueHash.mix(identifier.high, identifier.low) | 1
    case .text: identifier.low | 1
    }
  }
}

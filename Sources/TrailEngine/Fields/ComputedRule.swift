/// The fields that are worked out from several members of a record.
///
/// A rule is a pure function of its inputs' values. The engine runs it once for each combination of values
/// that occurs in a segment.
package enum ComputedRule: String, Hashable, Sendable, CaseIterable {
  case user, who, role, tool, bucket, target, trail, via, mfa, crossaccount

  /// A member that a rule looks at.
  struct Input: Hashable, Sendable {
    let keys: [String]
    /// For a member that has several values: which of them counts. Without it the first does.
    var picksBucketARN = false

    init(_ path: String, picksBucketARN: Bool = false) {
      keys = path.split(separator: ".").map(String.init)
      self.picksBucketARN = picksBucketARN
    }
  }

  /// The values of a rule's inputs: nil where a record lacks one.
  typealias Values = [UnsafeBufferPointer<UInt8>?]

  var inputs: [Input] {
    switch self {
    case .user: PrincipalRules.userInputs
    case .who: PrincipalRules.whoInputs
    case .role: PrincipalRules.roleInputs
    case .tool: OriginRules.toolInputs
    case .bucket: TargetRules.bucketInputs
    case .target: TargetRules.targetInputs
    case .trail: TargetRules.trailInputs
    case .via: OriginRules.viaInputs
    case .mfa: OriginRules.mfaInputs
    case .crossaccount: OriginRules.crossAccountInputs
    }
  }

  /// True where the value is the first of the inputs that is there and not empty.
  var takesFirstInput: Bool { self == .target }

  /// The field's value; nil where the record has none.
  func evaluate(_ values: Values) -> [UInt8]? {
    switch self {
    case .user: PrincipalRules.user(values)
    case .who: PrincipalRules.who(values)
    case .role: PrincipalRules.role(values)
    case .tool: OriginRules.tool(values)
    case .bucket: TargetRules.bucket(values)
    case .target: TargetRules.target(values)
    case .trail: TargetRules.trail(values)
    case .via: OriginRules.via(values)
    case .mfa: OriginRules.mfa(values)
    case .crossaccount: OriginRules.crossAccount(values)
    }
  }

  package var kind: BoundField.Kind {
    switch self {
    case .who: .principal
    case .role: .role
    case .crossaccount: .flag
    case .user, .tool, .bucket, .target, .trail, .via, .mfa: .text
    }
  }
}

/// Small questions about bytes that the rules ask.
extension UnsafeBufferPointer where Element == UInt8 {
  func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && foldedStarts(with: text, at: 0)
  }

  func contains(_ text: StaticString) -> Bool {
    var offset = 0
    while offset + text.utf8CodeUnitCount <= count {
      if foldedStarts(with: text, at: offset) { return true }
      offset += 1
    }
    return false
  }

  func starts(with text: StaticString) -> Bool { foldedStarts(with: text, at: 0) }

  func ends(with text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount && foldedStarts(with: text, at: count - text.utf8CodeUnitCount)
  }

  func starts(with text: StaticString, at offset: Int) -> Bool {
    foldedStarts(with: text, at: offset)
  }

  /// Compares without regard to the case of ASCII letters; `text` is in lower case.
  private func foldedStarts(with text: StaticString, at offset: Int) -> Bool {
    guard offset + text.utf8CodeUnitCount <= count else { return false }
    for index in 0..<text.utf8CodeUnitCount {
      let byte = self[offset + index]
      let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if folded != text.utf8Start[index] { return false }
    }
    return true
  }

  var bytes: [UInt8] { Array(self) }
}

package import TrailRecord

/// What a field of an event holds.
package enum FieldValue: Hashable, Sendable {
  /// A string's UTF-8, with escapes resolved.
  case string([UInt8])
  /// A number's spelling.
  case number(String)
  case bool(Bool)
  case null
}

/// What one alternative of a pattern asks of a field, ready to be asked.
package indirect enum ValueTest: Hashable, Sendable {
  case text([UInt8])
  case address(IPAddress)
  case number(NumberKey)
  /// A number that cannot be compared equals its own spelling.
  case spelling(String)
  case bool(Bool)
  case null
  case prefix([UInt8])
  case suffix([UInt8])
  case caseless(CaselessText)
  case wildcard(WildcardText)
  /// Both ends belong to it.
  case range(NumberKey, NumberKey)
  case block(AddressBlock)
  /// Any value that passes none of these tests, of whatever type.
  case butNot([ValueTest])
  /// Any value.
  case present
  /// No value can pass it: it wants the field not to be there.
  case absent

  /// Whether a value passes. O(size of the test + size of the value).
  package func passes(_ value: FieldValue) -> Bool {
    switch self {
    case .butNot(let tests): return !tests.contains { $0.passes(value) }
    case .present: return true
    case .absent: return false
    default: break
    }
    switch value {
    case .string(let bytes): return bytes.withUnsafeBufferPointer { passes(text: $0) }
    case .number(let spelling): return passes(number: spelling)
    case .bool(let flag): return self == .bool(flag)
    case .null: return self == .null
    }
  }

  private func passes(text value: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .text(let text): value.elementsEqual(text)
    case .address(let address): AddressText.address(value) == address
    case .prefix(let prefix): value.starts(with: prefix)
    case .suffix(let suffix): value.suffix(suffix.count).elementsEqual(suffix)
    case .caseless(let text): text.matches(value)
    case .wildcard(let wildcard): wildcard.matches(value)
    case .block(let block): AddressText.address(value).map { block.contains($0) } ?? false
    default: false
    }
  }

  private func passes(number spelling: String) -> Bool {
    switch self {
    case .number(let key): NumberKey(spelling) == key
    case .spelling(let own): spelling == own
    case .range(let low, let high): NumberKey(spelling).map { low <= $0 && $0 <= high } ?? false
    default: false
    }
  }
}

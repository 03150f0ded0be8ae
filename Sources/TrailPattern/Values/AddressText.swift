package import TrailRecord

/// IP addresses as the matcher reads them in patterns and events (facts §10.2).
///
/// Four decimal numbers with any leading zeros, or colons and hexadecimal digits alone: neither a zone nor
/// version 4 inside version 6. An address that maps version 4 is the version 4 address.
package enum AddressText {
  /// The longest spelling of version 4 that is read.
  private static let longestVersion4 = 15

  /// The address that `text` spells, or nil. O(length), and one step for most texts that are none.
  package static func address(_ text: UnsafeBufferPointer<UInt8>) -> IPAddress? {
    guard text.count >= 2, let first = text.first,
      first &- 0x30 < 10 || first == UInt8(ascii: ":") || (first | 0x20) &- 0x61 < 6
    else { return nil }
    return version4(text).map { IPAddress(v4: $0) } ?? version6(text)
  }

  package static func address(_ text: [UInt8]) -> IPAddress? {
    text.withUnsafeBufferPointer { address($0) }
  }

  /// True for what only looks like an address by its characters: it is not even tried as one where false.
  static func hasShape(_ text: [UInt8]) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isVersion4 =
      parts.count == 4
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 &- 0x30 < 10 } }
    return isVersion4
      || text.contains(UInt8(ascii: ":"))
        && text.allSatisfy {
          $0 == UInt8(ascii: ":") || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6
        }
  }

  private static func version4(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    guard (7...longestVersion4).contains(text.count) else { return nil }
    var value: UInt32 = 0
    var number: UInt32 = 0
    var digits = 0
    var points = 0
    for byte in text {
      if byte &- 0x30 < 10 {
        number = number &* 10 &+ UInt32(byte &- 0x30)
        digits &+= 1
        if number > 255 { return nil }
      } else if byte == UInt8(ascii: "."), digits > 0, points < 3 {
        value = value << 8 | number
        (number, digits, points) = (0, 0, points &+ 1)
      } else {
        return nil
      }
    }
    return points == 3 && digits > 0 ? value << 8 | number : nil
  }

  /// Groups before and behind `::` are collected in one number each.
  private static func version6(_ text: UnsafeBufferPointer<UInt8>) -> IPAddress? {
    var before = GroupRun()
    var after = GroupRun()
    var hasGap = false
    var group: UInt32 = 0
    var digits = 0
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      offset &+= 1
      if let digit = hexDigit(byte) {
        group = group << 4 | UInt32(digit)
        digits &+= 1
        if group > 0xFFFF { return nil }
        continue
      }
      guard byte == UInt8(ascii: ":") else { return nil }
      if digits > 0 {
        if hasGap { after.append(group) } else { before.append(group) }
        (group, digits) = (0, 0)
        guard offset < text.count else { return nil }
        guard text[offset] == UInt8(ascii: ":") else { continue }
        offset &+= 1
      } else {
        // Only the text's very beginning may have a colon without a group before it, and it must be two.
        guard offset == 1, offset < text.count, text[offset] == UInt8(ascii: ":") else {
          return nil
        }
        offset &+= 1
      }
      guard !hasGap else { return nil }
      hasGap = true
    }
    if digits > 0 { if hasGap { after.append(group) } else { before.append(group) } }
    let count = before.count + after.count
    guard hasGap ? count < 8 : count == 8 else { return nil }
    let value = before.value << UInt128(16 * (8 - before.count)) | after.value
    return IPAddress(
      high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
  }

  private struct GroupRun {
    var value: UInt128 = 0
    var count = 0

    mutating func append(_ group: UInt32) {
      // More than eight are refused by their count.
      value = value << 16 | UInt128(group)
      count &+= 1
    }
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

/// A block of addresses of one version.
package struct AddressBlock: Hashable, Sendable {
  package let isVersion4: Bool
  /// Leading bits that count: of 32 or of 128.
  package let bits: Int
  /// The block's first address, as a number of 128 bits.
  let first: UInt128

  /// Reads `ADDRESS/BITS`. Throws the matcher's text, which names no position.
  init(_ text: [UInt8]) throws(EventPatternProblem) {
    var parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    while parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    guard parts.count == 2 else { throw EventPatternProblem("Malformed CIDR, one '/' required") }
    guard let bits = Int32(String(decoding: parts[1], as: UTF8.self)) else {
      throw EventPatternProblem("Malformed CIDR, mask bits must be an integer")
    }
    guard bits >= 0 else {
      throw EventPatternProblem("Malformed CIDR, mask bits must not be negative")
    }
    let spelling = String(decoding: parts[0], as: UTF8.self)
    guard AddressText.hasShape(Array(parts[0])) else {
      throw EventPatternProblem("Nonstandard IP address: \(spelling)")
    }
    guard let address = AddressText.address(Array(parts[0])) else {
      throw EventPatternProblem("Invalid IP address: \(spelling)")
    }
    let limit = address.isVersion4 ? 32 : 128
    guard bits < limit else {
      throw EventPatternProblem("IPv\(address.isVersion4 ? 4 : 6) mask bits must be < \(limit)")
    }
    isVersion4 = address.isVersion4
    self.bits = Int(bits)
    first = Self.first(of: address, bits: Int(bits))
  }

  /// The first address of the block of that size that holds `address`.
  static func first(of address: IPAddress, bits: Int) -> UInt128 {
    let value = UInt128(address.high) << 64 | UInt128(address.low)
    let free = UInt128((address.isVersion4 ? 32 : 128) - bits)
    return free >= 128 ? 0 : (value >> free) << free
  }

  package func contains(_ address: IPAddress) -> Bool {
    address.isVersion4 == isVersion4 && Self.first(of: address, bits: bits) == first
  }
}

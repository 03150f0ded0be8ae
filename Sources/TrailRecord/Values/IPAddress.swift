/// An IP address of either version.
///
/// Version 4 addresses are kept as the IPv6 block that maps them (`::ffff:0:0/96`), so that a mapped address
/// equals the one it stands for. Leading zeros in version 4 are decimal, as CloudTrail's records mean them.
/// A zone id (`fe80::1%eth0`) names an interface of one machine and is left out of comparisons.
package struct IPAddress: Hashable, Sendable {
  package var high: UInt64
  package var low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package init(v4 value: UInt32) {
    self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(value))
  }

  package var isVersion4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// Reads an address, or nil where the text is none.
  package init?(_ text: some Sequence<UInt8>) {
    var bytes = Array(text)
    if let zone = bytes.firstIndex(of: UInt8(ascii: "%")), bytes.contains(UInt8(ascii: ":")) {
      guard zone + 1 < bytes.count else { return nil }
      bytes.removeSubrange(zone...)
    }
    if bytes.contains(UInt8(ascii: ":")) {
      guard let address = Self.version6(bytes) else { return nil }
      self = address
    } else {
      guard let value = Self.version4(bytes[...]) else { return nil }
      self.init(v4: value)
    }
  }

  package init?(_ text: String) { self.init(text.utf8) }

  /// The same, in a few steps for version 4, which nearly all addresses of logs are.
  package init?(bytes: UnsafeBufferPointer<UInt8>) {
    if let value = unsafe Self.version4(bytes) {
      self.init(v4: value)
    } else {
      guard unsafe bytes.contains(UInt8(ascii: ":")) else { return nil }
      unsafe self.init(bytes)
    }
  }

  private static func version4(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    var number: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if byte &- 0x30 < 10 {
        number = number &* 10 &+ UInt32(byte &- 0x30)
        digits &+= 1
        if digits > 3 || number > 255 { return nil }
      } else if byte == 0x2E, digits > 0, dots < 3 {
        value = value << 8 | number
        (number, digits, dots) = (0, 0, dots &+ 1)
      } else {
        return nil
      }
    }
    return dots == 3 && digits > 0 ? value << 8 | number : nil
  }

  private static func version4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    // Longest spelling: four numbers of three digits and three dots.
    guard (7...15).contains(bytes.count) else { return nil }
    var result: UInt32 = 0
    var parts = 0
    for part in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...3).contains(part.count) else { return nil }
      var number: UInt32 = 0
      for byte in part {
        guard byte &- 0x30 < 10 else { return nil }
        number = number * 10 + UInt32(byte - 0x30)
      }
      guard number <= 255 else { return nil }
      result = result << 8 | number
      parts += 1
    }
    return parts == 4 ? result : nil
  }

  private static func version6(_ bytes: [UInt8]) -> IPAddress? {
    var before: [UInt16] = []
    var after: [UInt16] = []
    var hasGap = false
    var rest = bytes[...]
    if rest.starts(with: "::".utf8) {
      hasGap = true
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
      let part = rest[rest.startIndex..<end]
      var groups: [UInt16]
      if end == rest.endIndex, part.contains(UInt8(ascii: ".")) {
        guard let value = version4(part) else { return nil }
        groups = [UInt16(value >> 16), UInt16(value & 0xFFFF)]
      } else {
        guard let group = hexGroup(part) else { return nil }
        groups = [group]
      }
      if hasGap { after += groups } else { before += groups }
      rest = rest[end...]
      guard rest.first != nil else { break }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: ":") {
        guard !hasGap else { return nil }
        hasGap = true
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    let count = before.count + after.count
    guard hasGap ? count < 8 : count == 8 else { return nil }
    let groups = before + [UInt16](repeating: 0, count: 8 - count) + after
    let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    return IPAddress(high: high, low: low)
  }

  private static func hexGroup(_ part: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(part.count) else { return nil }
    return UInt16(String(decoding: part, as: UTF8.self), radix: 16).flatMap {
      part.first == UInt8(ascii: "+") || part.first == UInt8(ascii: "-") ? nil : $0
    }
  }
}

extension IPAddress: Comparable {
  /// By number; version 4 stands where its mapped form does.
  package static func < (left: IPAddress, right: IPAddress) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

/// A CIDR block such as `10.0.0.0/8` or `2001:db8::/32`.
package struct IPNetwork: Hashable, Sendable {
  package enum ParseError: Error, Hashable, Sendable {
    /// What stands before the slash is no address.
    case badAddress
    /// The length is no number, or beyond what the version allows.
    case badLength(maximum: Int)
  }

  /// Leading bits that all version 4 addresses share.
  private static let version4Bits = 96

  /// The first address of the block.
  package let address: IPAddress
  /// Leading bits that count, of 128.
  package let prefixLength: Int

  /// Reads a block; bits behind the prefix may be set and do not count. Throws `ParseError`.
  package init(_ text: String) throws(ParseError) {
    let bytes = Array(text.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")),
      let address = IPAddress(bytes[..<slash])
    else { throw .badAddress }
    let isShort = !bytes[..<slash].contains(UInt8(ascii: ":"))
    let maximum = isShort ? 32 : 128
    let digits = bytes[(slash + 1)...]
    guard (1...3).contains(digits.count), digits.allSatisfy({ $0 &- 0x30 < 10 }),
      let length = Int(String(decoding: digits, as: UTF8.self)), length <= maximum
    else { throw .badLength(maximum: maximum) }
    prefixLength = isShort ? length + 96 : length
    let (high, low) = Self.masks(prefixLength)
    self.address = IPAddress(high: address.high & high, low: address.low & low)
  }

  /// True for a text that is meant as a block: an address, a slash, digits.
  package static func isMeant(by text: String) -> Bool {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
    let rest = text.utf8[text.utf8.index(after: slash)...]
    return !rest.isEmpty && rest.allSatisfy { $0 &- 0x30 < 10 }
      && text.utf8[..<slash].allSatisfy {
        $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x3A || CaseFolding.fold($0) &- 0x61 < 6
      }
  }

  package func contains(_ other: IPAddress) -> Bool {
    // A version 4 address is in no block of version 6 addresses, though it is kept as one of them.
    if prefixLength < Self.version4Bits, other.isVersion4 { return false }
    let (high, low) = Self.masks(prefixLength)
    return other.high & high == address.high && other.low & low == address.low
  }

  private static func masks(_ length: Int) -> (high: UInt64, low: UInt64) {
    let high = length >= 64 ? UInt64.max : length == 0 ? 0 : UInt64.max << UInt64(64 - length)
    let low = length >= 128 ? UInt64.max : length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
    return (high, low)
  }
}

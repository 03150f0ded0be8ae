// The one spelling of an address, so that equal addresses can be shown and counted as one.

extension IPAddress: CustomStringConvertible {
  /// The canonical spelling (RFC 5952): small letters, no leading zeros, the longest run of two or more zero groups
  /// as `::`. A version 4 address, mapped or not, is four numbers.
  package var description: String {
    if isVersion4 {
      return [24, 16, 8, 0].map { (shift: UInt64) in String(low >> shift & 0xFF) }
        .joined(separator: ".")
    }
    let groups = [high, low].flatMap { (half: UInt64) -> [UInt64] in
      [48, 32, 16, 0].map { (shift: UInt64) in half >> shift & 0xFFFF }
    }
    func text(_ groups: ArraySlice<UInt64>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard let gap = Self.longestGap(groups) else { return text(groups[...]) }
    return text(groups[..<gap.lowerBound]) + "::" + text(groups[gap.upperBound...])
  }

  /// The first of the longest runs of zeros, where one is longer than one group.
  private static func longestGap(_ groups: [UInt64]) -> Range<Int>? {
    var longest = 0..<1
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > longest.count {
        longest = start..<(index + 1)
      }
    }
    return longest.count > 1 ? longest : nil
  }

  /// The canonical spelling of the address that a text is; nil where the text is none, or spelled so already.
  ///
  /// - Complexity: a look at each byte for the usual version 4 address, of which nothing is made.
  package static func respelled(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard unsafe mayBeRespelled(bytes), let address = unsafe IPAddress(bytes: bytes) else {
      return nil
    }
    let text = address.description
    return unsafe bytes.elementsEqual(text.utf8) ? nil : text
  }

  /// False for what is canonical if it is an address at all: no colon, and no number with a zero before it.
  private static func mayBeRespelled(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var beginsNumber = true
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if byte == UInt8(ascii: ":") { return true }
      if beginsNumber, byte == UInt8(ascii: "0"), index + 1 < bytes.count,
        unsafe bytes[index + 1] &- 0x30 < 10
      {
        return true
      }
      beginsNumber = byte == UInt8(ascii: ".")
    }
    return false
  }
}

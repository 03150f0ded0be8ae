/// The rules of names of buckets, as CloudTrail has them (facts §3.5).
enum BucketName {
  static let lengths = 3...63

  static func isValid(_ name: String) -> Bool { fault(of: name) == nil }

  /// What is wrong with a name; nil where nothing is.
  static func fault(of name: String) -> String? {
    let bytes = Array(name.utf8)
    func isWord(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
    guard lengths.contains(bytes.count) else {
      return "it must have \(lengths.lowerBound) to \(lengths.upperBound) characters"
    }
    guard
      bytes.allSatisfy({ isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { return "it can have small letters, digits, periods and hyphens only" }
    guard isWord(bytes[0]), isWord(bytes[bytes.count - 1]) else {
      return "it must begin and end with a letter or digit"
    }
    for pair in ["..", ".-", "-."] where name.contains(pair) {
      return "it must not have `\(pair)`"
    }
    return IPForm.isAddress(name) ? "it must not look like an IP address" : nil
  }
}

/// Names that look like IPv4 addresses.
enum IPForm {
  static func isAddress(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }
  }
}

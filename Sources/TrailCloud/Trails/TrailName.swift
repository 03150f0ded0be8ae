/// The rules of trails' names and ARNs (facts §3.3, §3.5).
enum TrailName {
  static let lengths = 3...128

  /// Throws AWS's refusal of a name.
  ///
  /// Ours: the texts for neighbouring punctuation and for the form of an IP address.
  static func check(_ name: String) throws(AWSError) {
    let count = name.unicodeScalars.count
    if count < lengths.lowerBound {
      throw invalid(
        "Trail name too short. Minimum allowed length: \(lengths.lowerBound) characters. Specified name length: \(count) characters."
      )
    }
    if count > lengths.upperBound {
      throw invalid(
        "Trail name too long. Maximum allowed length: \(lengths.upperBound) characters. Specified name length: \(count) characters."
      )
    }
    let bytes = Array(name.utf8)
    guard bytes.allSatisfy({ isWord($0) || isPunctuation($0) }) else {
      throw invalid(
        "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."
      )
    }
    guard isWord(bytes[0]) else {
      throw invalid("Trail name must starts with a letter or number.")
    }
    guard isWord(bytes[bytes.count - 1]) else {
      throw invalid("Trail name must ends with a letter or number.")
    }
    for (left, right) in zip(bytes, bytes.dropFirst())
    where isPunctuation(left) && isPunctuation(right) {
      throw invalid("Trail name must not contain adjacent periods, hyphens, or underscores.")
    }
    if IPForm.isAddress(name) {
      throw invalid("Trail name must not be in IP address format.")
    }
  }

  private static func invalid(_ message: String) -> AWSError {
    AWSError("InvalidTrailNameException", message)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

/// A trail's ARN, taken apart.
struct TrailARN: Hashable {
  var region: RegionName
  var account: AccountID
  var name: String

  /// Reads an ARN; throws AWS's refusal of one that is no trail's. Ours: its text.
  init(_ text: String) throws(AWSError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[1] == "aws" || parts[1].hasPrefix("aws-"),
      parts[2] == "cloudtrail", !parts[3].isEmpty, parts[4].utf8.count == 12,
      parts[4].utf8.allSatisfy({ (0x30...0x39).contains($0) }), parts[5].hasPrefix("trail/"),
      parts[5].utf8.count > "trail/".utf8.count
    else {
      throw AWSError(
        "CloudTrailARNInvalidException",
        "The specified ARN is not valid: \(text). A trail's ARN has the form arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME."
      )
    }
    region = String(parts[3])
    account = String(parts[4])
    name = String(parts[5].dropFirst("trail/".utf8.count))
  }
}

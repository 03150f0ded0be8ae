internal import TrailRecord

/// Texts as AWS's services write them into records.
enum RecordTexts {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// A time in `responseElements` of IAM, STS and RDS: `Jul 10, 2023, 12:55:24 PM` (facts §12).
  static func date(_ time: Int64) -> JSONValue {
    let civil = CivilTime(time)
    let hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return .string(
      "\(months[civil.month - 1]) \(civil.day), \(civil.year), "
        + "\(hour):\(two(civil.minute)):\(two(civil.second)) \(civil.hour < 12 ? "AM" : "PM")")
  }

  /// A time in seconds since 1970 or in ISO form, as records have times; anything else stays as it is.
  static func time(_ value: JSONValue) -> JSONValue {
    if case .number(let text) = value, let seconds = Double(text), seconds.magnitude < 1e11 {
      return date(Int64(seconds) * 1000)
    }
    if let text = value.text {
      if let time = EventTime.parse(text) { return date(time) }
      if let seconds = Double(text), seconds.magnitude < 1e11 { return date(Int64(seconds) * 1000) }
    }
    return value
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// A text with everything but letters, digits and `-_.~` escaped, as IAM keeps policy documents.
  static func percentEncoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      let isPlain =
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
        || "-_.~".utf8.contains(byte)
      if isPlain {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

import TrailRecord

/// Reads eventTime as CloudTrail writes it, `YYYY-MM-DDTHH:MM:SSZ`, twenty bytes (facts §1.1).
///
/// Only this form is kept as a number alone; any other spelling keeps its text too. The day of the last time
/// read is remembered, because neighbours nearly always share it.
struct CanonicalTimeReader {
  static let length = 20

  private var dayBytes: (UInt64, UInt16) = (0, 0)
  private var dayStart: Int64?

  /// Milliseconds since 1970 UTC; `nil` unless the twenty bytes are a real time in exactly this form.
  @inline(__always)
  mutating func milliseconds(_ base: UnsafePointer<UInt8>) -> Int64? {
    guard base[10] == 0x54, base[13] == 0x3A, base[16] == 0x3A, base[19] == 0x5A else {
      return nil
    }
    let raw = UnsafeRawPointer(base)
    let day = (
      raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    )
    if day != dayBytes || dayStart == nil {
      dayBytes = day
      dayStart = EventTime.parse(UnsafeBufferPointer(start: base, count: 10))
    }
    guard let dayStart, let hour = digits(base + 11), let minute = digits(base + 14),
      let second = digits(base + 17), hour < 24, minute < 60, second < 60
    else { return nil }
    return dayStart + ((hour * 60 + minute) * 60 + second) * 1_000
  }

  @inline(__always)
  private func digits(_ base: UnsafePointer<UInt8>) -> Int64? {
    let tens = base[0] &- 0x30
    let ones = base[1] &- 0x30
    return tens > 9 || ones > 9 ? nil : Int64(tens) * 10 + Int64(ones)
  }
}

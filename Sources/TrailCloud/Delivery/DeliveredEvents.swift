/// An event's id, as the 128 bits that its text spells.
package struct EventNumber: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  /// Reads the hexadecimal digits of a text, whatever stands between them.
  init(_ text: ArraySlice<UInt8>) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    for byte in text {
      let digit: UInt8
      if byte &- 0x30 < 10 {
        digit = byte &- 0x30
      } else if byte | 0x20 &- 0x61 < 6 {
        digit = (byte | 0x20) &- 0x61 + 10
      } else {
        continue
      }
      high = high &<< 4 | low &>> 60
      low = low &<< 4 | UInt64(digit)
    }
    self.high = high
    self.low = low
  }
}

/// The events of one log file.
package struct DeliveredEventNumbers: Sendable {
  /// When the file was written: milliseconds since 1970 UTC.
  package let time: Int64
  package let events: [EventNumber]
}

extension Cloud {
  /// The log files that were written after the first `count`, whether they still lie there or not.
  package func deliveries(after count: Int) -> ArraySlice<DeliveredEventNumbers> {
    writeFiles()
    return delivery.delivered.dropFirst(count)
  }

  func noteDelivered(_ batch: DeliveryBatch, at time: Int64) {
    delivery.delivered.append(DeliveredEventNumbers(time: time, events: batch.events))
  }

  /// When an object was written: milliseconds since 1970 UTC; nil where there is none.
  package func lastModified(of key: String, in bucket: String) -> Int64? {
    (try? storage.headers(key, in: bucket))?.lastModified
  }
}

// What lies in objects that are no records: records, texts that are records, and envelopes of either.

extension DocumentReader {
  /// An object that is no record may hold some: in an array, an envelope, or as text.
  ///
  /// - Parameter depth: Envelopes around it.
  func unwrap(_ start: Int, _ next: Int, depth: Int = 0) {
    let object = UnsafeBufferPointer(start: UnsafePointer(window.base) + start, count: next - start)
    switch WrappedRecords.find(in: object) {
    case .digest: digests += 1
    case .known(let what): report(start, what)
    case .nothing:
      // What stands among records is a record, however little it says of itself.
      if depth == 0, isInsideRecords || records > 0,
        case .accepted = sink.appendRecord(at: start, requiringMark: false)
      {
        accepted(from: start)
      } else {
        report(start, Self.noRecord)
      }
    case .found(let found):
      for offset in found.objects { record(at: start + offset, depth: depth + 1) }
      take(found, at: start, isInText: false, depth: 0)
    }
  }

  /// A message of a queue or a stream, which was walked already.
  ///
  /// - Parameter depth: Envelopes around it.
  func message(_ start: Int, _ next: Int, depth: Int = 0) {
    let object = UnsafeBufferPointer(start: UnsafePointer(window.base) + start, count: next - start)
    switch WrappedRecords.find(in: object) {
    case .found(let found):
      for offset in found.objects { record(at: start + offset, depth: depth + 1) }
      take(found, at: start, isInText: false, depth: 0)
    case .known(let what): report(start, what)
    case .digest, .nothing:
      // It may be a record that only begins as messages do.
      if case .accepted = sink.appendRecord(at: start, requiringMark: true) {
        accepted(from: start)
      } else {
        report(start, Self.noRecord)
      }
    }
  }

  /// A record inside an object that is wholly in the window.
  private func record(at offset: Int, depth: Int) {
    let isMessage = depth < Self.deepestWrapping && beginsMessage(at: offset)
    switch isMessage
      ? sink.walkObject(at: offset) : sink.appendRecord(at: offset, requiringMark: true)
    {
    case .accepted: accepted(from: offset)
    case .unrecognised(let next) where isMessage: message(offset, next, depth: depth)
    case .unrecognised(let next) where depth < Self.deepestWrapping:
      unwrap(offset, next, depth: depth)
    case .unrecognised: report(offset, Self.noRecord)
    case .incomplete: report(offset, WalkFailure.Reason.endOfText.rawValue)
    case .malformed(let failure): report(failure.offset, failure.reason.rawValue)
    }
  }

  /// What an envelope has beside objects.
  ///
  /// - Parameters:
  ///   - start: Where the envelope begins in the window, or the text in which it lies.
  ///   - isInText: True where its offsets count in a text that is not the window's.
  private func take(
    _ found: WrappedRecords.Found, at start: Int, isInText: Bool, depth: Int
  ) {
    func place(_ offset: Int) -> Int { isInText ? start : start + offset }
    for text in found.texts { nestedText(text.bytes, at: place(text.offset), depth: depth + 1) }
    for data in found.compressed {
      if let text = inflated(data.bytes) {
        nestedText(text, at: place(data.offset), depth: depth + 1)
      } else {
        report(place(data.offset), "compressed data that cannot be unpacked")
      }
    }
    for stray in found.strays { report(place(stray.offset), stray.reason) }
  }

  private func inflated(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.withUnsafeBufferPointer { bytes in
      let stated = Inflater.statedSize(bytes) ?? 0
      for room in [stated, max(stated, bytes.count * 16)] where room > 0 && room <= recordBytes {
        // Compressed data in compressed data could go on for ever.
        inflatedBytes += room
        guard inflatedBytes <= IngestLimits.inflatedBytesPerFile else { return nil }
        var isWhole = false
        let text = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
          guard let base = buffer.baseAddress else { return }
          let inflated = inflater.inflateGzip(bytes, into: base, capacity: room)
          isWhole = inflated != nil
          count = inflated ?? 0
        }
        if isWhole { return text }
      }
      return nil
    }
  }

  /// Records that were the text of a JSON string, or envelopes of some.
  private func nestedText(_ bytes: [UInt8], at offset: Int, depth: Int) {
    guard depth <= Self.deepestWrapping else {
      return report(offset, "texts in more than \(Self.deepestWrapping) others are not read")
    }
    let count = bytes.count
    let padded = bytes + [UInt8](repeating: 0, count: 64)
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      sink.setText(base, end: count)
      var index = 0
      while index < count, buffer[index] != UInt8(ascii: "{") { index += 1 }
      if index == count { report(offset, "a text that is no CloudTrail record") }
      while index < count, buffer[index] == UInt8(ascii: "{") {
        // Behind a broken record, the next one may stand on a line of its own.
        index =
          nestedObject(buffer, index, count, at: offset, depth)
          ?? buffer[index...].firstIndex(of: 0x0A) ?? count
        sink.setText(base, end: count)
        while index < count, buffer[index] <= 0x20 || Self.betweenRecords.contains(buffer[index]) {
          index += 1
        }
      }
    }
    sink.setText(window.base, end: window.count)
  }

  private static let betweenRecords = Array(",[]".utf8)

  /// - Returns: where the object ends; nil where it does not.
  private func nestedObject(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ count: Int, at offset: Int, _ depth: Int
  ) -> Int? {
    switch sink.appendRecord(at: index, requiringMark: true) {
    case .accepted(let next):
      acceptedNested(at: offset)
      return next
    case .unrecognised(let next):
      let object = UnsafeBufferPointer(rebasing: text[index..<next])
      switch WrappedRecords.find(in: object) {
      case .nothing: report(offset, "a text that is no CloudTrail record")
      case .known(let what): report(offset, what)
      case .digest: digests += 1
      case .found(let found):
        for inner in found.objects {
          if case .accepted = sink.appendRecord(at: index + inner, requiringMark: true) {
            acceptedNested(at: offset)
          } else {
            report(offset, "a text that is no CloudTrail record")
          }
        }
        take(found, at: offset, isInText: true, depth: depth)
      }
      return next
    case .incomplete: report(offset, "a text that ends inside a record")
    case .malformed(let failure): report(offset, "in a text: \(failure.reason.rawValue)")
    }
    return nil
  }

  private func acceptedNested(at offset: Int) {
    records += 1
    lastRecordOffset = window.startOffset + offset
  }
}

// What lies in objects that are no records: records, texts that are records, and envelopes of either.

extension DocumentReader {
  /// The window, or a text that stood in a string or was inflated: `TextWindow.padding` zero bytes follow it.
  struct Text {
    var base: UnsafePointer<UInt8>
    var count: Int
    /// Where it stands in the window; nil for that itself.
    var origin: Int?
    /// Texts around it.
    var depth = 0

    func place(_ offset: Int) -> Int { origin ?? offset }
    func reason(_ reason: String) -> String { origin == nil ? reason : "in a text: \(reason)" }
  }

  var windowText: Text { Text(base: UnsafePointer(window.base), count: window.count) }

  /// An object that is no record may hold some: in an array, an envelope, or as text.
  ///
  /// - Parameter depth: Envelopes around it in its text.
  func unwrap(_ range: Range<Int>, _ marks: RecordMarks, in text: Text, depth: Int = 0) {
    let start = range.lowerBound
    let object = UnsafeBufferPointer(start: text.base + start, count: range.count)
    switch WrappedRecords.find(in: object) {
    case .digest: digests += 1
    case .known(let what): report(text.place(start), what)
    case .nothing:
      // It may be a record that only has a member that messages have, too; or one whose members are misspelt, which is
      // seen only where others are around it.
      let isAmongOthers = isInsideRecords || records > 0
      if marks.isOfEnvelope || isAmongOthers && marks.isLikeRecord,
        case .accepted = sink.appendRecord(
          at: start, keeping: marks.isOfEnvelope ? .evenEnvelopes : .likeRecords)
      {
        accepted(at: start, in: text)
      } else {
        report(text.place(start), text.origin == nil ? Self.noRecord : Self.noTextOfRecord)
      }
    case .found(let found):
      for offset in found.objects { record(at: start + offset, in: text, depth: depth + 1) }
      take(found, at: start, in: text)
    }
  }

  /// A record inside an object, or in a text, that is wholly in memory.
  ///
  /// - Returns: Where it ends; nil where it is broken.
  @discardableResult
  private func record(at offset: Int, in text: Text, depth: Int) -> Int? {
    switch sink.appendRecord(at: offset, keeping: .records) {
    case .accepted(let next):
      accepted(at: offset, in: text)
      return next
    case .unrecognised(let next, let marks):
      if depth < Self.deepestWrapping {
        unwrap(offset..<next, marks, in: text, depth: depth)
      } else {
        report(
          text.place(offset), "records in more than \(Self.deepestWrapping) objects are not read")
      }
      return next
    case .incomplete: report(text.place(offset), text.reason(WalkFailure.Reason.endOfText.rawValue))
    case .malformed(let failure):
      // What is broken in an envelope is met again in the record.
      let place = text.base + failure.offset
      if search.brokenInText != place {
        report(text.place(failure.offset), text.reason(failure.reason.rawValue))
      }
      search.brokenInText = place
    }
    return nil
  }

  private func accepted(at offset: Int, in text: Text) {
    guard let origin = text.origin else { return accepted(from: offset) }
    records += 1
    lastRecordOffset = window.startOffset + origin
  }

  /// What an envelope has beside objects.
  ///
  /// - Parameter start: Where the envelope begins in its text.
  private func take(_ found: WrappedRecords.Found, at start: Int, in text: Text) {
    for inner in found.texts {
      nestedText(inner.bytes, at: text.place(start + inner.offset), depth: text.depth + 1)
    }
    for data in found.compressed {
      let place = text.place(start + data.offset)
      let (bytes, damage) = inflated(data.bytes)
      if !bytes.isEmpty { nestedText(bytes, at: place, depth: text.depth + 1) }
      if let damage { report(place, damage) }
    }
    for stray in found.strays { report(text.place(start + stray.offset), stray.reason) }
    sink.setText(text.base, end: text.count)
  }

  // MARK: Compressed data

  /// What can be inflated, and what went wrong with the rest.
  private func inflated(_ bytes: [UInt8]) -> (bytes: [UInt8], damage: String?) {
    let stated = bytes.withUnsafeBufferPointer { Inflater.statedSize($0) ?? 0 }
    if 1...recordBytes ~= stated, let text = inflatedAtOnce(bytes, room: stated) {
      return (text, nil)
    }
    return inflatedInPieces(bytes)
  }

  private func inflatedAtOnce(_ bytes: [UInt8], room: Int) -> [UInt8]? {
    guard inflatedBytes + room <= IngestLimits.inflatedBytesPerFile else { return nil }
    var isWhole = false
    let text = bytes.withUnsafeBufferPointer { bytes in
      [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        guard let base = buffer.baseAddress else { return }
        let inflated = inflater.inflateGzip(bytes, into: base, capacity: room)
        isWhole = inflated != nil && !inflater.hasRest
        count = inflated ?? 0
      }
    }
    inflatedBytes += text.count
    return isWhole ? text : nil
  }

  /// Several members, or what is damaged.
  private func inflatedInPieces(_ bytes: [UInt8]) -> (bytes: [UInt8], damage: String?) {
    bytes.withUnsafeBufferPointer { bytes in
      let source = InflatingSource(MemorySource(bytes), .gzip)
      var text: [UInt8] = []
      // Compressed data in compressed data could go on for ever.
      while text.count <= recordBytes, inflatedBytes < IngestLimits.inflatedBytesPerFile {
        let piece = [UInt8](unsafeUninitializedCapacity: IngestLimits.windowBytes) {
          buffer, count in
          count = buffer.baseAddress.map { source.read(into: $0, capacity: buffer.count) } ?? 0
        }
        if piece.isEmpty {
          return (text, source.damage.map { "in a message: \($0)" })
        }
        text += piece
        inflatedBytes += piece.count
      }
      return (text, "in a message: compressed data that inflates to more than is read")
    }
  }

  // MARK: Texts

  /// Records that were the text of a JSON string, or envelopes of some.
  ///
  /// - Parameters:
  ///   - offset: Where the string stands in the window.
  ///   - depth: This text and those around it.
  func nestedText(_ bytes: [UInt8], at offset: Int, depth: Int) {
    guard depth <= Self.deepestWrapping else {
      return report(offset, "texts in more than \(Self.deepestWrapping) others are not read")
    }
    let padded = bytes + [UInt8](repeating: 0, count: TextWindow.padding)
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let text = Text(base: base, count: bytes.count, origin: offset, depth: depth)
      sink.setText(base, end: bytes.count)
      search.brokenInText = nil
      if buffer[..<bytes.count].contains(UInt8(ascii: "{")) {
        readNested(text)
      } else {
        report(offset, Self.noTextOfRecord)
      }
    }
    sink.setText(window.base, end: window.count)
  }

  private func readNested(_ text: Text) {
    let bytes = UnsafeBufferPointer(start: text.base, count: text.count)
    var index = 0
    var isBehindObject = false
    var followed = 0
    while index < bytes.count, !sink.isCancelled {
      switch bytes[index] {
      case UInt8(ascii: "{"):
        index = record(at: index, in: text, depth: 0) ?? behindBroken(index, in: text, &followed)
        isBehindObject = true
      case UInt8(ascii: "\""):
        index = nestedString(at: index, in: text)
        isBehindObject = true
      case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "}"):
        index += 1
      case 0xEF where bytes[index...].starts(with: WrappedRecords.byteOrderMark):
        index += WrappedRecords.byteOrderMark.count
      default:
        // What stands before a record is what a program logs before it: a time, a word.
        let next = bytes[index...].firstIndex(of: UInt8(ascii: "{"))
        if isBehindObject || bytes[index..<(next ?? bytes.count)].contains(0x0A) {
          report(text.place(index), text.reason(Self.notJSON))
        }
        isBehindObject = false
        index = next ?? bytes.count
      }
    }
  }

  /// A text in a text: where it ends.
  private func nestedString(at start: Int, in text: Text) -> Int {
    let bytes = UnsafeBufferPointer(start: text.base, count: text.count)
    var end = start + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      // A line's end: the other quote is missing.
      if bytes[end] < 0x20 {
        report(text.place(start), text.reason(Self.notJSON))
        return end
      }
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    end = min(end + 1, bytes.count)
    let literal = UnsafeBufferPointer(rebasing: bytes[start..<end])
    if let inner = JSONStringDecoder.text(of: literal), WrappedRecords.mayHoldRecords(inner) {
      nestedText(inner, at: text.place(start), depth: text.depth + 1)
      sink.setText(text.base, end: text.count)
    } else {
      report(text.place(start), Self.noTextOfRecord)
    }
    return end
  }

  /// Where to go on behind a broken object: at a record inside, where it ends, or on a line that begins with one.
  ///
  /// - Parameter followed: How far brackets were followed in the text.
  private func behindBroken(_ start: Int, in text: Text, _ followed: inout Int) -> Int {
    let bytes = UnsafeBufferPointer(start: text.base, count: text.count)
    guard search.mayGuess else {
      sayEnd(at: window.startOffset + text.place(start))
      return bytes.count
    }
    var end = start
    let brackets = BrokenObject.end(in: text.base, from: start, to: text.count)
    let reach =
      switch brackets {
      case .at(let offset), .unknown(let offset): offset
      case .beyond: text.count
      }
    search.noteGuess(max(0, min(reach, followed) - start))
    followed = max(followed, reach)
    if case .at(let next) = brackets {
      end = next
    } else {
      repeat {
        end = bytes[end...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
      } while end < bytes.count && bytes[end] != UInt8(ascii: "{")
    }
    var index = start + 1
    while let open = bytes[index..<end].firstIndex(of: UInt8(ascii: "{")),
      search.mayGuess
    {
      index = open + 1
      guard BrokenObject.mayHoldRecord(text.base, at: open) else { continue }
      let reached: Int
      switch sink.appendRecord(at: open, keeping: .evidentRecords) {
      case .accepted(let next):
        accepted(at: open, in: text)
        return next
      case .unrecognised(let next, _): reached = next
      case .incomplete: reached = text.count
      case .malformed(let failure): reached = failure.offset
      }
      search.noteGuess(reached - open)
    }
    return end
  }
}

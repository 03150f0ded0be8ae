import Glibc

/// The texts of all values of a segment that was made in this session, in value order, each readable by itself.
///
/// A text whose symbols are all of one alphabet is stored in four or six bits a symbol (`TextPacking`). A text that
/// begins as others do, up to its last `/` or `:`, has the number of that beginning instead (`prefixes`). Together that
/// is two fifths less memory than the bytes themselves, for some nanoseconds a text that is read.
/// `TextPacker` makes it.
final class PackedTexts: Sendable {
  /// What each value stores, one behind the other.
  private let heap: Slab<UInt8>
  /// Where each value begins in `heap`, and where the last one ends.
  private let starts: AscendingNumbers
  private let tags: Slab<UInt8>
  private let prefixes: Slab<UInt8>
  private let prefixStarts: Slab<UInt32>
  private let tables = TextPackingTables.shared
  /// Bytes of all texts, unpacked.
  let textByteCount: Int

  /// Bytes of a beginning's number.
  static let prefixNumberBytes = 2
  static let mostPrefixes = 1 << 16

  init(
    heap: Slab<UInt8>, starts: AscendingNumbers, tags: Slab<UInt8>, prefixes: Slab<UInt8>,
    prefixStarts: Slab<UInt32>, textByteCount: Int
  ) {
    self.heap = heap
    self.starts = starts
    self.tags = tags
    self.prefixes = prefixes
    self.prefixStarts = prefixStarts
    self.textByteCount = textByteCount
  }

  var count: Int { tags.count }

  var byteCount: Int {
    heap.byteCount + starts.byteCount + tags.byteCount + prefixes.byteCount
      + prefixStarts.byteCount
  }

  @inline(__always)
  func tag(_ index: Int) -> TextTag { TextTag(rawValue: tags[index]) }

  /// The text of a value: where it lies, or in `buffer`.
  @inline(__always)
  func bytes(_ index: Int, in buffer: TextBuffer) -> UnsafeBufferPointer<UInt8> {
    let tag = tag(index)
    let start = Int(starts[index])
    let end = Int(starts[index + 1])
    if tag.isPlain { return UnsafeBufferPointer(start: heap.base + start, count: end - start) }
    let count = byteCount(tag, start, end)
    let memory = buffer.memory(count)
    unpack(tag, start, end, to: memory)
    return UnsafeBufferPointer(start: UnsafePointer(memory), count: count)
  }

  /// Bytes of a value's text.
  @inline(__always)
  func length(_ index: Int) -> Int {
    byteCount(tag(index), Int(starts[index]), Int(starts[index + 1]))
  }

  /// The texts in a range in which `probe` may be.
  func run(_ values: Range<Int>, _ probe: TextProbe, in buffer: TextBuffer) -> TextRun {
    var numbers: [UInt32] = []
    var starts: [UInt32] = [0]
    var total = 0
    for index in values {
      let tag = tag(index)
      let (start, end) = (Int(self.starts[index]), Int(self.starts[index + 1]))
      let count = byteCount(tag, start, end)
      let prefixCount = tag.hasPrefix ? prefix(at: start).count : 0
      guard probe.mayBeIn(tag, prefixCount: prefixCount, count: count) else { continue }
      numbers.append(UInt32(index))
      total += count
      starts.append(UInt32(total))
    }
    let memory = buffer.memory(total)
    for (place, number) in numbers.enumerated() {
      copy(Int(number), to: memory + Int(starts[place]))
    }
    return TextRun(
      bytes: UnsafeBufferPointer(start: UnsafePointer(memory), count: total),
      values: .some(numbers), starts: Slab(starts))
  }

  /// Writes a value's text to memory with `TextBuffer.slack` bytes behind it.
  func copy(_ index: Int, to output: UnsafeMutablePointer<UInt8>) {
    unpack(tag(index), Int(starts[index]), Int(starts[index + 1]), to: output)
  }

  @inline(__always)
  private func byteCount(_ tag: TextTag, _ start: Int, _ end: Int) -> Int {
    var stored = end &- start
    var count = 0
    if tag.hasPrefix {
      stored &-= Self.prefixNumberBytes
      count = prefix(at: start).count
    }
    let packing = tag.packing
    return count &+ packing.symbolCount(ofBytes: stored) &- (tag.isShort ? 1 : 0) &+ packing.padding
  }

  @inline(__always)
  private func prefix(at place: Int) -> UnsafeBufferPointer<UInt8> {
    let number = Int(
      UnsafeRawPointer(heap.base).loadUnaligned(fromByteOffset: place, as: UInt16.self))
    let start = Int(prefixStarts[number])
    return UnsafeBufferPointer(
      start: prefixes.base + start, count: Int(prefixStarts[number + 1]) - start)
  }

  private func unpack(
    _ tag: TextTag, _ start: Int, _ end: Int, to memory: UnsafeMutablePointer<UInt8>
  ) {
    var start = start
    var output = memory
    if tag.hasPrefix {
      let prefix = prefix(at: start)
      if let base = prefix.baseAddress { memcpy(output, base, prefix.count) }
      output += prefix.count
      start += Self.prefixNumberBytes
    }
    let packing = tag.packing
    let count = packing.symbolCount(ofBytes: end - start) - (tag.isShort ? 1 : 0)
    let source = heap.base + start
    let symbols = tables.symbols + Int(packing.rawValue) * TextPackingTables.symbolsPerPacking
    switch packing {
    case .bytes: memcpy(output, source, count)
    case .hexadecimal, .capitalHexadecimal, .digits:
      for index in 0..<(end - start) {
        let byte = source[index]
        output[2 &* index] = symbols[Int(byte & 15)]
        output[2 &* index &+ 1] = symbols[Int(byte &>> 4)]
      }
    case .base64, .base64PaddedOnce, .base64PaddedTwice, .urlBase64, .names:
      let raw = UnsafeRawPointer(source)
      let target = UnsafeMutableRawPointer(output)
      var offset = 0
      var done = 0
      while done < count {
        // Four symbols in three bytes; what is read and written beyond the last one is slack.
        let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        let text =
          UInt32(symbols[Int(word & 63)]) | UInt32(symbols[Int(word &>> 6 & 63)]) &<< 8
          | UInt32(symbols[Int(word &>> 12 & 63)]) &<< 16
          | UInt32(symbols[Int(word &>> 18 & 63)]) &<< 24
        target.storeBytes(of: text, toByteOffset: done, as: UInt32.self)
        offset &+= 3
        done &+= 4
      }
      for index in 0..<packing.padding { output[count + index] = UInt8(ascii: "=") }
    }
  }
}

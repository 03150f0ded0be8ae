import Glibc

/// The texts of all values of a segment that was made in this session, in value order, each readable by itself.
///
/// A text whose symbols are all of one alphabet is stored in four or six bits a symbol (`TextPacking`). A text that
/// begins as others do, up to its last `/` or `:`, has the number of that beginning instead (`prefixes`). Together that
/// is two fifths less memory than the bytes themselves, for some nanoseconds a text that is read. `TextPacker` makes
/// it.
final class PackedTexts: Sendable {
  /// What each value stores, one behind the other.
  private let heap: Slab<UInt8>
  /// Where each value begins in `heap`, and where the last one ends.
  private let starts: AscendingNumbers
  private let tags: Slab<UInt8>
  private let prefixes: Slab<UInt8>
  private let prefixStarts: Slab<UInt32>
  private let tables = TextPackingTables.shared
  /// The upper half of the folded hash of every sixteenth value.
  private let hashes: Slab<UInt32>
  /// Bytes of all texts, unpacked.
  let textByteCount: Int

  /// Bytes of a beginning's number.
  static let prefixNumberBytes = 2
  static let mostPrefixes = 1 << 16
  /// Values between those whose hashes are known.
  static let valuesPerHash = 16

  init(
    heap: Slab<UInt8>, starts: AscendingNumbers, tags: Slab<UInt8>, prefixes: Slab<UInt8>,
    prefixStarts: Slab<UInt32>, hashes: Slab<UInt32>, textByteCount: Int
  ) {
    self.heap = heap
    self.starts = starts
    self.tags = tags
    self.prefixes = prefixes
    self.prefixStarts = prefixStarts
    self.hashes = hashes
    self.textByteCount = textByteCount
  }

  var count: Int { tags.count }

  var byteCount: Int {
    heap.byteCount + starts.byteCount + tags.byteCount + prefixes.byteCount
      + prefixStarts.byteCount + hashes.byteCount
  }

  /// Where the first value whose folded hash is not less than `target` is, and between which hashes: look-ups unpack
  /// few texts.
  func place(ofHash target: UInt64) -> (values: Range<Int>, hashes: ClosedRange<UInt64>) {
    let known = hashes.buffer
    let high = UInt32(truncatingIfNeeded: target &>> 32)
    // Hashes are spread evenly, so the guess is near.
    var low = 0
    var end = known.count
    let guess = Int(UInt64(high) * UInt64(known.count) >> 32)
    var step = 4
    if guess < end, known[guess] < high {
      low = guess + 1
      while low + step < end, known[low + step] < high {
        low += step + 1
        step *= 2
      }
      end = min(end, low + step + 1)
    } else {
      end = min(end, guess)
      while end - step > low, known[end - step] >= high {
        end -= step
        step *= 2
      }
      low = max(low, end - step)
    }
    while low < end {
      let middle = (low + end) / 2
      if known[middle] < high { low = middle + 1 } else { end = middle }
    }
    // Those before `low` are less than it; the first that is greater ends the range.
    var next = low
    while next < known.count, known[next] == high { next += 1 }
    let first = low == 0 ? 0 : (low - 1) * Self.valuesPerHash
    let last = next == known.count ? count : next * Self.valuesPerHash
    return (
      first..<last,
      (low == 0 ? 0 : UInt64(known[low - 1]) << 32)...(next == known.count
        ? .max : UInt64(known[next]) << 32 | 0xFFFF_FFFF)
    )
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
      if tag.hasPrefix {
        // The number of the beginning lies somewhere else: it is read only where it matters.
        let rest = byteCount(tag, start, end, prefixCount: 0)
        guard
          probe.mayEndIn(tag, count: rest)
            || !probe.prefixes.isEmpty && probe.prefixes.contains(prefixNumber(at: start))
        else { continue }
      } else if !probe.mayBeIn(tag, count: byteCount(tag, start, end, prefixCount: 0)) {
        continue
      }
      numbers.append(UInt32(index))
      total += byteCount(tag, start, end)
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
    byteCount(tag, start, end, prefixCount: tag.hasPrefix ? prefix(at: start).count : 0)
  }

  @inline(__always)
  private func byteCount(_ tag: TextTag, _ start: Int, _ end: Int, prefixCount: Int) -> Int {
    let stored = end &- start &- (tag.hasPrefix ? Self.prefixNumberBytes : 0)
    let packing = tag.packing
    return prefixCount &+ packing.symbolCount(ofBytes: stored) &- (tag.isShort ? 1 : 0)
      &+ packing.padding
  }

  @inline(__always)
  private func prefixNumber(at place: Int) -> UInt16 {
    UnsafeRawPointer(heap.base).loadUnaligned(fromByteOffset: place, as: UInt16.self)
  }

  /// The beginnings that have `probe` in them. They are in the order of their lengths, so few are searched.
  func prefixes(holding probe: [UInt8]) -> Set<UInt16> {
    let count = prefixStarts.count - 1
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if Int(prefixStarts[middle + 1] - prefixStarts[middle]) < probe.count {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var found: Set<UInt16> = []
    let start = Int(prefixStarts[low])
    let run = UnsafeBufferPointer(
      start: prefixes.base + start, count: Int(prefixStarts[count]) - start)
    HeapSearch(probe).forEach(in: run) { place in
      let next = prefixStarts.lowerBound(
        of: UInt32(start + place) + 1, in: low..<(count + 1))
      if start + place + probe.count <= Int(prefixStarts[next]) {
        found.insert(UInt16(next - 1))
      }
      return place + 1
    }
    return found
  }

  @inline(__always)
  private func prefix(at place: Int) -> UnsafeBufferPointer<UInt8> {
    let number = Int(prefixNumber(at: place))
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

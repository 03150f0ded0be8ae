import Glibc

/// The texts of all values of a segment, each readable by itself: in value order, or, where they lie in a workspace, by
/// the columns that have them, so that a question of a few columns reads their texts and no others.
///
/// A text whose symbols are all of one alphabet is stored in four or six bits a symbol (`TextPacking`). A text that
/// begins as others do, up to its last `/` or `:`, has the number of that beginning instead (`prefixes`). Together that
/// is two fifths less memory than the bytes themselves, for some nanoseconds a text that is read.
/// `TextPacker` makes it.
final class PackedTexts: Sendable {
  /// What each value stores, one behind the other. Of a kept segment's only what `kept` has read.
  let heap: Slab<UInt8>
  private let kept: KeptHeap?
  /// False where the place of a value's text among the others is its number.
  private let isArranged: Bool
  /// The place of each value's text where it `isArranged`.
  private let places: Permutation
  /// The value at each place, once somebody has asked.
  private let placedValues = Once<Slab<UInt32>>()
  /// Where each place begins in `heap`, and where the last one ends.
  let starts: AscendingNumbers
  /// By place.
  let tags: Slab<UInt8>
  let prefixes: Slab<UInt8>
  let prefixStarts: Slab<UInt32>
  private let tables = TextPackingTables.shared
  /// Bytes of all texts, unpacked.
  let textByteCount: Int

  /// Bytes of a beginning's number.
  static let prefixNumberBytes = 2
  static let mostPrefixes = 1 << 16
  /// Beginnings of other lengths are rarely shared, or not worth it.
  static let prefixBytes = 5...1_024

  private static let noPlaces = Permutation(Slab<UInt32>([]))
  /// Bytes behind a stored text that whoever goes by whole words loads, and masks away.
  private static let loadedBeyond = 7

  init(
    heap: Slab<UInt8>, kept: KeptHeap? = nil, places: Permutation? = nil, starts: AscendingNumbers,
    tags: Slab<UInt8>, prefixes: Slab<UInt8>, prefixStarts: Slab<UInt32>, textByteCount: Int
  ) {
    self.heap = heap
    self.kept = kept
    isArranged = places != nil
    self.places = places ?? Self.noPlaces
    self.starts = starts
    self.tags = tags
    self.prefixes = prefixes
    self.prefixStarts = prefixStarts
    self.textByteCount = textByteCount
  }

  var count: Int { tags.count }

  var byteCount: Int {
    heap.byteCount + starts.byteCount + tags.byteCount + prefixes.byteCount
      + prefixStarts.byteCount + places.byteCount
  }

  @inline(__always)
  func place(of value: Int) -> Int {
    guard isArranged else { return value }
    // A file may say anything, and looking at all places when it is opened would be felt.
    let place = places[value]
    return place < count ? place : 0
  }

  /// The value whose text lies at a place.
  @inline(__always)
  func value(at place: Int) -> UInt32 {
    guard isArranged else { return UInt32(truncatingIfNeeded: place) }
    return placedValues.value { places.inverse() }[place]
  }

  @inline(__always)
  func tag(_ value: Int) -> TextTag { tag(at: place(of: value)) }

  @inline(__always)
  func tag(at place: Int) -> TextTag { TextTag(rawValue: tags[place]) }

  @inline(__always)
  private func range(at place: Int) -> (start: Int, end: Int) {
    (Int(starts[place]), Int(starts[place &+ 1]))
  }

  /// Makes readable what lies in a range, and what unpacking it loads besides.
  @inline(__always)
  private func need(_ start: Int, _ end: Int) {
    guard let kept, start < end else { return }
    kept.need(start, min(end &+ Self.loadedBeyond, heap.count))
  }

  func readAll() { need(0, heap.count) }

  /// The text of a value: where it lies, or in `buffer`.
  @inline(__always)
  func bytes(_ value: Int, in buffer: TextBuffer) -> UnsafeBufferPointer<UInt8> {
    bytes(at: place(of: value), in: buffer)
  }

  @inline(__always)
  func bytes(at place: Int, in buffer: TextBuffer) -> UnsafeBufferPointer<UInt8> {
    let tag = tag(at: place)
    let (start, end) = range(at: place)
    need(start, end)
    if tag.isPlain { return UnsafeBufferPointer(start: heap.base + start, count: end - start) }
    let count = byteCount(tag, start, end)
    let memory = buffer.memory(count)
    unpack(tag, start, end, to: memory)
    return UnsafeBufferPointer(start: UnsafePointer(memory), count: count)
  }

  /// Bytes of a value's text.
  @inline(__always)
  func length(_ value: Int) -> Int { length(at: place(of: value)) }

  @inline(__always)
  func length(at place: Int) -> Int {
    let tag = tag(at: place)
    let (start, end) = range(at: place)
    if tag.hasPrefix { need(start, start &+ Self.prefixNumberBytes) }
    return byteCount(tag, start, end)
  }

  /// The texts in a range of places in which `probe` may be.
  func run(_ range: Range<Int>, _ probe: TextProbe, in buffer: TextBuffer) -> TextRun {
    var values: [UInt32] = []
    var ends: [UInt32] = [0]
    var total = 0
    need(Int(starts[range.lowerBound]), Int(starts[range.upperBound]))
    let found = range.filter { place in
      let tag = tag(at: place)
      let (start, end) = self.range(at: place)
      let count = byteCount(tag, start, end)
      let prefixCount = tag.hasPrefix ? prefix(at: start).count : 0
      guard probe.mayBeIn(tag, prefixCount: prefixCount, count: count),
        total + count <= Int(UInt32.max)
      else { return false }
      values.append(value(at: place))
      total += count
      ends.append(UInt32(total))
      return true
    }
    let memory = buffer.memory(total)
    for (index, place) in found.enumerated() {
      let (start, end) = self.range(at: place)
      unpack(tag(at: place), start, end, to: memory + Int(ends[index]))
    }
    return TextRun(
      bytes: UnsafeBufferPointer(start: UnsafePointer(memory), count: total),
      values: .some(values), starts: Slab(ends))
  }

  /// The same texts in another order. Of damaged texts, perhaps these.
  ///
  /// - Parameter order: the place that each value is to have.
  /// - Complexity: O(bytes).
  func arranged(by order: Permutation) -> PackedTexts {
    readAll()
    let values = order.inverse()
    var ends: [UInt32] = [0]
    ends.reserveCapacity(count + 1)
    for place in 0..<count {
      let (start, end) = range(at: self.place(of: Int(values[place])))
      // Only where a file has the place of a long text for many values is there more than fits.
      let (sum, isTooMuch) = ends[place].addingReportingOverflow(UInt32(end - start))
      if isTooMuch { return self }
      ends.append(sum)
    }
    let newHeap = Slab<UInt8>(count: Int(ends[count]), padding: TextBuffer.slack) { base in
      for place in 0..<count {
        let (start, end) = range(at: self.place(of: Int(values[place])))
        memcpy(base + Int(ends[place]), heap.base + start, end - start)
      }
    }
    return PackedTexts(
      heap: newHeap, places: order, starts: AscendingNumbers(packing: ends),
      tags: Slab(count: count) { base in
        for place in 0..<count { base[place] = tag(Int(values[place])).rawValue }
      },
      prefixes: prefixes, prefixStarts: prefixStarts, textByteCount: textByteCount)
  }

  /// True where each place is that of one value, and all texts together are as long as it is said that they are. Reads
  /// all.
  var isWhole: Bool {
    readAll()
    return (!isArranged || places.isPermutation)
      && (0..<count).reduce(0) { $0 + length(at: $1) } == textByteCount
  }

  /// What bytes that were read from a file must hold, so that nothing outside of them is read. That a beginning's
  /// number is one is seen to where it is read.
  var isSound: Bool {
    // The fewest bytes that a text with each tag takes.
    let fewest = (0...UInt8.max).map { tag -> Int in
      let tag = TextTag(rawValue: tag)
      guard tag.kind <= ValueKind.flag.rawValue, tag.isKnownPacking else { return .max }
      return (tag.hasPrefix ? Self.prefixNumberBytes : 0) + (tag.isShort ? 1 : 0)
    }
    return fewest.withUnsafeBufferPointer { fewest in
      var isSound = true
      var start = Int(starts[0])
      if start != 0 { isSound = false }
      for place in 0..<count {
        let end = Int(starts[place &+ 1])
        if end &- start < fewest[Int(tags.base[place])] { isSound = false }
        start = end
      }
      return isSound && start <= heap.count
    }
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
    // A file may say anything.
    if number &+ 1 >= prefixStarts.count { return UnsafeBufferPointer(start: nil, count: 0) }
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

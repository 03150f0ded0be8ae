import CMalloc
import Glibc

/// Packs the texts of a builder's values (see `PackedTexts`).
///
/// Looking at a text happens in the builder's order, in which texts lie one behind the other; only writing goes through
/// them in the order of their new numbers.
struct TextPacker: ~Copyable {
  /// How a value of the builder will be stored: all that writing it takes, so that its order is no cost.
  private struct Plan: BitwiseCopyable {
    /// Where its text lies in the builder.
    let start: UInt32
    let length: UInt32
    /// Bytes that it will take.
    var size: UInt32
    /// Whether all of it is one name, above the place of its beginning in `prefixes`, plus one, which is 0 where it has
    /// none, above the eight bits of its tag.
    private var bits: UInt32 = 0

    private static let oneName: UInt32 = 1 << 31

    init(start: Int, length: Int) {
      self.start = UInt32(start)
      self.length = UInt32(length)
      size = 0
    }

    @inline(__always)
    var tag: TextTag {
      get { TextTag(rawValue: UInt8(truncatingIfNeeded: bits)) }
      set { bits = bits & ~0xFF | UInt32(newValue.rawValue) }
    }
    @inline(__always)
    var prefix: UInt32 {
      get { (bits & ~Self.oneName) &>> 8 }
      set { bits = bits & (Self.oneName | 0xFF) | newValue &<< 8 }
    }
    /// True of a text that is one name, in ASCII.
    @inline(__always)
    var isOneName: Bool {
      get { bits & Self.oneName != 0 }
      set { bits = newValue ? bits | Self.oneName : bits & ~Self.oneName }
    }
  }
  private let plans: UnsafeMutablePointer<Plan>
  private var prefixes = PrefixInterner()
  private let count: Int
  private let tables = TextPackingTables.shared
  private let kernels = TextKernels()

  /// A text is packed only where that saves so many bytes.
  private static let leastSaving = 2
  /// Beginnings that are counted: as many as a plan has bits for.
  private static let mostCandidates = (1 << 23) - 1

  init(_ values: borrowing ValueInterner) {
    count = values.count
    plans = .allocate(capacity: count + 1)
    for value in 0..<count { classify(value, values) }
    prefixes.choose()
    for value in 0..<count where plans[value].prefix > 0 {
      let prefix = Int(plans[value].prefix) - 1
      if prefixes.isChosen(prefix) {
        plans[value].size += UInt32(PackedTexts.prefixNumberBytes)
      } else {
        plans[value].prefix = 0
        let start = Int(values.offsets[value])
        let text = UnsafePointer(values.heap.base + start)
        let length = Int(values.offsets[value + 1]) - start
        let members =
          kernels.membership(text, core: length, length: length).all & TextPackingTables.anyMember
        note(value, values.kinds[value], length, packing(members, padding: 0), hasPrefix: false)
      }
    }
  }

  deinit {
    plans.deallocate()
  }

  /// Finds the alphabet of a text, and what it may share with others.
  @inline(__always)
  private mutating func classify(_ value: Int, _ values: borrowing ValueInterner) {
    let start = Int(values.offsets[value])
    let length = Int(values.offsets[value + 1]) - start
    let text = UnsafePointer(values.heap.base + start)
    let kind = values.kinds[value]
    plans[value] = Plan(start: start, length: length)
    // The padding of base64 is no symbol of its alphabet.
    var core = length
    while core > 0, length - core < 2, text[core - 1] == UInt8(ascii: "=") { core -= 1 }
    let padding = length - core
    let membership = kernels.membership(text, core: core, length: length)
    plans[value].isOneName =
      kind == ValueKind.text.rawValue && padding == 0 && length > 0
      && membership.all & TextPackingTables.isOfName != 0
    // All of it, if it can be of an alphabet in which delimiters part nothing.
    let random =
      padding > 0 ? TextPackingTables.base64Member : TextPackingTables.randomMembers
    if membership.all & random != 0 {
      let whole = packing(membership.all & random, padding: padding)
      return note(value, kind, length, whole, hasPrefix: false)
    }
    let cut = membership.cut
    let tail = packing(membership.tail & TextPackingTables.anyMember, padding: padding)
    if PackedTexts.prefixBytes.contains(cut), prefixes.count < Self.mostCandidates {
      plans[value].prefix = prefixes.number(text, cut, from: values.heap.base) + 1
      note(value, kind, length - cut, tail, hasPrefix: true)
    } else if cut == 0 {
      note(value, kind, length, tail, hasPrefix: false)
    } else {
      var all = membership.all & TextPackingTables.anyMember
      if padding > 0 { all &= tables.members[Int(UInt8(ascii: "="))] }
      note(value, kind, length, packing(all, padding: 0), hasPrefix: false)
    }
  }

  /// The shortest packing whose alphabet has all symbols.
  @inline(__always)
  private func packing(_ members: UInt8, padding: Int) -> TextPacking {
    if padding > 0 {
      if members & TextPackingTables.base64Member != 0 {
        return padding == 1 ? .base64PaddedOnce : .base64PaddedTwice
      }
      return members & TextPackingTables.namesMember != 0 ? .names : .bytes
    }
    return members == 0 ? .bytes : TextPackingTables.alphabets[members.trailingZeroBitCount]
  }

  /// Notes how a text, or what stands behind its beginning, is stored.
  @inline(__always)
  private func note(
    _ value: Int, _ kind: UInt8, _ length: Int, _ packing: TextPacking, hasPrefix: Bool
  ) {
    var packing = packing
    var size = packing.byteCount(ofSymbols: length - packing.padding)
    if length - size < Self.leastSaving {
      packing = .bytes
      size = length
    }
    let isShort = packing.symbolCount(ofBytes: size) > length - packing.padding
    plans[value].size = UInt32(size)
    plans[value].tag =
      TextTag(kind: kind, packing: packing, hasPrefix: hasPrefix, isShort: isShort)
  }

  /// The texts in their new order, and where among them a name may stand: each text is looked at once for both.
  ///
  /// - Parameter order: The builder's value behind each new number.
  func pack(
    _ values: borrowing ValueInterner, order: UnsafePointer<UInt32>
  ) -> (texts: PackedTexts, signatures: TokenSignatureIndex) {
    var ends = GrowingBuffer<UInt32>(capacity: count + 1)
    var total: UInt32 = 0
    ends.append(0)
    var signatures = TokenSignatureMaker(count: count) { index in
      let plan = plans[Int(order[index])]
      total += plan.size
      ends.append(total)
      return TokenSignatureMaker.weight(ofText: Int(plan.length), plan.tag)
    }
    let text = UnsafePointer(values.heap.base)
    let chosen = prefixes.texts(values.heap.base)
    let names = PrefixNames(chosen.texts, chosen.starts)
    let tags = UnsafeMutablePointer<UInt8>.allocate(capacity: count + 1)
    defer { tags.deallocate() }
    let heap = Slab<UInt8>(count: Int(total), padding: TextBuffer.slack) { base in
      for index in 0..<count {
        // Texts lie in another order. Those that come soon are brought into the cache meanwhile.
        if index &+ 2 &* Self.fetchedAhead < count {
          CMallocPrefetch(plans + Int(order[index &+ 2 &* Self.fetchedAhead]))
          let soon = text + Int(plans[Int(order[index &+ Self.fetchedAhead])].start)
          CMallocPrefetch(soon)
          CMallocPrefetch(soon + Self.cacheLineBytes)
        }
        let plan = plans[Int(order[index])]
        tags[index] = plan.tag.rawValue
        let own = text + Int(plan.start)
        write(plan, own, to: base + Int(ends[index]))
        if plan.isOneName {
          signatures.add(name: own, Int(plan.length), place: index)
        } else if plan.tag.kind == ValueKind.text.rawValue {
          // A beginning ends with a mark that parts names, so its own names are the same in all texts that have it.
          var length = 0
          if plan.tag.hasPrefix {
            let prefix = Int(plan.prefix) &- 1
            length = prefixes.length(prefix)
            signatures.add(hashes: names[Int(prefixes.chosenNumber(prefix))], place: index)
          }
          signatures.add(
            UnsafeBufferPointer(start: own + length, count: Int(plan.length) &- length),
            place: index)
        }
      }
    }
    let starts = AscendingNumbers(
      packing: UnsafeBufferPointer(start: UnsafePointer(ends.base), count: count + 1))
    let texts = PackedTexts(
      heap: heap, starts: starts, tags: Slab(count: count) { $0.update(from: tags, count: count) },
      prefixes: chosen.texts, prefixStarts: chosen.starts, textByteCount: values.heap.count)
    return (texts, signatures.finish())
  }

  /// Values between fetching a text and packing it.
  private static let fetchedAhead = 16
  private static let cacheLineBytes = 64

  /// Writes a value; what is written beyond its end is written over by the next, or padding.
  @inline(__always)
  private func write(
    _ plan: Plan, _ source: UnsafePointer<UInt8>, to memory: UnsafeMutablePointer<UInt8>
  ) {
    let tag = plan.tag
    var text = source
    var length = Int(plan.length)
    var output = memory
    if tag.hasPrefix {
      let prefix = Int(plan.prefix) - 1
      UnsafeMutableRawPointer(output).storeBytes(
        of: prefixes.chosenNumber(prefix), as: UInt16.self)
      output += PackedTexts.prefixNumberBytes
      text += prefixes.length(prefix)
      length -= prefixes.length(prefix)
    }
    let packing = tag.packing
    kernels.pack(text, length - packing.padding, packing, to: output)
  }
}

/// The hashes of the names in each beginning that was chosen.
private struct PrefixNames {
  private var hashes: [UInt64] = []
  private var starts: [Int] = [0]

  init(_ texts: Slab<UInt8>, _ textStarts: Slab<UInt32>) {
    var scratch: [UInt8] = []
    for number in 0..<(textStarts.count - 1) {
      let start = Int(textStarts[number])
      let text = UnsafeBufferPointer(
        start: texts.base + start, count: Int(textStarts[number + 1]) - start)
      NameTokens.forEachHash(in: text, scratch: &scratch) { hashes.append($0) }
      starts.append(hashes.count)
    }
  }

  @inline(__always)
  subscript(number: Int) -> ArraySlice<UInt64> { hashes[starts[number]..<starts[number &+ 1]] }
}

/// The beginnings that texts may share, each once, and how many have it.
private struct PrefixInterner: ~Copyable {
  private struct Entry: BitwiseCopyable {
    let hash: UInt64
    /// Where it first stood in the builder's texts.
    let start: UInt32
    let length: UInt32
    var uses: UInt32
    /// Its number among those that are chosen; `none` if it is not.
    var number: UInt32
  }
  private var entries = GrowingBuffer<Entry>(capacity: 1 << 8)
  /// Open addressing, linear probing; 0 is free, else the place of an entry plus one.
  private var table: UnsafeMutablePointer<UInt32>
  private var mask = (1 << 9) - 1
  private var chosenCount = 0
  private static let none = UInt32.max

  var count: Int { entries.count }

  init() {
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
  }

  deinit { table.deallocate() }

  /// The place of a beginning, made if it is new; one more text has it.
  @inline(__always)
  mutating func number(
    _ text: UnsafePointer<UInt8>, _ length: Int, from heap: UnsafeMutablePointer<UInt8>
  ) -> UInt32 {
    let hash = ValueHash.hash(text, length)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 {
      let place = Int(table[slot]) &- 1
      let entry = entries[place]
      if entry.hash == hash, Int(entry.length) == length,
        equalBytes(heap + Int(entry.start), text, length)
      {
        entries.base[place].uses &+= 1
        return UInt32(truncatingIfNeeded: place)
      }
      slot = (slot &+ 1) & mask
    }
    let place = UInt32(entries.count)
    entries.append(
      Entry(
        hash: hash, start: UInt32(text - UnsafePointer(heap)), length: UInt32(length), uses: 1,
        number: Self.none))
    table[slot] = place + 1
    if entries.count * 2 > mask { grow() }
    return place
  }

  private mutating func grow() {
    table.deallocate()
    mask = mask * 2 + 1
    table = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    for place in 0..<entries.count {
      var slot = Int(truncatingIfNeeded: entries[place].hash) & mask
      while table[slot] != 0 { slot = (slot &+ 1) & mask }
      table[slot] = UInt32(place + 1)
    }
  }

  /// Chooses those that save more than they cost, in their order, as long as there are numbers.
  mutating func choose() {
    let numberBytes = UInt32(PackedTexts.prefixNumberBytes)
    let startBytes = UInt32(MemoryLayout<UInt32>.size)
    for place in 0..<entries.count where chosenCount < PackedTexts.mostPrefixes {
      let entry = entries[place]
      guard UInt64(entry.uses) * UInt64(entry.length - numberBytes) > entry.length + startBytes
      else { continue }
      entries.base[place].number = UInt32(chosenCount)
      chosenCount += 1
    }
  }

  @inline(__always)
  func isChosen(_ place: Int) -> Bool { entries[place].number != Self.none }

  @inline(__always)
  func chosenNumber(_ place: Int) -> UInt16 { UInt16(truncatingIfNeeded: entries[place].number) }

  @inline(__always)
  func length(_ place: Int) -> Int { Int(entries[place].length) }

  /// The texts of those that were chosen, by number.
  func texts(
    _ heap: UnsafeMutablePointer<UInt8>
  ) -> (texts: Slab<UInt8>, starts: Slab<UInt32>) {
    var total = 0
    for place in 0..<entries.count where isChosen(place) { total += length(place) }
    var starts: [UInt32] = []
    starts.reserveCapacity(chosenCount + 1)
    let texts = Slab<UInt8>(count: total, padding: TextBuffer.slack) { base in
      var end = 0
      for place in 0..<entries.count where isChosen(place) {
        starts.append(UInt32(end))
        memcpy(base + end, heap + Int(entries[place].start), length(place))
        end += length(place)
      }
    }
    starts.append(UInt32(total))
    return (texts, Slab(starts))
  }
}

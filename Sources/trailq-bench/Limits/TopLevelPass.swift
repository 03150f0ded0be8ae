import Foundation

/// Reads a file with a record a line into columns of top-level fields: the limit that a load of it is held against.
///
/// One thread. The file is read in pieces; each record is walked member by member, at the top and inside of
/// `userIdentity`; texts there become numbers in a dictionary of their column, some 22 a record. Identifiers, times
/// and messages, which repeat too little for that, and all that lies deeper are passed over byte by byte. Nothing is
/// sorted, checked or kept beyond that, and no index is made: what a load of any kind has to do at least.
struct TopLevelPass {
  let path: String

  struct Outcome {
    var seconds: Double
    var records: Int
    /// Numbers of the values, all columns together.
    var codes: Int
  }

  /// - Throws: `BenchError` where the file cannot be read.
  func run() throws -> Outcome {
    let begin = ContinuousClock.now
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BenchError("\(path) cannot be opened") }
    defer { close(descriptor) }
    let capacity = Self.pieceBytes + JSONSkipper.padding
    let piece = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    piece.initialize(repeating: 0, count: capacity)
    defer { piece.deallocate() }
    let columns = TopLevelColumns()
    var kept = 0
    while true {
      let got = read(descriptor, piece + kept, Self.pieceBytes - kept)
      if got < 0 { throw BenchError("\(path) cannot be read") }
      if got == 0 { break }
      let count = kept + got
      let walked = columns.add(linesOf: piece, count)
      guard walked > 0 || count < Self.pieceBytes else {
        throw BenchError("\(path) has a line of more than \(Self.pieceBytes) bytes")
      }
      kept = count - walked
      memmove(piece, piece + walked, kept)
    }
    return Outcome(
      seconds: (ContinuousClock.now - begin).seconds, records: columns.records,
      codes: columns.codeCount)
  }

  private static let pieceBytes = 8 << 20
}

/// Columns of numbers, with the dictionaries of what they stand for.
///
/// Pointers throughout: a limit must not wait for checks that a program in C would not make.
final class TopLevelColumns {
  private(set) var records = 0
  private let columns: UnsafeMutablePointer<Column>

  /// Columns for members of the record, and as many for those of `userIdentity`.
  private static let half = 32
  private static let columnCount = half * 2

  private struct Column {
    var dictionary = ByteDictionary()
    var codes = PlainBuffer<UInt32>()
  }

  init() {
    columns = .allocate(capacity: Self.columnCount)
    for index in 0..<Self.columnCount { (columns + index).initialize(to: Column()) }
  }

  deinit {
    for index in 0..<Self.columnCount {
      columns[index].dictionary.free()
      columns[index].codes.free()
    }
    columns.deallocate()
  }

  var codeCount: Int { (0..<Self.columnCount).reduce(0) { $0 + columns[$1].codes.count } }
  var distinctCount: Int { (0..<Self.columnCount).reduce(0) { $0 + columns[$1].dictionary.count } }

  /// Takes in the whole lines of a piece of text, and says where the first one begins that is not whole.
  func add(linesOf text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    // What follows the last line end is walked when the rest of it has been read.
    var end = count
    while end > 0, text[end - 1] != UInt8(ascii: "\n") { end -= 1 }
    var index = 0
    while index < end {
      guard text[index] == UInt8(ascii: "{") else {
        index &+= 1
        continue
      }
      index = add(membersAt: index &+ 1, of: text, end, firstColumn: 0)
      records &+= 1
    }
    return end
  }

  /// Walks the members of an object; gives the place behind it.
  private func add(
    membersAt start: Int, of text: UnsafePointer<UInt8>, _ limit: Int, firstColumn: Int
  ) -> Int {
    var index = start
    while index < limit, text[index] == UInt8(ascii: "\"") {
      let key = index &+ 1
      let value = JSONSkipper.endOfString(text, key, limit) &+ 1
      let keyCount = value &- 2 &- key
      if firstColumn == 0, text[value] == UInt8(ascii: "{"),
        Self.is(text + key, keyCount, "userIdentity")
      {
        index = add(membersAt: value &+ 1, of: text, limit, firstColumn: Self.half)
      } else {
        index = JSONSkipper.endOfValue(text, value, limit)
        if text[value] == UInt8(ascii: "\""), !Self.isPassedOver(text + key, keyCount) {
          let column = columns + (firstColumn &+ Self.place(text + key, keyCount))
          let code = column.pointee.dictionary.code(of: text + value + 1, index &- value &- 2)
          column.pointee.codes.append(code)
        }
      }
      if index < limit, text[index] == UInt8(ascii: ",") { index &+= 1 }
    }
    return index &+ 1
  }

  /// A column for a key. Two keys may share one, which costs no less.
  @inline(__always)
  private static func place(_ key: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let sixth = Int(key[min(5, max(0, count &- 1))])
    return (count &* 7 &+ Int(key[0]) &+ sixth &* 3) & (half &- 1)
  }

  /// True for texts of which nearly each is another.
  @inline(__always)
  private static func isPassedOver(_ key: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    switch count {
    case 7: return `is`(key, count, "eventID")
    case 9: return `is`(key, count, "requestID") || `is`(key, count, "eventTime")
    case 12: return `is`(key, count, "errorMessage")
    default: return false
    }
  }

  @inline(__always)
  private static func `is`(
    _ key: UnsafePointer<UInt8>, _ count: Int, _ name: StaticString
  ) -> Bool {
    count == name.utf8CodeUnitCount && memcmp(key, name.utf8Start, count) == 0
  }
}

/// Numbers byte strings in the order in which they are first seen.
struct ByteDictionary {
  /// Slots of numbers plus one; 0 is free.
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotCount = 1 << 10
  private var hashes = PlainBuffer<UInt64>()
  /// Where each ends in `bytes`; the next begins there.
  private var ends = PlainBuffer<Int>()
  private var bytes = PlainBuffer<UInt8>()

  var count: Int { hashes.count }

  init() {
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
  }

  /// Gives the memory back; nothing may be done with it after that.
  func free() {
    slots.deallocate()
    hashes.free()
    ends.free()
    bytes.free()
  }

  /// - Parameter text: Has seven readable bytes behind it.
  mutating func code(of text: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
    let hash = Self.hash(text, length)
    var slot = Int(truncatingIfNeeded: hash) & (slotCount &- 1)
    while slots[slot] != 0 {
      let known = Int(slots[slot] &- 1)
      if hashes.base[known] == hash, equals(known, text, length) {
        return UInt32(truncatingIfNeeded: known)
      }
      slot = (slot &+ 1) & (slotCount &- 1)
    }
    let code = UInt32(count)
    bytes.append(text, length)
    ends.append(bytes.count)
    hashes.append(hash)
    slots[slot] = code + 1
    if count * 2 > slotCount { grow() }
    return code
  }

  @inline(__always)
  private func equals(_ known: Int, _ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let start = known == 0 ? 0 : ends.base[known &- 1]
    return ends.base[known] &- start == length && memcmp(bytes.base + start, text, length) == 0
  }

  private mutating func grow() {
    slots.deallocate()
    slotCount *= 2
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
    for code in 0..<count {
      var slot = Int(truncatingIfNeeded: hashes.base[code]) & (slotCount &- 1)
      while slots[slot] != 0 { slot = (slot &+ 1) & (slotCount &- 1) }
      slots[slot] = UInt32(code + 1)
    }
  }

  @inline(__always)
  private static func hash(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
    var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(length)
    let raw = UnsafeRawPointer(text)
    var index = 0
    while index &+ 8 <= length {
      hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    if index < length {
      let mask = (1 &<< UInt64((length &- index) &* 8)) &- 1
      hash = mixed(hash ^ (raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & mask))
    }
    return hash
  }

  @inline(__always)
  private static func mixed(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xFF51_AFD7_ED55_8CCD)
    return product.low ^ product.high
  }
}

/// Memory that grows by doubling, as a C program would have it. Whoever has it frees it.
struct PlainBuffer<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity = 1024

  init() { base = .allocate(capacity: capacity) }

  func free() { base.deallocate() }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: count &+ 1) }
    (base + count).initialize(to: element)
    count &+= 1
  }

  mutating func append(_ elements: UnsafePointer<Element>, _ number: Int) {
    if count + number > capacity { grow(to: count + number) }
    (base + count).initialize(from: elements, count: number)
    count += number
  }

  private mutating func grow(to least: Int) {
    capacity = max(least, capacity * 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    larger.initialize(from: base, count: count)
    base.deallocate()
    base = larger
  }
}

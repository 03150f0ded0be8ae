import Glibc
import TrailRecord

/// The value behind each ordinal, as it is shown: made when it is asked for.
///
/// A field may have as many values as there are events, of which an answer shows ten. So what is kept of a value is
/// where it stands in a segment, eight bytes, and its text is read there.
struct OrdinalKeys: RandomAccessCollection, Sendable {
  /// Where a value stands: a code of a segment's column, or a cell that is kept.
  struct Place: Sendable {
    private let rawValue: UInt64
    private static let cellMark: UInt64 = 1 << 63

    init(segment: Int, code: UInt32) { rawValue = UInt64(segment) << 32 | UInt64(code) }
    init(cell: Int) { rawValue = UInt64(cell) | Self.cellMark }

    /// The number of the cell; nil for a code.
    var cell: Int? {
      rawValue & Self.cellMark == 0 ? nil : Int(rawValue & ~Self.cellMark)
    }
    var segment: Int { Int(rawValue >> 32) }
    var code: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
  }

  private let places: [Place]
  private let columns: [FieldColumn?]
  private let cells: [Cell]
  private let kind: BoundField.Kind

  /// - Parameters:
  ///   - columns: Of each segment, the column in which its codes stand.
  ///   - kind: How the field shows its values.
  init(_ places: [Place], in columns: [FieldColumn?], cells: [Cell], kind: BoundField.Kind) {
    self.places = places
    self.columns = columns
    self.cells = cells
    self.kind = kind
  }

  /// Values that are cells already.
  init(_ cells: [Cell]) {
    places = cells.indices.map { Place(cell: $0) }
    columns = []
    self.cells = cells
    kind = .text
  }

  var startIndex: Int { 0 }
  var endIndex: Int { places.count }

  subscript(index: Int) -> Cell {
    let place = places[index]
    if let cell = place.cell { return cells[cell] }
    guard let column = columns[place.segment] else { return .missing }
    let buffer = TextBuffer.make()
    return withExtendedLifetime(buffer) {
      CellReader.cell(
        column.bytes(ofCode: place.code, in: buffer), column.kind(ofCode: place.code), as: kind)
    }
  }

  /// The place of each value in the order of values (`ValueOrder`).
  ///
  /// Texts, of which there may be as many as events, are compared where they lie one behind the other, most of them by
  /// their first eight bytes.
  ///
  /// - Complexity: O(n log n).
  func ranks() -> [UInt32] {
    var ranks = [UInt32](repeating: 0, count: places.count)
    for (rank, index) in order(of: places.indices).enumerated() { ranks[index] = UInt32(rank) }
    return ranks
  }

  /// Some of the values, by their ordinals, in the order of values.
  func order(of ordinals: some Sequence<Int>) -> [Int] {
    var texts = SortedTexts()
    var times: [(time: Int64, index: Int)] = []
    var others: [(rank: Int, cell: Cell, index: Int)] = []
    let buffer = TextBuffer.make()
    for index in ordinals {
      let place = places[index]
      if place.cell == nil, let column = columns[place.segment] {
        let bytes = column.bytes(ofCode: place.code, in: buffer)
        if kind == .time, let time = EventTime.parse(bytes) {
          times.append((time, index))
          continue
        }
        if FieldOrdinals.isGroupedByText(kind), column.kind(ofCode: place.code) == .text,
          !ValueOrder.spellsNumber(bytes)
        {
          texts.add(bytes, index)
          continue
        }
      }
      let cell = self[index]
      others.append((ValueOrder.rank(cell), cell, index))
    }
    withExtendedLifetime(buffer) {}
    times.sort { $0.time < $1.time }
    others.sort {
      $0.rank != $1.rank ? $0.rank < $1.rank : ValueOrder.precedes($0.cell, $1.cell)
    }
    var order: [Int] = []
    order.reserveCapacity(texts.count + times.count + others.count)
    func place(_ index: Int) { order.append(index) }
    var next = 0
    func placeOthers(below limit: Int) {
      while next < others.count, others[next].rank < limit {
        place(others[next].index)
        next += 1
      }
    }
    placeOthers(below: ValueOrder.rankOfTimes)
    for time in times { place(time.index) }
    placeOthers(below: ValueOrder.rankOfTexts)
    texts.forEachSorted { place($0) }
    placeOthers(below: .max)
    return order
  }
}

/// Texts that are to be sorted by their bytes.
private struct SortedTexts: ~Copyable {
  private struct Entry: BitwiseCopyable {
    /// The first eight bytes, the first one highest; zeros behind a shorter text.
    let head: UInt64
    let start: Int
    let count: Int
    let index: Int
  }

  private var heap = GrowingBuffer<UInt8>(capacity: 1 << 12)
  private var entries: [Entry] = []

  var count: Int { entries.count }

  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) {
    var head: UInt64 = 0
    for place in 0..<8 {
      head = head << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0)
    }
    entries.append(Entry(head: head, start: heap.count, count: bytes.count, index: index))
    if let base = bytes.baseAddress { heap.append(base, bytes.count) }
  }

  /// The indices of the texts in their order.
  mutating func forEachSorted(_ body: (Int) -> Void) {
    let base = heap.base
    entries.sort { left, right in
      if left.head != right.head { return left.head < right.head }
      let order = memcmp(base + left.start, base + right.start, Swift.min(left.count, right.count))
      return order != 0 ? order < 0 : left.count < right.count
    }
    for entry in entries { body(entry.index) }
  }
}

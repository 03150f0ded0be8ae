import Glibc

/// Where segments lie that are read when they are asked for: a workspace, or a test's memory.
package protocol SegmentSource: AnyObject, Sendable {
  /// The table of contents of a segment, as `SegmentEncoder` wrote it.
  func contents(of segment: Int64) throws(SegmentDamage) -> [UInt8]
  /// Fills `memory`, which has the part's size, with a part's bytes.
  func read(
    part: Int, of segment: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage)
  /// A piece of a segment's filter, as `SegmentEncoder` wrote it; nil where there is none, as in older files.
  func filterPiece(_ piece: Int, of segment: Int64) -> [UInt8]?
  /// Told of what turned out to be damaged. Any thread may call it.
  func found(_ damage: SegmentDamage, in segment: Int64)
  /// Addresses for a segment's text, of which the system gives pages when they are written; nil where it has none left.
  /// The segment gives them back.
  func addresses(_ byteCount: Int) -> UnsafeMutableRawPointer?
}

extension SegmentSource {
  package func filterPiece(_ piece: Int, of segment: Int64) -> [UInt8]? { nil }

  package func addresses(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    SystemMemory.addresses(byteCount)
  }
}

enum SystemMemory {
  static func addresses(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return memory == MAP_FAILED ? nil : memory
  }
}

/// Something in a kept segment that is not as it was written.
package struct SegmentDamage: Error, Hashable, Sendable {
  /// What is wrong, in words.
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}

/// What a workspace's directory says of a segment: all that planning needs of those that a query does not touch.
package struct KeptSegmentEntry: Hashable, Sendable {
  package var id: Int64
  package var home: SegmentHome
  package var rowCount: Int
  package var timedRowCount: Int
  package var timeRange: ClosedRange<Int64>?
  package var firstArrival: UInt64
  package var lastArrival: UInt64

  /// Events of a segment at most, in any version: rows are numbered in two pages (`RowList`).
  package static let mostRows = 2 * RowList.pageRows

  package init(
    id: Int64, home: SegmentHome, rowCount: Int, timedRowCount: Int, timeRange: ClosedRange<Int64>?,
    firstArrival: UInt64, lastArrival: UInt64
  ) {
    self.id = id
    self.home = home
    self.rowCount = rowCount
    self.timedRowCount = timedRowCount
    self.timeRange = timeRange
    self.firstArrival = firstArrival
    self.lastArrival = lastArrival
  }

  /// The entry of a segment that is about to be kept.
  package init(id: Int64, home: SegmentHome, of segment: Segment) {
    let arrivals = segment.arrivals.bounds
    self.init(
      id: id, home: home, rowCount: segment.rowCount, timedRowCount: segment.timedRowCount,
      timeRange: segment.timeRange, firstArrival: arrivals?.lowerBound ?? 0,
      lastArrival: arrivals?.upperBound ?? 0)
  }
}

/// How a segment's events came into the store.
package enum SegmentHome: UInt8, Hashable, Sendable, CaseIterable {
  case imported = 0
  /// They arrived while the session ran, and CloudTrail recorded them.
  case recorded = 1
  case unrecorded = 2
}

/// A part of a segment, read from where it lies.
///
/// `@unchecked Sendable`: it is filled before anybody else sees it, and only read afterwards.
final class PartMemory: @unchecked Sendable {
  /// Bytes that may be read behind the end: kernels load whole vectors.
  static let padding = 64

  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let memory: UnsafeMutablePointer<UInt8>

  init(byteCount: Int) {
    self.byteCount = byteCount
    memory = LargeMemory.allocate(UInt8.self, capacity: byteCount + Self.padding)
    base = UnsafeMutableRawPointer(memory)
    memset(base + byteCount, 0, Self.padding)
  }

  deinit { LargeMemory.release(memory, capacity: byteCount + Self.padding) }

  var buffer: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }
}

import Glibc

/// The value columns and identifier columns that each distinct structure fills, in document order.
struct FlatShapes {
  /// A path number above two bits: `isIdentifier`, and one that is free.
  private(set) var steps: [UInt32] = []
  private(set) var ranges: [Range<Int>?]

  static let isIdentifier: UInt32 = 1
  static let pathShift: UInt32 = 2

  init(_ builder: borrowing SegmentBuilder) {
    ranges = Array(repeating: nil, count: builder.shapes.count)
    var levels: [Range<Int>] = []
    for row in 0..<builder.rowCount {
      let root = Int(builder.roots[row])
      if ranges[root] != nil { continue }
      let start = steps.count
      flatten(UInt32(root), builder, &levels)
      ranges[root] = start..<steps.count
    }
  }

  /// Sets a bit that is free in the steps of those value columns whose paths are wanted.
  mutating func mark(_ bit: UInt32, where isWanted: (_ path: Int) -> Bool) {
    for index in steps.indices
    where steps[index] & Self.isIdentifier == 0 && isWanted(Int(steps[index] >> Self.pathShift)) {
      steps[index] |= bit
    }
  }

  /// Appends the steps of a node, in document order.
  ///
  /// - Parameter levels: A stack, empty before and after.
  private mutating func flatten(
    _ root: UInt32, _ builder: borrowing SegmentBuilder, _ levels: inout [Range<Int>]
  ) {
    func range(of node: UInt32) -> Range<Int> {
      Int(builder.shapes.starts[Int(node)]) + 1..<Int(builder.shapes.starts[Int(node) + 1])
    }
    levels.append(range(of: root))
    while let level = levels.popLast() {
      var index = level.lowerBound
      while index < level.upperBound {
        let token = builder.shapes.tokens[index]
        index += 1
        switch token & ShapeToken.kindMask {
        case ShapeToken.leaf: steps.append((token >> ShapeToken.pathShift) << Self.pathShift)
        case ShapeToken.identifier:
          steps.append((token >> ShapeToken.pathShift) << Self.pathShift | Self.isIdentifier)
        case ShapeToken.node:
          levels.append(index + 1..<level.upperBound)
          levels.append(range(of: builder.shapes.tokens[index]))
          index = level.upperBound
        default: break
        }
      }
    }
  }
}

/// What sealing needs for a while and the next segment needs again.
final class SealScratch {
  private var numbers: UnsafeMutablePointer<UInt32>?
  private var capacity = 0

  /// Uninitialised memory for `count` numbers, until it is asked again.
  fileprivate func numbers(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    if let numbers, count <= capacity { return numbers }
    release()
    // Segments of one import are about as large.
    capacity = count + count / 8 + 1
    let made = LargeMemory.allocate(UInt32.self, capacity: capacity)
    numbers = made
    return made
  }

  private func release() {
    if let numbers { LargeMemory.release(numbers, capacity: capacity) }
    numbers = nil
  }

  deinit { release() }
}

/// The rows in which a path has values, in memory of another owner.
struct EntryRows {
  /// Paths with the same number have values in the same rows.
  let group: Int
  /// The row of each value, ascending; nil where each row of the segment has one value.
  let rows: UnsafePointer<UInt32>?
  /// True where a row may have several.
  let isMultiValued: Bool

  @inline(__always)
  subscript(entry: Int) -> UInt32 { rows.map { $0[entry] } ?? UInt32(truncatingIfNeeded: entry) }
}

/// Paths that have values in the same rows, because each structure has all of them, equally often, or none: an object's
/// members, mostly. Their rows are written once.
private struct RowGroups {
  /// The group of each path.
  private(set) var groupOfPath: [Int]
  /// Whether a structure has the path more than once.
  private(set) var isMultiValued: [Bool]

  private struct Group {
    /// Paths that are in it; one without any is used again.
    var pathCount: Int
    /// The structure that parts it or was the last to, and where it puts those of its paths that it has `count` times:
    /// mostly all.
    var shape = -1
    var count = 0
    var part = 0
  }

  /// Paths of a group that a structure has another number of times.
  private struct OddPart: Hashable {
    let group: Int
    let count: Int
  }

  /// - Parameter rowsOfShape: Structures without rows part nothing.
  /// - Complexity: O(steps); memory for the paths.
  init(_ flat: FlatShapes, rowsOfShape: [Int], pathCount: Int) {
    groupOfPath = Array(repeating: 0, count: pathCount)
    isMultiValued = Array(repeating: false, count: pathCount)
    var groups = [Group(pathCount: pathCount)]
    var free: [Int] = []
    var counts = [Int](repeating: 0, count: pathCount)
    var met: [Int] = []
    var parted: [Int] = []
    for (shape, range) in flat.ranges.enumerated() {
      guard let range, rowsOfShape[shape] > 0 else { continue }
      met.removeAll(keepingCapacity: true)
      parted.removeAll(keepingCapacity: true)
      for step in flat.steps[range] where step & FlatShapes.isIdentifier == 0 {
        let path = Int(step >> FlatShapes.pathShift)
        if counts[path] == 0 { met.append(path) }
        counts[path] += 1
      }
      var oddParts: [OddPart: Int] = [:]
      for path in met {
        let count = counts[path]
        counts[path] = 0
        if count > 1 { isMultiValued[path] = true }
        let group = groupOfPath[path]
        let isNew = groups[group].shape != shape
        // A path that is alone cannot be parted from others.
        if isNew, groups[group].pathCount == 1 { continue }
        let oddPart = OddPart(group: group, count: count)
        let part: Int
        if !isNew, groups[group].count == count {
          part = groups[group].part
        } else if !isNew, let known = oddParts[oddPart] {
          part = known
        } else {
          part = free.popLast() ?? groups.count
          if part == groups.count { groups.append(Group(pathCount: 0)) }
          if isNew {
            (groups[group].shape, groups[group].count, groups[group].part) = (shape, count, part)
            parted.append(group)
          } else {
            oddParts[oddPart] = part
          }
        }
        groupOfPath[path] = part
        groups[part].pathCount += 1
        groups[group].pathCount -= 1
      }
      free += parted.filter { groups[$0].pathCount == 0 }
    }
  }
}

/// All values of the kept rows, by path and then by row: what each column is made of.
final class ScatteredEntries {
  private let leafStarts: [Int]
  private let identifierStarts: [Int]
  private let scratch: SealScratch
  /// Numbers of the builder, in which what came first, and mostly comes often, has a small one.
  private let values: UnsafeMutablePointer<UInt32>
  private let groups: RowGroups
  /// Where each group's rows begin in `values`; nil where each row has one value.
  private let rowStarts: [Int?]
  let identifierRows: UnsafeMutablePointer<UInt32>
  let identifiers: UnsafeMutablePointer<Identifier>

  /// A step that writes the rows of its path's group: the first path of each does.
  private static let writesRows: UInt32 = 2

  init(
    _ builder: borrowing SegmentBuilder, _ order: [UInt32], _ flat: inout FlatShapes,
    in scratch: SealScratch
  ) {
    self.scratch = scratch
    let pathCount = builder.paths.count
    var rowsOfShape = [Int](repeating: 0, count: builder.shapes.count)
    for row in order { rowsOfShape[Int(builder.roots[Int(row)])] += 1 }
    var leafCursors = [Int](repeating: 0, count: pathCount + 1)
    var identifierCursors = [Int](repeating: 0, count: pathCount + 1)
    for (shape, range) in flat.ranges.enumerated() {
      guard let range, rowsOfShape[shape] > 0 else { continue }
      for step in flat.steps[range] {
        let path = Int(step >> FlatShapes.pathShift)
        if step & FlatShapes.isIdentifier == 0 {
          leafCursors[path + 1] += rowsOfShape[shape]
        } else {
          identifierCursors[path + 1] += rowsOfShape[shape]
        }
      }
    }
    for path in 0..<pathCount {
      leafCursors[path + 1] += leafCursors[path]
      identifierCursors[path + 1] += identifierCursors[path]
    }
    leafStarts = leafCursors
    identifierStarts = identifierCursors
    groups = RowGroups(flat, rowsOfShape: rowsOfShape, pathCount: pathCount)
    var end = leafCursors[pathCount]
    var rowCursors = [Int?](repeating: nil, count: pathCount)
    var startOfGroup: [Int: Int?] = [:]
    for path in 0..<pathCount where leafStarts[path] < leafStarts[path + 1] {
      let group = groups.groupOfPath[path]
      if startOfGroup[group] != nil { continue }
      let count = leafStarts[path + 1] - leafStarts[path]
      if count == order.count, !groups.isMultiValued[path] {
        startOfGroup[group] = .some(nil)
      } else {
        startOfGroup[group] = end
        rowCursors[path] = end
        end += count
      }
    }
    rowStarts = groups.groupOfPath.map { startOfGroup[$0] ?? nil }
    let values = scratch.numbers(end)
    self.values = values
    identifierRows = .allocate(capacity: identifierCursors[pathCount] + 1)
    identifiers = .allocate(capacity: identifierCursors[pathCount] + 1)
    let oldLeaves = UnsafePointer(builder.leaves.base)
    flat.mark(Self.writesRows) { rowCursors[$0] != nil }
    let (steps, ranges) = (flat.steps, flat.ranges)
    var cursors = rowCursors.map { $0 ?? 0 }
    cursors.withUnsafeMutableBufferPointer { rowCursors in
      leafCursors.withUnsafeMutableBufferPointer { leafCursors in
        identifierCursors.withUnsafeMutableBufferPointer { identifierCursors in
          steps.withUnsafeBufferPointer { steps in
            for row in 0..<order.count {
              let old = Int(order[row])
              guard let range = ranges[Int(builder.roots[old])] else { continue }
              var source = oldLeaves + Int(builder.leafStarts[old])
              for index in range {
                let step = steps[index]
                let path = Int(step &>> FlatShapes.pathShift)
                if step & FlatShapes.isIdentifier == 0 {
                  let entry = leafCursors[path]
                  leafCursors[path] = entry &+ 1
                  values[entry] = source.pointee
                  if step & Self.writesRows != 0 {
                    values[rowCursors[path]] = UInt32(truncatingIfNeeded: row)
                    rowCursors[path] &+= 1
                  }
                  source += 1
                } else {
                  let entry = identifierCursors[path]
                  identifierCursors[path] = entry &+ 1
                  identifierRows[entry] = UInt32(truncatingIfNeeded: row)
                  identifiers[entry] = Identifier(
                    high: UInt64(source[0]) &<< 32 | UInt64(source[1]),
                    low: UInt64(source[2]) &<< 32 | UInt64(source[3]))
                  source += 4
                }
              }
            }
          }
        }
      }
    }
  }

  deinit {
    identifierRows.deallocate()
    identifiers.deallocate()
  }

  /// The values of a path, as the builder numbers them.
  func values(ofPath path: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(
      start: values + leafStarts[path], count: leafStarts[path + 1] - leafStarts[path])
  }

  /// The rows of a path's values.
  func rows(ofPath path: Int) -> EntryRows {
    EntryRows(
      group: groups.groupOfPath[path],
      rows: rowStarts[path].map { UnsafePointer(values + $0) },
      isMultiValued: groups.isMultiValued[path])
  }

  func identifierRange(ofPath path: Int) -> Range<Int> {
    identifierStarts[path]..<identifierStarts[path + 1]
  }
}

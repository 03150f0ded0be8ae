import CVectors
import Glibc

// From codes to rows: posting lists where they exist and are short, else a scan of the codes.

extension Column {
  /// How the rows of a set of codes are found.
  package enum Access: String, Sendable {
    case nothing = "not in the dictionary"
    case everything = "every entry"
    case postings = "posting lists"
    case scan = "scan of codes"
  }

  /// The way that `rows(in:within:)` will take.
  package func access(for codes: CodeSet) -> Access {
    switch codes.form {
    case .none: return .nothing
    case .all: return .everything
    case .one, .several:
      guard let postings else { return .scan }
      // A scan reads every code in sequence; a list costs more a row but reads only its own rows.
      var total = 0
      for code in codes.codes {
        total += postings.count(ofCode: code)
        if total > entryCount / 4 { return .scan }
      }
      return .postings
    }
  }

  /// The number of rows that `rows(in:within:)` will find: exact with posting lists, else by the mean.
  package func estimatedRows(in codes: CodeSet) -> Int {
    switch codes.form {
    case .none: return 0
    case .all: return entryCount
    case .one, .several:
      if let postings { return codes.codes.reduce(0) { $0 + postings.count(ofCode: $1) } }
      return max(1, entryCount * codes.count / max(1, distinctCount))
    }
  }

  /// The rows within `range` that have an entry whose code is in `codes`.
  package func rows(in codes: CodeSet, within range: Range<Int>) -> RowSet {
    switch access(for: codes) {
    case .nothing: return .none(of: rowCount)
    case .everything: return presentRows().clipped(to: range)
    case .postings: return rowsFromPostings(codes, within: range)
    case .scan: return scannedRows(in: codes, within: range)
    }
  }

  private func rowsFromPostings(_ codes: CodeSet, within range: Range<Int>) -> RowSet {
    guard let postings else { return .none(of: rowCount) }
    let wanted = codes.codes
    let most = wanted.reduce(0) { $0 + postings.count(ofCode: $1) }
    var isOne = false
    if case .one = codes.form { isOne = true }
    if isOne || min(most, range.count) * 32 < rowCount {
      var list: [UInt32] = []
      list.reserveCapacity(min(most, range.count))
      for code in wanted {
        postings.forEachRun(ofCode: code, within: range) { rows, pageStart in
          for row in rows { list.append(UInt32(row) | pageStart) }
        }
      }
      if !isOne {
        list.sort()
        if isMultiValued { list.removeAdjacentRepeats() }
      }
      return .list(list, of: rowCount)
    }
    var bitmap = RowBitmap(universe: rowCount)
    for code in wanted {
      postings.forEachRun(ofCode: code, within: range) { rows, pageStart in
        for row in rows { bitmap.insert(Int(UInt32(row) | pageStart)) }
      }
    }
    return .bitmap(bitmap)
  }

  /// The same by reading every code, which `rows(in:within:)` does where no posting list serves. The benchmark
  /// compares it with a plain loop.
  package func scannedRows(in codes: CodeSet, within range: Range<Int>) -> RowSet {
    let window = entries(in: range)
    if window.isEmpty { return .none(of: rowCount) }
    var hits = EntryHits()
    let table = codes.membership()
    table.withUnsafeBufferPointer { table in
      guard let member = table.baseAddress else { return }
      switch self.codes.width {
      case .bits8(let slab):
        hits.scan(
          slab.base, window, only: codes.single.map { UInt8(truncatingIfNeeded: $0) }, member)
      case .bits16(let slab):
        hits.scan(
          slab.base, window, only: codes.single.map { UInt16(truncatingIfNeeded: $0) }, member)
      case .bits32(let slab): hits.scan(slab.base, window, only: codes.single, member)
      }
    }
    return rows(ofHits: hits, window: window)
  }

  /// Where one block of 64 codes in 32 has a hit at most, hits are listed: a bitmap would cost more than they do.
  private static let blocksForEachHit = 64 * 32

  /// Entry numbers become row numbers.
  private func rows(ofHits hits: EntryHits, window: Range<Int>) -> RowSet {
    switch layout {
    case .full:
      if hits.blocks.count * Self.blocksForEachHit < rowCount {
        var list: [UInt32] = []
        hits.forEach { list.append(UInt32(window.lowerBound + $0)) }
        return .bitmap(list: list, of: rowCount)
      }
      return .bitmap(RowBitmap(hits, from: window.lowerBound, universe: rowCount))
    case .bitmap(let presence, let ranks):
      var bitmap = RowBitmap(universe: rowCount)
      var word = 0
      hits.forEach { offset in
        let entry = window.lowerBound + offset
        if Int(ranks[word]) + presence[word].nonzeroBitCount <= entry {
          // The last word whose rank is not above the entry.
          word = ranks.lowerBound(of: UInt32(entry) + 1, in: word..<ranks.count) - 1
          while presence[word] == 0 { word -= 1 }
        }
        let bit = presence[word].position(ofSetBit: entry - Int(ranks[word]))
        bitmap.insert(word * 64 + bit)
      }
      return .bitmap(bitmap)
    case .sparse(let rows):
      var list: [UInt32] = []
      hits.forEach { offset in
        let row = rows[window.lowerBound + offset]
        if list.last != row { list.append(row) }
      }
      return .bitmap(list: list, of: rowCount)
    }
  }
}

extension CodeSet {
  /// The only member, where there is one.
  var single: UInt32? {
    if case .one(let code) = form { return code }
    return nil
  }
}

/// Hits of a scan, by block of 64 entries; blocks without a hit are left out.
struct EntryHits {
  private(set) var blocks: [(block: Int, mask: UInt64)] = []

  /// Tests the codes of `window` against one code, or by table.
  mutating func scan<Code: FixedWidthInteger & UnsignedInteger>(
    _ base: UnsafePointer<Code>, _ window: Range<Int>, only code: Code?,
    _ member: UnsafePointer<UInt8>
  ) {
    let count = window.count
    let start = base + window.lowerBound
    var block = 0
    while block &* 64 < count {
      let codes = start + block &* 64
      let length = min(64, count &- block &* 64)
      let mask: UInt64
      if let code {
        mask = Self.equalMask(codes, length, code)
      } else {
        mask = Self.memberMask(codes, length, member)
      }
      if mask != 0 { blocks.append((block, mask)) }
      block &+= 1
    }
  }

  /// The bits of the codes that are `code`, of at most 64.
  @inline(__always)
  private static func equalMask<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: UnsafePointer<Code>, _ length: Int, _ code: Code
  ) -> UInt64 {
    if length == 64 {
      let raw = UnsafeRawPointer(codes)
      switch Code.bitWidth {
      case 8:
        return CVectorsEqual8(
          raw.assumingMemoryBound(to: UInt8.self), UInt8(truncatingIfNeeded: code))
      case 16:
        return CVectorsEqual16(
          raw.assumingMemoryBound(to: UInt16.self), UInt16(truncatingIfNeeded: code))
      case 32:
        return CVectorsEqual32(
          raw.assumingMemoryBound(to: UInt32.self), UInt32(truncatingIfNeeded: code))
      default: break
      }
    }
    var mask: UInt64 = 0
    for index in 0..<length { mask |= (codes[index] == code ? 1 : 0) &<< UInt64(index) }
    return mask
  }

  @inline(__always)
  private static func memberMask<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: UnsafePointer<Code>, _ length: Int, _ member: UnsafePointer<UInt8>
  ) -> UInt64 {
    var mask: UInt64 = 0
    for index in 0..<length {
      mask |= UInt64(member[Int(codes[index])]) &<< UInt64(index)
    }
    return mask
  }

  /// Calls `body` with the offset of each hit within the window, ascending.
  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    for (block, mask) in blocks {
      var mask = mask
      while mask != 0 {
        body(block &* 64 &+ mask.trailingZeroBitCount)
        mask &= mask &- 1
      }
    }
  }
}

extension RowBitmap {
  /// The rows that hits stand for, counted from `first`.
  init(_ hits: EntryHits, from first: Int, universe: Int) {
    self.init(universe: universe)
    let shift = UInt64(first & 63)
    _ = withWords { words in
      for (block, mask) in hits.blocks {
        let word = first >> 6 + block
        words[word] |= mask << shift
        if shift != 0, mask >> (64 - shift) != 0 { words[word + 1] |= mask >> (64 - shift) }
      }
    }
  }
}

extension UInt64 {
  /// The position of the set bit number `rank`, counted from 0 at the low end.
  @inline(__always)
  func position(ofSetBit rank: Int) -> Int {
    var word = self
    for _ in 0..<rank { word &= word &- 1 }
    return word.trailingZeroBitCount
  }
}

extension Array where Element: Equatable {
  mutating func removeAdjacentRepeats() {
    var kept = 0
    for index in indices where index == 0 || self[index] != self[kept - 1] {
      self[kept] = self[index]
      kept += 1
    }
    removeLast(count - kept)
  }
}

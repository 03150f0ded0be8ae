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

  /// True where `estimatedRows(in:)` is the number of rows itself.
  func countsExactly(_ codes: CodeSet) -> Bool {
    switch codes.form {
    case .none: true
    case .all: !isMultiValued
    case .one: postings != nil
    case .several: postings != nil && !isMultiValued
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

  /// The rows of `candidates` that have an entry whose code is in `codes`: by looking at each of them where they are
  /// few, else by finding all rows of the codes.
  package func rows(in codes: CodeSet, among candidates: RowSet) -> RowSet {
    if codes.isEmpty || candidates.isEmpty { return .none(of: rowCount) }
    if !candidates.isRange, isCheaperToTest(candidates, for: codes) {
      return tested(candidates, codes)
    }
    return rows(in: codes, within: candidates.bounds).intersection(candidates)
  }

  /// What looking at one row costs in visits of rows that stand in a posting list.
  private static let testCost = 4
  /// Codes that a scan tests in the time of such a visit.
  private static let scannedAtOnce = 32

  private func isCheaperToTest(_ candidates: RowSet, for codes: CodeSet) -> Bool {
    let cost = candidates.count * Self.testCost
    switch access(for: codes) {
    case .nothing, .everything: return false
    case .scan: return cost < candidates.bounds.count / Self.scannedAtOnce
    case .postings: return cost < estimatedRows(in: codes) + codes.count
    }
  }

  private func tested(_ candidates: RowSet, _ codes: CodeSet) -> RowSet {
    var list: [UInt32] = []
    func test(_ isMember: (UInt32) -> Bool) {
      var cursor = 0
      candidates.forEach { row in
        for entry in entries(at: row, after: &cursor) where isMember(self.codes[entry]) {
          list.append(UInt32(row))
          break
        }
      }
    }
    if candidates.count * Self.testCost > distinctCount {
      codes.membership().withUnsafeBufferPointer { table in test { table[Int($0)] != 0 } }
    } else {
      test { codes.contains($0) }
    }
    return .bitmap(list: list, of: rowCount)
  }

  private func rowsFromPostings(_ codes: CodeSet, within range: Range<Int>) -> RowSet {
    guard let postings else { return .none(of: rowCount) }
    let wanted = codes.codes
    let most = wanted.reduce(0) { $0 + postings.count(ofCode: $1) }
    var isOne = false
    if case .one = codes.form { isOne = true }
    if isOne || most <= Self.fewRowsToSort {
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

  /// So many rows of several codes are put in order sooner than bits are gone through.
  private static let fewRowsToSort = 64

  /// The same by reading every code, which `rows(in:within:)` does where no posting list serves. The benchmark
  /// compares it with a plain loop.
  package func scannedRows(in codes: CodeSet, within range: Range<Int>) -> RowSet {
    let window = entries(in: range)
    if window.isEmpty { return .none(of: rowCount) }
    let hits = EntryHits(of: codes, in: self.codes, window)
    switch layout {
    case .full: return .bitmap(hits.bitmap(of: rowCount), count: hits.count)
    case .bitmap(let presence, let ranks):
      var bitmap = RowBitmap(universe: rowCount)
      var word = 0
      hits.forEach { entry in
        if Int(ranks[word]) + presence[word].nonzeroBitCount <= entry {
          // The last word whose rank is not above the entry.
          word = ranks.lowerBound(of: UInt32(entry) + 1, in: word..<ranks.count) - 1
          while presence[word] == 0 { word -= 1 }
        }
        let bit = presence[word].position(ofSetBit: entry - Int(ranks[word]))
        bitmap.insert(word * 64 + bit)
      }
      return .bitmap(bitmap, count: hits.count)
    case .sparse(let rows):
      var list: [UInt32] = []
      hits.forEach { entry in
        let row = rows[entry]
        if list.last != row { list.append(row) }
      }
      return .bitmap(list: list, of: rowCount)
    }
  }
}

/// Hits of a scan: a bit an entry, from a multiple of 64 on.
private struct EntryHits {
  /// The entry that the first bit stands for.
  private let start: Int
  private let words: [UInt64]
  let count: Int

  /// Tests the entries of `window`, which is not empty.
  init(of wanted: CodeSet, in codes: CodeArray, _ window: Range<Int>) {
    let start = window.lowerBound & ~63
    var count = 0
    words = [UInt64](unsafeUninitializedCapacity: (window.upperBound - start + 63) / 64) {
      words, filled in
      filled = words.count
      guard let output = words.baseAddress else { return }
      switch codes.width {
      case .bits8(let slab):
        count = Self.scan(
          slab.base, start, window, wanted, output, CVectorsEqual8, CVectorsMembers8)
      case .bits16(let slab):
        count = Self.scan(
          slab.base, start, window, wanted, output, CVectorsEqual16, CVectorsMembers16)
      case .bits32(let slab):
        count = Self.scan(
          slab.base, start, window, wanted, output, CVectorsEqual32, CVectorsMembers32)
      }
    }
    self.start = start
    self.count = count
  }

  /// Writes the hits to `output`, and returns how many there are.
  @inline(__always)
  private static func scan<Code: FixedWidthInteger & UnsignedInteger>(
    _ base: UnsafePointer<Code>, _ start: Int, _ window: Range<Int>, _ wanted: CodeSet,
    _ output: UnsafeMutablePointer<UInt64>,
    _ equal: (UnsafePointer<Code>, Int, Code, UnsafeMutablePointer<UInt64>) -> Int,
    _ members: (UnsafePointer<Code>, Int, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt64>) -> Int
  ) -> Int {
    // Whole words by vectors, the rest of the last one by itself.
    let whole = (window.upperBound - start) / 64
    let rest = start + whole * 64..<window.upperBound
    var count = 0
    if case .one(let code) = wanted.form {
      let code = Code(truncatingIfNeeded: code)
      count = equal(base + start, whole, code, output)
      if !rest.isEmpty {
        output[whole] = mask(of: rest) { base[$0] == code }
        count += output[whole].nonzeroBitCount
      }
    } else {
      wanted.membership().withUnsafeBufferPointer { table in
        guard let table = table.baseAddress else { return }
        count = members(base + start, whole, table, output)
        if !rest.isEmpty {
          output[whole] = mask(of: rest) { table[Int(base[$0])] != 0 }
          count += output[whole].nonzeroBitCount
        }
      }
    }
    // Entries of the first word that stand before the window.
    let before = output[0] & (1 << UInt64(window.lowerBound - start) - 1)
    output[0] ^= before
    return count - before.nonzeroBitCount
  }

  @inline(__always)
  private static func mask(of entries: Range<Int>, _ isHit: (Int) -> Bool) -> UInt64 {
    var mask: UInt64 = 0
    for entry in entries where isHit(entry) {
      mask |= 1 << UInt64(entry - entries.lowerBound)
    }
    return mask
  }

  /// Calls `body` with each entry that is a hit, ascending.
  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    if count == 0 { return }
    words.withUnsafeBufferPointer { words in
      for index in 0..<words.count {
        var word = words[index]
        while word != 0 {
          body(start &+ index &* 64 &+ word.trailingZeroBitCount)
          word &= word &- 1
        }
      }
    }
  }

  /// The hits as rows, where each row has one entry.
  consuming func bitmap(of rowCount: Int) -> RowBitmap {
    let wordCount = (rowCount + 63) / 64
    if words.count == wordCount { return RowBitmap(words: words, universe: rowCount) }
    var all = [UInt64](repeating: 0, count: wordCount)
    all.replaceSubrange(start / 64..<start / 64 + words.count, with: words)
    return RowBitmap(words: all, universe: rowCount)
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

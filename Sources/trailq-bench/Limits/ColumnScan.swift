import Foundation
import TrailEngine

/// Finds rows by reading all codes of a column, as predicates without an index do, beside a plain loop over the same.
///
/// The engine's side is what it does where no posting list serves: the codes that pass are known, each segment's
/// codes are read and become a set of rows, and its rows are counted. Looking the value up in the dictionary is not
/// part of it. The other side is the loop that C has for it: `count += codes[i] == code` over pointers, with an
/// accumulator as wide as the codes, which the compiler turns into vectors; for several codes `count +=
/// member[codes[i]]`. It makes no set. What tests call a scan (`scansOnly`) is another thing, which compares each
/// row's text and is slow on purpose.
struct ColumnScan {
  private let columns: [Column]

  /// The column that is scanned: every event has it, and it has some hundred values.
  private static let field = "eventName"
  /// Of the codes, so many pass where several do: each eighth.
  private static let oneInSeveral = 8
  private static let warmUps = 2
  /// Codes that a run reads at least, by reading few of them again and again: clocks are too coarse for one pass.
  private static let codesInRun = 1_000_000

  /// Runs at least: they take a millisecond each, and few of them would be at the mercy of whatever else runs.
  private static let leastRuns = 21

  /// `nil` where no event has the field.
  init?(_ snapshot: StoreSnapshot) {
    let paths = snapshot.paths.paths(keys: [Self.field])
    columns = snapshot.segments.flatMap { segment in paths.compactMap { segment.column($0) } }
    if columns.isEmpty { return nil }
  }

  func trials(runs: Int) throws -> [ScanTrial] {
    try ScanTrial.Kind.allCases.map { try trial($0, runs: max(runs, Self.leastRuns)) }
  }

  private func trial(_ kind: ScanTrial.Kind, runs: Int) throws -> ScanTrial {
    let wanted = columns.map { ($0, codes(kind, of: $0)) }
    let tables = wanted.map { column, codes in
      (0..<UInt32(column.distinctCount)).map { codes.contains($0) ? UInt8(1) : 0 }
    }
    var trial = ScanTrial(kind: kind, rows: columns.reduce(0) { $0 + $1.entryCount }, found: 0)
    let passes = max(1, Self.codesInRun / max(1, trial.rows))
    for run in -Self.warmUps..<runs {
      // In turns, so that both see the same machine.
      let begin = ContinuousClock.now
      var found = 0
      for _ in 0..<passes {
        for (column, codes) in wanted {
          found += column.scannedRows(in: codes, within: 0..<column.rowCount).count
        }
      }
      let middle = ContinuousClock.now
      var counted = 0
      for _ in 0..<passes {
        for (index, (column, codes)) in wanted.enumerated() {
          PlainLoop.count(codes, tables[index], in: column.codes, into: &counted)
        }
      }
      let end = ContinuousClock.now
      guard found == counted else {
        throw BenchError("a scan found \(found) rows and a plain loop \(counted)")
      }
      trial.found = found / passes
      if run < 0 { continue }
      trial.milliseconds.append((middle - begin).milliseconds / Double(passes))
      trial.limitMilliseconds.append((end - middle).milliseconds / Double(passes))
    }
    return trial
  }

  private func codes(_ kind: ScanTrial.Kind, of column: Column) -> CodeSet {
    var counts = [Int](repeating: 0, count: column.distinctCount)
    for entry in 0..<column.entryCount { counts[Int(column.codes[entry])] += 1 }
    let byCount = counts.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
    let chosen =
      switch kind {
      case .rareValue: [byCount[0]]
      case .commonValue: [byCount[byCount.count - 1]]
      case .severalValues: counts.indices.filter { $0 % Self.oneInSeveral == 0 }
      }
    return CodeSet(chosen.map { UInt32($0) }, of: column.distinctCount)
  }
}

/// A scan of one column beside a plain loop: for each run the time of one pass.
struct ScanTrial: Codable {
  enum Kind: String, Codable, CaseIterable {
    /// In each segment the value that the fewest events have.
    case rareValue
    /// In each segment the value that most events have.
    case commonValue
    /// An eighth of the values, as a pattern may find them.
    case severalValues
  }
  var kind: Kind
  var rows: Int
  var found: Int
  var milliseconds: [Double] = []
  var limitMilliseconds: [Double] = []

  /// The scan in multiples of the plain loop, run by run, because machines drift.
  var ratio: Double { zip(milliseconds, limitMilliseconds).map { $0 / $1 }.median }
}

/// Counts codes as a C program would.
enum PlainLoop {
  /// Adds to `total` how many codes pass. Never inlined, so that no pass is left out because the one before it gave
  /// the same.
  @inline(never)
  static func count(
    _ codes: CodeSet, _ member: [UInt8], in array: CodeArray, into total: inout Int
  ) {
    let found =
      switch array.width {
      case .bits8(let slab): count(codes, member, slab.base, slab.count)
      case .bits16(let slab): count(codes, member, slab.base, slab.count)
      case .bits32(let slab): count(codes, member, slab.base, slab.count)
      }
    total += found
  }

  @inline(__always)
  private static func count<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: CodeSet, _ member: [UInt8], _ base: UnsafePointer<Code>, _ count: Int
  ) -> Int {
    if case .one(let code) = codes.form {
      return equal(base, count, Code(truncatingIfNeeded: code))
    }
    return member.withUnsafeBufferPointer { member in
      member.baseAddress.map { members(base, count, $0) } ?? 0
    }
  }

  /// In blocks so short that an accumulator of a code's width cannot overflow.
  @inline(__always)
  private static func equal<Code: FixedWidthInteger & UnsignedInteger>(
    _ base: UnsafePointer<Code>, _ count: Int, _ code: Code
  ) -> Int {
    let block = Int(min(UInt64(Code.max), 1 << 20))
    var total = 0
    var start = 0
    while start < count {
      let end = min(count, start &+ block)
      var sum: Code = 0
      var index = start
      while index < end {
        sum &+= base[index] == code ? 1 : 0
        index &+= 1
      }
      total &+= Int(sum)
      start = end
    }
    return total
  }

  @inline(__always)
  private static func members<Code: FixedWidthInteger & UnsignedInteger>(
    _ base: UnsafePointer<Code>, _ count: Int, _ member: UnsafePointer<UInt8>
  ) -> Int {
    var total = 0
    var index = 0
    while index < count {
      total &+= Int(member[Int(base[index])])
      index &+= 1
    }
    return total
  }
}

import TrailRecord

/// `about X` in one segment: the distinct values that hold X, then the rows that hold those values.
struct AboutSearch {
  let pattern: AboutPattern
  let segment: Segment

  func rows() -> RowSet {
    let found = values()
    var result = RowSet.none(of: segment.rowCount)
    let everything = 0..<segment.rowCount
    let searched = searchedColumns()
    if !found.isEmpty {
      for column in searched.columns {
        let codes = codes(of: found, in: column)
        if !codes.isEmpty { result = result.union(column.rows(in: codes, within: everything)) }
      }
    }
    for column in searched.identifiers { result = result.union(rows(in: column)) }
    return result
  }

  /// The columns of the paths that are searched; the same for every X, so found once a segment.
  private struct SearchedColumns: Sendable {
    var columns: [Column] = []
    var identifiers: [IdentifierColumn] = []
  }

  private func searchedColumns() -> SearchedColumns {
    segment.computedColumns.value(.init(.searchedColumns)) {
      var searched = SearchedColumns()
      for index in 0..<segment.paths.count {
        let path = PathID(UInt32(index))
        let column = segment.column(path)
        let identifiers = segment.identifiers(path)
        guard column != nil || identifiers != nil,
          AboutPattern.searches(keys: segment.paths.keys(of: path))
        else { continue }
        if let column { searched.columns.append(column) }
        if let identifiers { searched.identifiers.append(identifiers) }
      }
      return searched
    }
  }

  /// The texts that hold X, ascending.
  func values() -> [ValueID] {
    let dictionary = segment.values
    let probe = pattern.probe
    let buffer = TextBuffer.make()
    // What is searched lies in a buffer of its own.
    let runBuffer = TextBuffer.make()
    var found: [ValueID] = []
    func verify(_ value: ValueID) {
      if dictionary.kind(of: value) == .text,
        pattern.occurs(in: dictionary.bytes(of: value, in: buffer))
      {
        found.append(value)
      }
    }
    if probe.isEmpty {
      for index in 0..<dictionary.count { verify(ValueID(UInt32(index))) }
      return found
    }
    let search = HeapSearch(probe)
    let textProbe = TextProbe(probe)
    for range in searchedRanges() {
      let run = dictionary.run(of: range, probe: textProbe, in: runBuffer)
      search.forEach(in: run.bytes) { place in
        let (value, end) = run.value(at: place)
        verify(value)
        return end
      }
    }
    // Texts may lie in another order than that of their numbers, and in a damaged file several places may be of one.
    found.sort()
    found.removeAdjacentRepeats()
    return withExtendedLifetime(runBuffer) { found }
  }

  /// The places whose texts have to be searched: those that the signatures let through.
  private func searchedRanges() -> [Range<Int>] {
    let names = pattern.wholeNames
    let ranges =
      names.isEmpty
      ? [0..<segment.values.count] : segment.tokenSignatures.candidates(names)
    return ranges.flatMap { range in
      stride(from: range.lowerBound, to: range.upperBound, by: Self.textsAtOnce).map {
        $0..<min($0 + Self.textsAtOnce, range.upperBound)
      }
    }
  }

  /// Texts that are unpacked at once where all are searched.
  private static let textsAtOnce = 1_024

  /// Looking each value up pays while they are few; then one pass over the column's values does.
  private func codes(of found: [ValueID], in column: Column) -> CodeSet {
    if found.count * 16 < column.distinctCount { return column.codeSet(of: found) }
    var codes: [UInt32] = []
    var next = 0
    for code in 0..<column.distinctCount {
      let value = column.values[code]
      while next < found.count, found[next].rawValue < value { next += 1 }
      if next < found.count, found[next].rawValue == value { codes.append(UInt32(code)) }
    }
    return CodeSet(codes, of: column.distinctCount)
  }

  private func rows(in column: IdentifierColumn) -> RowSet {
    if let identifier = Identifier(pattern.source) { return column.rows(equalTo: identifier) }
    var list: [UInt32] = []
    var bytes: [UInt8] = []
    for entry in 0..<column.entryCount {
      bytes.removeAll(keepingCapacity: true)
      column.identifiers[entry].append(to: &bytes)
      if pattern.occurs(inFolded: bytes) { list.append(UInt32(column.row(ofEntry: entry))) }
    }
    list.removeAdjacentRepeats()
    return .list(list, of: segment.rowCount)
  }
}

/// The ordinals of one field for a list of rows: 0 is missing, any other number is the ordinal plus one.
enum RowOrdinals {
  /// One number a row.
  case single([UInt32])
  /// Row `i` has the numbers `values[starts[i]..<starts[i + 1]]`, without repeats; none is missing.
  case several(starts: [UInt32], values: [UInt32])

  static let missing: UInt32 = 0

  init(_ column: FieldOrdinals.SegmentOrdinals?, rows: SelectedRows) {
    guard let column else {
      self = .single([UInt32](repeating: Self.missing, count: rows.count))
      return
    }
    let stored = column.field.column
    if stored.isMultiValued {
      var starts: [UInt32] = [0]
      var values: [UInt32] = []
      for index in 0..<rows.count {
        let first = values.count
        for entry in stored.entries(at: rows[index]) {
          let number = column.ordinals[Int(stored.codes[entry])] &+ 1
          if number != Self.missing, !values[first...].contains(number) { values.append(number) }
        }
        starts.append(UInt32(values.count))
      }
      self = .several(starts: starts, values: values)
    } else {
      self = .single(Self.decode(stored, column.ordinals, rows))
    }
  }

  private static func decode(
    _ column: Column, _ ordinals: [UInt32], _ rows: SelectedRows
  ) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: rows.count) { output, count in
      count = rows.count
      ordinals.withUnsafeBufferPointer { ordinals in
        guard let base = output.baseAddress else { return }
        if case .full = column.layout {
          switch column.codes.width {
          case .bits8(let codes): decodeFull(codes.base, ordinals, rows, base)
          case .bits16(let codes): decodeFull(codes.base, ordinals, rows, base)
          case .bits32(let codes): decodeFull(codes.base, ordinals, rows, base)
          }
        } else {
          for index in 0..<rows.count {
            base[index] =
              column.firstCode(at: rows[index]).map { ordinals[Int($0)] &+ 1 } ?? missing
          }
        }
      }
    }
  }

  @inline(__always)
  private static func decodeFull<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: UnsafePointer<Code>, _ ordinals: UnsafeBufferPointer<UInt32>, _ rows: SelectedRows,
    _ output: UnsafeMutablePointer<UInt32>
  ) {
    switch rows {
    case .range(let range):
      let start = codes + range.lowerBound
      for index in 0..<range.count { output[index] = ordinals[Int(start[index])] &+ 1 }
    case .list(let list):
      list.withUnsafeBufferPointer { list in
        for index in 0..<list.count { output[index] = ordinals[Int(codes[Int(list[index])])] &+ 1 }
      }
    }
  }
}

/// Rows of one segment in ascending order, by number.
enum SelectedRows: Sendable {
  case range(Range<Int>)
  case list([UInt32])

  init(_ set: RowSet) {
    if case .range(let range) = set.form { self = .range(range) } else { self = .list(set.rows()) }
  }

  var count: Int {
    switch self {
    case .range(let range): range.count
    case .list(let list): list.count
    }
  }

  @inline(__always)
  subscript(index: Int) -> Int {
    switch self {
    case .range(let range): range.lowerBound &+ index
    case .list(let list): Int(list[index])
    }
  }
}

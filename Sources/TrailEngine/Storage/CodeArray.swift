/// Local codes of a column, as narrow as the number of distinct values allows: half the width is half the
/// bytes to scan.
package struct CodeArray: Sendable {
  package enum Width: Sendable {
    case bits8(Slab<UInt8>)
    case bits16(Slab<UInt16>)
    case bits32(Slab<UInt32>)
  }
  package let width: Width
  package let count: Int

  /// Codes that lie somewhere already, with 64 readable bytes behind them.
  init(_ width: Width) {
    self.width = width
    switch width {
    case .bits8(let codes): count = codes.count
    case .bits16(let codes): count = codes.count
    case .bits32(let codes): count = codes.count
    }
  }

  /// Narrows `codes`, all of which are below `distinctCount`.
  init(count: Int, distinctCount: Int, codeAt: (Int) -> UInt32) {
    self.count = count
    // The padding lets kernels load whole 64-byte blocks at the end.
    if distinctCount <= 1 << 8 {
      width = .bits8(
        Slab(count: count, padding: 64) { base in
          for index in 0..<count { base[index] = UInt8(truncatingIfNeeded: codeAt(index)) }
        })
    } else if distinctCount <= 1 << 16 {
      width = .bits16(
        Slab(count: count, padding: 64) { base in
          for index in 0..<count { base[index] = UInt16(truncatingIfNeeded: codeAt(index)) }
        })
    } else {
      width = .bits32(
        Slab(count: count, padding: 64) { base in
          for index in 0..<count { base[index] = codeAt(index) }
        })
    }
  }

  @inline(__always)
  package subscript(index: Int) -> UInt32 {
    switch width {
    case .bits8(let codes): UInt32(codes[index])
    case .bits16(let codes): UInt32(codes[index])
    case .bits32(let codes): codes[index]
    }
  }

  package var byteCount: Int {
    switch width {
    case .bits8(let codes): codes.byteCount
    case .bits16(let codes): codes.byteCount
    case .bits32(let codes): codes.byteCount
    }
  }
}

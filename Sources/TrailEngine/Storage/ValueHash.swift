/// The hash that values, paths and shapes are interned by.
///
/// Wide multiplies fold eight bytes at a time; the same bytes give the same hash in every session, which the
/// order of value numbers and the content hash of a record rely on.
enum ValueHash {
  private static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let factor: UInt64 = 0xD6E8_FEB8_6659_FD93

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ seed).multipliedFullWidth(by: b ^ factor)
    return product.low ^ product.high
  }

  /// Hashes `count` bytes; up to seven bytes behind them must be readable.
  @inline(__always)
  static func hash(_ base: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    var state = State(count: count)
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index &+ 8 <= count {
      state.add(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    if index < count {
      let mask = (UInt64(1) &<< UInt64((count &- index) &* 8)) &- 1
      state.add(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & mask)
    }
    return state.finish()
  }

  /// A hash under way: eight bytes a step, the last ones padded with zeros.
  struct State {
    private var hash: UInt64
    private let count: UInt64

    @inline(__always)
    init(count: Int) {
      self.count = UInt64(truncatingIfNeeded: count)
      hash = seed ^ self.count
    }

    @inline(__always)
    mutating func add(_ word: UInt64) {
      let product = (hash ^ word).multipliedFullWidth(by: factor)
      hash = product.low ^ product.high
    }

    @inline(__always)
    func finish() -> UInt64 { mix(hash, factor &+ count) }
  }
}

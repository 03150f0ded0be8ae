import TrailEngine

/// The checksum of a small row: of its columns one behind the other.
struct RowChecksum {
  private var bytes: [UInt8] = []

  mutating func add(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ text: String) { add(Array(text.utf8)) }

  /// Lengths are counted in, so that no two rows run together.
  mutating func add(_ more: [UInt8]) {
    add(Int64(more.count))
    bytes.append(contentsOf: more)
  }

  var value: Int64 { Int64(bitPattern: Checksum.of(bytes)) }

  static func of(_ numbers: [Int64], _ texts: [String] = [], _ bytes: [UInt8] = []) -> Int64 {
    var sum = RowChecksum()
    for number in numbers { sum.add(number) }
    for text in texts { sum.add(text) }
    sum.add(bytes)
    return sum.value
  }
}

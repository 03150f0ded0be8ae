import CVectors
import Testing

@testable import TrailEngine

/// The kernels of scans, in the form that this processor takes and in the older one, against one code after the other.
@Suite struct VectorTests {
  private static let words = 5

  /// Codes below `distinct`, some words of them.
  private static func codes<Code: FixedWidthInteger>(_ distinct: Int) -> [Code] {
    var generator = RecordGenerator(seed: UInt64(distinct))
    return (0..<words * 64).map { _ in Code(truncatingIfNeeded: generator.below(distinct)) }
  }

  private typealias Equal<Code> = (
    UnsafePointer<Code>, Int, Code, UnsafeMutablePointer<UInt64>
  ) -> Int
  private typealias Members<Code> = (
    UnsafePointer<Code>, Int, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt64>
  ) -> Int

  private static func check<Code: FixedWidthInteger & UnsignedInteger>(
    _ distinct: Int, _ equal: [Equal<Code>], _ members: [Members<Code>]
  ) {
    let codes: [Code] = codes(distinct)
    let table = (0..<distinct).map { UInt8($0 % 3 == 1 ? 1 : 0) }
    var hits = [UInt64](repeating: 0, count: words)
    func expect(_ count: Int, _ isHit: (Code) -> Bool) {
      #expect(count == codes.count(where: isHit))
      for (index, code) in codes.enumerated() {
        #expect((hits[index / 64] >> UInt64(index % 64) & 1 == 1) == isHit(code))
      }
    }
    for kernel in equal {
      let wanted = codes[17]
      let count = kernel(codes, words, wanted, &hits)
      expect(count) { $0 == wanted }
    }
    for kernel in members {
      let count = kernel(codes, words, table, &hits)
      expect(count) { table[Int($0)] == 1 }
    }
  }

  @Test(arguments: [2, 200]) func codesOf8Bits(distinct: Int) {
    Self.check(
      distinct, [CVectorsEqual8, CVectorsEqual8Older], [CVectorsMembers8, CVectorsMembers8Older])
  }

  @Test(arguments: [3, 60_000]) func codesOf16Bits(distinct: Int) {
    Self.check(
      distinct, [CVectorsEqual16, CVectorsEqual16Older],
      [CVectorsMembers16, CVectorsMembers16Older])
  }

  @Test(arguments: [4, 100_000]) func codesOf32Bits(distinct: Int) {
    Self.check(
      distinct, [CVectorsEqual32, CVectorsEqual32Older],
      [CVectorsMembers32, CVectorsMembers32Older])
  }
}

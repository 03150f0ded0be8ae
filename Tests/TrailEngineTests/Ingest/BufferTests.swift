import Testing

@testable import TrailEngine

/// Raw memory, large and small.
@Suite struct BufferTests {
  /// Small and in huge pages, on both sides of the border.
  @Test(arguments: [1, 1_000, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, (4 << 20) + 5_000, 9 << 20])
  func memoryIsThereAndGivenBack(bytes: Int) {
    let memory = LargeMemory.allocate(UInt8.self, capacity: bytes)
    for place in stride(from: 0, to: bytes, by: 997) { memory[place] = UInt8(place % 251) }
    memory[bytes - 1] = 7
    #expect(
      stride(from: 0, to: bytes - 1, by: 997).allSatisfy { memory[$0] == UInt8($0 % 251) })
    LargeMemory.release(memory, capacity: bytes)
    let zeros = LargeMemory.allocateZeros(UInt64.self, capacity: bytes / 8 + 1)
    #expect((0...bytes / 8).allSatisfy { zeros[$0] == 0 })
    LargeMemory.release(zeros, capacity: bytes / 8 + 1)
  }

  @Test func growingKeepsWhatIsThere() {
    var buffer = GrowingBuffer<UInt32>(capacity: 1)
    for number in 0..<3_000_000 { buffer.append(UInt32(number)) }
    #expect(stride(from: 0, to: 3_000_000, by: 13).allSatisfy { buffer[$0] == UInt32($0) })
  }

  @Test func beginningsAreCompared() {
    let padding = [UInt8](repeating: 0, count: 64)
    for count in 0...70 {
      let text = (0..<count).map { UInt8($0) }
      for place in 0...count {
        // Only what differs before the end counts.
        var other = text + padding
        other[place] ^= 1
        let isAlike = (text + padding).withUnsafeBufferPointer { first in
          other.withUnsafeBufferPointer { second in
            first.baseAddress.flatMap { first in
              second.baseAddress.map { startsAlike(first, $0, count) }
            }
          }
        }
        #expect(isAlike == (place == count), "\(count) bytes, \(place) differs")
      }
    }
  }
}

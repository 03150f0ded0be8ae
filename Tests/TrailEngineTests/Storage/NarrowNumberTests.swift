import Testing

@testable import TrailEngine

/// The elements, while whoever holds them is alive.
private func elements<Element>(of slab: Slab<Element>) -> [Element] {
  withExtendedLifetime(slab) { Array(slab.buffer) }
}

extension Permutation {
  /// A permutation that leaves few numbers where they are.
  static func turned(_ count: Int) -> Permutation {
    Permutation(packing: (0..<count).map { UInt32(count - 1 - $0) })
  }
}

/// Numbers come back as they were, narrow or wide, and are found.
@Suite struct NarrowNumberTests {
  private static let steps: [(count: Int, step: UInt32, isNarrow: Bool)] = [
    (0, 0, false), (1, 9, false), (63, 1, false), (64, 0, true), (64, 1, true), (65, 2_000, true),
    (1_000, 2_114, true), (1_000, 2_115, false), (5_000, 7, true), (96, 40_000_000, false),
  ]

  @Test(arguments: steps.indices)
  func ascendingNumbers(index: Int) {
    let (count, step, isNarrow) = Self.steps[index]
    let numbers = (0..<UInt32(count)).map { $0 * step + 5 }
    let packed = AscendingNumbers(packing: numbers)
    #expect(packed.count == count)
    #expect((0..<count).map { packed[$0] } == numbers)
    #expect(elements(of: packed.wide()) == numbers)
    for form in [packed, AscendingNumbers(Slab(numbers))] {
      let again: AscendingNumbers
      switch form.kept() {
      case .wide(let slab): again = AscendingNumbers(slab)
      case .narrow(let bases, let steps):
        #expect(bases.count == AscendingNumbers.baseCount(ofSteps: steps.count))
        again = AscendingNumbers(bases: bases, steps: steps)
      }
      #expect((0..<again.count).map { again[$0] } == numbers)
      #expect(again.byteCount == packed.byteCount)
    }
    #expect((packed.byteCount < 3 * count) == (isNarrow && count > 0))
    for number in [0, 4, 5, 6, step, 3 * step + 5, 3 * step + 6, .max] {
      #expect(packed.lowerBound(of: number) == numbers.firstIndex { $0 >= number } ?? count)
    }
  }

  @Test func ascendingNumbersOfAnySteps() {
    var generator = RecordGenerator(seed: 11)
    for _ in 0..<40 {
      var number: UInt32 = 0
      let most = [1, 100, 3_000, 100_000][generator.below(4)]
      let numbers = (0..<generator.below(400)).map { _ in
        number += UInt32(generator.below(most))
        return number
      }
      let packed = AscendingNumbers(packing: numbers)
      #expect((0..<numbers.count).map { packed[$0] } == numbers)
      let wanted = UInt32(generator.below(Int(number) + 2))
      #expect(
        packed.lowerBound(of: wanted) == numbers.firstIndex { $0 >= wanted } ?? numbers.count)
    }
  }

  @Test(
    arguments: [
      ([], 0), ([7], 4), ([Int64.max], 4),
      ([1_763_000_000_000, 1_763_000_600_000, .max, .max], 16),
      ([-5, 0, Int64(UInt32.max) - 6], 12), ([-5, 0, Int64(UInt32.max) - 5], 24),
      ([Int64.min, 0, .max - 1], 24), ([0, 1 << 40], 16),
    ] as [([Int64], Int)])
  func offsets(numbers: [Int64], byteCount: Int) {
    let array = OffsetArray<Int64>(count: numbers.count) { numbers[$0] }
    #expect(array.count == numbers.count && array.byteCount == byteCount)
    #expect((0..<numbers.count).map { array[$0] } == numbers)
    // As they are kept, whether they were packed before or read as they are.
    for array in [array, OffsetArray(Slab(numbers))] {
      let again: OffsetArray<Int64>
      switch array.kept() {
      case .wide(let slab):
        again = OffsetArray(slab)
        #expect(byteCount == 8 * numbers.count)
      case .offsets(let slab, let least):
        again = OffsetArray(offsets: slab, from: least)
        #expect(byteCount == 4 * numbers.count)
      }
      #expect((0..<numbers.count).map { again[$0] } == numbers)
    }
    #expect(array.bounds == numbers.min().map { $0...(numbers.max() ?? $0) })
    for number in numbers + [.min, 3, .max] {
      #expect(
        array.lowerBound(of: number, in: 0..<numbers.count)
          == numbers.firstIndex { $0 >= number } ?? numbers.count)
    }
  }

  @Test(
    arguments: [
      ([], 0), ([0], 4), ([.max, 3, 9], 12), ([1 << 63, (1 << 63) + 8], 8), ([0, .max - 1], 16),
      ([5 << 32, 5 << 32 | 0xFFFF_FFFE], 8), ([5 << 32, 5 << 32 | 0xFFFF_FFFF], 16),
    ] as [([UInt64], Int)])
  func arrivals(numbers: [UInt64], byteCount: Int) {
    let array = OffsetArray<UInt64>(count: numbers.count) { numbers[$0] }
    #expect((0..<numbers.count).map { array[$0] } == numbers)
    #expect(array.byteCount == byteCount)
    #expect(array.bounds == numbers.min().map { $0...(numbers.max() ?? $0) })
  }

  @Test(arguments: [
    0, 1, 63, 64, 65, 65_536, 65_537, 131_072, 131_073, 262_144, 262_145, 1_048_576, 1_048_577,
  ])
  func orders(count: Int) throws {
    // A step without a common divisor visits every entry.
    let entries = (0..<count).map { UInt32($0 * 48_271 % max(1, count)) }
    let order = Permutation(packing: entries)
    #expect(order.count == count)
    #expect((0..<count).allSatisfy { order[$0] == Int(entries[$0]) })
    for order in [order, Permutation(Slab(entries))] {
      switch order.kept() {
      case .wide(let slab):
        #expect(count > 1_048_576 && elements(of: slab) == entries)
      case .narrow(let lowBits, let highBits):
        let again = try #require(Permutation(lowBits: lowBits, highBits: highBits))
        #expect(count <= 1_048_576 && again.count == count)
        #expect((0..<count).allSatisfy { again[$0] == Int(entries[$0]) })
        let fewer = Slab(elements(of: highBits).dropLast())
        #expect((Permutation(lowBits: lowBits, highBits: fewer) == nil) == (count > 0))
      }
    }
    if count == 131_072 { #expect(order.byteCount == 131_072 * 17 / 8) }
    if count == 262_144 { #expect(order.byteCount == 262_144 * 18 / 8) }
    for order in [order, Permutation(Slab(entries))] {
      #expect(order.isPermutation && order.greatest == max(0, count - 1))
    }
    let repeated = Permutation(packing: entries.map { $0 / 2 * 2 })
    #expect(repeated.isPermutation == (count < 2))
    let places = order.inverse()
    #expect((0..<count).allSatisfy { places[Int(entries[$0])] == UInt32($0) })
  }

  @Test func structures() {
    for most in [UInt32(UInt16.max), UInt32(UInt16.max) + 1] {
      let tokens = [0, 1, 77, most, 5]
      let packed = ShapeTokens(packing: tokens)
      #expect((0..<packed.count).map { packed[$0] } == tokens)
      #expect(elements(of: packed.wide()) == tokens)
      #expect(packed.byteCount == (most > UInt32(UInt16.max) ? 20 : 10))
    }
  }
}

/// An identifier is read in its canonical spelling and in no other.
@Suite struct IdentifierReadingTests {
  private func read(_ text: String) -> Identifier? {
    let bytes = Array(text.utf8)
    precondition(bytes.count == 36)
    return bytes.withUnsafeBufferPointer { $0.baseAddress.flatMap { Identifier(canonical: $0) } }
  }

  @Test func everyDigitInEveryPlace() throws {
    let places = (0..<36).filter { ![8, 13, 18, 23].contains($0) }
    for (number, place) in places.enumerated() {
      for digit in 0..<16 {
        var text = Array("00000000-0000-0000-0000-000000000000".utf8)
        text[place] = Array("0123456789abcdef".utf8)[digit]
        let identifier = try #require(read(String(decoding: text, as: UTF8.self)))
        let shift = UInt64(15 - number % 16) * 4
        #expect(identifier.high == (number < 16 ? UInt64(digit) << shift : 0))
        #expect(identifier.low == (number < 16 ? 0 : UInt64(digit) << shift))
        #expect(identifier.text.utf8.elementsEqual(text))
      }
    }
  }

  @Test func everyOtherByteInEveryPlace() {
    let whole = Array("0123cdef-4567-89ab-cdef-fedcba987654".utf8)
    for place in 0..<36 {
      let isHyphen = [8, 13, 18, 23].contains(place)
      for byte in UInt8.min...UInt8.max {
        var text = whole
        text[place] = byte
        let isCanonical =
          isHyphen
          ? byte == UInt8(ascii: "-") : Array("0123456789abcdef".utf8).contains(byte)
        let found = text.withUnsafeBufferPointer {
          $0.baseAddress.flatMap { Identifier(canonical: $0) }
        }
        #expect((found != nil) == isCanonical, "byte \(byte) at \(place)")
      }
    }
  }
}

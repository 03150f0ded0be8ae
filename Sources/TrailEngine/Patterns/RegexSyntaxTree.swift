/// A regular expression taken apart; what it captures does not matter here, only whether it is found.
indirect enum RegexNode: Hashable, Sendable {
  case empty
  /// One code point out of these ranges.
  case scalars([ClosedRange<UInt32>])
  case sequence([RegexNode])
  case choice([RegexNode])
  case repetition(RegexNode, atLeast: Int, atMost: Int?)
  case assertion(RegexAssertion)
}

enum RegexAssertion: Hashable, Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// Why a pattern cannot be used, and where in it (in bytes).
package struct RegexError: Error, Hashable, Sendable {
  package var message: String
  package var offset: Int
}

/// Sets of code points as sorted ranges.
enum ScalarSet {
  static let last: UInt32 = 0x10FFFF
  static let digit: [ClosedRange<UInt32>] = [0x30...0x39]
  static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  /// Unicode's white space: console pages put narrow no-break spaces into their texts.
  static let space: [ClosedRange<UInt32>] = [
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A,
    0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ]

  static func normalised(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let previous = result.last, range.lowerBound <= previous.upperBound + 1 {
        let upper = max(previous.upperBound, range.upperBound)
        result[result.count - 1] = previous.lowerBound...upper
      } else {
        result.append(range)
      }
    }
    return result
  }

  static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in normalised(ranges) {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= last { result.append(next...last) }
    return result
  }

  /// Ranges wider than this get only their ASCII counterparts: they hold whole scripts in both cases anyway.
  private static let widestFoldedRange: UInt32 = 4_096

  /// The ranges with the other letter case of each member added.
  static func addingOtherCase(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result = ranges
    for range in ranges {
      let span = range.upperBound - range.lowerBound
      let members =
        span < widestFoldedRange ? range : range.lowerBound...max(range.lowerBound, 0x7F)
      for value in members where range.contains(value) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
          guard let other = text.unicodeScalars.first, text.unicodeScalars.count == 1,
            other.isASCII == scalar.isASCII
          else { continue }
          result.append(other.value...other.value)
        }
      }
    }
    return normalised(result)
  }
}

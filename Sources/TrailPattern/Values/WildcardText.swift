internal import Glibc

/// A text in which `*` stands for any characters, or none (facts §10.2).
package struct WildcardText: Hashable, Sendable {
  /// The text as written, with its escapes.
  package let text: [UInt8]
  /// What stands between the wildcards; one piece more than there are wildcards.
  let pieces: [[UInt8]]
  private let borders: [[Int]]

  /// What is wrong with a text, in the matcher's words. Positions count a quote in front.
  struct SyntaxProblem: Error {
    let message: String
  }

  /// Reads a text: `\*` and `\\` stand for themselves, and no other escape exists.
  init(_ text: [UInt8]) throws(SyntaxProblem) {
    self.text = text
    var pieces: [[UInt8]] = [[]]
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      let following = offset + 1 < text.count ? text[offset + 1] : nil
      switch byte {
      case UInt8(ascii: "*"):
        if following == UInt8(ascii: "*") {
          throw SyntaxProblem(message: "Consecutive wildcard characters at pos \(offset + 1)")
        }
        pieces.append([])
      case UInt8(ascii: "\\"):
        guard let following, following == UInt8(ascii: "*") || following == UInt8(ascii: "\\")
        else {
          throw SyntaxProblem(message: "Invalid escape character at pos \(offset + 1)")
        }
        pieces[pieces.count - 1].append(following)
        offset += 1
      default: pieces[pieces.count - 1].append(byte)
      }
      offset += 1
    }
    self.pieces = pieces
    borders = pieces.map { Self.borders(of: $0) }
  }

  /// Whether the whole value is of this form. O(text + value): each piece is searched for where the one before
  /// it ended, in linear time, and never again.
  package func matches(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = pieces.first, let last = pieces.last, Self.hasBytes(value, first, at: 0)
    else {
      return false
    }
    guard pieces.count > 1 else { return value.count == first.count }
    let end = value.count - last.count
    guard end >= first.count, Self.hasBytes(value, last, at: end) else { return false }
    var offset = first.count
    for number in 1..<(pieces.count - 1) {
      let piece = pieces[number]
      guard let found = Self.find(piece, borders[number], in: value, from: offset, to: end) else {
        return false
      }
      offset = found + piece.count
    }
    return true
  }

  private static func hasBytes(
    _ value: UnsafeBufferPointer<UInt8>, _ piece: [UInt8], at offset: Int
  ) -> Bool {
    guard let base = value.baseAddress, !piece.isEmpty else { return piece.isEmpty }
    guard offset + piece.count <= value.count else { return false }
    return piece.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memcmp(base + offset, $0, piece.count) == 0 } ?? true
    }
  }

  /// Where `piece` begins first, searched for from `offset` on and not reaching beyond `end`; nil where it does
  /// not. O(end - offset + piece): no byte of the value is gone back to.
  private static func find(
    _ piece: [UInt8], _ borders: [Int], in value: UnsafeBufferPointer<UInt8>, from offset: Int,
    to end: Int
  ) -> Int? {
    guard let base = value.baseAddress, let first = piece.first else { return offset }
    var matched = 0
    var index = offset
    while index < end {
      if matched == 0 {
        guard let found = memchr(base + index, CInt(first), end - index) else { return nil }
        index = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
        matched = 1
      } else if value[index] == piece[matched] {
        matched += 1
        index += 1
      } else {
        matched = borders[matched - 1]
        continue
      }
      if matched == piece.count { return index - matched }
    }
    return nil
  }

  /// For each beginning of `piece`: how long its longest proper beginning is that is its end, too.
  private static func borders(of piece: [UInt8]) -> [Int] {
    var borders: [Int] = []
    borders.reserveCapacity(piece.count)
    for (index, byte) in piece.enumerated() {
      var border = index == 0 ? 0 : borders[index - 1]
      while border > 0, piece[border] != byte { border = borders[border - 1] }
      borders.append(index > 0 && piece[border] == byte ? border + 1 : 0)
    }
    return borders
  }
}

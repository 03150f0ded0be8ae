/// A text in which `*` stands for any run of bytes, compared without regard to case.
///
/// Backslashes right before a star are read in pairs, each a backslash; one left over makes the star a star. All
/// other backslashes are themselves.
///
/// Matching looks for the pieces between stars from left to right, each at its first place after the one
/// before: no backtracking, so time grows with the text and not with the number of ways to match.
package struct GlobPattern: Hashable, Sendable {
  /// The folded texts between stars; one more than there are runs of stars.
  package let pieces: [[UInt8]]
  /// The pattern as written.
  package let source: String

  package init(_ source: String) {
    self.source = source
    var pieces: [[UInt8]] = [[]]
    var backslashes = 0
    for byte in source.utf8 {
      if byte == UInt8(ascii: "\\") {
        backslashes += 1
        continue
      }
      let isStar = byte == UInt8(ascii: "*")
      let kept = isStar ? backslashes / 2 : backslashes
      pieces[pieces.count - 1].append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: kept))
      if isStar, backslashes % 2 == 0 {
        if pieces.count == 1 || !pieces[pieces.count - 1].isEmpty { pieces.append([]) }
      } else {
        pieces[pieces.count - 1].append(byte)
      }
      backslashes = 0
    }
    pieces[pieces.count - 1].append(
      contentsOf: repeatElement(UInt8(ascii: "\\"), count: backslashes))
    self.pieces = pieces.map { CaseFolding.folded($0) }
  }

  /// True where no star is in it: then it matches one folded text only.
  package var isLiteral: Bool { pieces.count == 1 }

  /// What every match begins with, folded.
  package var literalPrefix: [UInt8] { pieces[0] }

  /// What every match ends with, folded.
  package var literalSuffix: [UInt8] { pieces[pieces.count - 1] }

  /// The longest text that every match contains, folded; empty for `*`.
  package var requiredPiece: [UInt8] { pieces.max { $0.count < $1.count } ?? [] }

  /// True where every text matches.
  package var matchesEverything: Bool { pieces.count > 1 && pieces.allSatisfy(\.isEmpty) }

  /// Whether folded bytes match as a whole. O(bytes × longest piece) at worst.
  package func matches(folded text: UnsafeBufferPointer<UInt8>) -> Bool {
    let first = pieces[0]
    guard pieces.count > 1 else {
      return unsafe text.count == first.count && Self.hasPiece(first, in: text, at: 0)
    }
    let last = pieces[pieces.count - 1]
    guard text.count >= first.count + last.count else { return false }
    guard unsafe Self.hasPiece(first, in: text, at: 0) else { return false }
    let end = text.count - last.count
    guard unsafe Self.hasPiece(last, in: text, at: end) else { return false }
    var offset = first.count
    for piece in pieces[1..<(pieces.count - 1)] {
      guard let found = unsafe Self.find(piece, in: text, from: offset, end: end) else {
        return false
      }
      offset = found + piece.count
    }
    return true
  }

  /// Whether bytes as they are match as a whole.
  package func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if pieces.count > 1, !pieces[0].isEmpty, let first = unsafe text.first, first < 0x80,
      CaseFolding.fold(first) != pieces[0][0]
    {
      return false
    }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { space in
      var isASCII = true
      for index in 0..<text.count {
        let byte = unsafe text[index]
        if byte >= 0x80 { isASCII = false }
        unsafe space.initializeElement(at: index, to: CaseFolding.fold(byte))
      }
      if isASCII { return unsafe matches(folded: UnsafeBufferPointer(space)) }
      var folded: [UInt8] = []
      unsafe CaseFolding.fold(text, into: &folded)
      return unsafe folded.withUnsafeBufferPointer { unsafe matches(folded: $0) }
    }
  }

  package func matches(_ text: [UInt8]) -> Bool {
    unsafe text.withUnsafeBufferPointer { unsafe matches($0) }
  }

  package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

  private static func hasPiece(
    _ piece: [UInt8], in text: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> Bool {
    guard offset + piece.count <= text.count else { return false }
    for index in 0..<piece.count where unsafe text[offset + index] != piece[index] { return false }
    return true
  }

  private static func find(
    _ piece: [UInt8], in text: UnsafeBufferPointer<UInt8>, from start: Int, end: Int
  ) -> Int? {
    guard let first = piece.first else { return start }
    var offset = start
    while offset + piece.count <= end {
      if unsafe text[offset] == first, unsafe hasPiece(piece, in: text, at: offset) {
        return offset
      }
      offset += 1
    }
    return nil
  }
}

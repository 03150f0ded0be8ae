internal import TrailRecord

/// A text that is compared without regard to letter case (facts §10.2).
///
/// Each character matches its lower and its upper case, in Unicode's full mappings: `ß` matches `ß` and `SS`. It
/// is not a folding: `k` does not match the Kelvin sign, though the Kelvin sign matches `k`.
package struct CaselessText: Hashable, Sendable {
  /// Where in an event's string the text must stand.
  package enum Anchor: Hashable, Sendable {
    case whole
    case start
    case end
  }

  package let text: [UInt8]
  package let anchor: Anchor
  /// What `fold` makes of the text: an event's string can only match where its own folded form does.
  let folded: [UInt8]
  private let characters: [Character]

  /// Whether the text is ASCII.
  let isASCII: Bool

  private struct Character: Hashable, Sendable {
    var lower: [UInt8]
    var upper: [UInt8]
  }

  init(_ text: [UInt8], anchor: Anchor) {
    self.text = text
    self.anchor = anchor
    folded = Self.fold(text)
    isASCII = text.allSatisfy { $0 < 0x80 }
    characters = Self.scalars(of: text).map { piece in
      guard let scalar = piece.scalar else {
        return Character(lower: piece.bytes, upper: piece.bytes)
      }
      let lower = Array(scalar.properties.lowercaseMapping.utf8)
      let upper = Array(scalar.properties.uppercaseMapping.utf8)
      return Character(lower: lower, upper: upper)
    }
  }

  /// Folds so that what may match is equal: the lower case of the upper case, scalar by scalar.
  static func fold(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    bytes.withUnsafeBufferPointer { fold($0, into: &output) }
    return output
  }

  static func fold(_ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    guard !CaseFolding.isASCII(bytes) else {
      CaseFolding.fold(bytes, into: &output)
      return
    }
    for piece in scalars(of: Array(bytes)) {
      guard let scalar = piece.scalar else {
        output += piece.bytes
        continue
      }
      for upper in scalar.properties.uppercaseMapping.unicodeScalars {
        output += upper.properties.lowercaseMapping.utf8
      }
    }
  }

  /// Whether an event's string matches. O(length), times two for each character whose cases differ in length.
  package func matches(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    // What is left to match are offsets in the string, from its end where the text stands there.
    var offsets = [0]
    for part in anchor == .end ? characters.reversed() : characters {
      var following: [Int] = []
      for offset in offsets {
        for bytes in part.lower == part.upper ? [part.lower] : [part.lower, part.upper] {
          guard offset + bytes.count <= value.count else { continue }
          let start = anchor == .end ? value.count - offset - bytes.count : offset
          let isEqual = value[start..<start + bytes.count].elementsEqual(bytes)
          if isEqual, !following.contains(offset + bytes.count) {
            following.append(offset + bytes.count)
          }
        }
      }
      guard !following.isEmpty else { return false }
      offsets = following
    }
    return anchor == .whole ? offsets.contains(value.count) : true
  }

  /// The scalars of a text; bytes that are none (a lone surrogate) stay as they are.
  private static func scalars(of text: [UInt8]) -> [(scalar: Unicode.Scalar?, bytes: [UInt8])] {
    text.withUnsafeBufferPointer { buffer in
      var pieces: [(scalar: Unicode.Scalar?, bytes: [UInt8])] = []
      var offset = 0
      while offset < buffer.count {
        let found = CaseFolding.decode(buffer, at: offset)
        let width = found?.width ?? 1
        pieces.append((found?.scalar, Array(buffer[offset..<offset + width])))
        offset += width
      }
      return pieces
    }
  }
}

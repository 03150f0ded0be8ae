import TrailRecord

/// `about X`: X as a whole name inside a text.
///
/// An occurrence counts where it is bounded on both sides by the text's ends or by a mark that parts names, or
/// where X itself begins or ends with such a mark. Case does not count, `*` is any run of characters.
package struct AboutPattern: Sendable {
  package let source: String
  /// Folded texts between stars.
  let pieces: [[UInt8]]

  package init(_ source: String) {
    self.source = source
    pieces = GlobPattern(source).pieces
  }

  /// The longest run of ASCII in a piece: what a search of raw bytes can look for.
  var probe: [UInt8] {
    pieces.flatMap { $0.split { $0 >= 0x80 } }.max { $0.count < $1.count }.map(Array.init) ?? []
  }

  /// Whole names that every text with X in it holds, folded; empty where X is no whole name.
  ///
  /// A name beside a star may go on there, so it does not count.
  var wholeNames: [[UInt8]] {
    pieces.enumerated().flatMap { index, piece in
      var names = piece.split(omittingEmptySubsequences: false) {
        NameTokens.delimiters[Int($0)]
      }
      if index > 0, !names.isEmpty { names.removeFirst() }
      if index < pieces.count - 1, !names.isEmpty { names.removeLast() }
      return names.filter { !$0.isEmpty }.map(Array.init)
    }
  }

  /// Whether X occurs in `text`, which need not be folded.
  package func occurs(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    var folded: [UInt8] = []
    CaseFolding.fold(text, into: &folded)
    return occurs(inFolded: folded)
  }

  /// - Complexity: O(text × pieces) for usual texts.
  func occurs(inFolded text: [UInt8]) -> Bool {
    if pieces.allSatisfy(\.isEmpty) { return pieces.count > 1 }
    var start = 0
    while let first = Self.find(pieces[0], in: text, from: start) {
      // A start that is not bounded is no start, whatever follows.
      if pieces[0].isEmpty || isStart(first, in: text), restMatches(text, from: first) {
        return true
      }
      if pieces[0].isEmpty { return false }
      start = first + 1
    }
    return false
  }

  private func restMatches(_ text: [UInt8], from first: Int) -> Bool {
    var offset = first + pieces[0].count
    if pieces.count == 1 { return isEnd(offset, in: text) }
    for piece in pieces[1..<(pieces.count - 1)] {
      guard let found = Self.find(piece, in: text, from: offset) else { return false }
      offset = found + piece.count
    }
    let last = pieces[pieces.count - 1]
    if last.isEmpty { return true }
    while let found = Self.find(last, in: text, from: offset) {
      if isEnd(found + last.count, in: text) { return true }
      offset = found + 1
    }
    return false
  }

  private func isStart(_ offset: Int, in text: [UInt8]) -> Bool {
    offset == 0 || NameTokens.delimiters[Int(text[offset - 1])]
      || NameTokens.delimiters[Int(text[offset])]
  }

  private func isEnd(_ offset: Int, in text: [UInt8]) -> Bool {
    if offset == text.count || NameTokens.delimiters[Int(text[offset])]
      || NameTokens.delimiters[Int(text[offset - 1])]
    {
      return true
    }
    // A full stop ends a sentence where nothing or a space follows.
    return text[offset] == UInt8(ascii: ".")
      && (offset + 1 == text.count || text[offset + 1] == UInt8(ascii: " "))
  }

  private static func find(_ piece: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let first = piece.first else { return start <= text.count ? start : nil }
    return text.withUnsafeBufferPointer { text in
      var offset = start
      while offset + piece.count <= text.count {
        if text[offset] == first {
          var index = 1
          while index < piece.count, text[offset + index] == piece[index] { index += 1 }
          if index == piece.count { return offset }
        }
        offset += 1
      }
      return nil
    }
  }

  /// The members below which every text counts.
  static let members: Set<String> = [
    "requestParameters", "responseElements", "resources", "serviceEventDetails",
  ]

  /// Whether the texts of a path are searched: parameters, responses, resources, ARNs, the error's message.
  static func searches(keys: [String]) -> Bool {
    guard let first = keys.first, let last = keys.last else { return false }
    return members.contains(first) || keys == ["errorMessage"] || last.lowercased().hasSuffix("arn")
  }
}

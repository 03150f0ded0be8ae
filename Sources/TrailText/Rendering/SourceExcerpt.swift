/// One line of a source with a part of it underlined, cut to a width so that the part stays in sight.
struct SourceExcerpt {
  /// The line as it is shown, with `…` where it was cut.
  private(set) var line = ""
  /// The column at which the underline begins, from 0.
  private(set) var underlineColumn = 0
  /// The columns of the underline, at least one.
  private(set) var underlineWidth = 1

  /// - Parameters:
  ///   - line: The whole line, without its end.
  ///   - range: What to underline, as byte offsets in the line.
  ///   - width: The columns that the line may take.
  init(line: String, underlining range: SourceRange, width: Int) {
    let bytes = Array(line.utf8)
    let piece = { (lower: Int, upper: Int) in
      DisplayText.visible(String(decoding: bytes[lower..<max(lower, upper)], as: UTF8.self))
    }
    let lower = min(range.lowerBound, bytes.count)
    let upper = min(range.upperBound, bytes.count)
    let before = piece(0, lower)
    let marked = piece(lower, upper)
    let after = piece(upper, bytes.count)
    let beforeWidth = DisplayWidth.of(before)
    let markedWidth = max(1, DisplayWidth.of(marked))
    let total = beforeWidth + DisplayWidth.of(marked) + DisplayWidth.of(after)
    guard total > width, width > Self.minimumWidth else {
      self.line = before + marked + after
      underlineColumn = beforeWidth
      underlineWidth = markedWidth
      return
    }
    // What is underlined comes first, then a third of what is left for the text before it.
    let markedRoom = min(markedWidth, width - 2)
    let room = width - markedRoom - 2
    let afterWidth = DisplayWidth.of(after)
    let beforeRoom = min(beforeWidth, max(room / 3, room - afterWidth))
    let shownBefore = Self.suffix(of: before, columns: beforeRoom)
    let shownMarked = Self.prefix(of: marked, columns: markedRoom)
    let afterRoom = shownMarked == marked ? room - DisplayWidth.of(shownBefore) : 0
    let shownAfter = Self.prefix(of: after, columns: afterRoom)
    let isCutBefore = shownBefore != before
    let isCutAfter = shownMarked != marked || shownAfter != after
    self.line =
      (isCutBefore ? "…" : "") + shownBefore + shownMarked + shownAfter + (isCutAfter ? "…" : "")
    underlineColumn = DisplayWidth.of(shownBefore) + (isCutBefore ? 1 : 0)
    underlineWidth = max(1, DisplayWidth.of(shownMarked))
  }

  /// Narrower than this, cutting would leave nothing to read.
  private static let minimumWidth = 20

  private static func prefix(of text: String, columns: Int) -> String {
    var width = 0
    return String(
      text.prefix { character in
        width += DisplayWidth.of(character)
        return width <= columns
      })
  }

  private static func suffix(of text: String, columns: Int) -> String {
    var width = 0
    let reversed = text.reversed().prefix { character in
      width += DisplayWidth.of(character)
      return width <= columns
    }
    return String(reversed.reversed())
  }
}

/// The identifier filter of a segment that lies in a workspace, read piece by piece.
///
/// A piece that is not there, or is damaged, lets every value pass: the events themselves are looked at then, and
/// nothing is lost.
final class KeptFilter: Sendable {
  private let segment: Int64
  private let lineCount: Int
  private let source: any SegmentSource
  private let pieces: [Once<Slab<UInt64>?>]

  init(segment: Int64, rowCount: Int, source: any SegmentSource) {
    self.segment = segment
    self.source = source
    lineCount = IdentifierFilter.lineCount(rows: rowCount)
    pieces = (0..<IdentifierFilter.pieceCount(ofLines: lineCount)).map { _ in Once() }
  }

  func mayHold(_ key: IdentifierKey) -> Bool {
    let (piece, line) = key.line(of: lineCount)
      .quotientAndRemainder(dividingBy: IdentifierFilter.linesPerPiece)
    guard let words = pieces[piece].value({ read(piece) }) else { return true }
    return key.isIn(words.base + line * IdentifierFilter.wordsPerLine)
  }

  /// True where a piece is not as it was written. A segment of an older file has none at all.
  var isDamaged: Bool {
    let bytes = pieces.indices.map { source.filterPiece($0, of: segment) }
    if bytes.allSatisfy({ $0 == nil }) { return false }
    return bytes.enumerated().contains { piece, bytes in bytes.flatMap { words($0, piece) } == nil }
  }

  private func read(_ piece: Int) -> Slab<UInt64>? {
    source.filterPiece(piece, of: segment).flatMap { words($0, piece) }
  }

  private func words(_ bytes: [UInt8], _ piece: Int) -> Slab<UInt64>? {
    let first = piece * IdentifierFilter.linesPerPiece
    let lines = min(IdentifierFilter.linesPerPiece, lineCount - first)
    return IdentifierFilter.words(ofPiece: bytes, lines: lines)
  }
}

/// Gathers the bytes of an answer and hands them on in large pieces.
///
/// Renderers append to `bytes` freely and call `flushIfLarge()` once a row or so, which is also where an
/// interrupt takes effect.
package final class DataWriter {
  package var bytes: [UInt8] = []
  private let hand: ([UInt8]) throws -> Void

  package init(_ hand: @escaping ([UInt8]) throws -> Void) {
    self.hand = hand
    bytes.reserveCapacity(OutputLimits.chunkBytes + OutputLimits.chunkBytes / 4)
  }

  package func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  package func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  package func append(repeating byte: UInt8, count: Int) {
    bytes.append(contentsOf: repeatElement(byte, count: count))
  }

  package func endLine() {
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Hands on a piece that was gathered elsewhere: a large one as it is.
  package func write(_ piece: [UInt8]) throws {
    guard piece.count >= OutputLimits.chunkBytes else {
      bytes += piece
      return try flushIfLarge()
    }
    try flush()
    try hand(piece)
  }

  package func flushIfLarge() throws {
    if bytes.count >= OutputLimits.chunkBytes { try flush() }
  }

  package func flush() throws {
    guard !bytes.isEmpty else { return }
    try hand(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}

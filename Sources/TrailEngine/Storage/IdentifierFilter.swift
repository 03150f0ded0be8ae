import TrailRecord

/// Tells of most values that no event of a segment has them as its `eventID`: a Bloom filter, whose bits of one value
/// lie in one line of the processor's cache.
///
/// So an event is looked for in the segments that may have it, not in all of them. It holds the identifiers and the
/// texts of that path, by what people compare them by.
struct IdentifierFilter: Sendable {
  /// Eight words a line.
  private let words: Slab<UInt64>

  static let wordsPerLine = 8
  static let lineBytes = wordsPerLine * MemoryLayout<UInt64>.stride
  static let lineBits = lineBytes * 8
  /// At ten bits a value one in a hundred others is taken for one that is there.
  private static let bitsPerRow = 10

  /// Lines of a segment's filter.
  static func lineCount(rows: Int) -> Int {
    // A directory may say what it likes.
    let rows = min(rows, 2 * RowList.pageRows)
    return max(1, (rows * bitsPerRow + lineBits - 1) / lineBits)
  }

  /// The keys of the path whose values it holds.
  private static let keys = ["eventID"]

  /// True where a field has the values that the filters hold, and no others.
  static func covers(_ field: BoundField) -> Bool {
    if case .any(let sequences) = field.source { sequences == [keys] } else { false }
  }

  init(of segment: Segment) {
    self.init(rowCount: segment.rowCount, paths: segment.paths) {
      (segment.identifiers($0), segment.field($0))
    }
  }

  /// - Parameter columns: what a path has of identifiers and of other values.
  init(
    rowCount: Int, paths: PathTable, _ columns: (PathID) -> (IdentifierColumn?, FieldColumn?)
  ) {
    let leaves = FieldPaths([Self.keys], in: paths).leaves
    let (identifiers, field) = leaves.count == 1 ? columns(leaves[0]) : (nil, nil)
    // An object in the identifier's place has values of its own: too odd to be worth more than letting all pass.
    let empty: UInt64 = leaves.count > 1 ? .max : 0
    let count = Self.lineCount(rows: rowCount) * Self.wordsPerLine
    words = Slab(count: count) { base in
      base.update(repeating: empty, count: count)
      func add(_ key: IdentifierKey) {
        let line = base + key.line(of: count / Self.wordsPerLine) * Self.wordsPerLine
        key.forEachPlace { line[$0 >> 6] |= 1 << UInt64($0 & 63) }
      }
      if let identifiers {
        for entry in 0..<identifiers.entryCount {
          add(IdentifierKey(identifiers.identifiers[entry]))
        }
      }
      if let field {
        let buffer = TextBuffer.make()
        for code in 0..<UInt32(field.column.distinctCount) {
          add(
            IdentifierKey(folded: CaseFolding.folded(Array(field.bytes(ofCode: code, in: buffer)))))
        }
      }
    }
  }

  func mayHold(_ key: IdentifierKey) -> Bool {
    let line = key.line(of: words.count / Self.wordsPerLine) * Self.wordsPerLine
    return key.isIn(words.base + line)
  }

  var byteCount: Int { words.byteCount }

  // MARK: As a workspace keeps it

  /// Lines that are read at once: a piece and its checksum fit into a page of the workspace.
  static let linesPerPiece = 250

  static func pieceCount(ofLines lines: Int) -> Int { (lines + linesPerPiece - 1) / linesPerPiece }

  /// The words of a piece; nil where it is not as it was written.
  static func words(ofPiece bytes: [UInt8], lines: Int) -> Slab<UInt64>? {
    let size = lines * lineBytes
    guard bytes.count == size + MemoryLayout<UInt64>.size else { return nil }
    return bytes.withUnsafeBytes { raw in
      let sum = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: size, as: UInt64.self))
      guard Checksum.of(UnsafeRawBufferPointer(rebasing: raw[..<size])) == sum else { return nil }
      return Slab(count: lines * wordsPerLine) { base in
        for word in 0..<(lines * wordsPerLine) {
          base[word] = raw.loadUnaligned(
            fromByteOffset: word * MemoryLayout<UInt64>.stride, as: UInt64.self)
        }
      }
    }
  }

  /// The filter in pieces of `linesPerPiece` lines, the last of which may be shorter, each with its checksum behind it.
  var pieces: [[UInt8]] {
    let bytes = UnsafeRawBufferPointer(words.buffer)
    defer { withExtendedLifetime(words) {} }
    let size = Self.linesPerPiece * Self.lineBytes
    return stride(from: 0, to: bytes.count, by: size).map { start in
      var piece = Array(bytes[start..<min(start + size, bytes.count)])
      withUnsafeBytes(of: Checksum.of(piece).littleEndian) { piece.append(contentsOf: $0) }
      return piece
    }
  }
}

/// A value in the form in which filters know it.
struct IdentifierKey {
  private let hash: UInt64

  /// Bits that a value sets.
  private static let bits = 6
  /// What makes places in a line of a hash whose upper bits chose the line.
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  private init(hash: UInt64) { self.hash = hash }

  init(_ identifier: Identifier) {
    self.init(hash: ValueHash.mix(identifier.high, identifier.low))
  }

  /// The key of a folded text; of a UUID in any letter case it is that of the identifier.
  init(folded: [UInt8]) {
    if let identifier = Identifier(canonical: folded) {
      self.init(identifier)
    } else {
      self.init(hash: FoldedHash.hash(ofFolded: folded))
    }
  }

  func line(of lineCount: Int) -> Int {
    Int(hash.multipliedFullWidth(by: UInt64(lineCount)).high)
  }

  /// The places of the value's bits in its line.
  @inline(__always)
  func forEachPlace(_ body: (Int) -> Void) {
    var rest = hash &* Self.factor
    rest ^= rest >> 32
    for _ in 0..<Self.bits {
      body(Int(truncatingIfNeeded: rest) & (IdentifierFilter.lineBits - 1))
      rest >>= UInt64(IdentifierFilter.lineBits.trailingZeroBitCount)
    }
  }

  /// Whether all its bits are set in a line.
  func isIn(_ line: UnsafePointer<UInt64>) -> Bool {
    var isSet = true
    forEachPlace { if line[$0 >> 6] >> UInt64($0 & 63) & 1 == 0 { isSet = false } }
    return isSet
  }
}

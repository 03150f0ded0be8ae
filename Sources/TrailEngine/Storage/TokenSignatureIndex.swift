import CVectors
import TrailRecord

/// Which blocks of a segment's texts may hold a name: a signature file, one bit slice a signature bit. Texts are in the
/// order in which they lie: in a workspace another one than that of the values' numbers.
///
/// Names inside texts (the parts of ARNs and paths, the words of messages) are hashed to a few bits of the
/// signature of their block. A look-up reads the slices of those bits alone and intersects them; what is left are
/// the blocks that hold the name, and a few that do not, which a search of their text tells apart.
struct TokenSignatureIndex: Sendable {
  /// Bits of a block's signature. A block of the size below holds some 400 names, so with three bits for each
  /// about one block in sixty is searched for nothing.
  static let signatureBits = 4_096
  fileprivate static let bitsPerToken: UInt64 = 3
  /// Bytes of text in a block, where no single value is longer.
  fileprivate static let blockBytes = 4_096

  /// The first place of each block, and the number of texts.
  let blockStarts: Slab<UInt32>
  let slices: Slab<UInt64>
  private let wordsPerSlice: Int
  private let hashing: NameTokens.Hashing

  /// An index that was made earlier; `SegmentDecoder` has checked its parts.
  init(blockStarts: Slab<UInt32>, slices: Slab<UInt64>, _ hashing: NameTokens.Hashing = .words) {
    self.blockStarts = blockStarts
    self.slices = slices
    self.hashing = hashing
    wordsPerSlice = slices.count / Self.signatureBits
  }

  init(_ texts: PackedTexts) {
    texts.readAll()
    var maker = TokenSignatureMaker(count: texts.count) { place in
      TokenSignatureMaker.weight(ofText: texts.length(at: place), texts.tag(at: place))
    }
    let buffer = TextBuffer.make()
    for place in 0..<texts.count where texts.tag(at: place).kind == ValueKind.text.rawValue {
      maker.add(texts.bytes(at: place, in: buffer), place: place)
    }
    withExtendedLifetime(buffer) {}
    self = maker.finish()
  }

  /// Ranges of places whose texts may hold all of `tokens` (folded names), ascending.
  ///
  /// - Complexity: O(tokens × blocks / 64).
  func candidates(_ tokens: [[UInt8]]) -> [Range<Int>] {
    guard wordsPerSlice > 0 else { return [] }
    var left = [UInt64](repeating: .max, count: wordsPerSlice)
    for token in tokens {
      let hash = NameTokens.hash(token, hashing)
      for turn in 0..<Self.bitsPerToken {
        let slice = slices.base + Self.position(hash, turn) * wordsPerSlice
        for word in 0..<wordsPerSlice { left[word] &= slice[word] }
      }
    }
    var ranges: [Range<Int>] = []
    for block in 0..<(blockStarts.count - 1) where left[block >> 6] >> UInt64(block & 63) & 1 == 1 {
      ranges.append(Int(blockStarts[block])..<Int(blockStarts[block + 1]))
    }
    return ranges
  }

  @inline(__always)
  fileprivate static func position(_ hash: UInt64, _ turn: UInt64) -> Int {
    Int(truncatingIfNeeded: hash &>> (turn &* 12)) & (signatureBits - 1)
  }

  var byteCount: Int { blockStarts.byteCount + slices.byteCount }
}

/// Makes a `TokenSignatureIndex` of texts that are given in their order.
struct TokenSignatureMaker: ~Copyable {
  private let blockStarts: Slab<UInt32>
  private let words: Int
  private let slices: UnsafeMutablePointer<UInt64>
  /// Signatures of 64 blocks, one behind the other: a few kilobytes that stay near, where the slices would not.
  private let signatures: UnsafeMutablePointer<UInt64>
  private var block = 0
  private var scratch: [UInt8] = []

  /// Blocks whose bits make one word of each slice.
  private static let blocksPerWord = 64
  private static let wordsPerSignature = TokenSignatureIndex.signatureBits / 64

  /// - Parameter weight: Bytes of each value's text; fewer where it has fewer names than other texts of its length.
  @inline(__always)
  init(count: Int, weight: (_ place: Int) -> Int) {
    var starts: [UInt32] = []
    var bytes = 0
    for index in 0..<count {
      let own = weight(index)
      bytes &+= own
      if starts.isEmpty || bytes > TokenSignatureIndex.blockBytes {
        starts.append(UInt32(truncatingIfNeeded: index))
        bytes = own
      }
    }
    words = (starts.count + Self.blocksPerWord - 1) / Self.blocksPerWord
    starts.append(UInt32(count))
    blockStarts = Slab(starts)
    let size = TokenSignatureIndex.signatureBits * words
    slices = .allocate(capacity: max(1, size))
    slices.initialize(repeating: 0, count: size)
    let group = Self.blocksPerWord * Self.wordsPerSignature
    signatures = .allocate(capacity: group)
    signatures.initialize(repeating: 0, count: group)
  }

  deinit {
    slices.deallocate()
    signatures.deallocate()
  }

  /// Bytes of a text, as far as names in it are concerned: random symbols have few delimiters among them.
  static func weight(ofText length: Int, _ tag: TextTag) -> Int {
    switch tag.packing {
    case .base64, .base64PaddedOnce, .base64PaddedTwice, .urlBase64, .hexadecimal,
      .capitalHexadecimal:
      return tag.hasPrefix ? length : min(length, 16 + length / 4)
    case .bytes, .digits, .names: return length
    }
  }

  /// Notes the names in a text. Places come in ascending order.
  @inline(__always)
  mutating func add(_ text: UnsafeBufferPointer<UInt8>, place: Int) {
    let signature = signature(ofBlockWith: place)
    NameTokens.forEachHash(in: text, scratch: &scratch) { Self.mark($0, in: signature) }
  }

  /// Notes a text that is one name, in ASCII. Seven bytes behind it must be readable.
  @inline(__always)
  mutating func add(name: UnsafePointer<UInt8>, _ count: Int, place: Int) {
    let signature = signature(ofBlockWith: place)
    NameTokens.hashes(ofASCII: name, count) { Self.mark($0, in: signature) }
  }

  /// Notes names, by their hashes, that a text has besides.
  @inline(__always)
  mutating func add(hashes: ArraySlice<UInt64>, place: Int) {
    let signature = signature(ofBlockWith: place)
    for hash in hashes { Self.mark(hash, in: signature) }
  }

  @inline(__always)
  private static func mark(_ hash: UInt64, in signature: UnsafeMutablePointer<UInt64>) {
    for turn in 0..<TokenSignatureIndex.bitsPerToken {
      let position = TokenSignatureIndex.position(hash, turn)
      signature[position &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: position & 63)
    }
  }

  @inline(__always)
  private mutating func signature(ofBlockWith place: Int) -> UnsafeMutablePointer<UInt64> {
    while place >= Int(blockStarts[block &+ 1]) {
      block &+= 1
      if block % Self.blocksPerWord == 0 { slice(word: block / Self.blocksPerWord &- 1) }
    }
    return signatures + block % Self.blocksPerWord * Self.wordsPerSignature
  }

  /// Writes the signatures of 64 blocks as one word of each slice, and clears them for the next ones.
  private mutating func slice(word: Int) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.blocksPerWord) { square in
      guard let square = square.baseAddress else { return }
      for part in 0..<Self.wordsPerSignature {
        var any: UInt64 = 0
        for row in 0..<Self.blocksPerWord {
          let place = row &* Self.wordsPerSignature &+ part
          square[row] = signatures[place]
          any |= signatures[place]
          signatures[place] = 0
        }
        if any == 0 { continue }
        Self.transpose(square)
        for bit in 0..<64 { slices[(part &* 64 &+ bit) &* words &+ word] = square[bit] }
      }
    }
  }

  /// Exchanges rows and columns of a square of 64 × 64 bits, by halves of it, halves of those and so on.
  private static func transpose(_ square: UnsafeMutablePointer<UInt64>) {
    var width = 32
    var mask: UInt64 = 0x0000_0000_FFFF_FFFF
    while width > 0 {
      let shift = UInt64(truncatingIfNeeded: width)
      var row = 0
      while row < 64 {
        let difference = (square[row] &>> shift ^ square[row &+ width]) & mask
        square[row] ^= difference &<< shift
        square[row &+ width] ^= difference
        row = (row &+ width &+ 1) & ~width
      }
      width &>>= 1
      mask ^= mask &<< UInt64(truncatingIfNeeded: width)
    }
  }

  consuming func finish() -> TokenSignatureIndex {
    if words > 0 { slice(word: block / Self.blocksPerWord) }
    let size = TokenSignatureIndex.signatureBits * words
    return TokenSignatureIndex(
      blockStarts: blockStarts,
      slices: Slab(count: size) { $0.update(from: slices, count: size) })
  }
}

/// The names inside a text: what stands between the marks that part names.
enum NameTokens {
  /// The marks that part names in ARNs, paths, lists, sentences and JSON texts.
  static let delimiters: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    for byte in ":/,;\"'()[]{}<>=&?|\\` \t\r\n".utf8 { table[Int(byte)] = true }
    return table
  }()

  /// How a name's folded bytes become a number.
  enum Hashing {
    /// As a value's do (`FoldedHash`).
    case words
    /// Byte by byte, as the first four versions of a segment's encoding had it.
    case bytes
  }

  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let factor: UInt64 = 0x0000_0100_0000_01B3
  private static let bytesAtOnce = 64

  /// Calls `body` with the hash of each name, case folded; with some of them perhaps twice. What stands before a mark
  /// and what stands behind it may be given one after the other. 64 bytes behind the text must be readable.
  ///
  /// A name with a full stop behind it counts with and without: the stop may end a sentence.
  @inline(__always)
  static func forEachHash(
    in text: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8], _ body: (UInt64) -> Void
  ) {
    guard let base = text.baseAddress else { return }
    var start = 0
    var offset = 0
    while offset < text.count {
      var beyondASCII: UInt64 = 0
      var ends = CVectorsNameEnds(base + offset, &beyondASCII)
      let left = text.count &- offset
      if left < bytesAtOnce {
        let counted = (1 &<< UInt64(truncatingIfNeeded: left)) &- 1 as UInt64
        ends &= counted
        beyondASCII &= counted
      }
      if beyondASCII != 0 { return forEachHash(inWide: text, scratch: &scratch, body) }
      while ends != 0 {
        let end = offset &+ ends.trailingZeroBitCount
        hashes(ofASCII: base + start, end &- start, body)
        start = end &+ 1
        ends &= ends &- 1
      }
      offset &+= bytesAtOnce
    }
    hashes(ofASCII: base + start, text.count &- start, body)
  }

  /// The same of a text that is not ASCII.
  private static func forEachHash(
    inWide text: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8], _ body: (UInt64) -> Void
  ) {
    scratch.removeAll(keepingCapacity: true)
    CaseFolding.fold(text, into: &scratch)
    let count = scratch.count
    scratch.append(contentsOf: repeatElement(0, count: MemoryLayout<UInt64>.size))
    scratch.withUnsafeBufferPointer { folded in
      guard let base = folded.baseAddress else { return }
      var start = 0
      for index in 0...count where index == count || delimiters[Int(base[index])] {
        hashes(of: base + start, index - start, body) { ValueHash.hash($0, $1) }
        start = index + 1
      }
    }
  }

  /// The hashes of one name, in ASCII. Seven bytes behind it must be readable.
  @inline(__always)
  static func hashes(ofASCII name: UnsafePointer<UInt8>, _ count: Int, _ body: (UInt64) -> Void) {
    hashes(of: name, count, body) { FoldedHash.hash(ofASCII: $0, $1) }
  }

  @inline(__always)
  private static func hashes(
    of name: UnsafePointer<UInt8>, _ count: Int, _ body: (UInt64) -> Void,
    by hash: (UnsafePointer<UInt8>, Int) -> UInt64
  ) {
    if count == 0 { return }
    body(hash(name, count))
    if count > 1, name[count &- 1] == UInt8(ascii: ".") { body(hash(name, count &- 1)) }
  }

  /// The hash of one folded name.
  static func hash(_ token: [UInt8], _ hashing: Hashing = .words) -> UInt64 {
    switch hashing {
    case .words: return FoldedHash.hash(ofFolded: token)
    case .bytes:
      let hash = token.reduce(seed) { ($0 ^ UInt64($1)) &* factor }
      // Spreads the low bits' entropy over those that positions are taken from.
      let mixed = (hash ^ (hash &>> 32)) &* 0xD6E8_FEB8_6659_FD93
      return mixed ^ (mixed &>> 32)
    }
  }
}

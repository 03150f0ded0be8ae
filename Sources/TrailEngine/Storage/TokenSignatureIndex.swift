import TrailRecord

/// Which blocks of a segment's values may hold a name: a signature file, one bit slice a signature bit.
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

  /// The first value of each block, and the number of values.
  let blockStarts: Slab<UInt32>
  let slices: Slab<UInt64>
  private let wordsPerSlice: Int

  /// An index that was made earlier; `SegmentDecoder` has checked its parts.
  init(blockStarts: Slab<UInt32>, slices: Slab<UInt64>) {
    self.blockStarts = blockStarts
    self.slices = slices
    wordsPerSlice = slices.count / Self.signatureBits
  }

  init(_ values: ValueDictionary) {
    var maker = TokenSignatureMaker(count: values.count) { index in
      values.byteCount(of: ValueID(UInt32(index)))
    }
    let buffer = TextBuffer.make()
    for index in 0..<values.count {
      let value = ValueID(UInt32(index))
      guard values.kind(of: value) == .text else { continue }
      maker.add(values.bytes(of: value, in: buffer), value: index)
    }
    self = maker.finish()
  }

  /// Ranges of values that may hold all of `tokens` (folded names), ascending.
  ///
  /// - Complexity: O(tokens × blocks / 64).
  func candidates(_ tokens: [[UInt8]]) -> [Range<Int>] {
    guard wordsPerSlice > 0 else { return [] }
    var left = [UInt64](repeating: .max, count: wordsPerSlice)
    for token in tokens {
      let hash = NameTokens.hash(token)
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

/// Makes a `TokenSignatureIndex` of values that are given in their order.
struct TokenSignatureMaker: ~Copyable {
  private let blockStarts: Slab<UInt32>
  private let words: Int
  private let slices: UnsafeMutablePointer<UInt64>
  private var block = 0
  private var scratch: [UInt8] = []

  /// - Parameter weight: Bytes of each value's text; fewer where it has fewer names than other texts of its length.
  @inline(__always)
  init(count: Int, weight: (_ value: Int) -> Int) {
    var starts: [UInt32] = []
    var bytes = 0
    for index in 0..<count {
      let own = weight(index)
      bytes += own
      if starts.isEmpty || bytes > TokenSignatureIndex.blockBytes {
        starts.append(UInt32(index))
        bytes = own
      }
    }
    words = (starts.count + 63) / 64
    starts.append(UInt32(count))
    blockStarts = Slab(starts)
    let size = TokenSignatureIndex.signatureBits * words
    slices = .allocate(capacity: max(1, size))
    slices.initialize(repeating: 0, count: size)
  }

  deinit { slices.deallocate() }

  /// Notes the names in a text. Values come in ascending order.
  @inline(__always)
  mutating func add(_ text: UnsafeBufferPointer<UInt8>, value: Int) {
    while value >= Int(blockStarts[block + 1]) { block += 1 }
    let column = slices + block >> 6
    let bit = UInt64(1) << UInt64(block & 63)
    let words = words
    NameTokens.forEachHash(in: text, scratch: &scratch) { hash in
      for turn in 0..<TokenSignatureIndex.bitsPerToken {
        column[TokenSignatureIndex.position(hash, turn) * words] |= bit
      }
    }
  }

  func finish() -> TokenSignatureIndex {
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

  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let factor: UInt64 = 0x0000_0100_0000_01B3

  /// Calls `body` with the hash of each name, case folded.
  ///
  /// A name with a full stop behind it counts with and without: the stop may end a sentence.
  @inline(__always)
  static func forEachHash(
    in text: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8], _ body: (UInt64) -> Void
  ) {
    if CaseFolding.isASCII(text) {
      hashes(in: text, body)
    } else {
      scratch.removeAll(keepingCapacity: true)
      CaseFolding.fold(text, into: &scratch)
      scratch.withUnsafeBufferPointer { hashes(in: $0, body) }
    }
  }

  @inline(__always)
  private static func hashes(in text: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
    delimiters.withUnsafeBufferPointer { delimiters in
      var hash = seed
      var beforeLast = seed
      var length = 0
      var last: UInt8 = 0
      func end() {
        if length == 0 { return }
        body(finished(hash))
        if last == UInt8(ascii: "."), length > 1 { body(finished(beforeLast)) }
      }
      for byte in text {
        if delimiters[Int(byte)] {
          end()
          hash = seed
          length = 0
          continue
        }
        last = byte &- 0x41 < 26 ? byte | 0x20 : byte
        beforeLast = hash
        hash = (hash ^ UInt64(last)) &* factor
        length &+= 1
      }
      end()
    }
  }

  /// The hash of one folded name.
  static func hash(_ token: [UInt8]) -> UInt64 {
    finished(token.reduce(seed) { ($0 ^ UInt64($1)) &* factor })
  }

  /// Spreads the low bits' entropy over those that positions are taken from.
  @inline(__always)
  private static func finished(_ hash: UInt64) -> UInt64 {
    let mixed = (hash ^ (hash &>> 32)) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ (mixed &>> 32)
  }
}

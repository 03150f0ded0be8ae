/// Where in its parts everything of a segment lies: its table of contents.
///
/// A segment is written as a few parts, each a run of bytes with a checksum, in which the slabs lie as they lie in
/// memory (little-endian, aligned). Whoever reads a column reads the part it is in, and nothing else.
struct SegmentLayout: Hashable, Sendable {
  /// Where a slab lies.
  struct Place: Hashable, Sendable {
    var part: UInt32 = 0
    var offset: UInt32 = 0
    var count: UInt32 = 0
  }
  /// A number a row: as it is, or as its distance from the least of them in 32 bits, as the first two versions did not
  /// have it.
  struct Numbers: Hashable, Sendable {
    var place = Place()
    /// The bits of the number that distances count from; nil where the numbers stand as they are.
    var least: UInt64?
  }
  /// Ascending numbers (`AscendingNumbers`): 32 bits each in the first three versions.
  enum Ascending: Hashable, Sendable {
    case wide(Place)
    case narrow(bases: Place, steps: Place)

    var places: [Place] {
      switch self {
      case .wide(let place): [place]
      case .narrow(let bases, let steps): [bases, steps]
      }
    }
    /// How many numbers there are.
    var count: Int {
      switch self {
      case .wide(let place): Int(place.count)
      case .narrow(_, let steps): Int(steps.count)
      }
    }
  }
  /// The order of identifiers or texts (`Permutation`): 32 bits each in the first two versions.
  enum Order: Hashable, Sendable {
    case wide(Place)
    case narrow(lowBits: Place, highBits: Place)

    var places: [Place] {
      switch self {
      case .wide(let place): [place]
      case .narrow(let lowBits, let highBits): [lowBits, highBits]
      }
    }
  }
  struct Part: Hashable, Sendable {
    var byteCount: Int
    var checksum: UInt64
  }
  /// Codes of 1, 2 or 4 bytes.
  struct Codes: Hashable, Sendable {
    var place = Place()
    var bytesPerCode: UInt32 = 1
  }
  struct ColumnLayout: Hashable, Sendable {
    enum Form: Hashable, Sendable {
      case full
      case bitmap(presence: Place, ranks: Place)
      case sparse(rows: Rows)
    }
    var path: PathID
    var form: Form
    var isMultiValued: Bool
    var codes: Codes
    var values: Ascending
    var postings: Postings?
    /// Where the column's values stand once more beside it, so that a question of it reads nothing else.
    var texts: Texts?
  }
  /// A dictionary of a column's values alone, in the order of their codes.
  struct Texts: Hashable, Sendable {
    var offsets: Place
    var kinds: Place
    var heap: Place
  }
  /// Ascending rows (`RowList`): 16 bits each, or 32 in the first version of this encoding.
  struct Rows: Hashable, Sendable {
    var place = Place()
    /// Rows of the first page.
    var split: UInt32 = 0
  }
  struct Postings: Hashable, Sendable {
    var starts: Place
    var rows: Place
  }
  /// What is known of the values beside their text.
  enum Values: Hashable, Sendable {
    /// Texts as they are, in the order of the values' numbers, as the first three versions had them.
    case plain(offsets: Place, kinds: Place)
    case packed(Packed)

    var places: [Place] {
      switch self {
      case .plain(let offsets, let kinds): [offsets, kinds]
      case .packed(let packed):
        packed.starts.places + packed.order.places + [
          packed.tags, packed.prefixes, packed.prefixStarts, packed.bucketStarts, packed.hashTags,
        ]
      }
    }
  }
  /// Texts packed (`PackedTexts`), in the order of the columns that have them.
  struct Packed: Hashable, Sendable {
    /// The place of each value's text.
    var order: Order
    var starts: Ascending
    var tags: Place
    var prefixes: Place
    var prefixStarts: Place
    /// `HashTags`.
    var bucketStarts: Place
    var hashTags: Place
    /// Bytes of all texts, unpacked.
    var textByteCount: UInt32
  }
  /// Where the text of all values lies.
  enum Heap: Hashable, Sendable {
    /// In the part of the values' ends, as the first version had it.
    case whole(Place)
    /// In parts of `heapBlockBytes` each, of which the last may be shorter, one behind the other.
    case blocks(firstPart: UInt32, byteCount: UInt32)

    var byteCount: Int {
      switch self {
      case .whole(let place): Int(place.count)
      case .blocks(_, let byteCount): Int(byteCount)
      }
    }
  }
  /// When the segment's files were delivered.
  struct DeliveriesLayout: Hashable, Sendable {
    var isLive: Bool
    var firstArrivals: Place
    var times: Place
  }
  struct IdentifierLayout: Hashable, Sendable {
    var path: PathID
    var identifiers: Place
    var rows: Rows?
    var order: Order?
  }

  /// The version that the bytes are in.
  var version = Self.version
  var rowCount = 0
  var timedRowCount = 0
  var valueCount = 0
  var parts: [Part] = []
  var times = Numbers()
  var arrivals = Numbers()
  var contentHashes = Place()
  var heap = Heap.blocks(firstPart: 0, byteCount: 0)
  var values = Values.plain(offsets: Place(), kinds: Place())
  var blockStarts = Place()
  var slices = Place()
  var shapeTokens = Place()
  var shapeStarts = Place()
  var shapeRoots = Place()
  var shapeCodes = Codes()
  var deliveries: DeliveriesLayout?
  /// By path number, ascending.
  var columns: [ColumnLayout] = []
  var identifiers: [IdentifierLayout] = []

  /// Bytes of a block of text: few enough to read one for a value, enough that reading all takes few reads.
  static let heapBlockBytes = 1 << 16

  static func heapBlocks(ofBytes byteCount: Int) -> Int {
    (byteCount + heapBlockBytes - 1) / heapBlockBytes
  }

  /// What a slab's first byte is aligned to within its part.
  static let alignment = 16
  static let magic: UInt32 = 0x4753_5154
  /// What is written. The first version, whose row numbers have 32 bits, the second, whose times and orders are not
  /// packed, the third, whose texts are not, and the fourth, whose index of names has other hashes, are read as well.
  static let version: UInt32 = 5
}

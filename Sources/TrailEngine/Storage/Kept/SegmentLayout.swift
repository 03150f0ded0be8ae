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
    var values: Place
    var postings: Postings?
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
    var order: Place?
  }

  /// The version that the bytes are in.
  var version = Self.version
  var rowCount = 0
  var timedRowCount = 0
  var valueCount = 0
  var parts: [Part] = []
  var times = Place()
  var arrivals = Place()
  var contentHashes = Place()
  var heap = Place()
  var offsets = Place()
  var kinds = Place()
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

  /// What a slab's first byte is aligned to within its part.
  static let alignment = 16
  static let magic: UInt32 = 0x4753_5154
  /// What is written. The first version, whose row numbers have 32 bits, is read as well.
  static let version: UInt32 = 2
}

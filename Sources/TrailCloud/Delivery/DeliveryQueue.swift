internal import TrailCrypto

/// What waits in one stream of files, by five-minute mark.
final class DeliveryQueue {
  let stream: DeliveryState.Stream
  /// The batches of each mark; a burst makes several.
  private(set) var marks: [Int64: [DeliveryBatch]] = [:]
  /// The batch that took the last record, and its mark: the next one mostly goes there too.
  private var last: (mark: Int64, batch: DeliveryBatch)?

  init(_ stream: DeliveryState.Stream) { self.stream = stream }

  func has(_ mark: Int64) -> Bool { last?.mark == mark || marks[mark] != nil }

  /// Adds a record to its mark's last batch, or to a new one where it does not fit.
  ///
  /// - Parameter due: when the mark's batches are delivered, where this is its first.
  func add(_ record: EventRecord, at mark: Int64, now: Int64, due: @autoclosure () -> Int64) {
    if let last, last.mark == mark, last.batch.fits(record) {
      last.batch.add(record)
      return
    }
    let batches = marks[mark] ?? []
    if let newest = batches.last, newest.fits(record) {
      newest.add(record)
      last = (mark, newest)
      return
    }
    if let full = batches.last {
      full.isFull = true
      full.beginPacking()
    } else {
      // Records mostly come in the order of their times: what waits for other marks is probably complete.
      for batch in marks.values.joined() where !batch.isFull { batch.beginPacking() }
    }
    let batch = DeliveryBatch(since: now, due: batches.first?.due ?? due())
    batch.add(record)
    marks[mark] = batches + [batch]
    last = (mark, batch)
  }

  /// Takes out what waits for a mark.
  func take(_ mark: Int64) -> [DeliveryBatch] {
    last = nil
    return marks.removeValue(forKey: mark) ?? []
  }

  /// Puts batches back before those that came since.
  func putBack(_ batches: [DeliveryBatch], at mark: Int64) {
    last = nil
    marks[mark, default: []].insert(contentsOf: batches, at: 0)
  }
}

/// Records of one stream and one five-minute mark that become a file.
final class DeliveryBatch {
  private static let head = Array("{\"Records\":[".utf8)
  private static let tail = Array("]}".utf8)

  /// The file's text without its end; gone when nothing more comes into it and it is being packed.
  private var text = DeliveryBatch.head
  /// The file on its way, once it is probably complete.
  private var packing: Packing?
  /// True once another batch of its mark was begun: nothing more comes into it.
  var isFull = false
  private(set) var count = 0
  private(set) var events: [EventNumber] = []
  private(set) var oldest = Int64.max
  private(set) var newest = Int64.min
  /// When the first record came.
  let since: Int64
  /// When it will be tried next.
  var due: Int64

  init(since: Int64, due: Int64) {
    self.since = since
    self.due = due
  }

  /// Whether a record may still come into it.
  func fits(_ record: EventRecord) -> Bool {
    !isFull && text.count - Self.head.count + record.bytes.count < DeliveryLimits.fileBytes
  }

  func add(_ record: EventRecord) {
    packing = nil
    if count > 0 { text.append(UInt8(ascii: ",")) }
    text.append(contentsOf: record.bytes)
    count += 1
    events.append(record.number)
    oldest = min(oldest, record.eventTime)
    newest = max(newest, record.eventTime)
  }

  /// Begins to make the file beside whatever happens now. A record that comes all the same is not lost.
  func beginPacking() {
    guard packing == nil, count > 0 else { return }
    packing = Packing.begin(text + Self.tail)
    // A burst keeps no text of files that are full.
    if isFull { text = [] }
  }

  /// The file.
  func packed() -> Packing {
    beginPacking()
    return packing ?? Packing.begin(text + Self.tail)
  }
}

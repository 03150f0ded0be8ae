import CDeflate
import Glibc
import Synchronization

/// Counters that workers raise and the progress line reads.
final class ImportCounters: Sendable {
  let files = Atomic<Int>(0)
  let events = Atomic<Int>(0)
  let bytes = Atomic<Int>(0)
}

/// Reads files into a builder, one unit of work after the other.
final class ImportWorker: RecordSink {
  private let cancellation: Cancellation
  private let memory: MemoryGuard
  private let counters: ImportCounters
  /// Bytes of the item that is being read which the counters have already.
  private var countedBytes = 0
  /// Takes the builder's rows into the store when it is full.
  private let sealRows: (borrowing SegmentBuilder, _ unit: Int) -> Void
  private var unit = 0
  /// Each record changes it, and nothing that the change calls comes back here.
  @exclusivity(unchecked)
  private var builder = SegmentBuilder()
  private let window = TextWindow()
  private let library: InflatingLibrary
  private let inflater: Inflater
  private var input: UnsafeMutablePointer<UInt8>
  private var inputCapacity = 1 << 20
  private var nextArrival: UInt64 = 0
  /// When the file that is being read was delivered, where its name need not be asked.
  private var deliveredAt: Int64?
  private(set) var report = ImportReport()
  /// The files of this unit that were read to their ends.
  private(set) var filesRead: [FileVersion] = []
  /// The files of this unit that the system would not let be read, or a part of them.
  private(set) var filesNotRead: [FileVersion] = []

  init(
    cancellation: Cancellation, memory: MemoryGuard, counters: ImportCounters,
    library: InflatingLibrary = .libdeflate,
    seal: @escaping (borrowing SegmentBuilder, _ unit: Int) -> Void
  ) {
    self.cancellation = cancellation
    self.memory = memory
    self.counters = counters
    self.library = library
    inflater = Inflater(library)
    sealRows = seal
    input = .allocate(capacity: inputCapacity)
  }

  deinit { input.deallocate() }

  /// True where reading has to end: that it ends because memory has, is remembered.
  var isCancelled: Bool {
    if cancellation.isCancelled { return true }
    if memory.isReached { isCutShort = true }
    return isCutShort
  }
  /// The file that is being read was left before its end.
  private var isCutShort = false

  func setText(_ base: UnsafePointer<UInt8>, end: Int) {
    builder.text = base
    builder.end = end
  }

  func appendRecord(
    at offset: Int, keeping acceptance: RecordAcceptance
  ) -> SegmentBuilder.WalkOutcome {
    let outcome = builder.appendRecord(at: offset, arrival: nextArrival, keeping: acceptance)
    if case .accepted = outcome {
      nextArrival += 1
      if builder.recordHasInvalidText { invalidTextRecords += 1 }
      if builder.recordHasUnreadableTime { unreadableTimes += 1 }
      if builder.isFull { seal() }
    }
    return outcome
  }

  private var invalidTextRecords = 0
  private var unreadableTimes = 0

  /// Hands all rows to the store and begins anew, on the same text.
  private func seal() {
    sealRows(builder, unit)
    builder.reset()
    memory.look()
  }

  /// Reads the items of one unit; their events arrive from `arrival` on.
  func read(_ items: [ImportItem], unit: Int, arrival: UInt64) -> ImportReport {
    self.unit = unit
    report = ImportReport()
    filesRead = []
    filesNotRead = []
    nextArrival = arrival
    builder.deliveries = nil
    for item in items {
      if cancellation.isCancelled { break }
      if memory.isReached {
        report.pathsBeyondMemory.insert(item.path)
        continue
      }
      isCutShort = false
      let before = (report.notLogs.count, report.problems.count, report.problemCount)
      let isRead = read(item)
      if cancellation.isCancelled {
        // What ends in the middle looks as if there were nothing in it. It is read again.
        report.notLogs.removeSubrange(before.0...)
        report.problems.removeSubrange(before.1...)
        report.problemCount = before.2
      } else {
        noteOddities(of: item, since: before)
      }
      if isCutShort { report.pathsBeyondMemory.insert(item.path) }
      if let version = item.version {
        if !isRead {
          filesNotRead.append(version)
        } else if !isCancelled, !isCutShort, item.part == nil {
          filesRead.append(version)
        }
      }
      if item.endsFile { counters.files.add(1, ordering: .relaxed) }
      counters.bytes.add(item.byteCount - countedBytes, ordering: .relaxed)
      countedBytes = 0
    }
    if builder.rowCount > 0 {
      seal()
    } else {
      // What a unit leaves that nothing was kept of must not reach the next one, of whichever worker reads that.
      builder = SegmentBuilder()
    }
    return report
  }

  /// Notes what an item added to the report.
  private func noteOddities(
    of item: ImportItem, since before: (notLogs: Int, problems: Int, problemCount: Int)
  ) {
    var file = OddFile(OddFile.Name(folder: "", path: item.path))
    file.notLogs = Array(report.notLogs[before.notLogs...])
    file.problems = Array(report.problems[before.problems...])
    file.unlisted = report.problemCount - before.problemCount - file.problems.count
    if !file.isEmpty { report.oddFiles.append(file) }
  }

  /// False where the system would not let the file be read.
  private func read(_ item: ImportItem) -> Bool {
    deliveredAt = item.deliveredAt
    let isCounted = item.part == nil || item.part?.lowerBound == 0
    if isCounted { report.files += 1 }
    if item.path == FileCollector.standardInput {
      readStream(FileSource(descriptor: dup(0)), "standard input")
      return true
    }
    let descriptor = open(item.path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      let reason = String(cString: strerror(errno))
      if item.mayGo, FileCollector.isGone(item.path) {
        if isCounted { report.files -= 1 }
      } else {
        addProblem(item.path, nil, "cannot be opened: \(reason)")
      }
      return false
    }
    if let part = item.part {
      lseek(descriptor, part.lowerBound, SEEK_SET)
      let source = LimitedSource(source(descriptor), part.count)
      readDocument(source, item.path, at: part.lowerBound)
      return source.damage == nil
    }
    let source = source(descriptor)
    if item.byteCount > IngestLimits.inflateAtOnceBytes || item.byteCount == 0 {
      readStream(source, item.path)
    } else {
      readWhole(source, item)
    }
    return source.damage == nil
  }

  /// An open file whose bytes count as progress as they are read.
  private func source(_ descriptor: Int32) -> FileSource {
    FileSource(descriptor: descriptor) { [unowned self] count in
      countedBytes += count
      counters.bytes.add(count, ordering: .relaxed)
    }
  }

  /// A file that fits into memory: read, inflated and walked in one go.
  private func readWhole(_ source: FileSource, _ item: ImportItem) {
    // One byte more than the size shows whether the file has grown since it was listed.
    if item.byteCount + 1 > inputCapacity {
      input.deallocate()
      inputCapacity = item.byteCount + 1
      input = .allocate(capacity: inputCapacity)
    }
    var count = 0
    while count < inputCapacity {
      let read = source.read(into: input + count, capacity: inputCapacity - count)
      if read == 0 { break }
      count += read
    }
    let bytes = UnsafeBufferPointer(start: UnsafePointer(input), count: count)
    if let damage = source.damage {
      addProblem(item.path, nil, damage)
    }
    if count > item.byteCount {
      readStream(JoinedSource([MemorySource(bytes), source]), item.path)
      return
    }
    readBytes(bytes, item.path)
  }

  /// Bytes in memory, of whatever kind.
  private func readBytes(
    _ bytes: UnsafeBufferPointer<UInt8>, _ name: String, isInArchive: Bool = false
  ) {
    switch FileKind(bytes) {
    case .gzip:
      // The stated size is that of the last member only; a second try allows for several.
      let stated = max(Inflater.statedSize(bytes) ?? 0, 1 << 16)
      for room in [stated, max(stated, bytes.count * 16)]
      where room <= IngestLimits.inflateAtOnceBytes {
        window.makeRoom(room)
        if let count = inflater.inflateGzip(bytes, into: window.base, capacity: room) {
          if inflater.hasRest { break }
          window.setWhole(count: count)
          readDocument(nil, name)
          return
        }
      }
      readDocument(InflatingSource(MemorySource(bytes), .gzip), name)
    case .zip where isInArchive: addNotLog(name, "an archive inside an archive: unpack it first")
    case .zip: readArchive(bytes, name)
    case .unreadable(let reason): addNotLog(name, reason)
    case .text:
      window.makeRoom(bytes.count)
      if let start = bytes.baseAddress { memcpy(window.base, start, bytes.count) }
      window.setWhole(count: bytes.count)
      readDocument(nil, name)
    }
  }

  /// A file that is large or of unknown size: its first bytes say what it is.
  private func readStream(
    _ source: any ByteSource, _ name: String, isInArchive: Bool = false
  ) {
    let head = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)
    defer { head.deallocate() }
    var count = 0
    while count < 512 {
      let read = source.read(into: head + count, capacity: 512 - count)
      if read == 0 { break }
      count += read
    }
    let bytes = UnsafeBufferPointer(start: UnsafePointer(head), count: count)
    let whole = JoinedSource([MemorySource(bytes), source])
    switch FileKind(bytes) {
    case .gzip: readDocument(InflatingSource(whole, .gzip), name)
    case .zip where isInArchive: addNotLog(name, "an archive inside an archive: unpack it first")
    case .zip: readArchiveStream(whole, name)
    case .unreadable(let reason): addNotLog(name, reason)
    case .text: readDocument(whole, name)
    }
  }

  /// An archive has its directory at its end: it is read into memory, up to a limit.
  private func readArchiveStream(_ source: any ByteSource, _ name: String) {
    var bytes: [UInt8] = []
    let piece = UnsafeMutablePointer<UInt8>.allocate(capacity: IngestLimits.windowBytes)
    defer { piece.deallocate() }
    while bytes.count <= IngestLimits.archiveBytes {
      let count = source.read(into: piece, capacity: IngestLimits.windowBytes)
      if count == 0 { break }
      bytes.append(contentsOf: UnsafeBufferPointer(start: piece, count: count))
    }
    if bytes.count > IngestLimits.archiveBytes {
      addProblem(
        name, nil, "a zip archive of more than \(IngestLimits.archiveBytes >> 30) GiB is not read")
      return
    }
    bytes.withUnsafeBufferPointer { readArchive($0, name) }
  }

  private func readArchive(_ bytes: UnsafeBufferPointer<UInt8>, _ name: String) {
    guard let archive = ZipArchive(bytes) else {
      addProblem(name, nil, "the zip archive's directory is damaged or cut off")
      return
    }
    for (entry, reason) in archive.unreadable { addProblem("\(name)/\(entry)", nil, reason) }
    if archive.missing > 0 {
      addProblem(
        name, nil,
        "the zip archive's directory is damaged: \(archive.missing) of its entries cannot be found")
    }
    for entry in archive.entries {
      if isCancelled { return }
      let compressed = UnsafeBufferPointer(rebasing: bytes[entry.compressed])
      let entryName = "\(name)/\(entry.name)"
      if !entry.isDeflated {
        readEntry(compressed, entry, entryName)
      } else if let inflated = inflate(compressed, entry.inflatedSize) {
        inflated.withUnsafeBufferPointer { readEntry($0, entry, entryName) }
      } else {
        let source = ChecksumSource(InflatingSource(MemorySource(compressed), .raw))
        readStream(source, entryName, isInArchive: true)
        if let checksum = source.checksumOfAll { check(checksum, of: entry, entryName) }
      }
    }
  }

  /// An entry whose bytes are in memory: they are read even where they are not those that were packed, which is said.
  private func readEntry(
    _ bytes: UnsafeBufferPointer<UInt8>, _ entry: ZipArchive.Entry, _ name: String
  ) {
    readBytes(bytes, name, isInArchive: true)
    check(libdeflate_crc32(0, bytes.baseAddress, bytes.count), of: entry, name)
  }

  private func check(_ checksum: UInt32, of entry: ZipArchive.Entry, _ name: String) {
    if checksum != entry.checksum {
      addProblem(name, nil, "its checksum differs: something in it may have been changed")
    }
  }

  /// A zip entry in one piece; `nil` where it is too large for that, or damaged.
  private func inflate(_ compressed: UnsafeBufferPointer<UInt8>, _ size: Int) -> [UInt8]? {
    guard size <= IngestLimits.inflateAtOnceBytes else { return nil }
    if size == 0 { return [] }
    var bytes = [UInt8](repeating: 0, count: size)
    let isWhole = bytes.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { inflater.inflateRaw(compressed, into: $0, count: size) } ?? false
    }
    return isWhole ? bytes : nil
  }

  // MARK: Documents

  /// Walks one text: the window's, or what the source gives.
  private func readDocument(_ source: (any ByteSource)?, _ name: String, at offset: Int = 0) {
    if source != nil { window.beginPieces(at: offset) }
    beginFile(named: name)
    invalidTextRecords = 0
    unreadableTimes = 0
    let reader = DocumentReader(sink: self, window: window, library: library)
    reader.read(from: source)
    report.events += reader.records
    report.bytes += reader.bytesRead - offset
    counters.events.add(reader.records, ordering: .relaxed)
    if let damage = source?.damage { addProblem(name, reader.bytesRead, damage) }
    if reader.records == 0 && reader.emptyRecordArrays == 0 && source?.damage == nil {
      if reader.bytesRead == offset { return addNotLog(name, "an empty file") }
      if let kind = FileKind.describeTable(reader.head) ?? FileKind.describeMarkup(reader.head) {
        return addNotLog(name, kind)
      }
      let isWithoutBroken = reader.problems.allSatisfy { DocumentReader.isOtherThing($0.reason) }
      if reader.digests > 0 {
        addNotLog(name, "a digest file")
        if isWithoutBroken { return }
      } else if reader.problems.allSatisfy({ $0.reason == DocumentReader.notJSON }) {
        return addNotLog(name, FileKind.describeText(reader.head))
      }
    }
    for problem in reader.problems { addProblem(name, problem.offset, problem.reason) }
    report.problemCount += reader.problemCount - reader.problems.count
    if unreadableTimes > 0 {
      addProblem(
        name, nil,
        "\(unreadableTimes) record(s) have an eventTime that is no time; they are kept without one")
    }
    if invalidTextRecords > 0 {
      addProblem(
        name, nil,
        "\(invalidTextRecords) record(s) held bytes that are not UTF-8; they were replaced by U+FFFD"
      )
    }
  }

  private func beginFile(named name: String) {
    var files = SegmentDeliveries.none
    if let known = builder.deliveries { files = known }
    files.beginFile(at: nextArrival, deliveredAt: deliveredAt ?? FileStamp.time(inName: name))
    builder.deliveries = files
  }

  private func addProblem(_ file: String, _ offset: Int?, _ reason: String) {
    report.problemCount += 1
    report.problems.append(ImportProblem(file: file, offset: offset, reason: reason))
  }

  private func addNotLog(_ file: String, _ reason: String) {
    report.notLogs.append(ImportProblem(file: file, offset: nil, reason: reason))
  }
}

/// The next `limit` bytes of another source.
final class LimitedSource: ByteSource {
  private let source: any ByteSource
  private var left: Int

  init(_ source: any ByteSource, _ limit: Int) {
    self.source = source
    left = limit
  }

  var damage: String? { source.damage }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    let count = source.read(into: base, capacity: min(capacity, left))
    left -= count
    return count
  }
}

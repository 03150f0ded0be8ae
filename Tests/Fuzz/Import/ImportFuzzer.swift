internal import Glibc
internal import TrailEngine
internal import TrailRecord

/// A log file of arbitrary bytes: never a crash, never a hang; and every record that is kept is JSON by the word of
/// another parser, and comes out the same when it is read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImport(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let records = imported(UnsafeBufferPointer(start: start, count: count))
  for record in records {
    do {
      _ = try JSONParser.parse(record)
    } catch {
      fatalError("a record that was kept is no JSON: \(error)")
    }
  }
  guard let first = records.first else { return 0 }
  let again = EventStore()
  do {
    try again.append(record: first)
  } catch {
    fatalError("a record that was kept is not accepted again: \(error)")
  }
  precondition(texts(of: again.snapshot()) == [first], "a record changes when it is read again")
  return 0
}

/// The records that an import of a file with these bytes keeps, as they come out.
private func imported(_ bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
  let file = open(inputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  precondition(file >= 0, "no room for the input")
  var rest = UnsafeRawBufferPointer(bytes)
  while !rest.isEmpty {
    let written = write(file, rest.baseAddress, rest.count)
    precondition(written > 0, "no room for the input")
    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
  }
  close(file)
  let store = EventStore()
  _ = store.importLogs([inputFile], workers: 1)
  return texts(of: store.snapshot())
}

/// A file in memory, one for each fuzzing process.
private let inputFile = "/dev/shm/trailq-fuzz-\(getpid())"

private func texts(of snapshot: StoreSnapshot) -> [[UInt8]] {
  snapshot.segments.flatMap { segment in
    (0..<segment.rowCount).map { row in
      var text: [UInt8] = []
      segment.appendRecord(row: row, to: &text)
      return text
    }
  }
}

import Glibc
import TrailEngine

@testable import TrailWorkspace

/// Things to keep.
enum Sample {
  static func text(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    let tail = String(repeating: "0", count: 12 - digits.count) + digits
    return """
      {"eventVersion":"1.11","eventTime":"2026-11-20T10:00:\(10 + number % 50)Z","eventName":"Call\(number % 9)",\
      "eventSource":"s3.amazonaws.com","userIdentity":{"type":"IAMUser","userName":"user\(number % 5)"},\
      "eventID":"00000000-0000-4000-8000-\(tail)","requestParameters":{"n":\(number),"key":"k\(number % 11)"}}
      """
  }

  static func record(_ number: Int) -> [UInt8] { Array(text(number).utf8) }

  static func lines(count: Int, from first: Int = 0) -> [String] {
    (first..<first + count).map { text($0) }
  }

  static func state(_ number: Int) -> WorkspaceState {
    var state = WorkspaceState()
    if number >= 0 { state.settings["rows"] = String(number) }
    return state
  }

  static func statement(_ number: Int) -> KeptStatement {
    KeptStatement(
      text: "simulate s3:PutObject key=\(number)", time: 0, account: "123456789012",
      region: "us-east-1", folder: "/", wasStopped: false, callsAfter: number + 1, timeAfter: 0,
      actions: [KeptAction(.statement, "echo"), KeptAction(.success)])
  }

  /// A store with these events, from as many imports as there are counts.
  static func store(_ counts: [Int], in folder: ScratchFolder) -> EventStore {
    let store = EventStore()
    var first = 0
    for count in counts {
      let file = folder.write(
        "log\(first).json", lines(count: count, from: first).joined(separator: "\n"))
      _ = store.importLogs([file])
      first += count
    }
    return store
  }
}

extension StoreSnapshot {
  /// All records as texts, segment by segment.
  var texts: [String] {
    segments.flatMap { segment in
      (0..<segment.rowCount).map { row in
        var bytes: [UInt8] = []
        segment.appendRecord(row: row, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  }
}

/// A folder of its own for one test, removed with all that is in it.
final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/trailq-kept-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw NoFolder() }
    path = String(cString: made)
  }

  struct NoFolder: Error {}

  /// The names of what lies in it.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  deinit {
    for name in names { Glibc.remove(path + "/" + name) }
    rmdir(path)
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String {
    let file = path + "/" + name
    guard let stream = fopen(file, "w") else { preconditionFailure("cannot write \(file)") }
    fwrite(Array(text.utf8), 1, text.utf8.count, stream)
    fclose(stream)
    return file
  }

  /// Removes a workspace with all that SQLite puts beside it.
  func remove(_ name: String) {
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + "/" + name + ending) }
  }
}

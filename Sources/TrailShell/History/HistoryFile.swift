import Glibc

/// The statements typed at the prompt, kept across sessions in a file that only its owner can read.
///
/// Each entry is one line of the file, in which a line end is written `\n` and a backslash `\\`. Several
/// shells may share the file: entries are appended under a lock, one write each, and a damaged line costs
/// that line only.
package final class HistoryFile {
  /// Entries kept when the file is trimmed.
  package static let entryLimit = 10_000
  /// A longer entry is a paste of data rather than a question, and is not kept.
  static let entryByteLimit = 64 * 1024
  /// A file beyond this is not ours to read into memory; its newest part is read.
  static let fileByteLimit = 16 * 1024 * 1024
  /// Trimming rewrites the file, so it waits until there is a tenth too much.
  static let trimThreshold = entryLimit + entryLimit / 10

  /// Oldest first.
  package private(set) var entries: [String] = []
  /// Why the history cannot be kept, once that has shown.
  package private(set) var problem: String?

  private let path: String?

  /// Reads the file if it is there. With no path the history lasts as long as the object.
  package init(path: String?) {
    self.path = path
    guard let path else { return }
    createFolder(ofFile: path)
    let stored = (try? readEntries(path)) ?? []
    entries = Array(stored.suffix(Self.entryLimit))
    if stored.count > Self.trimThreshold { trim() }
  }

  /// Adds a statement, unless it is empty, begins with a space, repeats the one before, or is no text to
  /// come back to. Gives back whether it was kept.
  @discardableResult
  package func append(_ statement: String) -> Bool {
    guard !statement.isEmpty, !statement.hasPrefix(" "),
      statement.utf8.count <= Self.entryByteLimit, !statement.utf8.contains(0),
      statement.utf8.contains(where: { $0 > 0x20 })
    else { return false }
    guard statement != entries.last else { return false }
    entries.append(statement)
    if let path {
      do {
        try withLockedFile(path) { descriptor in
          // Half a line, left by a crash or a full disk, must not swallow the new entry.
          let start = try endsInsideLine(descriptor) ? "\n" : ""
          try writeAll(Array((start + HistoryLine.encode(statement) + "\n").utf8), to: descriptor)
        }
        problem = nil
      } catch {
        problem = "history is not kept: \(path): \(error)"
      }
    }
    return true
  }

  private func trim() {
    guard let path else { return }
    do {
      try withLockedFile(path) { _ in
        // Read again under the lock: another shell may have added or trimmed meanwhile.
        let newest = try readEntries(path).suffix(Self.entryLimit)
        try replaceFile(at: path, with: newest.map { HistoryLine.encode($0) + "\n" }.joined())
      }
    } catch {
      problem = "history is not trimmed: \(path): \(error)"
    }
  }
}

/// The entries of the file, oldest first; damaged lines are left out.
private func readEntries(_ path: String) throws -> [String] {
  try readTail(path, limit: HistoryFile.fileByteLimit)
    .split(separator: UInt8(ascii: "\n"))
    .compactMap { HistoryLine.decode($0) }
}

/// How an entry is spelled in the file.
enum HistoryLine {
  static func encode(_ entry: String) -> String {
    guard entry.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x0D }) else {
      return entry
    }
    var line = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// The entry, or `nil` for a line that is empty, no UTF-8, or holds what no terminal sends.
  static func decode(_ bytes: some Collection<UInt8>) -> String? {
    guard !bytes.isEmpty, bytes.count <= 2 * HistoryFile.entryByteLimit, !bytes.contains(0),
      let line = String(validating: bytes, as: UTF8.self)
    else { return nil }
    guard line.utf8.contains(0x5C) else { return line }
    var entry = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        isEscaped = false
        switch scalar {
        case "n": entry += "\n"
        case "r": entry += "\r"
        case "\\": entry += "\\"
        default: entry.unicodeScalars.append(contentsOf: ["\\", scalar])
        }
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        entry.unicodeScalars.append(scalar)
      }
    }
    return isEscaped ? entry + "\\" : entry
  }
}

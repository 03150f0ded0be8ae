/// What a file is, by its first bytes.
enum FileKind {
  case gzip
  case zip
  case text
  /// A known format that is not read here.
  case unreadable(String)

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    func starts(_ magic: [UInt8]) -> Bool {
      bytes.count >= magic.count && magic.indices.allSatisfy { bytes[$0] == magic[$0] }
    }
    if starts([0x1F, 0x8B]) {
      self = .gzip
    } else if starts([0x50, 0x4B, 0x03, 0x04]) || starts([0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else if starts([0x28, 0xB5, 0x2F, 0xFD]) {
      self = .unreadable("compressed with zstd: unpack it first (zstd -d)")
    } else if starts([0x42, 0x5A, 0x68]) {
      self = .unreadable("compressed with bzip2: unpack it first (bzip2 -d)")
    } else if starts([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .unreadable("compressed with xz: unpack it first (xz -d)")
    } else if starts([0x50, 0x41, 0x52, 0x31]) {
      self = .unreadable("a Parquet file")
    } else if starts([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65]) {
      self = .unreadable("an SQLite database")
    } else if bytes.count > 262, starts257(bytes) {
      self = .unreadable("a tar archive: unpack it first (tar -xf)")
    } else if starts([0xFF, 0xFE]) || starts([0xFE, 0xFF]) {
      self = .unreadable("UTF-16 text: convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)")
    } else {
      self = .text
    }
  }

  /// What a text without any record looks like.
  ///
  /// - Parameter head: How it begins.
  static func describeText(_ head: [UInt8]) -> String {
    if let markup = describeMarkup(head) { return markup }
    if head.contains(0) { return "not text" }
    return "no JSON in it"
  }

  /// What a text of tags is; nil for other texts. What is in it may look like JSON.
  ///
  /// - Parameter head: How it begins.
  static func describeMarkup(_ head: [UInt8]) -> String? {
    let text = String(decoding: head, as: UTF8.self).lowercased()
    let start = text.drop { $0.isWhitespace }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "an HTML page" }
    // A line of syslog begins with a number in such brackets.
    guard start.hasPrefix("<"), let second = start.dropFirst().first else { return nil }
    return second.isLetter || second == "?" || second == "!" ? "XML or HTML" : nil
  }

  /// A table with separated values that was made of records, and what has the records; nil for other texts.
  ///
  /// - Parameter head: How it begins.
  static func describeTable(_ head: [UInt8]) -> String? {
    guard let line = head.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).first,
      head.first != UInt8(ascii: "{"), head.first != UInt8(ascii: "[")
    else { return nil }
    let separator = line.contains(0x09) ? UInt8(0x09) : UInt8(ascii: ",")
    let names = Set(
      line.split(separator: separator).map { name in
        String(decoding: name, as: UTF8.self).lowercased()
          .filter { $0.isLetter || $0.isNumber || $0 == "@" || $0 == " " }
          .trimmed()
      })
    if names.count < 2 { return nil }
    if names.contains("event name"), names.contains("event time") {
      return "the CSV of the console's Event history: download it as JSON there"
    }
    if names.contains("@message") || names.contains("@timestamp") {
      return "the CSV of a Logs Insights query: export its results as JSON, with @message"
    }
    let members: Set = [
      "eventname", "eventtime", "eventsource", "eventid", "useridentity", "eventversion",
    ]
    if names.intersection(members).count >= 2 {
      return "the CSV of an Athena or CloudTrail Lake query: import the log files that were asked"
    }
    return nil
  }
}

extension String {
  /// Without the spaces around it.
  fileprivate func trimmed() -> String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}

/// `ustar` at offset 257 marks a tar archive.
private func starts257(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  zip(257..<262, "ustar".utf8).allSatisfy { bytes[$0] == $1 }
}

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
  static func describeText(_ window: TextWindow) -> String {
    let head = UnsafeBufferPointer(start: window.base, count: min(window.count, 512))
    let text = String(decoding: head, as: UTF8.self).lowercased()
    let start = text.drop { $0.isWhitespace }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "an HTML page" }
    if start.hasPrefix("<?xml") || start.hasPrefix("<") { return "XML or HTML" }
    if head.contains(0) { return "not text" }
    return "no JSON in it"
  }
}

/// `ustar` at offset 257 marks a tar archive.
private func starts257(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  zip(257..<262, "ustar".utf8).allSatisfy { bytes[$0] == $1 }
}

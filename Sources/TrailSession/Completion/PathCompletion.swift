internal import Glibc

/// Completes names of files and folders.
enum PathCompletion {
  /// - Parameter cursor: a byte offset in `text`, which begins behind the command.
  static func complete(_ text: String, at cursor: Int) -> Completion {
    let bytes = Array(text.utf8)[..<cursor]
    let start = startOfWord(in: bytes)
    let raw = String(decoding: bytes[start...], as: UTF8.self)
    let quote = raw.first.flatMap { "\"'".contains($0) ? $0 : nil }
    let typed = quote == nil ? unescaped(raw) : String(raw.dropFirst())
    let slash = typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex
    let folder = String(typed[..<slash])
    let prefix = String(typed[slash...])
    let names = FilePath.names(in: FilePath.expanded(folder.isEmpty ? "." : folder))
      .filter { $0.hasPrefix(prefix) && (!$0.hasPrefix(".") || prefix.hasPrefix(".")) }
    let candidates = names.map { name in
      let path = folder + name
      let isFolder = FilePath.isFolder(FilePath.expanded(path))
      let written = quote.map { "\($0)\(path)" } ?? escaped(path)
      let end = isFolder ? "/" : quote.map { "\($0) " } ?? " "
      return Completion.Candidate(written + end, title: name + (isFolder ? "/" : ""))
    }
    return Completion(candidates, replacing: start..<cursor, suffix: "")
  }

  private static func startOfWord(in bytes: ArraySlice<UInt8>) -> Int {
    var start = 0
    var quote: UInt8?
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\\") {
        offset += 1
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == 0x20 || byte == 0x09 {
        start = offset + 1
      }
      offset += 1
    }
    return min(start, bytes.count)
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }

  private static func escaped(_ path: String) -> String {
    path.reduce(into: "") { result, character in
      if " \\\"';#()[],|".contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}

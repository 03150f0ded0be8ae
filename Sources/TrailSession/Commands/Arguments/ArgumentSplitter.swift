internal import TrailText

/// One word of a command, with quotes and escapes resolved.
struct Argument: Hashable {
  enum Form: Hashable {
    case bare
    /// It begins with a quote.
    case quoted
    /// A value in brackets, taken as it was written.
    case bracketed
  }
  var text: String
  /// Where it stands in the statement.
  var range: SourceRange
  var form: Form

  init(_ text: String, range: SourceRange, form: Form = .bare) {
    self.text = text
    self.range = range
    self.form = form
  }
}

/// Splits what follows a command into words, as people know it from their shells.
///
/// Words are parted by white space. Quotes keep white space together; `\` keeps the next character; a `#` that
/// begins a word begins a comment.
enum ArgumentSplitter {
  static func split(_ text: String) throws -> [Argument] {
    let bytes = Array(text.utf8)
    var arguments: [Argument] = []
    var offset = 0
    while offset < bytes.count {
      if isSpace(bytes[offset]) {
        offset += 1
      } else if bytes[offset] == UInt8(ascii: "#") {
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
      } else {
        arguments.append(try word(bytes, &offset))
      }
    }
    return arguments
  }

  private static func word(_ bytes: [UInt8], _ offset: inout Int) throws -> Argument {
    let start = offset
    var word: [UInt8] = []
    var quote: (mark: UInt8, offset: Int)?
    while offset < bytes.count {
      let byte = bytes[offset]
      if let open = quote {
        if byte == open.mark {
          quote = nil
        } else if byte == UInt8(ascii: "\\"), offset + 1 < bytes.count,
          bytes[offset + 1] == open.mark || bytes[offset + 1] == UInt8(ascii: "\\")
        {
          offset += 1
          word.append(bytes[offset])
        } else {
          word.append(byte)
        }
      } else if isSpace(byte) {
        break
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = (byte, offset)
      } else if byte == UInt8(ascii: "\\"), offset + 1 < bytes.count {
        offset += 1
        word.append(bytes[offset])
      } else {
        word.append(byte)
      }
      offset += 1
    }
    if let quote {
      throw Diagnostics(
        Diagnostic(
          "unclosed-quote", "this quote is never closed", at: SourceRange(quote.offset, bytes.count)
        ))
    }
    return Argument(String(decoding: word, as: UTF8.self), range: SourceRange(start, offset))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}

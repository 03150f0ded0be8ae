import TrailRecord

/// Words for times in plans and notes.
enum WindowText {
  /// A length of time in its two largest units: `12d 3h`.
  static func length(_ milliseconds: Int64) -> String {
    let units: [(name: String, length: Int64)] = [
      ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]
    var rest = milliseconds
    var parts: [String] = []
    for unit in units where parts.count < 2 {
      let count = rest / unit.length
      rest %= unit.length
      if count > 0 { parts.append("\(count)\(unit.name)") } else if !parts.isEmpty { break }
    }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }

  static func window(_ range: Range<Int64>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "time exists"
    case (let start, .max): "since \(EventTime.format(start))"
    case (.min, let end): "until \(EventTime.format(end))"
    case (let start, let end): "between \(EventTime.format(start)) and \(EventTime.format(end))"
    }
  }
}

/// Values as a sentence needs them.
enum Quoting {
  /// In quotes unless every character may stand bare.
  static func value(_ text: String) -> String {
    let isBare =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "._-:/*@+%".utf8.contains(byte)
      }
    if isBare { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A pattern of columns for events that are parted by spaces: `[ip, user, ..., status = 4*, bytes > 1000]`.
///
/// Columns stand for the event's fields from the left; where there is `...`, those behind it stand for fields from the
/// right. Without it the last column is the rest of the event, so that `[level = ERROR, rest]` finds events of any
/// length that begin so.
struct ColumnPattern: Sendable {
  struct Column: Sendable {
    /// Nil where it has none, as between two commas.
    var name: String?
    var condition: Condition?
    var range: Range<Int>
  }
  indirect enum Condition: Sendable {
    case comparison(PatternComparison, Range<Int>)
    case all([Condition])
    case any([Condition])

    func holds(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
      switch self {
      case .comparison(let comparison, _): comparison.holds(bytes, range)
      case .all(let parts): parts.allSatisfy { $0.holds(bytes, range) }
      case .any(let parts): parts.contains { $0.holds(bytes, range) }
      }
    }
  }

  /// Before `...`, or all of them where there is none.
  let leading: [Column]
  /// Behind `...`; nil where there is none.
  let trailing: [Column]?
  let regexCount: Int

  var columns: [Column] { leading + (trailing ?? []) }

  /// A field of an event that a column stands for; `column` is nil for what `...` takes.
  struct Field {
    /// From 1.
    var number: Int
    var column: Column?
    /// Where its content is.
    var range: Range<Int>
  }

  /// The fields of an event with their columns; nil where there are fewer fields than columns.
  func fields(_ bytes: [UInt8], _ range: Range<Int>) -> [Field]? {
    let places = EventFields.split(bytes, range)
    guard places.count >= leading.count + (trailing?.count ?? 0) else { return nil }
    guard let trailing else {
      return leading.indices.map { index in
        var content = places[index].content
        if index == leading.count - 1, places.count > leading.count, let last = places.last {
          content = places[index].whole.lowerBound..<last.whole.upperBound
        }
        return Field(number: index + 1, column: leading[index], range: content)
      }
    }
    let behind = places.count - trailing.count
    return places.indices.map { index in
      let column: Column? =
        index < leading.count ? leading[index] : index >= behind ? trailing[index - behind] : nil
      return Field(number: index + 1, column: column, range: places[index].content)
    }
  }

  func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard let fields = fields(bytes, range) else { return false }
    return fields.allSatisfy { $0.column?.condition?.holds(bytes, $0.range) ?? true }
  }

  /// `$ip` or `$3`, and what stands there.
  func extractedValues(_ bytes: [UInt8], _ range: Range<Int>) -> [(name: String, value: String)] {
    (fields(bytes, range) ?? []).map { field in
      (
        "$" + (field.column?.name ?? "\(field.number)"),
        String(decoding: bytes[field.range], as: UTF8.self)
      )
    }
  }

  /// Where the content of the column of that name or number is: `$bytes`, `$7`.
  func range(of name: String, _ bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
    let fields = fields(bytes, range) ?? []
    return (fields.first { $0.column?.name == name } ?? fields.first { "\($0.number)" == name })?
      .range
  }
}

/// The fields of an event that is parted by spaces.
enum EventFields {
  struct Place {
    var whole: Range<Int>
    /// Without the quotes or brackets around it.
    var content: Range<Int>
  }

  /// What stands in double quotes or in brackets is one field, where a space or the end follows it.
  static func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Place] {
    var places: [Place] = []
    var offset = range.lowerBound
    while offset < range.upperBound {
      if PatternScanner.isSpace(bytes[offset]) {
        offset += 1
        continue
      }
      let place =
        enclosed(bytes, offset..<range.upperBound) ?? word(bytes, offset..<range.upperBound)
      places.append(place)
      offset = place.whole.upperBound
    }
    return places
  }

  private static func enclosed(_ bytes: [UInt8], _ range: Range<Int>) -> Place? {
    let start = range.lowerBound
    let close: UInt8
    switch bytes[start] {
    case UInt8(ascii: "\""): close = UInt8(ascii: "\"")
    case UInt8(ascii: "["): close = UInt8(ascii: "]")
    default: return nil
    }
    guard let end = bytes[(start + 1)..<range.upperBound].firstIndex(of: close),
      end + 1 == range.upperBound || PatternScanner.isSpace(bytes[end + 1])
    else { return nil }
    return Place(whole: start..<end + 1, content: start + 1..<end)
  }

  private static func word(_ bytes: [UInt8], _ range: Range<Int>) -> Place {
    let end = bytes[range].firstIndex(where: PatternScanner.isSpace) ?? range.upperBound
    return Place(whole: range.lowerBound..<end, content: range.lowerBound..<end)
  }
}

extension FixIt {
  /// Returns a text with its mends made, in the order of their places; one that overlaps another is left out.
  ///
  /// - Parameters:
  ///   - source: The text whose offsets the fix-its count in.
  ///   - range: The part of it that is wanted; fix-its outside are left out.
  package static func apply(_ fixIts: [FixIt], to source: String, in range: SourceRange) -> String {
    let bytes = Array(source.utf8)
    let end = min(range.upperBound, bytes.count)
    var position = min(range.lowerBound, end)
    var result: [UInt8] = []
    var previous: FixIt?
    let ordered = fixIts.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }
    for (_, fixIt) in ordered where fixIt != previous {
      guard fixIt.range.lowerBound >= position, fixIt.range.upperBound <= end else { continue }
      result += bytes[position..<fixIt.range.lowerBound]
      result += fixIt.replacement.utf8
      position = fixIt.range.upperBound
      previous = fixIt
    }
    result += bytes[position..<end]
    return String(decoding: result, as: UTF8.self)
  }
}

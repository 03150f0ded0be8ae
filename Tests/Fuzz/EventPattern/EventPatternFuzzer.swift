internal import TrailPattern
internal import TrailRecord

/// Event patterns and events from arbitrary bytes: never a crash, never a hang, and the index, which walks bytes,
/// never finds another answer than the pattern, which looks at values.
///
/// Each line of the input is a pattern, and the rest behind an empty line is the event.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEventPattern(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  var lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
  var patterns: [EventPattern] = []
  while let line = lines.popFirst(), !line.isEmpty {
    guard let pattern = try? EventPattern(String(decoding: line, as: UTF8.self)) else { continue }
    let printed = pattern.description
    if printed.unicodeScalars.count <= EventPattern.maximumLength {
      let again = try? EventPattern(printed)
      precondition(again?.description == printed, "what is printed is no pattern or another")
    }
    patterns.append(pattern)
  }
  check(patterns, Array(lines.joined(separator: [UInt8(ascii: "\n")])))
  return 0
}

private func check(_ patterns: [EventPattern], _ text: [UInt8]) {
  var index = EventPatternIndex()
  for (id, pattern) in patterns.enumerated() { index.add(pattern, id: id) }
  let found = index.matches(text)
  guard let event = try? JSONParser.parse(text) else { return }
  let expected = patterns.indices.filter { patterns[$0].matches(event) }
  precondition(found == expected, "the index finds other rules than their patterns")
  for (id, pattern) in patterns.enumerated() {
    let verdicts = pattern.explanation(of: event)
    let isMatch = verdicts.allSatisfy { $0.outcome == .matches }
    precondition(isMatch == expected.contains(id), "the explanation says another thing")
    if id % 2 == 0 { index.remove(id: id) }
  }
  precondition(
    index.matches(event) == expected.filter { $0 % 2 == 1 }, "rules that were removed are found")
}

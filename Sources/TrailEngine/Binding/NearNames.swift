/// Names that a reader may have meant.
package enum NearNames {
  /// The most that are offered.
  package static let limit = 5

  /// The closest of `candidates` to `name`, best first: by letters to change, then those that it is a part of.
  ///
  /// - Complexity: O(candidate) in bytes for most, which have other letters; O(name × candidate) for the rest.
  package static func nearest(
    to name: String, among candidates: some Sequence<String>, limit: Int = limit
  ) -> [String] {
    let target = Array(name.lowercased().utf8)
    guard !target.isEmpty else { return [] }
    let reach = max(1, min(3, target.count / 3))
    let letters = letters(of: target)
    var scored: [(score: Int, name: String)] = []
    for candidate in candidates {
      let own = lowercased(candidate)
      if own == target {
        scored.append((0, candidate))
        continue
      }
      let ownLetters = self.letters(of: own)
      // A letter that is changed puts one into the set and takes one out of it at most.
      if abs(own.count - target.count) <= reach,
        (ownLetters ^ letters).nonzeroBitCount <= 2 * reach
      {
        let distance = distance(target, own, limit: reach)
        if distance <= reach {
          scored.append((distance * 10 + (own.first == target.first ? 0 : 1), candidate))
          continue
        }
      }
      // What is a part of another text has no letter that this one lacks.
      guard letters & ~ownLetters == 0 || ownLetters & ~letters == 0 else { continue }
      if target.count >= 3, own.starts(with: target) {
        scored.append((40 + min(own.count - target.count, 30), candidate))
      } else if target.count >= 4,
        isPart(target, of: own) || own.count >= 4 && isPart(own, of: target)
      {
        scored.append((80 + min(abs(own.count - target.count), 60), candidate))
      }
    }
    scored.sort { $0.score != $1.score ? $0.score < $1.score : $0.name < $1.name }
    var names: [String] = []
    for (_, name) in scored where names.last != name {
      if names.count == limit { break }
      names.append(name)
    }
    return names
  }

  private static func lowercased(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return Array(text.lowercased().utf8) }
    return bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
  }

  /// Which bytes occur, as a set of their last six bits.
  private static func letters(of bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0) { $0 | 1 << UInt64($1 & 63) }
  }

  private static func isPart(_ part: [UInt8], of whole: [UInt8]) -> Bool {
    guard part.count <= whole.count else { return false }
    return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
  }

  /// Letters to insert, delete, change or swap; `limit + 1` where it is more than `limit`.
  static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
    if abs(left.count - right.count) > limit { return limit + 1 }
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = previous
    for i in 0..<left.count {
      current[0] = i + 1
      var best = current[0]
      for j in 0..<right.count {
        let change = previous[j] + (left[i] == right[j] ? 0 : 1)
        var cost = min(change, previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          cost = min(cost, beforePrevious[j - 1] + 1)
        }
        current[j + 1] = cost
        best = min(best, cost)
      }
      if best > limit { return limit + 1 }
      (beforePrevious, previous, current) = (previous, current, beforePrevious)
    }
    return previous[right.count]
  }
}

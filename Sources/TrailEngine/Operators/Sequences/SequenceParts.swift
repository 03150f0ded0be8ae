/// The events of all steps, parted by their key values: part after part, in the order of time within each.
struct PartedSteps {
  let steps: [StepEvents]
  /// True where an event may be in several parts, so that a match may be found in several.
  let sharesEvents: Bool
  /// Where each part begins in each step, and where the last one ends.
  private let starts: [[Int]]

  init(whole steps: [StepEvents]) {
    self.steps = steps
    sharesEvents = false
    starts = steps.map { [0, $0.count] }
  }

  /// - Parameter members: For each step, each event's part and its index, in the order of time.
  init(_ steps: [StepEvents], members: [[(part: Int32, index: UInt32)]], partCount: Int) {
    var starts: [[Int]] = []
    var sharesEvents = false
    self.steps = zip(steps, members).map { events, members in
      var ends = [Int](repeating: 0, count: partCount + 1)
      for member in members { ends[Int(member.part) + 1] += 1 }
      for part in 0..<partCount { ends[part + 1] += ends[part] }
      starts.append(ends)
      var order = [Int](repeating: 0, count: members.count)
      for member in members {
        order[ends[Int(member.part)]] = Int(member.index)
        ends[Int(member.part)] += 1
      }
      sharesEvents =
        sharesEvents
        || zip(members, members.dropFirst()).contains {
          $0.index == $1.index
        }
      return events.picking(order)
    }
    self.starts = starts
    self.sharesEvents = sharesEvents
  }

  var partCount: Int { (starts.first?.count ?? 1) - 1 }

  /// Where the events of a part lie in a step.
  func range(_ part: Int, ofStep step: Int) -> Range<Int> {
    starts[step][part]..<starts[step][part + 1]
  }
}

/// Parts the events of all steps by their key values; an event with several values is in several parts.
struct SequenceParts {
  let sequence: BoundSequence
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  func parts(of steps: [StepEvents]) throws -> PartedSteps {
    guard !sequence.keys.isEmpty else { return PartedSteps(whole: steps) }
    // With the same field in all steps its numbering serves, which the session keeps.
    let isUniform = sequence.keys.allSatisfy { key in key.allSatisfy { $0 == key[0] } }
    let isNumbered = isUniform && sequence.keys.allSatisfy { $0[0].isWorthNumbering(in: snapshot) }
    return try isNumbered ? numbered(steps) : compared(steps)
  }

  /// The present step with the fewest events first: only its values make parts.
  private func order(_ steps: [StepEvents]) -> [Int] {
    steps.indices.sorted { left, right in
      let (a, b) = (sequence.steps[left].isAbsent, sequence.steps[right].isAbsent)
      return a != b ? b : (steps[left].count, left) < (steps[right].count, right)
    }
  }

  private func numbered(_ steps: [StepEvents]) throws -> PartedSteps {
    let fields = try sequence.keys.map { try cache.ordinals($0[0], in: snapshot, cancellation) }
    var slots = GroupSlots(
      sizes: fields.map { $0.keys.count + 1 }, rowCount: steps.reduce(0) { $0 + $1.count })
    // For each slot, the part; one that lacks a key has none.
    var parts: [Int32] = []
    var partCount: Int32 = 0
    var members = [[(part: Int32, index: UInt32)]](repeating: [], count: steps.count)
    for (position, step) in order(steps).enumerated() {
      try cancellation.check()
      let events = steps[step]
      let (slotOfEntry, rowOfEntry) = slots.slots(
        fields.map { RowOrdinals($0, of: events.references) }, rows: events.count)
      parts.grow(to: slots.count, with: Self.unmet)
      var own: [(part: Int32, index: UInt32)] = []
      own.reserveCapacity(slotOfEntry.count)
      for (entry, slot) in slotOfEntry.enumerated() {
        if parts[Int(slot)] == Self.unmet {
          let isWhole = position == 0 && !slots.lacksValue(Int(slot))
          parts[Int(slot)] = isWhole ? partCount : Self.none
          if isWhole { partCount += 1 }
        }
        let part = parts[Int(slot)]
        if part != Self.none {
          own.append((part, rowOfEntry.map { $0[entry] } ?? UInt32(entry)))
        }
      }
      members[step] = own
    }
    return PartedSteps(steps, members: members, partCount: Int(partCount))
  }

  private static let unmet: Int32 = -2
  private static let none: Int32 = -1

  private func compared(_ steps: [StepEvents]) throws -> PartedSteps {
    var numbering = KeyNumbering(sequence.keys, in: snapshot)
    var parts: [[UInt32]: Int32] = [:]
    var members = [[(part: Int32, index: UInt32)]](repeating: [], count: steps.count)
    for (position, step) in order(steps).enumerated() {
      for index in steps[step].references.indices {
        if index & 0xFFFF == 0 { try cancellation.check() }
        let reference = steps[step].references[index]
        var tuples: [[UInt32]] = [[]]
        for key in sequence.keys.indices {
          let values = numbering.values(key, ofStep: step, reference)
          tuples = tuples.flatMap { tuple in values.map { tuple + [$0] } }
          if tuples.isEmpty { break }
        }
        for tuple in tuples {
          if position == 0, parts[tuple] == nil { parts[tuple] = Int32(parts.count) }
          if let part = parts[tuple] { members[step].append((part, UInt32(index))) }
        }
      }
    }
    return PartedSteps(steps, members: members, partCount: parts.count)
  }
}

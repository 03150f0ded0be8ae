/// Parts the events of all steps by their key values; an event with several values is in several parts.
struct SequenceParts {
  let sequence: BoundSequence
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  /// The parts that have enough events of each present step.
  func parts(of steps: [StepEvents]) throws -> [[StepEvents]] {
    guard !sequence.keys.isEmpty else { return [steps] }
    // With the same field in all steps its numbering serves, which the session keeps.
    let isUniform = sequence.keys.allSatisfy { key in key.allSatisfy { $0 == key[0] } }
    let isNumbered = isUniform && sequence.keys.allSatisfy { $0[0].isWorthNumbering(in: snapshot) }
    let parts = try isNumbered ? numbered(steps) : compared(steps)
    return parts.filter { part in
      sequence.presentSteps.allSatisfy { part[$0].count >= sequence.steps[$0].count }
    }
  }

  /// The present step with the fewest events first: only its values make parts.
  private func order(_ steps: [StepEvents]) -> [Int] {
    steps.indices.sorted { left, right in
      let (a, b) = (sequence.steps[left].isAbsent, sequence.steps[right].isAbsent)
      return a != b ? b : (steps[left].count, left) < (steps[right].count, right)
    }
  }

  private func numbered(_ steps: [StepEvents]) throws -> [[StepEvents]] {
    let fields = sequence.keys.map { cache.ordinals($0[0], in: snapshot) }
    var slots = GroupSlots(
      sizes: fields.map { $0.keys.count + 1 }, rowCount: steps.reduce(0) { $0 + $1.count })
    // For each slot, the part; one that lacks a key has none.
    var places: [Int32] = []
    var parts: [[StepEvents]] = []
    for (position, step) in order(steps).enumerated() {
      try cancellation.check()
      let events = steps[step]
      let (slotOfEntry, rowOfEntry) = slots.slots(
        fields.map { RowOrdinals($0, of: events.references) }, rows: events.count)
      places.grow(to: slots.count, with: Self.unmet)
      for (entry, slot) in slotOfEntry.enumerated() {
        if places[Int(slot)] == Self.unmet {
          let isWhole = !slots.numbers(of: Int(slot)).contains(RowOrdinals.missing)
          guard isWhole, position == 0 else {
            places[Int(slot)] = Self.none
            continue
          }
          places[Int(slot)] = Int32(parts.count)
          parts.append([StepEvents](repeating: StepEvents(), count: steps.count))
        }
        let place = Int(places[Int(slot)])
        guard place >= 0 else { continue }
        parts[place][step].append(events, at: rowOfEntry.map { Int($0[entry]) } ?? entry)
      }
    }
    return parts
  }

  private static let unmet: Int32 = -2
  private static let none: Int32 = -1

  private func compared(_ steps: [StepEvents]) throws -> [[StepEvents]] {
    var numbering = KeyNumbering(sequence.keys, in: snapshot)
    var places: [[UInt32]: Int] = [:]
    var parts: [[StepEvents]] = []
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
          let place: Int
          if let known = places[tuple] {
            place = known
          } else if position == 0 {
            place = parts.count
            places[tuple] = place
            parts.append([StepEvents](repeating: StepEvents(), count: steps.count))
          } else {
            continue
          }
          parts[place][step].append(steps[step], at: index)
        }
      }
    }
    return parts
  }
}

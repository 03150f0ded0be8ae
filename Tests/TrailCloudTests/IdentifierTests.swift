import Testing

@testable import TrailCloud

@Suite struct IdentifierTests {
  @Test func theSameSeedGivesTheSameIdentifiers() {
    func sample(seed: UInt64) -> [String] {
      var source = IdentifierSource(seed: seed)
      return [
        source.uuid(), source.hex(17), source.iamID("AKIA"), source.s3RequestID(),
        source.letters(16),
      ]
    }
    #expect(sample(seed: 7) == sample(seed: 7))
    for (left, right) in zip(sample(seed: 7), sample(seed: 8)) { #expect(left != right) }
    #expect(sample(seed: 7).allSatisfy { Set($0).count > 4 })
  }

  @Test func identifiersHaveTheFormsOfAWS() {
    var source = IdentifierSource(seed: 1)
    for _ in 0..<1000 {
      #expect(
        source.uuid().contains(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      )
      #expect(source.iamID("AKIA").contains(/^AKIA[A-Z2-7]{16}$/))
      #expect(source.s3RequestID().contains(/^[A-Z0-9]{16}$/))
      #expect(source.letters(16).contains(/^[0-9A-Za-z]{16}$/))
    }
  }
}

@Suite struct ScheduleTests {
  @Test func whatIsDueComesInTheOrderOfItsTimeAndThenOfItsScheduling() {
    var schedule = Schedule()
    var source = IdentifierSource(seed: 3)
    var expected: [(time: Int64, order: Int)] = []
    for order in 0..<500 {
      let time = Int64(source.next() % 40)
      schedule.add(.keyDeletion(ScheduledKeyDeletion(keyARN: "\(order)")), at: time)
      expected.append((time, order))
    }
    expected.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    #expect(schedule.popFirst(dueBy: -1) == nil)
    for entry in expected {
      guard let due = schedule.popFirst(dueBy: 40), case .keyDeletion(let task) = due.task else {
        Issue.record("something is missing")
        return
      }
      #expect(due.time == entry.time)
      #expect(task.keyARN == "\(entry.order)")
    }
    #expect(schedule.isEmpty)
  }
}

import Testing
import TrailCloud
import TrailTestSupport
import TrailText

@testable import TrailSession

/// The stories of `scenario`: each happens, hides, and can be solved with sentences alone.
@Suite struct ScenarioTests {
  static let seeds: [UInt64] = [1, 7]
  /// Little traffic, so that a test stays quick: what is tested is the story.
  static let traffic = "in 2d of traffic at 0.2/min"

  private func session() throws -> TestSession {
    try TestSession({ $0.clock = SessionClock(.stopped(at: 0), isChosen: false) }, records: [])
  }

  @Test func thereAreTheStoriesThatWerePromised() throws {
    let stories = try StoryBook.all()
    #expect(stories.count >= 10)
    #expect(Set(stories.map(\.name)).count == stories.count)
    for story in stories {
      #expect((3...6).contains(story.questions.count), "\(story.name)")
      #expect(Set(story.questions.map(\.label)).count == story.questions.count, "\(story.name)")
      #expect(story.chapters.contains { $0.kind != .step }, "\(story.name) has nothing innocent")
    }
  }

  @Test(arguments: StoryBook.names, seeds)
  func aHiddenStoryIsSolvedBySentences(name: String, seed: UInt64) throws {
    let test = try session()
    test.run("scenario run \(name) hidden \(Self.traffic) seed \(seed)")
    let hidden = try #require(test.session.scenario, "\(test.messages)")
    // Nothing that was said gives an answer away.
    for question in hidden.questions where question.question.kind == .key {
      for truth in question.truths { #expect(!(test.output.data + test.messages).contains(truth)) }
    }
    let solution = try PackageFiles.text("Tests/Scenarios/\(name).trailq")
    let output = test.run(solution, name: name)
    #expect(!output.contains("not ok"), "seed \(seed): \(output)\n\(test.messages)")
    #expect(test.session.scenario?.solvedCount == hidden.questions.count, "\(test.messages)")
    #expect(test.session.expectations.failures == 0)
  }

  @Test func sameSeedSameBytesAndAnotherSeedOtherCulprits() throws {
    func told(_ seed: Int) throws -> (String, [[String]]) {
      let test = try session()
      let text = test.run("scenario run leaked-key seed \(seed); output ndjson; events")
      return (text, try #require(test.session.scenario).questions.map(\.truths))
    }
    let first = try told(5)
    let again = try told(5)
    let other = try told(6)
    #expect(first == again)
    for (left, right) in zip(first.1, other.1) { #expect(left != right) }
  }
}

import Testing
import TrailLanguage
import TrailText

@testable import TrailSession

@Suite struct HelpTests {
  private func text(_ topic: String, width: Int? = nil) throws -> String {
    try #require(HelpBook.page(topic)).text(width: width, palette: Palette(usesColour: false))
  }

  @Test(arguments: HelpBook.topics)
  func everyTopicHasAPageThatFits(topic: String) throws {
    for width in [40, 80, 200] {
      for line in try text(topic, width: width).split(separator: "\n") {
        let isExample = line.hasPrefix("  ") && !line.hasPrefix("   ")
        // A word longer than the line cannot be broken, and an example must stay on one line to be run.
        if !isExample, line.split(separator: " ").allSatisfy({ DisplayWidth.of($0) < width / 3 }) {
          #expect(DisplayWidth.of(line) <= width, "\(topic) at \(width): \(line)")
        }
        #expect(!line.hasSuffix(" "), "\(topic): \(line)")
      }
    }
  }

  @Test(arguments: HelpBook.topics.filter { $0 != "topics" && $0 != "keys" })
  func everyTopicHasAnExample(topic: String) {
    #expect(HelpBook.examples.contains { $0.topic == topic })
  }

  @Test func theOverviewFitsOnOneScreen() throws {
    #expect(
      try text("", width: 80).split(separator: "\n", omittingEmptySubsequences: false).count <= 24)
  }

  @Test func aCommandPageHasAllThereIs() throws {
    #expect(
      try text("around") == """
        around N
        around N DURATION
        Shows what happened shortly before and after event N of the last answer.

        The duration is 5m unless told: 30s, 10m, 1h30m.

        Example
          events where delete; around 1 10m

        """)
  }

  @Test func stagesWordsAndFieldsHavePages() throws {
    #expect(
      try text("top") == """
        | top [N] FIELD
        The most frequent values (10 unless told), with their share.

        Example
          events | top 5 name

        """)
    #expect(try text("root").contains("root = type = Root"))
    #expect(try text("ip").contains("found in sourceIPAddress"))
  }

  @Test func aNameThatIsSeveralThingsHasAllItsPages() throws {
    let text = try text("mfa")
    #expect(text.contains("mfa (a word)"))
    #expect(text.contains("mfa (a field)"))
  }

  @Test func topicsAreFoundInAnyCase() {
    #expect(HelpBook.page("TIMES") != nil)
    #expect(HelpBook.page("nosuch") == nil)
  }

  @Test(
    arguments: [
      ("rules", "automation"), ("targets", "automation"), ("eventbridge", "automation"),
      ("queues", "notifications"), ("event patterns", "patterns"), ("$event", "$response"),
    ])
  func topicsHaveOtherNames(name: String, topic: String) throws {
    #expect(try text(name) == text(topic))
  }

  /// Each operator of AWS's language has its row (facts §10.2).
  @Test(
    arguments: [
      "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr",
      "exists", "$or",
    ])
  func eventPatternsAreExplained(name: String) throws {
    let page = try text("patterns", width: 100)
    #expect(page.contains("\"\(name)\": "))
    for command in ["test pattern", "define rule"] {
      #expect(try text(command).replacing("\n", with: " ").contains("`help patterns`"))
    }
  }

  @Test(arguments: Keyword.allCases.map(\.rawValue) + ["null"])
  func whatSentencesAreMadeOfIsExplained(word: String) throws {
    let page = try text(word, width: 100)
    #expect(
      page.split { !$0.isLetter && $0 != "-" }.contains { $0.lowercased() == word }, "\(page)")
  }

  @Test func entriesLineUpAndWrap() {
    let page = HelpPage(rows: [
      .entry("a", "one two three four five six seven"), .entry("bbb", "short"),
    ])
    #expect(
      page.text(width: 24, palette: Palette(usesColour: false)) == """
          a    one two three
               four five six
               seven
          bbb  short

        """)
  }

  @Test(arguments: ["sources", "events", "history", "calls", "delivered", "last"])
  func sourcesHaveAPage(name: String) throws {
    #expect(try TestSession().run("help \(name)").contains("recorded or not"))
  }
}

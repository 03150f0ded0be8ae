import Testing

@testable import TrailShell

@Suite struct CompletionTests {
  init() { Terminal.adoptUTF8Locale() }

  private func list(_ titles: [String], remark: String = "", omitted: Int = 0) -> CompletionList {
    CompletionList(
      titles.map { CompletionList.Candidate($0, remark: remark) }, replacing: 0..<0,
      omittedCount: omitted)
  }

  @Test func theOnlyCandidateIsInserted() {
    #expect(list(["count"]).action(typed: "co") == .insert("count "))
    #expect(list(["DeleteTrail"]).action(typed: "trail") == .insert("DeleteTrail "))
  }

  @Test func aSharedBeginningIsInserted() {
    #expect(list(["DeleteTrail", "DeleteBucket"]).action(typed: "de") == .insert("Delete"))
    #expect(list(["été", "étape"]).action(typed: "") == .insert("ét"))
  }

  @Test func elseThereIsAList() {
    #expect(list(["DeleteTrail", "DeleteBucket"]).action(typed: "Delete") == .list)
    #expect(list(["DeleteTrail", "StopTrail"]).action(typed: "Tr") == .list)
    // More candidates than are known here: their shared beginning is not known either.
    #expect(list(["DeleteTrail", "DeleteBucket"], omitted: 1).action(typed: "De") == .list)
    #expect(list([]).action(typed: "x") == .nothing)
  }

  @Test func columnsAreFilledDownwards() {
    let rows = CompletionMenu.rows(
      of: list(["a", "b", "c", "d", "e"], remark: "12"), terminal: Terminal(rows: 10, columns: 16),
      colour: false)
    #expect(rows == ["a 12   d 12", "b 12   e 12", "c 12"])
  }

  @Test func theListLeavesRoomForTheLine() {
    let titles = (0..<100).map { "candidate-\($0)" }
    let terminal = Terminal(rows: 8, columns: 40)
    let rows = CompletionMenu.rows(of: list(titles), terminal: terminal, colour: false)
    #expect(rows.count == 5)
    #expect(rows[0] == "candidate-0    candidate-4")
    #expect(rows[4] == "… and 92 more")
  }

  @Test func whatIsNotShownIsCounted() {
    let rows = CompletionMenu.rows(
      of: list(["a"], omitted: 7), terminal: Terminal(rows: 24, columns: 80), colour: false)
    #expect(rows == ["a", "… and 7 more"])
  }

  @Test(arguments: [2, 3, 10, 20, 41, 80])
  func noRowIsWiderThanTheScreen(columns: Int) {
    let titles = ["short", String(repeating: "長", count: 60), "with\ncontrol\u{1B}[1m", "été"]
    let rows = CompletionMenu.rows(
      of: list(titles), terminal: Terminal(rows: 24, columns: columns), colour: false)
    #expect(rows.allSatisfy { Terminal.width(of: $0) < columns })
    #expect(rows.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\n") })
  }

  @Test func sentencesBeginInOneColumnAndGiveWay() {
    let list = CompletionList(
      [
        CompletionList.Candidate("import", remark: "reads logs from files and folders"),
        CompletionList.Candidate("problems", remark: "what was odd"),
        CompletionList.Candidate("quit"),
      ], replacing: 0..<0)
    let rows = CompletionMenu.rows(
      of: list, terminal: Terminal(rows: 24, columns: 30), colour: false)
    #expect(
      rows == ["import    reads logs from fi…", "problems  what was odd", "quit"])
  }

  @Test func countsAreKeptWhenTitlesAreCut() {
    let list = CompletionList(
      [
        CompletionList.Candidate("abcdefghijkl", remark: "12"),
        CompletionList.Candidate("x", remark: "7"),
      ],
      replacing: 0..<0)
    let rows = CompletionMenu.rows(
      of: list, terminal: Terminal(rows: 24, columns: 11), colour: false)
    #expect(rows == ["abcdef… 12", "x        7"])
  }

  @Test func wideCharactersAreAligned() {
    let rows = CompletionMenu.rows(
      of: list(["東京", "abc", "é"], remark: "1"), terminal: Terminal(rows: 4, columns: 80),
      colour: false)
    #expect(rows == ["東京 1   abc  1   é    1"])
  }
}

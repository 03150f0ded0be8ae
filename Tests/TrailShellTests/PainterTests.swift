import Testing
import TrailTestSupport

@testable import TrailShell

@Suite struct PainterTests {
  init() { Terminal.adoptUTF8Locale() }

  /// A screen on which editline has drawn prompt and line, the cursor at the end.
  private func drawn(_ text: String, rows: Int = 10, columns: Int) -> ScreenModel {
    var screen = ScreenModel(rows: rows, columns: columns)
    screen.feed("up\r\n".utf8)
    screen.feed(("> " + text).utf8)
    let end = LineLayout(prompt: "> ", line: Array(text.unicodeScalars), columns: columns).end
    // As editline does after a full row.
    if end.column == 0 { screen.feed(" \u{8}".utf8) }
    return screen
  }

  private func picture(of text: String, cursor: Int, columns: Int, rows: Int = 10) -> String? {
    let line = Array(text.unicodeScalars)
    return Painter(prompt: "> ", promptStyle: .prompt).paint(
      line: line, cursor: cursor, styles: Array(repeating: .string, count: line.count),
      terminal: Terminal(rows: rows, columns: columns))
  }

  @Test(arguments: [
    "", "a", "events where x", "東京東京東京", "a東京東京東京", "aaaaaaaa", "aaaaaaaaaaaaaaaaaa", "e\u{301}te",
    "x = \"日本\" and y",
  ])
  func changesColoursOnly(_ text: String) throws {
    for columns in 3...12 {
      let before = drawn(text, rows: 30, columns: columns)
      var after = before
      let count = text.unicodeScalars.count
      guard let picture = picture(of: text, cursor: count, columns: columns, rows: 30) else {
        // An accent that begins a row.
        #expect(text.contains("e\u{301}"))
        continue
      }
      after.feed(picture.utf8)
      #expect(after.lines == before.lines, "\(columns) columns")
      #expect(after.cursor == before.cursor, "\(columns) columns")
      let coloured = after.cells.joined().filter { $0.style == "32" }.map(\.text).joined()
      #expect(coloured == text, "\(columns) columns")
      #expect(after.text(inRow: 1, style: "1;36") == "> ")
    }
  }

  @Test func paintsFromWhereverTheCursorIs() throws {
    let text = "one two 東京 three four five"
    let columns = 10
    let layout = LineLayout(prompt: "> ", line: Array(text.unicodeScalars), columns: columns)
    for cursor in 0...text.unicodeScalars.count {
      var screen = drawn(text, columns: columns)
      let place = layout.position(of: cursor)
      screen.feed("\u{1B}[\(place.row + 2);\(place.column + 1)H".utf8)
      let before = screen
      screen.feed(try #require(picture(of: text, cursor: cursor, columns: columns)).utf8)
      #expect(screen.lines == before.lines)
      #expect(screen.cursor == before.cursor)
    }
  }

  @Test func leavesAloneWhatItCannotKnow() {
    #expect(picture(of: "👩\u{200D}💻", cursor: 0, columns: 40) == nil)
    #expect(picture(of: String(repeating: "x", count: 40), cursor: 40, columns: 4) == nil)
    #expect(picture(of: "events\nbck:ev", cursor: 0, columns: 40) == nil)
    #expect(picture(of: "events\n/ev", cursor: 0, columns: 40) == nil)
    #expect(picture(of: "events\n| count", cursor: 0, columns: 40) != nil)
  }

  @Test func knowsControlCharactersAndTabs() {
    let layout = LineLayout(prompt: "> ", line: ["a", "\t", "\u{1}", "b", "\n", "c"], columns: 20)
    #expect(layout.positions.map(\.column) == [2, 3, 8, 10, 11, 0])
    #expect(layout.end == LineLayout.Position(row: 1, column: 1))
  }

  @Test func translatesRangesOfBytes() {
    let line = Array("é 東 x".unicodeScalars)
    let ranges = [
      StyledRange(7..<9, .field), StyledRange(10..<13, .string), StyledRange(20..<30, .word),
    ]
    let styles = Painter.styles(of: line, from: ranges, offset: 7)
    #expect(styles == [.field, .plain, .string, .plain, .plain])
  }
}

import Foundation
import Testing

/// The rules of CONTRIBUTING.md that a program can check.
@Suite struct TidyTests {
  /// Comments, which the formatter does not break, may be this wide; literals as wide as what they say.
  static let widestLine = 120
  static let longestFile = 600
  static let roomyFile = 500

  @Test func nothingIsForced() throws {
    let files = try Repository.swiftFiles(below: "Sources", "Tests")
    #expect(files.flatMap { $0.places(matching: /\btry!|\bas!/) } == [])
  }

  @Test func nothingIsLeftForLaterWithoutAnIssue() throws {
    for file in try Repository.swiftFiles(below: "Sources", "Tests")
    where file.module != "TidyTests" {
      let lines = file.lines.map(String.init)
      let promises = file.places(matching: /\b(TODO|FIXME|XXX|HACK)\b/, in: lines)
      let kept = file.places(matching: /\b(TODO|FIXME)\(#\d+\)/, in: lines)
      #expect(Set(promises).subtracting(kept) == [])
    }
  }

  @Test func onlyProgramsPrint() throws {
    let programs: Set = ["trailq", "trailq-bench"]
    for file in try Repository.swiftFiles(below: "Sources") where !programs.contains(file.module) {
      let calls = file.places(matching: /(^|[^.\w])(print|debugPrint|dump)\(/)
      // A printer may call its own function so.
      let hasOwn = !file.places(matching: /\bfunc print\(/).isEmpty
      #expect(hasOwn || calls == [])
    }
  }

  @Test func linesAreCleanAndNotTooWide() throws {
    for file in try Repository.swiftFiles(below: "Sources", "Tests", "Grammar") {
      let lines = file.lines.map(String.init)
      // Only the text of a literal that spans lines may end a line in blanks; its line holds no code.
      let untidy = lines.indices.filter { index in
        let hasCode = file.codeLines[index].contains { $0 != " " }
        return file.codeLines[index].contains("\t") || (hasCode && lines[index].last == " ")
      }
      #expect(untidy.map { "\(file.path):\($0 + 1)" } == [])
      let wide = lines.indices.filter {
        lines[$0].count > Self.widestLine
          && !file.codeLines[$0].contains("\"")
      }
      #expect(wide.map { "\(file.path):\($0 + 1)" } == [])
      #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
    }
  }

  @Test func filesAreShort() throws {
    for file in try Repository.swiftFiles(below: "Sources", "Tests") {
      #expect(file.lines.count <= Self.longestFile, "\(file.path) has \(file.lines.count) lines")
      if file.lines.count > Self.roomyFile {
        print(
          "tidy: \(file.path) has \(file.lines.count) lines; part it by idea before it is too long")
      }
    }
  }
}

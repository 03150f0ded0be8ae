import Glibc
import Testing
import TrailTestSupport

@testable import TrailShell

@Suite struct HistoryFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/state/trailq/history" }

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func keepsStatementsAcrossSessions() throws {
    let statements = [
      "events", "events\n| count by \"a\\nb\"", "where 東京 é", "\\", "a\\", "tab\tbed",
    ]
    let first = HistoryFile(path: path)
    for statement in statements { #expect(first.append(statement)) }
    #expect(HistoryFile(path: path).entries == statements)
    #expect(first.problem == nil)
  }

  @Test func isReadableByItsOwnerAlone() throws {
    HistoryFile(path: path).append("events")
    var file = stat()
    #expect(stat(path, &file) == 0)
    #expect(file.st_mode & 0o777 == 0o600)
    #expect(stat(folder.path + "/state/trailq", &file) == 0)
    #expect(file.st_mode & 0o777 == 0o700)

    chmod(path, 0o644)
    HistoryFile(path: path).append("more")
    #expect(stat(path, &file) == 0)
    #expect(file.st_mode & 0o777 == 0o600)
  }

  @Test(arguments: ["", "  ", " secret", "a\0b", "\n"])
  func leavesOut(_ statement: String) {
    let history = HistoryFile(path: path)
    #expect(!history.append(statement))
    #expect(HistoryFile(path: path).entries == [])
  }

  @Test func leavesOutRepeatsAndMasses() {
    let history = HistoryFile(path: path)
    #expect(history.append("events"))
    #expect(!history.append("events"))
    #expect(!history.append(String(repeating: "x", count: HistoryFile.entryByteLimit + 1)))
    #expect(history.append(String(repeating: "\\", count: HistoryFile.entryByteLimit)))
    #expect(HistoryFile(path: path).entries.count == 2)
  }

  @Test func survivesDamage() throws {
    try folder.write("good\n\n", to: "damaged")
    let path = folder.path + "/damaged"
    let file = try #require(fopen(path, "a"))
    let damage: [UInt8] = [0xFF, 0xFE, 10, 65, 0, 66, 10] + Array("half a li".utf8)
    fwrite(damage, 1, damage.count, file)
    fclose(file)
    let history = HistoryFile(path: path)
    #expect(history.entries == ["good", "half a li"])
    history.append("next")
    #expect(HistoryFile(path: path).entries == ["good", "half a li", "next"])
  }

  @Test func twoShellsShareIt() {
    let one = HistoryFile(path: path)
    let other = HistoryFile(path: path)
    for number in 0..<50 {
      one.append("one \(number)")
      other.append("other \(number)")
    }
    let entries = HistoryFile(path: path).entries
    #expect(entries.count == 100)
    #expect(entries.filter { $0.hasPrefix("one") } == (0..<50).map { "one \($0)" })
  }

  @Test func manyShellsLoseNothingWhileItIsTrimmed() async throws {
    let excess = HistoryFile.trimThreshold + 1
    try folder.write((0..<excess).map { "old \($0)\n" }.joined(), to: "long")
    let path = folder.path + "/long"
    await withTaskGroup { group in
      for shell in 0..<8 {
        group.addTask {
          let history = HistoryFile(path: path)
          for number in 0..<20 { history.append("shell \(shell) statement \(number)") }
        }
      }
    }
    let entries = try folder.read("long").split(separator: "\n")
    #expect(entries.filter { $0.hasPrefix("shell") }.count == 160)
    #expect(entries.count <= HistoryFile.entryLimit + 160)
    #expect(entries.contains("old \(excess - 1)"))
    #expect(!entries.contains("old 0"))
  }

  @Test func saysWhyItCannotBeKept() throws {
    try folder.write("", to: "file")
    let history = HistoryFile(path: folder.path + "/file/history")
    #expect(history.append("events"))
    #expect(history.entries == ["events"])
    #expect(try #require(history.problem).contains("Not a directory"))
  }

  @Test func followsALinkWhenTrimming() throws {
    let lines = (0..<HistoryFile.trimThreshold + 1).map { "old \($0)\n" }.joined()
    try folder.write(lines, to: "real")
    #expect(symlink(folder.path + "/real", folder.path + "/link") == 0)
    _ = HistoryFile(path: folder.path + "/link")
    #expect(try folder.read("real").split(separator: "\n").count == HistoryFile.entryLimit)
  }
}

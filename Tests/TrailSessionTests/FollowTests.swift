import Foundation
import Glibc
import Testing
import TrailTestSupport

@testable import TrailSession

/// Folders whose new files come in by themselves, questions that are asked again, and the limit of memory.
@Suite struct FollowTests {
  private let folder: TemporaryFolder
  private let test: TestSession

  init() throws {
    folder = try TemporaryFolder()
    test = try TestSession(records: [])
  }

  private func log(_ number: Int) -> String {
    "{\"Records\":[\(SampleRecords.all[number])]}"
  }

  private func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
  }

  @Test func whatComesIntoAFollowedFolderIsThereInTheNextStatement() throws {
    try folder.write(log(0), to: "first.json")
    test.run("import --follow \(folder.path)")
    #expect(test.messages.hasPrefix("imported 1 file · 1 event"))
    #expect(test.messages.hasSuffix("new files are taken in as they come\n"))
    #expect(test.run("events | count") == "COUNT\n    1\n")
    #expect(!test.messages.contains("+"))
    try folder.write(log(1), to: "second.json")
    #expect(test.run("events | count") == "COUNT\n    2\n")
    #expect(test.messages.hasPrefix("+ 1 file · 1 event\n"))
  }

  @Test func newFoldersMovedFilesAndLinksCount() throws {
    test.run("import --follow \(folder.path)")
    #expect(test.messages == "following \(folder.path): new files are taken in as they come\n")
    try makeFolder("a/b/c")
    try folder.write(log(0), to: "a/b/c/1.json")
    #expect(test.run("events | count") == "COUNT\n    1\n")
    try folder.write(log(1), to: "a/b/2.json")
    #expect(test.run("events | count") == "COUNT\n    2\n")
    let elsewhere = try TemporaryFolder()
    try elsewhere.write(log(2), to: "3.json")
    let third = "\(folder.path)/a/b/c/3.json"
    #expect(rename(elsewhere.path + "/3.json", third) == 0)
    #expect(test.run("events | count") == "COUNT\n    3\n")
    // The same file under another name brings nothing.
    #expect(link(third, "\(folder.path)/4.json") == 0)
    #expect(test.run("events | count") == "COUNT\n    3\n")
  }

  /// A folder that is made again often has the node of the one that went.
  @Test func foldersThatGoAndComeAgainAreFollowed() throws {
    test.run("import --follow \(folder.path)")
    for round in 0..<3 {
      try makeFolder("day")
      #expect(test.run("events | count") == "COUNT\n    \(round)\n")
      try folder.write(log(round), to: "day/\(round).json")
      #expect(test.run("events | count") == "COUNT\n    \(round + 1)\n")
      try FileManager.default.removeItem(atPath: "\(folder.path)/day")
    }
  }

  /// What comes into a folder that was renamed has its new name.
  @Test func aFolderThatIsRenamedIsFollowed() throws {
    try makeFolder("incoming/hour")
    test.run("import --follow \(folder.path)")
    #expect(rename("\(folder.path)/incoming", "\(folder.path)/day") == 0)
    #expect(test.run("events | count") == "COUNT\n    0\n")
    try folder.write(log(0), to: "day/1.json")
    try folder.write(log(1), to: "day/hour/2.json")
    #expect(test.run("events | count") == "COUNT\n    2\n")
    // A link to a folder that is followed already is not followed for ever.
    #expect(symlink("\(folder.path)/day", "\(folder.path)/day/again") == 0)
    try folder.write(log(2), to: "day/hour/3.json")
    #expect(test.run("events | count") == "COUNT\n    3\n")
  }

  @Test func oddFilesAreToldAndTheRestIsKept() throws {
    test.run("import --follow \(folder.path)")
    try folder.write("no log", to: "note.txt")
    try folder.write(log(0), to: "1.json")
    #expect(test.run("events | count") == "COUNT\n    1\n")
    #expect(test.messages.hasPrefix("+ 2 files · 1 event · 1 file no log · see: problems\n"))
  }

  @Test func onlyFoldersAreFollowed() throws {
    try folder.write(log(0), to: "1.json")
    test.run("import --follow \(folder.path)/1.json", name: "t")
    #expect(test.messages.contains("error[usage]: only folders can be followed"))
    test.run("import --folow \(folder.path)", name: "t")
    #expect(test.messages.contains("error[usage]: `--folow` is no option of `import`"))
  }

  @Test func watchWritesAnAnswerAgainWhenItChanged() throws {
    try folder.write(log(0), to: "1.json")
    test.run("import --follow \(folder.path)")
    #expect(test.run("watch x 3 every 1s events | count") == "COUNT\n    1\n")
    let output = ReactingOutput { try folder.write(log(1), to: "2.json") }
    let question = PlacedStatement("watch x 2 every 30s events | count")
    #expect(test.session.run(question, to: output) == .finished)
    #expect(output.data == "COUNT\n    1\nCOUNT\n    2\n")
    #expect(output.messages == "+ 1 file · 1 event\n")
  }

  /// Does something when the first answer comes.
  private final class ReactingOutput: SessionOutput {
    let traits = OutputTraits()
    private(set) var data = ""
    private(set) var messages = ""
    private var react: (() throws -> Void)?

    init(_ react: @escaping () throws -> Void) { self.react = react }

    func writeData(_ bytes: [UInt8]) throws {
      data += String(decoding: bytes, as: UTF8.self)
      try react?()
      react = nil
    }

    func writeMessage(_ text: String) { messages += text + "\n" }
  }

  @Test func watchEndsWhenTheReaderInterrupts() throws {
    let stop = test.session.stopSwitch
    let reader = Thread {
      usleep(200_000)
      stop()
    }
    reader.start()
    test.run("watch events | count")
    #expect(test.messages == "interrupted\n")
  }

  @Test(arguments: [
    ("watch", "usage"), ("watch every 1ms events", "usage"),
    ("watch every x events", "bad-duration"),
    ("watch x 0 events", "usage"), ("watch evnts", "unknown-source"),
  ])
  func whatCannotBeWatchedIsSaid(line: String, code: String) {
    test.run(line, name: "t")
    #expect(test.messages.contains("error[\(code)]"), "\(test.messages)")
  }

  @Test(
    arguments: [
      ("auto", "auto"), ("8G", "8G"), ("8gb", "8G"), ("1500M", "1500M"), ("2T", "2T"),
      ("0.5G", "500M"), ("100000000", "100M"),
    ])
  func limitsOfMemoryAreReadAsPeopleWriteThem(text: String, shown: String) {
    test.run("set memory \(text)")
    #expect(test.messages == "")
    #expect(test.session.settings.memory.text == shown)
  }

  @Test(arguments: ["63M", "-1G", "1k", "much", "G", "9999999999T", "nan"])
  func otherLimitsAreRefused(text: String) {
    test.run("set memory \(text)", name: "t")
    #expect(test.messages.contains("error[bad-setting]"), "\(test.messages)")
  }

  @Test func beyondTheLimitNothingMoreIsTakenIn() throws {
    // No program is as small as that, which no setting allows.
    test.session.settings.memory = .chosen(bytes: 1_000_000)
    try folder.write(log(0), to: "1.json")
    test.run("import \(folder.path)", name: "t")
    #expect(
      test.messages.contains(
        "error[memory-limit]: the memory limit of 1.0 MB is reached: 1 file not read"))
    #expect(test.messages.contains("`set memory 2M` allows twice as much"))
    test.run("simulate s3:ListBuckets x 5000", name: "t")
    #expect(test.messages.contains("error[memory-limit]"), "\(test.messages)")
    test.run("set memory auto; import \(folder.path)")
    #expect(test.messages.contains("imported 1 file · 1 event"), "\(test.messages)")
  }
}

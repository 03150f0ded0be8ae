import Foundation
import Testing

/// The package's files, as the tidy tests look at them.
enum Repository {
  /// The folder that holds Package.swift.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All Swift files below the folders named (Sources, Tests, Grammar), by path.
  ///
  /// - Throws: where a folder has none, because a rule about nothing would hold.
  static func swiftFiles(below folders: String...) throws -> [SourceFile] {
    try folders.flatMap { folder in
      let files = try #require(loaded[folder]).get()
      try #require(!files.isEmpty, "\(folder) has no Swift files")
      return files
    }
  }

  /// Read once for all tests.
  private static let loaded: [String: Result<[SourceFile], any Error>] = Dictionary(
    uniqueKeysWithValues: ["Sources", "Tests", "Grammar"].map { folder in
      (folder, Result { try load(folder) })
    })

  private static func load(_ folder: String) throws -> [SourceFile] {
    try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".swift") }.sorted()
      .map { try SourceFile(path: "\(folder)/\($0)") }
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

/// One Swift file: its text, and the same with everything blanked out that is no code.
struct SourceFile {
  let path: String
  let text: String
  let lines: [Substring]
  /// `lines` with comments and the contents of string literals replaced by spaces.
  let codeLines: [String]

  /// The folder below Sources or Tests: the name of the module.
  var module: String { String(path.split(separator: "/")[1]) }

  init(path: String) throws {
    self.path = path
    text = try Repository.text(path)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    codeLines = CodeScanner.blankingOutNonCode(of: text)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// `path:line` of every line of code that the pattern matches.
  func places(matching pattern: some RegexComponent, in lines: [String]? = nil) -> [String] {
    (lines ?? codeLines).enumerated()
      .filter { $0.element.contains(pattern) }
      .map { "\(path):\($0.offset + 1)" }
  }
}

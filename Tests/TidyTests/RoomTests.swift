import Testing

/// Imports run downwards only: what each room of the house may know of the others.
@Suite struct RoomTests {
  /// Room by room, from the ground up; a room may import what stands beside it and nothing else.
  static let mayImport: [String: Set<String>] = [
    "TrailGrammar": [],
    "TrailText": [],
    "TrailRecord": ["TrailGrammar"],
    "TrailPattern": ["TrailRecord"],
    "TrailLanguage": ["TrailText", "TrailRecord", "TrailGrammar"],
    "TrailEngine": [
      "TrailText", "TrailRecord", "TrailLanguage", "TrailGrammar", "CDeflate", "CZlib", "CMalloc",
      "CVectors",
    ],
    "TrailCrypto": ["CCrypto", "CDeflate"],
    "TrailCloud": [
      "TrailText", "TrailRecord", "TrailPattern", "TrailCrypto", "CAPICatalogue",
      "CTrafficProfiles",
    ],
    "TrailWorkspace": ["TrailEngine", "CSQLite"],
    "TrailSession": [
      "TrailText", "TrailRecord", "TrailPattern", "TrailLanguage", "TrailEngine", "TrailCloud",
      "TrailGrammar", "TrailWorkspace",
    ],
    "TrailShell": ["CEditline", "CEditlineShims"],
    "trailq": ["TrailSession", "TrailShell", "TrailLanguage", "TrailText", "ArgumentParser"],
    "trailq-bench": [
      "TrailSession", "TrailCloud", "TrailEngine", "TrailLanguage", "TrailPattern", "TrailText",
      "TrailRecord", "CDeflate", "ArgumentParser", "Foundation",
    ],
  ]

  /// What every room may use. Foundation is not among them: loading it is half of a short program's life.
  static let forAll: Set<String> = ["Glibc", "Synchronization", "Dispatch", "FoundationEssentials"]

  @Test func importsRunDownwardsOnly() throws {
    for file in try Repository.swiftFiles(below: "Sources") {
      guard let allowed = Self.mayImport[file.module] else {
        Issue.record("\(file.path): the table has no room \(file.module)")
        continue
      }
      let unexpected = imports(of: file).subtracting(allowed).subtracting(Self.forAll)
      #expect(unexpected == [], "\(file.path)")
    }
  }

  @Test func contributingShowsEveryRoom() throws {
    let guide = try Repository.text("CONTRIBUTING.md")
    for room in Self.mayImport.keys {
      #expect(guide.contains("| `\(room)` |"), "CONTRIBUTING.md has no line for \(room)")
    }
  }

  private func imports(of file: SourceFile) -> Set<String> {
    Set(
      file.codeLines.compactMap { line in
        line.firstMatch(of: /^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:\w+\s+)?import\s+(?:\w+\s+)?(\w+)/)
          .map { String($0.1) }
      })
  }
}

// swift-tools-version: 6.3
import PackageDescription

// Every Swift target gets the same settings; `strictMemorySafety` is left off only where the module's
// purpose is pointer work (the engine's hot loops, the doors to C), because there it would mark every line.
let common: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]
let safe = common + [.strictMemorySafety()]

let package = Package(
  name: "trailq",
  products: [
    .executable(name: "trailq", targets: ["trailq"]),
    .executable(name: "trailq-bench", targets: ["trailq-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The doors to C: no logic.
    .systemLibrary(name: "CEditline", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .target(name: "CEditlineShims", dependencies: ["CEditline"]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CVectors"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // What the language is made of, as data that help, completion and the binder read.
    .target(
      name: "TrailGrammar", path: "Grammar",
      exclude: ["trailq.ebnf", "README.md", "valid.tq", "invalid.tq"],
      sources: ["TrailGrammar.swift"],
      resources: [
        .embedInCode("words.txt"), .embedInCode("fields.txt"), .embedInCode("stages.txt"),
      ],
      swiftSettings: safe),

    .target(name: "TrailText", swiftSettings: safe),
    .target(name: "TrailRecord", dependencies: ["TrailGrammar"], swiftSettings: safe),
    .target(
      // Reads the bytes of events in place.
      name: "TrailPattern", dependencies: ["TrailRecord"], swiftSettings: common),
    .target(
      name: "TrailLanguage", dependencies: ["TrailText", "TrailGrammar"], swiftSettings: safe),
    .target(
      name: "TrailEngine",
      dependencies: [
        "TrailText", "TrailRecord", "TrailLanguage", "CDeflate", "CMalloc", "CVectors", "CZlib",
      ],
      exclude: ["README.md"], swiftSettings: common),
    // All of AWS's operations as one text, which a C compiler takes in at once and Swift's would not.
    .target(
      name: "CAPICatalogue",
      exclude: ["NOTICE", "README.md", "catalogue.txt", "make-catalogue.py", "oddities.py"]),
    // Who calls what in background traffic, as JSON.
    .target(
      name: "CTrafficProfiles",
      exclude: ["README.md", "shop.json", "batch.json", "lake.json"]),
    .target(
      // Pointer work: hashes, keys, sealing and gzip over C libraries.
      name: "TrailCrypto", dependencies: ["CCrypto", "CDeflate"], swiftSettings: common),
    .target(
      name: "TrailCloud",
      dependencies: [
        "TrailText", "TrailRecord", "TrailPattern", "TrailCrypto", "CAPICatalogue",
        "CTrafficProfiles",
      ],
      exclude: ["README.md"], swiftSettings: safe),
    .target(
      // Pointer work over SQLite.
      name: "TrailWorkspace", dependencies: ["TrailEngine", "CSQLite"], exclude: ["README.md"],
      swiftSettings: common),
    .target(
      name: "TrailSession",
      dependencies: [
        "TrailText", "TrailRecord", "TrailPattern", "TrailLanguage", "TrailEngine", "TrailCloud",
        "TrailWorkspace",
      ],
      swiftSettings: safe),
    .target(
      // The terminal knows no queries; the executable brings it together with the session.
      name: "TrailShell", dependencies: ["CEditline", "CEditlineShims"], swiftSettings: common),
    .executableTarget(
      name: "trailq",
      dependencies: [
        "TrailSession", "TrailShell", "TrailLanguage", "TrailText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: safe),
    .executableTarget(
      name: "trailq-bench",
      dependencies: [
        "TrailSession", "TrailCloud", "TrailEngine", "TrailLanguage", "TrailPattern", "TrailText",
        "TrailRecord", "CDeflate",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: [
        "README.md", "rivals", "generate-logs.py", "generate-patterns.py", "plant-chain.py",
      ],
      swiftSettings: common),
    .target(
      name: "TrailTestSupport", path: "Tests/TrailTestSupport", swiftSettings: common),
    // A shell with a language of four statements, for tests of the terminal alone.
    .executableTarget(
      name: "trailq-echo-shell", dependencies: ["TrailShell"], path: "Tests/EchoShell",
      swiftSettings: common),
    .testTarget(
      name: "TrailShellTests",
      dependencies: ["TrailShell", "TrailTestSupport", "trailq-echo-shell"], swiftSettings: common),
    .testTarget(
      name: "TrailEngineTests", dependencies: ["TrailEngine", "TrailRecord", "CVectors", "CZlib"],
      swiftSettings: common),
    .testTarget(
      name: "TrailQueryTests",
      dependencies: [
        "TrailEngine", "TrailWorkspace", "TrailLanguage", "TrailRecord", "TrailText",
        "TrailTestSupport", "CSQLite",
      ],
      swiftSettings: common),
    // A layer below SQLite that fails when it is told to.
    .target(name: "CFaultVFS", dependencies: ["CSQLite"], path: "Tests/CFaultVFS"),
    .testTarget(
      name: "TrailWorkspaceTests",
      dependencies: ["TrailWorkspace", "TrailEngine", "TrailTestSupport", "CFaultVFS", "CSQLite"],
      exclude: ["Data"], swiftSettings: common),
    .testTarget(name: "TrailRecordTests", dependencies: ["TrailRecord"], swiftSettings: common),
    .testTarget(
      name: "TrailPatternTests", dependencies: ["TrailPattern", "TrailRecord", "TrailTestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "TrailCloudTests",
      dependencies: ["TrailCloud", "TrailCrypto", "TrailRecord", "TrailText", "TrailTestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "TrailSessionTests",
      dependencies: [
        "TrailSession", "TrailWorkspace", "TrailCloud", "TrailCrypto", "TrailEngine",
        "TrailLanguage", "TrailRecord",
        "TrailText", "TrailTestSupport", "trailq",
      ],
      swiftSettings: common),
    // The benchmark's judgement and its limits; what it measures is never asserted.
    .testTarget(
      name: "BenchmarkTests",
      dependencies: ["trailq-bench", "TrailEngine", "TrailSession", "CDeflate"],
      swiftSettings: common),
    .testTarget(name: "TrailTextTests", dependencies: ["TrailText"], swiftSettings: safe),
    .testTarget(
      name: "TrailLanguageTests",
      dependencies: ["TrailLanguage", "TrailText", "TrailGrammar", "TrailTestSupport"],
      swiftSettings: safe),
    .testTarget(name: "TidyTests", swiftSettings: common),
    // They run the program, so it must be built with them.
    .testTarget(
      name: "DocumentationTests", dependencies: ["trailq"], swiftSettings: common),
  ],
  swiftLanguageModes: [.v6]
)

// Fuzzers are targets only where somebody asks for them (`.ci/fuzz`): they link with a sanitizer alone.
if Context.environment["TRAILQ_FUZZ"] != nil {
  let fuzzers: [(name: String, path: String, dependencies: [Target.Dependency])] = [
    ("fuzz-canary", "Canary", []),
    ("fuzz-statement", "Statement", ["TrailLanguage", "TrailText"]),
    ("fuzz-import", "Import", ["TrailEngine"]),
    ("fuzz-segment", "Segment", ["TrailEngine"]),
    ("fuzz-pattern", "Pattern", ["TrailEngine", "TrailRecord"]),
    ("fuzz-event-pattern", "EventPattern", ["TrailPattern", "TrailRecord"]),
  ]
  for fuzzer in fuzzers {
    package.products.append(.executable(name: fuzzer.name, targets: [fuzzer.name]))
    package.targets.append(
      .executableTarget(
        name: fuzzer.name, dependencies: fuzzer.dependencies, path: "Tests/Fuzz/\(fuzzer.path)",
        swiftSettings: common))
  }
}

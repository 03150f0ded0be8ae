import Foundation
import Testing

@testable import trailq_bench

/// The logs of a clone that has no better generator beside it.
@Suite struct LogDataTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func theOwnGeneratorTakesWhatItIsGiven() throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "trailq-bench-\(UUID().uuidString)")
    defer { try? files.removeItem(at: folder) }
    let work = folder.appending(path: "work")
    try files.createDirectory(at: work, withIntermediateDirectories: true)
    // The sources of this repository, in a folder that has no neighbours.
    let root = folder.appending(path: "root")
    try files.createDirectory(at: root, withIntermediateDirectories: true)
    try files.createSymbolicLink(
      at: root.appending(path: "Sources"),
      withDestinationURL: Self.repository.appending(path: "Sources"))

    let logs = try LogData.prepare(.smoke, in: work, root: root)
    #expect(logs.folder.lastPathComponent == "data-smoke-plain")
    #expect(try logs.paths().count == logs.extent().files)
    #expect(logs.extent().bytes > 1_000_000)
    let parameters = try Parameters(truthFile: logs.truthFile)
    #expect(parameters.piece.count == 20 && parameters.token.contains(parameters.piece))
    // Made once: what is complete is taken as it is.
    let again = try LogData.prepare(.smoke, in: work, root: root)
    #expect(again.extent() == logs.extent())
  }
}

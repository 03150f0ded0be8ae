import Foundation

/// A file that holds what a test expects, rewritten when `TRAILQ_UPDATE_GOLDEN` is 1.
package struct GoldenFile {
  package let path: String

  /// - Parameter path: Below `Tests/Golden`.
  package init(_ path: String) { self.path = "Tests/Golden/" + path }

  /// True where tests are to write what they got instead of comparing it.
  package static var isUpdating: Bool {
    ProcessInfo.processInfo.environment["TRAILQ_UPDATE_GOLDEN"] == "1"
  }

  /// Returns the first difference between the file and what came out, or `nil` where there is none.
  ///
  /// When updating, writes the file and finds no difference.
  package func difference(from actual: String) throws -> String? {
    let url = URL(fileURLWithPath: PackageFiles.root + "/" + path)
    if Self.isUpdating {
      let folder = url.deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try actual.write(to: url, atomically: true, encoding: .utf8)
      return nil
    }
    guard FileManager.default.fileExists(atPath: url.path) else { return "\(path) is missing" }
    let expected = try String(contentsOf: url, encoding: .utf8)
    if expected == actual { return nil }
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let actualLines = actual.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, pair) in zip(expectedLines, actualLines).enumerated() where pair.0 != pair.1 {
      return "\(path):\(index + 1)\n  expected: \(pair.0)\n  actual:   \(pair.1)"
    }
    return "\(path) has \(expectedLines.count) lines, \(actualLines.count) came out"
  }
}

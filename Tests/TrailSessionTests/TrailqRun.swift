import Foundation
import TrailTestSupport

/// One run of the real program, with its two outputs apart.
struct TrailqRun {
  var status: Int32
  var output: String
  var messages: String

  /// Runs trailq in `folder`, which is also its home.
  init(
    _ arguments: [String], in folder: TemporaryFolder, input: String = "",
    environment: [String: String] = [:]
  ) throws {
    try folder.write(input, to: "stdin")
    try folder.write("", to: "stdout")
    try folder.write("", to: "stderr")
    let process = Process()
    process.executableURL = URL(filePath: try builtProgram("trailq"))
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = ["HOME": folder.path, "LC_ALL": "C.UTF-8", "TERM": "dumb"].merging(
      environment
    ) { $1 }
    let file = { (name: String) in URL(filePath: folder.path).appending(path: name) }
    process.standardInput = try FileHandle(forReadingFrom: file("stdin"))
    process.standardOutput = try FileHandle(forWritingTo: file("stdout"))
    process.standardError = try FileHandle(forWritingTo: file("stderr"))
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = try folder.read("stdout")
    messages = try folder.read("stderr")
  }

  /// A folder with a few events under `AWSLogs`, as the examples of help expect it.
  static func folderWithLogs() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let account = folder.path + "/AWSLogs/123456789012/CloudTrail"
    try FileManager.default.createDirectory(atPath: account, withIntermediateDirectories: true)
    let records = SampleRecords.all.joined(separator: ",")
    try folder.write("{\"Records\":[\(records)]}", to: "AWSLogs/123456789012/CloudTrail/a.json")
    return folder
  }
}

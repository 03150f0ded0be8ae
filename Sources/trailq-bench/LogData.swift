import ArgumentParser
import Foundation

/// How many events the benchmark runs on.
enum Size: String, CaseIterable, Comparable, ExpressibleByArgument {
  case smoke
  case hundredThousand = "100k"
  case million = "1m"
  case tenMillion = "10m"

  static func < (left: Size, right: Size) -> Bool { left.events < right.events }

  var events: Int {
    switch self {
    case .smoke: 10_000
    case .hundredThousand: 100_000
    case .million: 1_000_000
    case .tenMillion: 10_000_000
    }
  }
}

extension Size {
  /// The time that the events are spread over: ten million are a month of a large organisation.
  var days: Int { self == .tenMillion ? 30 : 7 }
}

/// A folder with generated logs (`AWSLogs/…`) and the truth about them (`truth.json`).
struct LogData {
  var folder: URL

  var truthFile: URL { folder.appending(path: "truth.json") }

  /// Finds the logs of a size, or makes them: by the generator in `../shared/bench` where it is there, which
  /// knows hundreds of operations, else by the small one of this repository.
  static func prepare(_ size: Size, in work: URL, root: URL) throws -> LogData {
    let data = try generate(size, in: work, root: root)
    // Both generators make keys that nobody uses; this one file is the same every time.
    let planter = root.appending(path: "Sources/trailq-bench/plant-chain.py")
    _ = try ChildProcess.run("python3", [planter.path, "--out", data.folder.path])
    return data
  }

  /// What an event takes on disk, compressed, with what is lost between files.
  private static let bytesPerEvent = 700

  private static func generate(_ size: Size, in work: URL, root: URL) throws -> LogData {
    let shared = root.appending(path: "../shared/bench/gen_cloudtrail.py").standardizedFileURL
    let isSharedThere = FileManager.default.fileExists(atPath: shared.path)
    let folder = work.appending(path: "data-\(size.rawValue)\(isSharedThere ? "" : "-plain")")
    let data = LogData(folder: folder)
    // The truth is written last, so where it is there the logs are complete.
    if FileManager.default.fileExists(atPath: data.truthFile.path) { return data }

    let machine = Machine.current(work: work)
    if let reason = machine.reasonAgainst(disk: size.events * bytesPerEvent) {
      throw BenchError("\(size.events) events cannot be made in \(folder.path): \(reason)")
    }
    say("making \(size.events) events in \(folder.path)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let generator =
      isSharedThere ? shared : root.appending(path: "Sources/trailq-bench/generate-logs.py")
    _ = try ChildProcess.run(
      "python3",
      [
        generator.path, "--events", String(size.events), "--days", String(size.days), "--out",
        folder.path,
      ])
    return data
  }
}

extension LogData {
  /// How many log files there are, and their bytes as they lie on disk.
  func extent() -> (files: Int, bytes: Int) {
    let keys: [URLResourceKey] = [.fileSizeKey]
    let all = FileManager.default.enumerator(
      at: folder.appending(path: "AWSLogs"), includingPropertiesForKeys: keys)
    var extent = (files: 0, bytes: 0)
    while let file = all?.nextObject() as? URL {
      guard file.pathExtension == "gz" else { continue }
      extent.files += 1
      extent.bytes += (try? file.resourceValues(forKeys: Set(keys)).fileSize) ?? 0
    }
    return extent
  }
}

extension LogData {
  /// The log files, in the order of their paths.
  ///
  /// - Throws: `BenchError` where there are none.
  func paths() throws -> [String] {
    let all = FileManager.default.enumerator(atPath: folder.appending(path: "AWSLogs").path)
    var paths: [String] = []
    while let path = all?.nextObject() as? String {
      if path.hasSuffix(".gz") { paths.append("\(folder.path)/AWSLogs/\(path)") }
    }
    if paths.isEmpty { throw BenchError("\(folder.path) has no log files in AWSLogs") }
    return paths.sorted()
  }
}

/// Tells the person who waits; the report alone goes to standard output.
func say(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}

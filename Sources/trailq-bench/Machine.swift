import Foundation

/// What the machine has left for a benchmark.
struct Machine {
  /// Bytes that programs can take before something is killed; `nil` where the system does not say.
  var freeMemory: Int?
  /// Bytes that can be written in the folder for data and stores; `nil` where the system does not say.
  var freeDisk: Int?
  /// Whether there is such a program.
  var has: (_ program: String) -> Bool

  /// This one, as it is now.
  static func current(work: URL) -> Machine {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: work.path)
    return Machine(
      freeMemory: availableMemory(), freeDisk: attributes?[.systemFreeSize] as? Int, has: isOnPath)
  }

  /// Why something cannot be had here that needs so much; `nil` where it can.
  func reasonAgainst(memory: Int = 0, disk: Int = 0) -> String? {
    if let freeMemory, memory > freeMemory {
      return "it needs \(Self.size(memory)) of memory, and \(Self.size(freeMemory)) are free"
    }
    if let freeDisk, disk > freeDisk {
      return "it needs \(Self.size(disk)) of disk, and \(Self.size(freeDisk)) are free"
    }
    return nil
  }

  /// Gigabytes, or megabytes where there are few.
  private static func size(_ bytes: Int) -> String {
    bytes >= 1_000_000_000
      ? "\(GoalText.number(Double(bytes) / 1e9)) GB" : "\(bytes / 1_000_000) MB"
  }

  /// What the system can give, or what is left of a container's limit where that is less.
  private static func availableMemory() -> Int? {
    let system = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
      .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 * 1024 }
    let group = number("/sys/fs/cgroup/memory.max").flatMap { limit in
      number("/sys/fs/cgroup/memory.current").map { max(0, limit - $0) }
    }
    return [system, group].compactMap(\.self).min()
  }

  /// The number in a file; `nil` where it holds none, as where there is no limit.
  private static func number(_ path: String) -> Int? {
    (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  private static func isOnPath(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }
}

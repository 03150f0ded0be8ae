import CMalloc
import Glibc
import Synchronization

/// How much memory this process has, and how much there is for it.
package enum ProcessMemory {
  /// Bytes that the process holds for itself: pages of mapped files, which the system can take back, left out.
  ///
  /// - Complexity: one small read of `/proc`; `nil` where the system does not say.
  package static func residentBytes() -> Int? {
    let numbers = numbers(inFile: "/proc/self/statm")
    guard numbers.count > 2 else { return nil }
    return max(0, numbers[1] - numbers[2]) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Bytes that the process may have: the machine's, or what its control group allows where that is less.
  package static func machineBytes() -> Int {
    let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    let groups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
      .compactMap { numbers(inFile: $0).first }
    return groups.reduce(physical, min)
  }

  /// Gives what the allocator has free back to the system.
  ///
  /// One thread at a time: where another allocator stands before the C library's, as under a sanitizer, the first call
  /// is what sets that one up, and a second one beside it would find it half done.
  static func giveBackFree() {
    trimming.withLock { _ in _ = malloc_trim(0) }
  }

  private static let trimming = Mutex<Void>(())

  private static let mostBytesRead = 256

  private static func numbers(inFile path: String) -> [Int] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: mostBytesRead)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return [] }
    return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
      .compactMap { Int($0) }
  }
}

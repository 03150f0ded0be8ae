import Glibc

/// Memory for what an import works with and throws away, in huge pages where it is large.
///
/// Such memory is written in no order, so that small pages would cost a miss of the address cache for each write, and
/// a visit to the kernel for each page.
enum WorkingMemory {
  private static let hugePageBytes = 2 << 20
  /// Less comes from `malloc`: pages that are half empty would be a waste.
  private static let leastHugeBytes = 2 * hugePageBytes

  /// Uninitialised memory of `capacity` elements, to be given to `release` with the same capacity.
  static func allocate<Element: BitwiseCopyable>(
    _: Element.Type, capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    let bytes = capacity * MemoryLayout<Element>.stride
    guard bytes >= leastHugeBytes else { return .allocate(capacity: capacity) }
    // The kernel gives pages, not huge ones: the start is put right by hand.
    let mapped = pageBytes(bytes) + hugePageBytes
    guard
      let memory = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    else { preconditionFailure("no memory for \(bytes) bytes") }
    let head = -Int(bitPattern: memory) & (hugePageBytes - 1)
    if head > 0 { munmap(memory, head) }
    let start = memory + head
    if head < hugePageBytes { munmap(start + pageBytes(bytes), hugePageBytes - head) }
    // Without huge pages it is as good, only slower.
    _ = madvise(start, pageBytes(bytes), MADV_HUGEPAGE)
    return start.bindMemory(to: Element.self, capacity: capacity)
  }

  /// The same, filled with zeros, which cost nothing before they are used.
  static func allocateZeros<Element: BitwiseCopyable>(
    _: Element.Type, capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    let bytes = capacity * MemoryLayout<Element>.stride
    if bytes >= leastHugeBytes { return allocate(Element.self, capacity: capacity) }
    guard let memory = calloc(capacity, MemoryLayout<Element>.stride) else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    return memory.bindMemory(to: Element.self, capacity: capacity)
  }

  static func release<Element: BitwiseCopyable>(
    _ memory: UnsafeMutablePointer<Element>, capacity: Int
  ) {
    let bytes = capacity * MemoryLayout<Element>.stride
    if bytes >= leastHugeBytes { munmap(memory, pageBytes(bytes)) } else { free(memory) }
  }

  private static func pageBytes(_ bytes: Int) -> Int {
    (bytes + hugePageBytes - 1) & ~(hugePageBytes - 1)
  }
}

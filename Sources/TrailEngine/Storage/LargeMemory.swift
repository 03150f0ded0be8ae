import Glibc

/// Memory for many bytes at once, in huge pages as far as they are filled.
///
/// What an import works in is written in no order, so that small pages would cost a miss of the address cache for each
/// write; and whatever is large costs a visit to the kernel for each page before it is first written.
enum LargeMemory {
  private static let hugePageBytes = 2 << 20
  private static let pageBytes = max(1, Int(getpagesize()))
  private static let cacheLineBytes = 64
  /// Less comes from `malloc`.
  private static let leastMappedBytes = hugePageBytes

  /// Uninitialised memory of `capacity` elements, to be given to `release` with the same capacity.
  static func allocate<Element: BitwiseCopyable>(
    _: Element.Type, capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    let bytes = byteCount(Element.self, capacity)
    if bytes < leastMappedBytes {
      // What fills whole cache lines shall not lie across two.
      let memory = aligned_alloc(
        cacheLineBytes, (max(1, bytes) + cacheLineBytes - 1) & ~(cacheLineBytes - 1))
      guard let memory else { preconditionFailure("no memory for \(bytes) bytes") }
      return memory.bindMemory(to: Element.self, capacity: capacity)
    }
    return map(bytes).bindMemory(to: Element.self, capacity: capacity)
  }

  /// The same, filled with zeros, which cost nothing before they are used.
  static func allocateZeros<Element: BitwiseCopyable>(
    _: Element.Type, capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    let bytes = byteCount(Element.self, capacity)
    if bytes >= leastMappedBytes { return allocate(Element.self, capacity: capacity) }
    guard let memory = calloc(capacity, MemoryLayout<Element>.stride) else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    return memory.bindMemory(to: Element.self, capacity: capacity)
  }

  static func release<Element: BitwiseCopyable>(
    _ memory: UnsafeMutablePointer<Element>, capacity: Int
  ) {
    let bytes = byteCount(Element.self, capacity)
    if bytes >= leastMappedBytes { munmap(memory, wholePages(bytes)) } else { free(memory) }
  }

  private static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
    // The kernel begins at any page: the start is put right by hand.
    let wanted = wholePages(bytes)
    let mapped = wanted + hugePageBytes
    guard
      let memory = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    else { preconditionFailure("no memory for \(bytes) bytes") }
    let head = -Int(bitPattern: memory) & (hugePageBytes - 1)
    if head > 0 { munmap(memory, head) }
    let start = memory + head
    if head < hugePageBytes { munmap(start + wanted, hugePageBytes - head) }
    // Small ones at the end, so that nothing is taken that is not asked for. Without huge pages it is as good, only
    // slower.
    _ = madvise(start, wanted & ~(hugePageBytes - 1), MADV_HUGEPAGE)
    return start
  }

  private static func byteCount<Element>(_: Element.Type, _ capacity: Int) -> Int {
    capacity * MemoryLayout<Element>.stride
  }

  private static func wholePages(_ bytes: Int) -> Int {
    (bytes + pageBytes - 1) / pageBytes * pageBytes
  }
}

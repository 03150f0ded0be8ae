/// Memory for the text of a value that is stored packed: what is read into it stands until the next one is.
///
/// Whoever reads many values has one buffer for all of them. Not `Sendable`: each thread has its own.
package final class TextBuffer {
  private(set) var base: UnsafeMutablePointer<UInt8>?
  private var capacity = 0

  /// Bytes behind a text that may be read and written: kernels go by whole words.
  static let slack = 64
  private static let fewestBytes = 448

  private init() {}

  /// A buffer on the heap.
  ///
  /// Never inlined: the optimiser of Swift 6.3 lays an object whose making it sees on the stack, and gives its place
  /// to other variables before the object's last use is over.
  @inline(never)
  package static func make() -> TextBuffer { TextBuffer() }

  deinit { base?.deallocate() }

  /// Memory for `count` bytes and the slack; what stood there before is gone.
  @inline(__always)
  func memory(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if let base, count <= capacity { return base }
    return grow(to: count)
  }

  private func grow(to count: Int) -> UnsafeMutablePointer<UInt8> {
    base?.deallocate()
    capacity = max(Self.fewestBytes, count + count / 2)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.slack)
    // The slack is read, if only to be masked away.
    memory.initialize(repeating: 0, count: capacity + Self.slack)
    base = memory
    return memory
  }
}

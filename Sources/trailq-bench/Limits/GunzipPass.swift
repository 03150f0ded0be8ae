import CDeflate
import Foundation
import Synchronization

/// Inflates log files and does nothing else: the limit that a load of the same files is held against.
///
/// As many threads as the load has, one libdeflate decompressor and two buffers a thread, used again for every file.
/// The list of files is made before the clock runs, and what is inflated is thrown away. It knows nothing of the
/// engine, so that it gets neither faster nor slower with it.
struct GunzipPass {
  let paths: [String]
  let threads: Int

  /// What went through, so that a pass that read less than it should is noticed.
  struct Outcome {
    var seconds: Double
    var inflatedBytes: Int
  }

  /// Bytes that the buffers begin with; they grow to what the largest file needs.
  private static let firstBytes = 1 << 20

  /// - Throws: `BenchError` where a file cannot be read or inflated.
  func run() throws -> Outcome {
    let next = Atomic<Int>(0)
    let inflated = Atomic<Int>(0)
    let failed = Atomic<Int>(-1)
    let begin = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      let buffers = GunzipBuffers(count: Self.firstBytes)
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < paths.count, failed.load(ordering: .relaxed) < 0 else { return }
        guard let count = buffers.inflate(paths[index]) else {
          failed.store(index, ordering: .relaxed)
          return
        }
        inflated.add(count, ordering: .relaxed)
      }
    }
    let elapsed = ContinuousClock.now - begin
    let index = failed.load(ordering: .relaxed)
    if index >= 0 { throw BenchError("\(paths[index]) cannot be inflated") }
    return Outcome(
      seconds: elapsed.seconds, inflatedBytes: inflated.load(ordering: .relaxed))
  }
}

/// One thread's decompressor and its buffers.
final class GunzipBuffers {
  private let decompressor: OpaquePointer? = libdeflate_alloc_decompressor()
  private var input: UnsafeMutableRawBufferPointer
  private(set) var output: UnsafeMutableRawBufferPointer

  init(count: Int) {
    input = .allocate(byteCount: count, alignment: 16)
    output = .allocate(byteCount: count, alignment: 16)
  }

  deinit {
    libdeflate_free_decompressor(decompressor)
    input.deallocate()
    output.deallocate()
  }

  /// Inflates a file of one gzip member into `output`; gives the bytes, or `nil` where that fails.
  func inflate(_ path: String) -> Int? {
    guard let decompressor, let count = read(path), count >= Self.leastBytes else { return nil }
    let stated = Int(
      input.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self).littleEndian)
    Self.grow(&output, to: stated)
    var produced = 0
    let status = libdeflate_gzip_decompress(
      decompressor, input.baseAddress, count, output.baseAddress, output.count, &produced)
    return status == LIBDEFLATE_SUCCESS ? produced : nil
  }

  /// The head and the tail of a gzip file.
  private static let leastBytes = 18

  private func read(_ path: String) -> Int? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var count = 0
    while true {
      if count == input.count { Self.grow(&input, to: input.count * 2, keeping: count) }
      let got = Glibc.read(descriptor, input.baseAddress.map { $0 + count }, input.count - count)
      if got < 0 { return nil }
      if got == 0 { return count }
      count += got
    }
  }

  private static func grow(
    _ buffer: inout UnsafeMutableRawBufferPointer, to count: Int, keeping kept: Int = 0
  ) {
    guard count > buffer.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<kept]))
    buffer.deallocate()
    buffer = larger
  }
}

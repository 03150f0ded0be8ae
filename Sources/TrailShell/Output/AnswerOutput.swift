import Glibc

/// Where an answer goes: to the screen while it fits there, through a pager when it is taller, straight on
/// into a file or pipe.
///
/// Not safe to share among threads; writing may wait until the reader of the pager scrolls on.
package final class AnswerOutput {
  private static let bufferSize = 64 * 1024

  private enum Mode {
    /// Held back until it is known whether the answer fits on the screen.
    case undecided(RowCounter, rowLimit: Int, Pager)
    case direct
    case paged(PagerPipe)
    /// Nobody reads any more.
    case closed
  }

  private let descriptor: Int32
  private var mode: Mode
  private var buffer: [UInt8] = []
  private let whenClosed: () -> Void

  /// Room for an answer; what a renderer fits its columns to.
  package private(set) var terminal: Terminal
  /// Whether colours are wanted.
  package let usesColour: Bool
  /// Whether a person is looking.
  package let isTerminal: Bool

  /// - Parameters:
  ///   - pager: used on a terminal for answers taller than the screen; `nil` to do without.
  ///   - whenClosed: called once when the reader has gone, so that the query can be stopped.
  package init(
    descriptor: Int32 = STDOUT_FILENO, pager: Pager? = Pager(), environment: Environment = .process,
    whenClosed: @escaping () -> Void = {}
  ) {
    self.descriptor = descriptor
    self.whenClosed = whenClosed
    isTerminal = Terminal.isTerminal(descriptor)
    terminal = Terminal.size(of: descriptor)
    usesColour = Terminal.wantsColour(on: descriptor, environment: environment)
    if let pager, isTerminal {
      // The next prompt needs a row too.
      mode = .undecided(
        RowCounter(columns: terminal.columns), rowLimit: terminal.rows - 1, pager)
    } else {
      mode = .direct
    }
  }

  /// Whether nobody reads any more: `head` has seen enough, or the pager was quit.
  package var isClosed: Bool {
    if case .closed = mode { true } else { false }
  }

  package func write(_ text: String) {
    write(text.utf8)
  }

  package func write(_ bytes: some Collection<UInt8>) {
    switch mode {
    case .closed:
      return
    case .undecided(var counter, let rowLimit, let pager):
      counter.count(bytes, limit: rowLimit)
      buffer.append(contentsOf: bytes)
      mode = .undecided(counter, rowLimit: rowLimit, pager)
      guard counter.rows > rowLimit || buffer.count > Self.bufferSize else { return }
      mode = pager.start().map { .paged($0) } ?? .direct
      flush()
    case .direct, .paged:
      buffer.append(contentsOf: bytes)
      if buffer.count >= Self.bufferSize { flush() }
    }
  }

  /// Hands on what has been written, unless it is still open whether a pager will show it.
  package func flush() {
    guard !buffer.isEmpty else { return }
    var isRead = true
    switch mode {
    case .undecided: return
    case .direct: isRead = (try? writeAll(buffer, to: descriptor)) != nil
    case .paged(let pipe): isRead = pipe.write(buffer)
    case .closed: break
    }
    buffer.removeAll(keepingCapacity: true)
    if !isRead { close() }
  }

  /// Shows what has been written and what follows as it comes, without a pager, and looks how large the screen is now.
  package func showAtOnce() {
    if case .undecided = mode { mode = .direct }
    flush()
    terminal = Terminal.size(of: descriptor)
  }

  /// Shows the rest, and waits for a pager to be quit. Later writes go straight to the screen.
  package func finish() {
    if case .undecided = mode { mode = .direct }
    flush()
    if case .paged(let pipe) = mode {
      pipe.finish()
      mode = .closed
    }
  }

  private func close() {
    if case .paged(let pipe) = mode { pipe.finish() }
    mode = .closed
    whenClosed()
  }
}

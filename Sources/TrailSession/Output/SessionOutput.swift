/// Where a session writes: answers go one way, what is said about them another.
///
/// A terminal shows both in order; a pipe gets the data alone, and notes, progress and timing go to standard
/// error.
package protocol SessionOutput: AnyObject {
  /// What the reader's end is like. Asked for once an answer, because a terminal can be resized.
  var traits: OutputTraits { get }

  /// Writes a piece of an answer. Throws `OutputClosed` when nobody reads any more, `OutputFailure` when
  /// the bytes cannot be kept.
  func writeData(_ bytes: [UInt8]) throws

  /// Writes a message, which ends in a line end of its own.
  func writeMessage(_ text: String)

  /// Shows what has been written and what follows as it comes, without a pager.
  func showAtOnce()
}

extension SessionOutput {
  package func showAtOnce() {}
}

/// What the reader's end of an output is like.
package struct OutputTraits: Hashable, Sendable {
  /// Columns that a line may fill; `nil` where nothing needs to be cut because no screen is there.
  package var width: Int?
  /// Lines of the screen; `nil` where there is none.
  package var height: Int?
  /// True where escape sequences for colours are understood and wanted.
  package var usesColour: Bool
  /// The same for messages, which may go elsewhere than answers do.
  package var usesColourInMessages: Bool
  /// False where only ASCII can be drawn.
  package var usesUnicode: Bool
  /// True where a person at a terminal sees the answers as they come.
  package var isInteractive: Bool

  package init(
    width: Int? = nil, height: Int? = nil, usesColour: Bool = false,
    usesColourInMessages: Bool = false, usesUnicode: Bool = true, isInteractive: Bool = false
  ) {
    self.width = width
    self.height = height
    self.usesColour = usesColour
    self.usesColourInMessages = usesColourInMessages
    self.usesUnicode = usesUnicode
    self.isInteractive = isInteractive
  }
}

/// The limits of what is written and how.
package enum OutputLimits {
  /// The narrowest and widest that a table is laid out for.
  package static let widths = 20...10_000
  /// Bytes that are gathered before they are handed on.
  static let chunkBytes = 256 * 1024
  /// Rows that are laid out between two looks at whether the reader has interrupted.
  static let rowsPerBatch = 4096
  /// Rows that a table shows unless `set rows` says otherwise.
  package static let rowsInTable = 1000
}

/// Thrown when the reader has closed its end (`| head`): the rest is not wanted, and nothing is wrong.
package struct OutputClosed: Error {
  package init() {}
}

/// Thrown when bytes cannot be written, with the system's reason.
package struct OutputFailure: Error, Hashable, Sendable {
  package var reason: String

  package init(reason: String) {
    self.reason = reason
  }
}

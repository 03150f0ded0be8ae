/// A half-open range of UTF-8 offsets in one source text.
///
/// Offsets are bytes, not characters, so that a range costs eight bytes and slicing costs nothing.
public struct SourceRange: Hashable, Sendable {
  public var lowerBound: Int
  public var upperBound: Int

  public init(_ lowerBound: Int, _ upperBound: Int) {
    precondition(lowerBound <= upperBound)
    self.lowerBound = lowerBound
    self.upperBound = upperBound
  }

  /// An empty range at one offset: the place where something is missing.
  public static func at(_ offset: Int) -> SourceRange { SourceRange(offset, offset) }

  public var isEmpty: Bool { lowerBound == upperBound }
  public var count: Int { upperBound - lowerBound }

  /// The smallest range that covers both.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(lowerBound, other.lowerBound), max(upperBound, other.upperBound))
  }

  /// The same range, `distance` bytes further on.
  public func shifted(by distance: Int) -> SourceRange {
    SourceRange(lowerBound + distance, upperBound + distance)
  }
}

/// A text that statements are read from, with the name that messages call it by.
public struct SourceText: Sendable {
  /// The file's path, `-c`, or `nil` for what was typed at the prompt.
  public let name: String?
  public let text: String
  /// The line in the file on which `text` begins (1 unless the text is a part of a file).
  public let firstLine: Int

  public init(_ text: String, name: String? = nil, firstLine: Int = 1) {
    self.text = text
    self.name = name
    self.firstLine = firstLine
  }
}

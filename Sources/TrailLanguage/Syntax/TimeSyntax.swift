public import TrailText

/// A time as written; the binder resolves it against the session's clock.
public struct TimeSyntax: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// `1h30m`: so many milliseconds back from the clock.
    case ago(milliseconds: Int64)
    /// `09:00` or `09:00:30`: that time of the clock's day (UTC).
    case timeOfDay(seconds: Int)
    /// `now`, `today`, `yesterday`.
    case named(NamedTime)
    /// A date or time, as precise as it was written, in milliseconds since 1970 UTC: `[start, end)`.
    ///
    /// `2026-11` spans the month, `2026-11-20T10:05Z` that minute.
    case period(start: Int64, end: Int64)
  }
  public enum NamedTime: String, Hashable, Sendable, CaseIterable {
    case now, today, yesterday
  }
  public var kind: Kind
  /// The words as written, for messages and the normalised sentence.
  public var text: String
  public var range: SourceRange

  public init(_ kind: Kind, text: String, range: SourceRange) {
    self.kind = kind
    self.text = text
    self.range = range
  }
}

/// A length of time as written, such as `5m` or `1h30m`.
public struct DurationSyntax: Hashable, Sendable {
  public var milliseconds: Int64
  public var text: String
  public var range: SourceRange

  public init(milliseconds: Int64, text: String, range: SourceRange) {
    self.milliseconds = milliseconds
    self.text = text
    self.range = range
  }
}

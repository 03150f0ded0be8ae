internal import TrailEngine
internal import TrailLanguage

/// Sentences that were asked before in this session: what was read, and the plan, while the data stay as they were.
///
/// People, scripts and `watch` ask the same again and again; then only the work itself is left.
final class PreparedQueries {
  /// Sentences kept; all are forgotten when they become more.
  static let capacity = 64

  private struct Entry {
    var syntax: QuerySyntax
    var compiled: (query: CompiledQuery, snapshot: StoreSnapshot, clock: Int64)?
  }
  /// By the bytes of the sentence: what is the same to Unicode may ask for other values.
  private var entries: [[UInt8]: Entry] = [:]

  /// The syntax of a sentence, read by `read` where it is new.
  func syntax(of text: String, _ read: () throws -> QuerySyntax) rethrows -> QuerySyntax {
    let key = Array(text.utf8)
    if let known = entries[key] { return known.syntax }
    let syntax = try read()
    if entries.count >= Self.capacity { entries = [:] }
    entries[key] = Entry(syntax: syntax)
    return syntax
  }

  /// The sentence ready to run; nil where it was not kept, or was kept for other events or another time.
  func query(_ text: String, in snapshot: StoreSnapshot, at clock: Int64) -> CompiledQuery? {
    guard let known = entries[Array(text.utf8)]?.compiled else { return nil }
    guard known.snapshot.hasSameSegments(as: snapshot) else {
      // No plan holds for these events any more, and each would keep the memory of segments that are gone.
      for key in entries.keys { entries[key]?.compiled = nil }
      return nil
    }
    return known.clock == clock ? known.query : nil
  }

  func keep(
    _ query: CompiledQuery, of text: String, in snapshot: StoreSnapshot, at clock: Int64
  ) {
    entries[Array(text.utf8)]?.compiled = (query, snapshot, clock)
  }
}

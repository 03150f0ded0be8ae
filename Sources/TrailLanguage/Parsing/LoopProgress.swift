/// Makes sure that a parsing loop passes at least one token each time round.
///
/// A loop that does not is a mistake in the parser: it stops there in debug builds, and ends the loop in others.
struct LoopProgress {
  private var last = -1

  mutating func moved(to position: Int) -> Bool {
    assert(position > last, "the parser went round a loop without passing a token")
    defer { last = position }
    return position > last
  }
}

/// The query was stopped before it had an answer.
package struct QueryCancelled: Error {
  package init() {}
}

extension Cancellation {
  /// Throws where the wish to stop was raised. Operators ask once a segment and in long loops.
  func check() throws(QueryCancelled) {
    if isCancelled { throw QueryCancelled() }
  }
}

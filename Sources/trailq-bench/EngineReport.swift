import Foundation

/// What one engine did: how long it loaded, what it held, how fast it answered.
///
/// The rivals' programs print the same as JSON.
struct EngineReport: Codable {
  struct Answer: Codable {
    /// One for each run after the warm-up.
    var milliseconds: [Double]
    var rows: Int
    /// How the rows compare with the first engine's; empty until they are compared.
    var agreement: String?
  }
  var engine: String
  /// Empty where the engine does not know it: `measure` leaves it to the comparison.
  var version: String
  /// From the first file opened to the first question answerable.
  var loadSeconds: Double
  /// The most memory held up to then.
  var peakBytes: Int
  /// The memory held then.
  var residentBytes: Int
  var questions: [String: Answer]
  /// The store's file; nil where the engine keeps none.
  var diskBytes: Int?
  /// From that file closed to an event found by its id, one for each run.
  var openMilliseconds: [Double]?
  /// The memory that a new process holds which opened that file and asked each question once.
  var openedBytes: Int?
  /// trailq alone: a table drawn, one time for each run.
  var renderingMilliseconds: [Double]?
  /// trailq alone: predicates without an index, beside a plain loop.
  var scans: [ScanTrial]?
}

extension [Double] {
  /// The middle value; of an even number of values the lower middle one.
  var median: Double {
    precondition(!isEmpty)
    return sorted()[(count - 1) / 2]
  }

  /// The value that 95 of 100 do not exceed.
  var percentile95: Double {
    precondition(!isEmpty)
    return sorted()[Int((Double(count - 1) * 0.95).rounded())]
  }
}

package import TrailLanguage
import TrailRecord
import TrailText

// Times as people write them, against the session's clock.
//
// Every time is a period: `2026-11` the month, `10:05` the minute, `1h` the moment an hour ago. `since P` begins
// with the period's start, `until P` ends with its end, `between A and B` is both, `at P` is the period. `as-of P` is
// the period's end.

extension Binder {
  /// The span that all clauses together leave; nil where one of them is wrong.
  mutating func window(_ clauses: [ClauseSyntax]) -> Range<Int64>? {
    var start = Int64.min
    var end = Int64.max
    for clause in clauses {
      let own: (Int64, Int64)
      switch clause.kind {
      case .within, .by, .asOf: continue
      case .since(let time): own = (period(time).lowerBound, .max)
      case .until(let time): own = (.min, period(time).upperBound)
      case .at(let time): own = (period(time).lowerBound, period(time).upperBound)
      case .between(let first, let second):
        own = (period(first).lowerBound, period(second).upperBound)
        if own.0 >= own.1 {
          report(
            BindingCode.emptyWindow, "this window ends before it begins", at: clause.range,
            label: "from \(EventTime.format(own.0)) to \(EventTime.format(own.1))",
            fixIt: FixIt(replace: clause.range, with: "between \(second.text) and \(first.text)"))
          return nil
        }
      }
      start = max(start, own.0)
      end = min(end, own.1)
    }
    guard start < end else {
      if let first = clauses.first, let last = clauses.last {
        report(
          BindingCode.emptyWindow, "no time is in all of these windows",
          at: first.range.union(last.range))
      }
      return nil
    }
    return start..<end
  }

  func period(_ time: TimeSyntax) -> Range<Int64> {
    TimeResolution.period(time.kind, text: time.text, clock: context.clock)
  }
}

/// What a written time means at a given clock.
package enum TimeResolution {
  package static func period(_ kind: TimeSyntax.Kind, text: String, clock: Int64) -> Range<Int64> {
    let day = EventTime.millisecondsPerDay
    let midnight = clock - modulo(clock, day)
    switch kind {
    case .ago(let milliseconds): return moment(clock - milliseconds)
    case .timeOfDay(let seconds):
      var start = midnight + Int64(seconds) * 1000
      // A time of day that is still to come was meant of the day before.
      if start > clock { start -= day }
      let isToTheSecond = text.utf8.count { $0 == UInt8(ascii: ":") } > 1
      return start..<(start + (isToTheSecond ? 1_000 : 60_000))
    case .named(.now): return moment(clock)
    case .named(.today): return midnight..<(midnight + day)
    case .named(.yesterday): return (midnight - day)..<midnight
    case .period(let start, let end): return start..<end
    }
  }

  private static func moment(_ time: Int64) -> Range<Int64> { time..<(time + 1) }

  private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}

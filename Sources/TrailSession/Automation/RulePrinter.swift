internal import TrailCloud
internal import TrailRecord

/// Gathers what rules print, so that many events at one time become one line.
struct RulePrinter {
  /// Events of one rule at one time.
  private struct Batch {
    var rule: String
    var time: Int64
    var texts: [String: Int] = [:]
    var order: [String] = []
    var count = 0

    mutating func add(_ text: String) {
      count += 1
      if texts.updateValue((texts[text] ?? 0) + 1, forKey: text) == nil { order.append(text) }
    }
  }
  private var batch: Batch?
  /// Lines that each rule has printed during the statement.
  private var lines: [String: Int] = [:]
  /// What was not printed any more.
  private var untold: [String: Int] = [:]

  /// Lines of one rule during one statement; what comes then is counted.
  private static let mostLines = 20
  /// Different events that a line names.
  private static let mostNamed = 4

  /// Takes an event; returns the lines that are finished by it.
  mutating func add(_ task: SessionTask, at time: Int64) -> String {
    var finished = ""
    if batch?.rule != task.rule.name || batch?.time != time {
      finished = flush()
      batch = Batch(rule: task.rule.name, time: time)
    }
    batch?.add(Self.text(task))
    return finished
  }

  /// The line of what is waiting.
  mutating func flush() -> String {
    guard let waiting = batch else { return "" }
    batch = nil
    guard lines[waiting.rule, default: 0] < Self.mostLines else {
      untold[waiting.rule, default: 0] += waiting.count
      return ""
    }
    lines[waiting.rule, default: 0] += 1
    var named = waiting.order.prefix(Self.mostNamed).map { text in
      let count = waiting.texts[text] ?? 1
      return count == 1 ? text : "\(text) ×\(NumberText.grouped(count))"
    }
    let more = waiting.order.count - named.count
    if more > 0 { named.append("\(NumberText.grouped(more)) more kinds") }
    let head = "\(ReadableTime.readable(waiting.time))  rule \(waiting.rule): "
    let count = waiting.count == 1 ? "" : "\(NumberText.counted(waiting.count, "event")): "
    return head + count + named.joined(separator: ", ") + "\n"
  }

  /// The last lines of a statement.
  mutating func finish() -> String {
    var text = flush()
    for rule in untold.keys.sorted() {
      text += "rule \(rule): \(NumberText.counted(untold[rule] ?? 0, "more event"))\n"
    }
    self = RulePrinter()
    return text
  }

  /// An event in a few words, or what a rule makes of it.
  private static func text(_ task: SessionTask) -> String {
    guard task.isWholeEvent else {
      let made = try? JSONParser.parse(task.input)
      return TerminalText.sanitised(
        made?.text ?? String(decoding: task.input, as: UTF8.self))
    }
    var text = task.event.name
    if task.event.isInsight { return TerminalText.sanitised(text) }
    if let caller = task.event.caller {
      text += " by \(caller)"
    } else {
      text += " from \(task.event.source)"
    }
    text += " in \(task.event.region)"
    if let error = task.event.errorCode { text += " (\(error))" }
    return TerminalText.sanitised(text)
  }
}

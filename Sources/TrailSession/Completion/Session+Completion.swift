internal import TrailLanguage
internal import TrailText

extension Session {
  /// What could stand at a place in what is being typed.
  ///
  /// - Parameter cursor: a byte offset in `text`.
  package func complete(_ text: String, at cursor: Int) -> Completion {
    let bytes = Array(text.utf8)
    let before = String(decoding: bytes[..<min(max(cursor, 0), bytes.count)], as: UTF8.self)
    let start = Self.startOfStatement(endingAt: before)
    let tail = String(decoding: bytes[start...], as: UTF8.self)
    return completeStatement(tail, at: before.utf8.count - start).shifted(by: start)
  }

  /// The byte at which the statement begins in which the text ends.
  private static func startOfStatement(endingAt text: String) -> Int {
    guard let last = StatementSplitter.split(text).last else { return text.utf8.count }
    let rest = text.utf8.dropFirst(last.range.upperBound)
    let isOver = rest.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\n") }
    return isOver && !StatementSplitter.needsMoreInput(text)
      ? text.utf8.count : last.range.lowerBound
  }

  /// The same for a text that begins with the statement.
  private func completeStatement(_ text: String, at cursor: Int) -> Completion {
    guard let first = FirstWord(text), first.range.upperBound < cursor else {
      return completeFirstWord(text, at: cursor)
    }
    if first.beginsQuery { return completeQuery(text, at: cursor) }
    guard let command = CommandTable.find(first.text) else {
      return Completion([], replacing: cursor..<cursor)
    }
    return completeArgument(of: command, after: first.range.upperBound, text, at: cursor)
  }

  private func completeFirstWord(_ text: String, at cursor: Int) -> Completion {
    let before = String(decoding: Array(text.utf8)[..<cursor], as: UTF8.self)
    let prefix = String(before.drop { $0.isWhitespace })
    let sources = [
      Completion.Candidate("events", remark: "asks a question"),
      Completion.Candidate("history", remark: "Event history: what the console shows"),
      Completion.Candidate("calls", remark: "every simulated call, recorded or not"),
      Completion.Candidate("insights", remark: "unusual activity that CloudTrail found"),
      Completion.Candidate("last", remark: "the rows of the last answer"),
    ]
    let saved = savedQueries.names.map { Completion.Candidate("@" + $0, remark: "a saved query") }
    let commands = CommandTable.all.map { Completion.Candidate($0.name, remark: $0.summary) }
    return Completion(
      Self.matching(sources + commands + saved, prefix: prefix),
      replacing: cursor - prefix.utf8.count..<cursor)
  }

  private func completeArgument(
    of command: Command, after start: Int, _ text: String, at cursor: Int
  ) -> Completion {
    let bytes = Array(text.utf8)
    let rest = String(decoding: bytes[start...], as: UTF8.self)
    let local = cursor - start
    switch command.argument {
    case .query:
      return completeStatement(rest, at: local).shifted(by: start)
    case .file:
      return PathCompletion.complete(rest, at: local).shifted(by: start)
    case .noun:
      if let completion = completeNoun(of: command, after: start, text, at: cursor) {
        return completion
      }
    default: break
    }
    let typed = String(decoding: bytes[start..<cursor], as: UTF8.self)
    let words = typed.split(whereSeparator: \.isWhitespace).map(String.init)
    let isNewWord = typed.last?.isWhitespace ?? true
    let prefix = isNewWord ? "" : words.last ?? ""
    let position = words.count - (isNewWord ? 0 : 1)
    if let inner = innerStatement(of: command, words: words, position: position) {
      let place = Self.endOfWord(inner, in: Array(typed.utf8)) + start
      let tail = String(decoding: bytes[place...], as: UTF8.self)
      return completeStatement(tail, at: cursor - place).shifted(by: place)
    }
    let candidates =
      command.candidates?(
        ArgumentSite(
          session: self, words: Array(words.prefix(position)), prefix: prefix))
      ?? argumentCandidates(of: command, words: words, position: position)
    var seen: Set<String> = []
    let matching = Self.matching(candidates, prefix: prefix).filter {
      seen.insert($0.insertion).inserted
    }
    let goesOn = matching.first.map { "=:/".contains($0.insertion.suffix(1)) }
    return Completion(
      matching, replacing: cursor - prefix.utf8.count..<cursor, suffix: goesOn == true ? "" : " ")
  }

  /// How many words stand before the statement that a command contains, where the cursor is in it.
  private func innerStatement(of command: Command, words: [String], position: Int) -> Int? {
    if command.argument == .savedQuery { return position >= 2 ? 2 : nil }
    return command.name == "expect" && position >= 2 ? 2 : nil
  }

  /// What could follow a verb's noun; nil while the noun itself is being typed.
  private func completeNoun(
    of verb: Command, after start: Int, _ text: String, at cursor: Int
  ) -> Completion? {
    let bytes = Array(text.utf8)
    let typed = String(decoding: bytes[start..<cursor], as: UTF8.self)
    guard let noun = FirstWord(typed), noun.range.upperBound < typed.utf8.count else { return nil }
    guard let command = NounTable.find(verb.name, noun.text) else {
      return Completion([], replacing: cursor..<cursor)
    }
    return completeArgument(of: command, after: start + noun.range.upperBound, text, at: cursor)
  }

  /// The byte behind word number `count`.
  private static func endOfWord(_ count: Int, in bytes: [UInt8]) -> Int {
    var offset = 0
    for _ in 0..<count {
      while offset < bytes.count, bytes[offset] <= 0x20 { offset += 1 }
      while offset < bytes.count, bytes[offset] > 0x20 { offset += 1 }
    }
    return offset
  }

  private func argumentCandidates(
    of command: Command, words: [String], position: Int
  ) -> [Completion.Candidate] {
    let isFirst = position == 0
    switch command.argument {
    case .topic: return HelpBook.topics.map { Completion.Candidate($0) }
    case .word: return isFirst ? wordCandidates() : []
    case .field: return isFirst ? fieldCandidates(prefix: "") : []
    case .format:
      return isFirst
        ? OutputFormat.allCases.map { Completion.Candidate($0.rawValue, remark: $0.meaning) } : []
    case .setting:
      if isFirst {
        return SettingTable.all.map { Completion.Candidate($0.name, remark: $0.meaning) }
      }
      let values = words.first.flatMap(SettingTable.find)?.values ?? []
      return values.filter { !$0.hasPrefix("<") }.map { Completion.Candidate($0) }
    case .time:
      return isFirst
        ? ["latest", "now", "+15m", "+1h", "+1d"].map { Completion.Candidate($0) } : []
    case .keyword(let words) where isFirst: return words.map { Completion.Candidate($0) }
    case .noun:
      return isFirst
        ? NounTable.nouns(of: command.name).map {
          Completion.Candidate($0.noun, remark: $0.summary)
        } : []
    case .savedQuery: return position == 1 ? [Completion.Candidate("as")] : []
    case .keyword, .none, .file, .query, .statement, .number: return []
    }
  }

  /// Those that begin with what was typed, in any letter case.
  static func matching(
    _ candidates: [Completion.Candidate], prefix: String
  ) -> [Completion.Candidate] {
    let prefix = prefix.lowercased()
    return candidates.filter { $0.insertion.lowercased().hasPrefix(prefix) }
  }
}

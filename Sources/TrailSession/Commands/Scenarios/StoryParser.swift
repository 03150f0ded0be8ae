internal import TrailLanguage

/// Reads the text of a story.
///
/// A line is a keyword and what it says; ` \` at its end goes on in the next, `#` begins a comment line.
///
///     title, brief, hours 1-5             about the whole
///     let NAME = RECIPE                   somebody or something (see `StoryCast`)
///     scene STATEMENT                     what is said before anything happens
///     aside -20h TITLE                    something innocent, so long after the story's beginning
///     step TITLE                          the next thing that happens
///     tell, find SENTENCE                 about it
///     call SERVICE:Operation …            as after `simulate`
///     repeat 5-9 [as NAME] every 2s-5s CALL   the same, several times
///     wait 20s-60s                        until the next call
///     keep NAME = PATH                    a part of AWS's answer to the last call
///     mark NAME                           when the last call was made
///     ask LABEL KIND TRUTH | TRUTH        a question
///     say, hint, way SENTENCE, why        about it
struct StoryParser {
  private var story: Story
  private var line = 0

  private init(_ name: String) { story = Story(name: name) }

  /// The story that a text tells. Throws `StoryMistake`.
  static func parse(_ text: String, name: String) throws(StoryMistake) -> Story {
    var parser = Self(name)
    var pending = ""
    for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
      parser.line += 1
      let line = trimmed(raw)
      if line.hasPrefix("#") { continue }
      if line.hasSuffix("\\") {
        pending += line.dropLast()
        continue
      }
      let whole = pending + line
      pending = ""
      if !whole.isEmpty { try parser.read(whole) }
    }
    try parser.check()
    return parser.story
  }

  private func mistake(_ reason: String) -> StoryMistake {
    StoryMistake(story: story.name, line: line, reason: reason)
  }

  private func check() throws(StoryMistake) {
    guard !story.title.isEmpty, !story.briefing.isEmpty, !story.questions.isEmpty else {
      throw mistake("a story has a title, a briefing and questions")
    }
    for question in story.questions where question.text.isEmpty || question.ways.isEmpty {
      throw mistake("question \(question.label) says nothing, or not how it is answered")
    }
  }

  // MARK: Lines

  private mutating func read(_ line: String) throws(StoryMistake) {
    let (keyword, rest) = Self.headed(line)
    switch keyword {
    case "title": story.title = rest
    case "brief": story.briefing = rest
    case "hours":
      let ends = rest.split(separator: "-").compactMap { Int($0) }
      guard ends.count == 2, ends[0] <= ends[1] else { throw mistake("hours are 9-17") }
      story.hours = ends[0]...ends[1]
    case "let":
      let (name, recipe) = try named(rest)
      story.setting.append(.cast(name: name, recipe: recipe))
    case "scene": story.setting.append(.scene(rest))
    case "aside":
      let (offset, title) = Self.headed(rest)
      story.chapters.append(StoryChapter(kind: .aside(try signed(offset)), title: title))
    case "step": story.chapters.append(StoryChapter(kind: .step, title: rest))
    case "ask", "say", "hint", "way", "why": try readQuestion(keyword, rest)
    default: try readChapter(keyword, rest)
    }
  }

  private mutating func readChapter(_ keyword: String, _ rest: String) throws(StoryMistake) {
    guard var chapter = story.chapters.popLast() else {
      throw mistake("`\(keyword)` stands in no chapter")
    }
    switch keyword {
    case "tell": chapter.telling = rest
    case "find": chapter.sentences.append(rest)
    case "call": chapter.moves.append(.call(StoryCall(text: rest)))
    case "repeat": chapter.moves.append(.call(try repeated(rest)))
    case "wait": chapter.moves.append(.wait(try span(rest)))
    case "keep", "mark":
      guard case .call(var call)? = chapter.moves.popLast() else {
        throw mistake("`\(keyword)` follows a call")
      }
      if keyword == "keep" {
        let (name, path) = try named(rest)
        call.kept.append((name, path))
      } else {
        call.marks.append(rest)
      }
      chapter.moves.append(.call(call))
    default: throw mistake("no story knows `\(keyword)`")
    }
    story.chapters.append(chapter)
  }

  private mutating func readQuestion(_ keyword: String, _ rest: String) throws(StoryMistake) {
    if keyword == "ask" {
      let (label, tail) = Self.headed(rest)
      let (kind, truths) = Self.headed(tail)
      guard let kind = AnswerKind(rawValue: kind) else { throw mistake("no answer is a `\(kind)`") }
      story.questions.append(
        StoryQuestion(
          label: label, kind: kind, truths: truths.split(separator: "|").map { Self.trimmed($0) }))
      return
    }
    guard var question = story.questions.popLast() else {
      throw mistake("`\(keyword)` stands at no question")
    }
    switch keyword {
    case "say": question.text = rest
    case "hint": question.hints.append(rest)
    case "way": question.ways.append(StoryWay(sentence: rest))
    default:
      guard var way = question.ways.popLast() else { throw mistake("`why` follows a way") }
      way.reason = rest
      question.ways.append(way)
    }
    story.questions.append(question)
  }

  // MARK: Pieces

  private func repeated(_ text: String) throws(StoryMistake) -> StoryCall {
    var words = text.split(separator: " ").map(String.init)[...]
    let ends = (words.popFirst() ?? "").split(separator: "-").compactMap { Int64($0) }
    var call = StoryCall(text: "")
    if words.first == "as" {
      words.removeFirst()
      call.countName = words.popFirst()
    }
    guard let low = ends.first, let high = ends.last, low > 0, low <= high,
      words.popFirst() == "every", let spacing = words.popFirst()
    else { throw mistake("a repetition is `repeat 5-9 every 2s-5s CALL`") }
    call.count = low...high
    call.spacing = try span(spacing)
    call.text = words.joined(separator: " ")
    return call
  }

  private func named(_ text: String) throws(StoryMistake) -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map { Self.trimmed($0) }
    guard parts.count == 2 else { throw mistake("`NAME = …` is needed") }
    return (parts[0], parts[1])
  }

  /// `20s` or `20s-60s`, in milliseconds.
  private func span(_ text: String) throws(StoryMistake) -> ClosedRange<Int64> {
    let parts = text.split(separator: "-").map(String.init)
    guard let first = parts.first, parts.count <= 2 else { throw mistake("a span is 20s-60s") }
    let low = try duration(first)
    let high = parts.count == 2 ? try duration(parts[1]) : low
    guard low <= high else { throw mistake("`\(text)` runs backwards") }
    return low...high
  }

  private func signed(_ text: String) throws(StoryMistake) -> Int64 {
    text.hasPrefix("-") ? -(try duration(String(text.dropFirst()))) : try duration(text)
  }

  private func duration(_ text: String) throws(StoryMistake) -> Int64 {
    guard case .duration(let milliseconds) = DurationText.read(text) else {
      throw mistake("`\(text)` is no length of time")
    }
    return milliseconds
  }

  private static func headed(_ text: String) -> (String, String) {
    let head = text.prefix { !$0.isWhitespace }
    return (String(head), trimmed(text.dropFirst(head.count)))
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

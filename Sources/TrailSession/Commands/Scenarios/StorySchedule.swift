internal import TrailRecord

/// When every call of a story is made.
struct StorySchedule {
  struct Entry {
    var time: Int64
    /// Which of the story's chapters; nil for what people do anyway.
    var chapter: Int?
    var call: StoryCall
    /// From 1.
    var number = 1
    fileprivate var order = 0
  }
  private(set) var entries: [Entry] = []
  /// When the first step begins.
  let beginning: Int64
  /// When the last call of the story is made.
  private(set) var ending: Int64

  /// Which part of the span may hold the story's beginning.
  private static let window = 0.45...0.8
  /// What an aside keeps away from the beginning of the span, in milliseconds.
  private static let margin: ClosedRange<Int64> = 60_000...1_500_000
  private static let minute: Int64 = 60_000

  /// - Parameters:
  ///   - start: of the span in which the story lies, in milliseconds.
  ///   - end: its end; a longer story goes on after it.
  init(_ story: Story, from start: Int64, to end: Int64, cast: inout StoryCast) {
    beginning = Self.beginning(of: story, from: start, to: end, &cast)
    ending = beginning
    var clock = beginning
    for (index, chapter) in story.chapters.enumerated() {
      switch chapter.kind {
      case .step:
        clock = add(chapter, index, at: clock, &cast)
        ending = max(ending, clock)
      case .aside(let offset):
        let time = beginning + offset
        _ = add(
          chapter, index, at: time < start ? start + cast.number(in: Self.margin) : time, &cast)
      }
    }
    add(StoryHabits.calls(of: &cast, from: start, to: max(end, ending)))
  }

  /// Adds calls that belong to no chapter.
  mutating func add(_ calls: [(time: Int64, text: String)]) {
    for (time, text) in calls {
      append(Entry(time: time, chapter: nil, call: StoryCall(text: text)))
    }
    entries.sort { ($0.time, $0.order) < ($1.time, $1.order) }
  }

  private mutating func append(_ entry: Entry) {
    var entry = entry
    entry.order = entries.count
    entries.append(entry)
  }

  /// Adds a chapter's calls; returns the time after the last.
  private mutating func add(
    _ chapter: StoryChapter, _ index: Int, at start: Int64, _ cast: inout StoryCast
  ) -> Int64 {
    var time = start
    for move in chapter.moves {
      switch move {
      case .wait(let span): time += cast.number(in: span)
      case .call(let call):
        let count = cast.number(in: call.count)
        if let name = call.countName { cast.bind(name, String(count)) }
        for number in 1...Int(count) {
          if number > 1 { time += cast.number(in: call.spacing) }
          append(Entry(time: time, chapter: index, call: call, number: number))
        }
      }
    }
    return time
  }

  /// A minute in the middle of the span that lies in the story's hours; the middle itself where none does.
  private static func beginning(
    of story: Story, from start: Int64, to end: Int64, _ cast: inout StoryCast
  ) -> Int64 {
    let length = Double(end - start)
    let first = start + Int64(length * window.lowerBound)
    let last = start + Int64(length * window.upperBound)
    let fitting = stride(from: first, through: last, by: Int(minute)).filter { time in
      let day = EventTime.millisecondsPerDay
      return story.hours.contains(Int((time % day + day) % day / 3_600_000))
    }
    let chosen = fitting.isEmpty ? (first + last) / 2 : cast.pick(fitting)
    return chosen / minute * minute + cast.number(in: 0...59) * 1000
  }
}

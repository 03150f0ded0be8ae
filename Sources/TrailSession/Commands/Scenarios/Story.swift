/// A story of something that went wrong, to be investigated: what its text says (see `StoryParser`).
///
/// Texts have holes such as `{thief}`, which are filled when the story is cast.
struct Story: Sendable {
  /// By which it is asked for: `leaked-key`.
  var name: String
  var title = ""
  /// What was noticed, and nothing that gives the answers away.
  var briefing = ""
  /// The hours of the day, in UTC, in which it may begin: those in which so much happens that nothing stands out.
  var hours = 8...19
  /// What is said before anything happens, in order.
  var setting: [Setting] = []
  var chapters: [StoryChapter] = []
  var questions: [StoryQuestion] = []

  /// One line of what is there before the story.
  enum Setting: Sendable {
    /// A name, and how what it stands for is found.
    case cast(name: String, recipe: String)
    /// A statement of the shell.
    case scene(String)
  }
}

/// Calls that belong together, with what is told of them.
struct StoryChapter: Sendable {
  enum Kind: Sendable, Hashable {
    /// A step of the story, after the step before it.
    case step
    /// Something innocent that looks alike, so many milliseconds after the story's beginning.
    case aside(Int64)
  }
  var kind: Kind
  var title: String
  var telling = ""
  /// Sentences that find it.
  var sentences: [String] = []
  var moves: [StoryMove] = []
}

enum StoryMove: Sendable {
  case call(StoryCall)
  /// Milliseconds until the next call, at least and at most.
  case wait(ClosedRange<Int64>)
}

/// A call, written as after `simulate`, perhaps repeated.
struct StoryCall: Sendable {
  var text: String
  var count: ClosedRange<Int64> = 1...1
  /// A name for how often it is made.
  var countName: String?
  /// Milliseconds between repetitions.
  var spacing: ClosedRange<Int64> = 0...0
  /// Names for parts of AWS's answer: `Credentials.AccessKeyId`.
  var kept: [(name: String, path: String)] = []
  /// Names for the time of the (last) call.
  var marks: [String] = []
}

/// Something that the investigator is asked.
struct StoryQuestion: Sendable {
  /// In a word: `who`, `when`.
  var label: String
  var kind: AnswerKind
  /// Each of them is right.
  var truths: [String]
  var text = ""
  /// From the vaguest to the plainest.
  var hints: [String] = []
  /// How one could have found it.
  var ways: [StoryWay] = []
}

/// A sentence, and what is to be seen in its answer.
struct StoryWay: Sendable {
  var sentence: String
  var reason = ""
}

/// What is wrong with a story's text: a mistake of its author, which the tests find.
struct StoryMistake: Error, CustomStringConvertible {
  var story: String
  var line: Int
  var reason: String

  var description: String { "story \(story), line \(line): \(reason)" }
}

/// A story that was run in this session, with what is right; kept by the session and shown by `scenario solve` only.
struct RunningScenario {
  struct Question {
    var question: StoryQuestion
    /// What is right, with the holes filled.
    var truths: [String]
    var ways: [StoryWay]
    var hints: [String]
    var hintsGiven = 0
    var triesMade = 0
    /// What it asks, with the holes filled.
    var text: String
    var isSolved = false
  }
  var story: Story
  /// With the holes filled.
  var briefing: String
  /// False for a story that was chosen by chance: its title would tell too much.
  var isNamed: Bool
  var isHidden: Bool
  var seed: UInt64
  /// Of the span in which it lies.
  var start: Int64
  var end: Int64
  var questions: [Question]
  /// Whether the answers were shown.
  var isToldWhole = false

  var title: String { isNamed || isToldWhole ? story.title : "a story chosen by chance" }
  /// How lines of marks call it: a story that was chosen by chance keeps its name, which tells too much, until it is
  /// solved.
  var nameInMarks: String {
    isNamed || isToldWhole || solvedCount == questions.count ? "scenario \(story.name)" : "scenario"
  }
  var solvedCount: Int { questions.filter(\.isSolved).count }
  /// The question that a line at the prompt answers, where one is being asked.
  var openQuestion: Int?

  /// The question of a label, in any letter case.
  func index(of label: String) -> Int? {
    questions.firstIndex { $0.question.label == label.lowercased() }
  }

  /// The first question at or after `start` that has no right answer yet.
  func unsolved(from start: Int = 0) -> Int? {
    questions.indices.first { $0 >= start && !questions[$0].isSolved }
  }
}

/// The numbers of the rule by which activity is unusual. AWS publishes none; all of it is ours.
///
/// `help insights` says the rule in words, and a test holds the words to these numbers.
enum DetectorRule {
  /// How much of the past is learnt when Insights are enabled, in milliseconds: seven whole days and today.
  static let pastLearnt: Int64 = 8 * 86_400_000
  /// The lengths of windows in which a rise is looked for, in minutes.
  static let shortWindow = 1
  static let longWindow = 5
  /// A window with fewer calls than this is never a rise.
  static let leastCalls = 10
  /// A window is a rise if one like it would come this rarely …
  static let riseRarity = 1e-7
  /// … and if it exceeds what its hour leads to expect this many times more than any window of the last days did.
  static let peakFactor = 1.5
  /// How far back peaks are remembered, in days.
  static let peakDays = 28
  /// A minute belongs to a rise that has begun as long as one like it would come more rarely than this.
  static let stillRarity = 1e-3
  /// A rise has ended when this many minutes passed that were not unusual.
  static let calmMinutes = 5
  /// A rise that lasts longer has become what is usual.
  static let longestRise = 24 * 60
  /// Rises on this many days of a week are what is usual: their minutes are learnt from. Others are not.
  static let usualRiseDays = 3

  /// A window is a drop if as few calls would come this rarely.
  static let dropRarity = 1e-7
  /// The shortest window in which a drop is looked for, and the longest, in minutes.
  static let shortestDrop = 5
  static let longestDropWindow = 72 * 60
  /// A drop is looked for in the shortest window that is long enough for silence to be telling, and in one this many
  /// times as long.
  static let dropStretch = 4
  /// Drops are looked for once so many whole days are known.
  static let dropDays = 7
  /// It holds fewer than this part of the calls that were expected …
  static let dropPart = 0.5
  /// … and this many times more were expected in it than in any silence of the last days.
  static let silenceFactor = 1.5
  /// An hour with less than this part of what is usual in it was off, and does not tell how far counts scatter.
  static let off = 0.25
  /// A drop that lasts longer has become what is usual.
  static let longestDrop = 7 * 24 * 60
  /// A drop has ended when the calls of five minutes reach this part of what was expected.
  static let recovery = 0.5

  /// The days that the model looks back.
  static let modelDays = 7
  /// Near the border of two hours the higher expectation counts for rises and the lower for drops, within so many
  /// minutes.
  static let border = 15

  /// What keeps two bouts of a series apart, in minutes of silence: each is tried.
  static let separations = [2, 15, 120]
  /// A series is regular if so many of its periods within the week are known …
  static let leastPeriods = 6
  /// … and vary by at most this part of their mean, where few are known, and where many are.
  static let tightVariation = 0.05
  static let looseVariation = 0.15
  static let manyPeriods = 24
  /// It is overdue when a quarter of its period has passed since it was due, six standard deviations and ten minutes.
  static let lateness = 0.25
  static let lateDeviations = 6.0
  static let leastLateness = 10.0
}

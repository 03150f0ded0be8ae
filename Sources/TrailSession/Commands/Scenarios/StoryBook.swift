/// The stories, in the order in which they are numbered: the easier ones first.
enum StoryBook {
  private static let texts: [(name: String, text: String)] = [
    ("leaked-key", StoryTexts.leakedKey),
    ("console-takeover", StoryTexts.consoleTakeover),
    ("new-user", StoryTexts.newUser),
    ("crypto-mining", StoryTexts.cryptoMining),
    ("trail-tampering", StoryTexts.trailTampering),
    ("bucket-exfiltration", StoryTexts.bucketExfiltration),
    ("enumeration", StoryTexts.enumeration),
    ("privilege-escalation", StoryTexts.privilegeEscalation),
    ("snapshot-sharing", StoryTexts.snapshotSharing),
    ("kms-ransom", StoryTexts.kmsRansom),
    ("function-backdoor", StoryTexts.functionBackdoor),
    ("role-chaining", StoryTexts.roleChaining),
  ]

  static let names = texts.map(\.name)

  /// The story of a name, read from its text. Throws `StoryMistake`.
  static func story(_ name: String) throws -> Story? {
    guard let entry = texts.first(where: { $0.name == name }) else { return nil }
    return try StoryParser.parse(entry.text, name: name)
  }

  /// All of them. Throws `StoryMistake`.
  static func all() throws -> [Story] {
    try texts.map { try StoryParser.parse($0.text, name: $0.name) }
  }
}

/// What the stories are told in: a text each, in a file of its own below `Stories`.
enum StoryTexts {}

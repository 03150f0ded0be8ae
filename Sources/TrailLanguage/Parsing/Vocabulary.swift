import TrailGrammar

/// The names in `Grammar/words.txt` and `Grammar/fields.txt`, for messages only.
///
/// What a sentence means never depends on them here: the binder alone says what is a field and what a word.
enum Vocabulary {
  static let words = Set(firstColumn(of: TrailGrammar.words))
  static let fields = Set(firstColumn(of: TrailGrammar.fields))

  /// The first steps of CloudTrail's own paths and their short forms, in lower case.
  private static let pathRoots: Set<String> = [
    "req", "resp", "extra", "identity", "eventname", "eventsource", "eventtime", "eventid",
    "eventtype", "eventversion", "eventcategory", "awsregion", "sourceipaddress", "useragent",
    "errorcode", "errormessage", "useridentity", "requestparameters", "responseelements",
    "additionaleventdata", "serviceeventdetails", "resources", "requestid", "readonly",
    "managementevent", "recipientaccountid", "sharedeventid", "vpcendpointid", "tlsdetails",
  ]

  /// True for what begins a field: a short name, or the first step of a path. `name` is in lower case.
  static func isRoot(_ name: String) -> Bool { fields.contains(name) || pathRoots.contains(name) }

  private static func firstColumn(of table: String) -> [String] {
    table.split(separator: "\n").compactMap { line in
      guard !line.hasPrefix("#"), let bar = line.firstIndex(of: "|") else { return nil }
      return line[..<bar].split(separator: " ").first.map(String.init)
    }
  }
}

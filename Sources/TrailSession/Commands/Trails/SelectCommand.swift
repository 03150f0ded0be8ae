internal import TrailCloud
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// `select`: what a trail records.
enum SelectCommand {
  static let select = Command(
    "select",
    forms: [
      "select TRAIL management [read|write|all|none] [except kms, rdsdata]",
      "select TRAIL data s3|lambda|dynamodb|AWS::X::Y [RESOURCE…|all] [read|write|all|none]",
      "select TRAIL network SOURCE [denied]", "select TRAIL basic '[…]'",
      "select TRAIL advanced '[…]'",
    ],
    summary: "says what a trail records: PutEventSelectors",
    detail: [
      "`management`, `data` and `network` change what they are about and keep the rest; `basic` and"
        + " `advanced` take the whole list as AWS's JSON. A RESOURCE is an ARN as AWS takes it"
        + " (arn:aws:s3:::bucket/ ends in a slash), or a bucket's, function's or table's name.",
      "S3, Lambda and DynamoDB are said in basic selectors while the trail has basic ones; other types and"
        + " network activity need advanced ones, and the trail's selectors are turned into those.",
    ],
    examples: [
      "define bucket logs; define trail main to s3://logs; select main management write except kms",
      "define bucket logs; define trail main to s3://logs; select main data s3 \"arn:aws:s3:::data/\" write",
      "define bucket logs; define trail main to s3://logs; select main data AWS::SQS::Queue all",
      "define bucket logs; define trail main to s3://logs; select main network s3.amazonaws.com denied",
    ],
    candidates: { TrailCompletion.selection($0) }
  ) { invocation in
    // Who writes SQL is told how to ask.
    if try invocation.arguments().contains(where: { $0.text.lowercased() == "from" }) {
      throw Diagnostics(QueryParser.parse(invocation.statement.text).diagnostics)
    }
    var reader = invocation.reader()
    let name = try reader.word("the trail's name")
    guard
      let part = try reader.take("management", "data", "network", "basic", "advanced")
    else {
      let possible = ["management", "data", "network", "basic", "advanced"]
      if let error = try reader.unexpected(possible) { throw error }
      throw invocation.usageError("what is \(name.text) to record?", at: name.range)
    }
    let trail = try invocation.trail(name)
    let member: (name: String, value: JSONValue)
    switch part.text {
    case "management":
      member = try management(&reader, trail.effectiveSelectors).member
    case "data": member = try data(&reader, trail, invocation).member
    case "network": member = try network(&reader, trail.effectiveSelectors).member
    default:
      let json = try reader.json("the selectors, such as '[{…}]'").value
      let isBasic = part.text == "basic"
      // What `get-event-selectors` prints is understood too.
      let list =
        json[isBasic ? "EventSelectors" : "AdvancedEventSelectors"]
        ?? (json.members == nil ? json : .array([json]))
      member = (isBasic ? "EventSelectors" : "AdvancedEventSelectors", list)
    }
    try reader.finish()
    _ = try invocation.perform(
      APICall(
        "cloudtrail", "PutEventSelectors",
        parameters: [
          JSONMember("TrailName", .string(name.text)), JSONMember(member.name, member.value),
        ]), at: name.range)
    let phrases = try invocation.trail(name).effectiveSelectors.phrases
    invocation.session.note(
      "\(trail.name) records \(phrases.joined(separator: "; "))", to: invocation.output)
  }

  private static let kinds: [String: BasicSelector.ReadWriteType] = [
    "read": .readOnly, "write": .writeOnly, "all": .all,
  ]

  private static func management(
    _ reader: inout ArgumentReader, _ selectors: EventSelectors
  ) throws -> EventSelectors {
    let kind = try reader.take("read", "write", "all", "none")?.text ?? "all"
    var excluded: [String] = []
    if try reader.take("except") != nil {
      repeat {
        let words = try reader.word("a source, such as kms").text.split(separator: ",")
        excluded += words.map { $0.contains(".") ? String($0) : "\($0).amazonaws.com" }
      } while !reader.isAtEnd
    }
    try reader.finish(expected: ["read", "write", "all", "none", "except SOURCE"])
    return selectors.settingManagement(kinds[kind], excluding: excluded)
  }

  private static func data(
    _ reader: inout ArgumentReader, _ trail: Trail, _ invocation: Invocation
  ) throws -> EventSelectors {
    let word = try reader.word("the type: s3, lambda, dynamodb or AWS::X::Y")
    let types = [
      "s3": "AWS::S3::Object", "lambda": "AWS::Lambda::Function",
      "dynamodb": "AWS::DynamoDB::Table",
    ]
    guard let type = types[word.text.lowercased()] ?? (word.text.contains("::") ? word.text : nil)
    else {
      throw invocation.usageError(
        "`\(word.text)` is no type of data events: s3, lambda, dynamodb, or as AWS names it"
          + " (AWS::SQS::Queue)", at: word.range)
    }
    var values: [String] = []
    while let piece = try reader.peek(),
      piece.form != .bare || !["all", "read", "write", "none"].contains(piece.text.lowercased())
    {
      _ = try reader.next()
      values += piece.text.split(separator: ",").map {
        resource(String($0), type: type, trail, invocation)
      }
    }
    var kind = "all"
    if values.isEmpty, try reader.take("all") != nil {
      kind = try reader.take("read", "write", "all", "none")?.text ?? "all"
    } else {
      kind = try reader.take("read", "write", "all", "none")?.text ?? "all"
    }
    try reader.finish(expected: ["read", "write", "all", "none"])
    var selectors = trail.effectiveSelectors
    if values.isEmpty { return selectors.settingData(type, value: nil, kinds[kind]) }
    for value in values { selectors = selectors.settingData(type, value: value, kinds[kind]) }
    return selectors
  }

  /// A resource as selectors name it, from its ARN or plain name.
  private static func resource(
    _ text: String, type: String, _ trail: Trail, _ invocation: Invocation
  ) -> String {
    if text.hasPrefix("arn:") { return text }
    let place = "\(trail.homeRegion):\(invocation.cloud.world.account)"
    switch type {
    case "AWS::S3::Object":
      let path = text.hasPrefix("s3://") ? String(text.dropFirst(5)) : text
      return "arn:aws:s3:::" + (path.contains("/") ? path : path + "/")
    case "AWS::Lambda::Function": return "arn:aws:lambda:\(place):function:\(text)"
    case "AWS::DynamoDB::Table": return "arn:aws:dynamodb:\(place):table/\(text)"
    default: return text
    }
  }

  private static func network(
    _ reader: inout ArgumentReader, _ selectors: EventSelectors
  ) throws -> EventSelectors {
    let source = try reader.word("the source, such as s3.amazonaws.com").text
    let isDenied = try reader.take("denied") != nil
    try reader.finish(expected: ["denied"])
    return selectors.addingNetwork(
      source.contains(".") ? source : source + ".amazonaws.com", deniedOnly: isDenied)
  }
}

internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// Reads a `simulate` statement.
struct SimulateReader {
  private var reader: ArgumentReader
  private var result: SimulatedCall
  private var spacingPlace: SourceRange?

  /// What may follow the operation, as help writes it.
  static let forms = [
    "name=value", "as WHO", "via SERVICE", "from IP", "in REGION", "agent TEXT", "mfa", "console",
    "vpce ID", "error CODE", "response {…}", "at TIME", "x COUNT", "every DURATION", "fails",
  ]
  /// The keywords among them.
  static let keywords = forms.dropFirst().compactMap { $0.split(separator: " ").first }
    .map(String.init)

  private init(_ reader: ArgumentReader, _ call: SimulatedCall) {
    self.reader = reader
    result = call
  }

  /// The whole statement. Throws `Diagnostics`.
  static func read(_ invocation: Invocation) throws -> SimulatedCall {
    var reader = invocation.reader()
    guard let name = try reader.next() else { throw invocation.usageError() }
    var parser = Self(reader, try operation(name, reader, invocation))
    try parser.readParts()
    parser.result.findPlaceholders()
    return parser.result
  }

  private static func operation(
    _ name: Argument, _ reader: ArgumentReader, _ invocation: Invocation
  ) throws -> SimulatedCall {
    guard let colon = name.text.lastIndex(of: ":") else {
      throw missingService(name, invocation)
    }
    let service = String(name.text[..<colon])
    let operation = String(name.text[name.text.index(after: colon)...])
    guard !service.isEmpty, !operation.isEmpty else {
      throw reader.wrong("a call is SERVICE:Operation", at: name.range)
    }
    var call = SimulatedCall(APICall(service, operation))
    let start = name.range.lowerBound
    call.places.service = SourceRange(start, start + service.utf8.count)
    call.places.operation = SourceRange(start + service.utf8.count + 1, name.range.upperBound)
    return call
  }

  /// The error for an operation without its service: offers the services that have it.
  private static func missingService(_ name: Argument, _ invocation: Invocation) -> Diagnostics {
    let catalogue = APICatalogue.standard
    let wanted = name.text.lowercased()
    let services = catalogue.serviceNames.filter { service in
      catalogue.operationNames(of: service).contains { $0.lowercased() == wanted }
    }.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    guard let first = services.first else {
      let isService = catalogue.serviceNames.contains(wanted)
      let operations = isService ? catalogue.operationNames(of: wanted).prefix(6) : []
      return Diagnostics(
        Diagnostic(
          "usage", "a call is SERVICE:Operation", at: name.range,
          notes: operations.isEmpty
            ? ["for example: simulate s3:ListBuckets", "Tab completes both"]
            : [
              "\(wanted) has: " + operations.joined(separator: ", ") + ", …", "Tab completes them",
            ]))
    }
    let known = catalogue.operationNames(of: first).first { $0.lowercased() == wanted }
    var notes: [String] = []
    if services.count > 1 {
      notes.append("services that have it: " + services.prefix(8).joined(separator: ", "))
    }
    return Diagnostics(
      Diagnostic(
        "usage", "a call is SERVICE:Operation", at: name.range, notes: notes,
        fixIt: FixIt(replace: name.range, with: "\(first):\(known ?? name.text)")))
  }

  private mutating func readParts() throws {
    while !reader.isAtEnd {
      if let pair = try reader.pair() {
        try addParameter(pair)
      } else if let keyword = try reader.take(among: Self.keywords) {
        try readValue(of: keyword)
      } else if let count = try repetition() {
        result.count = count
      } else if let error = try reader.unexpected(Self.forms) {
        throw error
      }
    }
    if let spacingPlace, result.count == 1 {
      throw Diagnostics(
        Diagnostic(
          "usage", "`every` says how far apart repeated calls are: it needs `x COUNT`",
          at: spacingPlace))
    }
  }

  private mutating func addParameter(_ pair: ArgumentPair) throws {
    let value: JSONValue =
      pair.value.form == .bracketed
      ? try pair.value.json() : .string(pair.value.text)
    result.call.parameters.append(JSONMember(pair.name.text, value))
    result.places.parameters.append(pair.name.range.union(pair.value.range))
  }

  /// `x500` in one word.
  private mutating func repetition() throws -> Int? {
    guard let piece = try reader.peek(), piece.form == .bare,
      piece.text.lowercased().hasPrefix("x"),
      let count = Int(piece.text.dropFirst()), count > 0
    else { return nil }
    _ = try reader.next()
    return count
  }

  private mutating func readValue(of keyword: Argument) throws {
    let invocation = reader.invocation
    switch keyword.text {
    case "as": try readCaller()
    case "via":
      let service = try reader.word("the service that calls on somebody's behalf").text
      result.call.caller.invokedBy =
        service.contains(".") || service.hasPrefix("AWS Internal")
        ? service : "\(service).amazonaws.com"
    case "from":
      let address = try reader.word("the caller's address")
      result.call.sourceIPAddress = address.text
      result.places.address = address.range
    case "in":
      let region = try reader.word("the Region")
      result.call.region = region.text.lowercased()
      result.places.region = region.range
    case "agent": result.call.userAgent = try reader.word("the user agent").text
    case "mfa": result.call.caller.usesMFA = true
    case "console": result.call.caller.isFromConsole = true
    case "vpce": result.call.vpcEndpointID = try reader.word("the VPC endpoint's id").text
    case "error":
      let code = try reader.word("the error's code")
      var message: String?
      if let next = try reader.peek(), next.form == .quoted { message = try reader.next()?.text }
      result.call.error = (code.text, message)
      result.places.error = code.range
    case "fails":
      result.call.error = (SimulateCommand.failedSignIn, nil)
      result.places.error = keyword.range
    case "response": result.call.response = try reader.json("the response, as JSON").value
    case "at":
      let time = try reader.word("the time")
      result.call.time = try ClockArgument.timeOrStep(
        time, now: invocation.session.worldTime, invocation)
      result.places.time = time.range
    case "x": result.count = try reader.number("count of calls")
    case "every":
      spacingPlace = keyword.range
      result.spacing = try reader.duration("the time between two calls, such as 2s")
    default: preconditionFailure("a keyword without a meaning: \(keyword.text)")
    }
  }

  private mutating func readCaller() throws {
    let who = try reader.word("who calls")
    let hasPlaceholder = who.text.contains(SimulatedCall.placeholder)
    let text = hasPlaceholder ? who.text.replacing(SimulatedCall.placeholder, with: "1") : who.text
    guard let caller = CallerText.read(text) else {
      throw Diagnostics(
        Diagnostic(
          "bad-caller", "`\(who.text)` names nobody who could call", at: who.range,
          notes: [
            "callers: " + CallerText.forms.map(\.form).joined(separator: ", "), "`help simulate`",
          ]))
    }
    result.call.caller.kind = caller.kind
    result.call.caller.account = caller.account
    if hasPlaceholder { result.callerText = who.text }
    result.places.caller = who.range
  }
}

internal import TrailRecord

// Events that somebody puts on a bus.

extension Cloud {
  func putEvents(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    let entries = call.parameters["Entries"]?.elements ?? []
    outcome.resources = busesNamed(in: entries, call).map {
      ResourceReference(type: "AWS::Events::EventBus", arn: $0.arn, accountID: $0.account)
    }
    outcome.requestParameters = Self.recordedEntries(entries)
    var check = ModelCheck()
    check.count(call.parameters["Entries"], "entries", in: 1...BusLimits.entriesPerCall)
    for (index, entry) in entries.enumerated() {
      check.text(
        entry["EventBusName"]?.text, "entries.\(index + 1).member.eventBusName",
        lengths: 1...BusLimits.arnCharacters, pattern: .busNameOrARN)
    }
    try check.finish()
    guard entries.reduce(0, { $0 + Self.size(of: $1) }) <= BusLimits.eventBytes else {
      throw AWSError(
        "ValidationException", "Total size of the entries in the request is over the limit.")
    }
    var answers: [JSONValue] = []
    var events: [(BusEvent, BusID)] = []
    for entry in entries {
      let (answer, event) = take(entry, call)
      answers.append(answer)
      if let event { events.append(event) }
    }
    outcome.response = [
      "FailedEntryCount": .number(entries.count - answers.count { $0["EventId"] != nil }),
      "Entries": .array(answers),
    ]
    let cause = acting
    outcome.afterwards = { cloud in
      for (event, bus) in events {
        var event = event
        event.came(of: cause)
        // A bus that is not there takes the event and loses it (measured).
        cloud.send(event, to: bus, after: 0)
      }
    }
  }

  /// What AWS answers about an entry, and the event that it is.
  private func take(
    _ entry: JSONValue, _ call: ServiceCall
  ) -> (answer: JSONValue, event: (BusEvent, BusID)?) {
    func refused(_ code: String, _ message: String) -> (JSONValue, (BusEvent, BusID)?) {
      (["ErrorCode": .string(code), "ErrorMessage": .string(message)], nil)
    }
    for name in ["Source", "DetailType", "Detail"] where (entry[name]?.text ?? "").isEmpty {
      return refused(
        "InvalidArgument", "Parameter \(name) is not valid. Reason: \(name) is a required argument."
      )
    }
    let source = entry["Source"]?.text ?? ""
    guard !source.lowercased().hasPrefix("aws.") else {
      return refused("NotAuthorizedForSourceException", "Not authorized for the source.")
    }
    let type = entry["DetailType"]?.text ?? ""
    guard type.unicodeScalars.count <= BusLimits.detailTypeCharacters else {
      return refused(
        "InvalidArgument",
        "Parameter DetailType is not valid. Reason: It has more than \(BusLimits.detailTypeCharacters) characters."
      )
    }
    guard let detail = try? JSONParser.parse(entry["Detail"]?.text ?? ""), detail.members != nil
    else { return refused("MalformedDetail", "Detail is malformed.") }
    let bus = busID(entry["EventBusName"]?.text, call)
    guard bus.account == call.account || busLetsIn(bus, call.account, from: nil) else {
      return refused(
        "AccessDeniedException", "You do not have sufficient access to perform this action.")
    }
    let id = identifiers.uuid()
    var event = BusEvent(
      id: id, detailType: type, source: source, account: call.account,
      time: Self.time(entry["Time"]) ?? call.time, region: bus.region,
      resources: entry["Resources"]?.texts ?? [], detail: JSONWriter.bytes(detail), name: type)
    event.caller = nil
    return (["EventId": .string(id)], (event, bus))
  }

  /// A time as APIs take them, in milliseconds: whole seconds.
  static func time(_ value: JSONValue?) -> Int64? {
    switch value {
    case .number(let text)?: Double(text).map { Int64($0 * 1000) / 1000 * 1000 }
    case let value?: value.text.flatMap { EventTime.parse($0) }.map { $0 / 1000 * 1000 }
    case nil: nil
    }
  }

  private func busesNamed(in entries: [JSONValue], _ call: ServiceCall) -> [BusID] {
    var seen: Set<BusID> = []
    return entries.map { busID($0["EventBusName"]?.text, call) }.filter { seen.insert($0).inserted }
  }

  /// How AWS counts an entry's bytes: 14 for a time, and the texts (AWS's guide).
  private static func size(of entry: JSONValue) -> Int {
    var size = entry["Time"] == nil ? 0 : 14
    for name in ["Source", "DetailType", "Detail"] { size += entry[name]?.text?.utf8.count ?? 0 }
    for resource in entry["Resources"]?.texts ?? [] { size += resource.utf8.count }
    return size
  }

  /// The record's parameters. Ours: what events say is hidden, as SQS and SNS hide their messages.
  private static func recordedEntries(_ entries: [JSONValue]) -> JSONValue {
    [
      "entries": .array(
        entries.map { entry in
          .object(
            (entry.members ?? []).map { member in
              JSONMember(
                RecordNames.lowered(member.nameText),
                member.nameText == "Detail"
                  ? GeneralShapes.hidden
                  : member.nameText == "Time" ? RecordTexts.time(member.value) : member.value)
            })
        })
    ]
  }
}

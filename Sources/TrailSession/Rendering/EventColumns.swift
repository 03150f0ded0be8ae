internal import TrailEngine

/// The columns in which whole events are shown.
enum EventColumns {
  /// What nearly every question wants to see.
  static let standard = ["time", "user", "name", "service", "region", "ip", "result"]
  /// What a timeline shows: the target instead of the place.
  static let timeline = ["time", "user", "name", "target", "ip", "result"]

  static func description(of name: String) -> TableColumn {
    TableColumn(name: name, kind: name == "time" ? .time : .text, field: name)
  }

  /// The cells of some events, by column.
  static func cells(
    of names: [String], events: EventRows, range: Range<Int>
  ) -> [[Cell]] {
    let references = Array(events.references[range])
    return names.map { name -> [Cell] in
      guard name != "result" else { return results(references, in: events.snapshot) }
      guard let field = BoundField(shortName: name) else {
        return references.map { _ in .missing }
      }
      return FieldReader(field, in: events.snapshot).cells(references)
    }
  }

  /// One field of one event.
  static func cell(_ name: String, of event: EventRows) -> Cell {
    cells(of: [name], events: event, range: 0..<1)[0][0]
  }

  /// How a call ended: its error code, `failed` where it has only a message or the sign-in service answered
  /// Failure, else `ok`. It says the same as the words `ok` and `failed`.
  private static func results(
    _ references: [EventReference], in snapshot: StoreSnapshot
  ) -> [Cell] {
    let errors = reader("errorCode", snapshot)
    let messages = reader("errorMessage", snapshot)
    let answers = ["ConsoleLogin", "CheckMfa", "SwitchRole"].map {
      reader("responseElements.\($0)", snapshot)
    }
    return references.map { reference in
      let error = errors.cell(reference)
      if error != .missing { return error }
      let hasFailed =
        messages.cell(reference) != .missing
        || answers.contains { $0.cell(reference).text.lowercased() == "failure" }
      return .text(hasFailed ? "failed" : "ok")
    }
  }

  private static func reader(_ path: String, _ snapshot: StoreSnapshot) -> FieldReader {
    let keys = path.split(separator: ".").map(String.init)
    return FieldReader(BoundField(path: [keys], name: path), in: snapshot)
  }
}

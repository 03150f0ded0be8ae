import Testing

@testable import TrailEngine

/// Objects and arrays that stand in a log as they stood before are not walked again, and nobody can tell.
@Suite struct RememberedObjectTests {
  let folder = ScratchFolder()

  /// Objects of which some are alike for more bytes than they are looked for by, and end in different ones.
  private static let objects: [String] = {
    let long = String(repeating: "x", count: 130)
    return [
      #"{"a":"1"}"#, #"{"a":"1","b":{"c":[1,2,{"d":null}]}}"#,
      #"{"a":"1","b":{"c":[1,2,{"d":{}}]}}"#,
      #"{"a":"\#(long)"}"#, #"{"a":"\#(long)","b":1}"#, #"{"a":"\#(long)","b":2}"#,
      #"{"a":"\#(long)","b":{"c":{"d":"1"}}}"#, #"{"a":"\#(long)","b":{"c":{"d":"2"}}}"#,
      #"{"a":"\#(long)\"","b":"é"}"#, #"{"a":"\#(long)\\","b":true,"c":false,"a":null}"#,
      #"{"eventID":"00000000-0000-4000-8000-000000000001","eventTime":"2026-11-20T10:00:00Z"}"#,
      #"[{"a":"1"},{"a":"1"},{"a":"2"}]"#, #"["\#(long)","\#(long)",[1],[]]"#, "{}", "[]",
      "{" + (0..<300).map { #""k\#($0)":\#($0)"# }.joined(separator: ",") + "}",
      #"{"a":"\#(String(repeating: long, count: 40))"}"#,
    ]
  }()

  private static func lines(_ count: Int, seed: UInt64) -> [String] {
    var generator = RecordGenerator(seed: seed)
    return (0..<count).map { number in
      let members = ["p", "q", "r"].filter { _ in generator.below(4) > 0 }.map { name in
        #""\#(name)":\#(objects[generator.below(objects.count)])"#
      }
      return "{"
        + ([#""eventName":"x""#, #""n":\#(number)"#] + members).joined(separator: ",") + "}"
    }
  }

  /// In a file that is read in pieces, so that objects are cut where one ends.
  @Test(arguments: 0..<4)
  func comeOutAsTheyWentIn(seed: UInt64) {
    let lines = Self.lines(6_000, seed: seed)
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// So many that what came first is no longer remembered when it comes again.
  @Test func moreThanAreRemembered() {
    let lines = (0..<3).flatMap { _ in
      (0..<9_000).map { number in
        #"{"eventName":"x","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:"#
          + #"user/someone-with-a-long-name/\#(number % 4_500)/again","k":\#(number % 3),"#
          + #""more":{"even":{"more":"\#(number % 4_500)"}}}}"#
      }
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// So many in turn that none is repeated for long, before some are.
  @Test func areLookedForAgain() {
    let lines = (0..<40_000).map { number in
      let one = number < 20_000 ? number : number % 50
      return
        #"{"eventName":"x","userIdentity":{"type":"Role","arn":"arn:aws:iam::1:role/\#(one)"},"n":\#(number)}"#
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// Content is told by a hash of all values: it must be the same whether an object was walked or remembered.
  @Test func countAsTheSameContent() {
    var generator = RecordGenerator(seed: 9)
    let records = (0..<2_000).map { number in
      let id =
        "00000000-0000-4000-8000-" + String(repeating: "0", count: 8) + "\(1_000 + number % 500)"
      let object = Self.objects[number % 500 % Self.objects.count]
      return #"{"eventID":"\#(id)","eventName":"x","userIdentity":\#(object),"o":[\#(object)]}"#
    }
    var shuffled = records
    for place in shuffled.indices.dropFirst() {
      shuffled.swapAt(place, generator.below(place + 1))
    }
    let store = EventStore()
    _ = store.importLogs([folder.write("1.json", records.joined(separator: "\n"))])
    let report = store.importLogs([folder.write("2.json", shuffled.joined(separator: "\n"))])
    #expect(store.snapshot().rowCount == 500)
    #expect(report.duplicates == 2_000 && report.conflictingDuplicates == 0)
  }

  /// What is no UTF-8 is said of each record that has it.
  @Test func invalidTextIsSaidEachTime() {
    let line =
      Array(#"{"eventName":"x","userIdentity":{"userName":"a"#.utf8) + [0xFF]
      + Array("b\"}}\n".utf8)
    _ = folder.write("log.json", [[UInt8]](repeating: line, count: 50).flatMap(\.self))
    let store = EventStore()
    let report = store.importLogs([folder.path])
    #expect(report.problems.map(\.reason).contains { $0.hasPrefix("50 record(s) held bytes") })
    #expect(store.snapshot().rowCount == 50)
  }

  /// An object is not looked for behind the end of the text, where bytes of an earlier one may lie.
  @Test func isNotSeenBehindTheText() throws {
    let store = EventStore()
    let line =
      #"{"eventName":"x","userIdentity":{"userName":"someone","arn":"arn:aws:iam::1:user/someone"}}"#
    for _ in 0..<3 { try store.append(record: Array(line.utf8)) }
    for count in 1..<line.utf8.count {
      #expect(throws: EventStore.AppendError.self) {
        try store.append(record: Array(line.utf8.prefix(count)))
      }
    }
    #expect(store.snapshot().records == [line, line, line])
  }
}

/// Paths that have values in the same rows have one list of them.
@Suite struct SharedRowTests {
  let folder = ScratchFolder()

  private func column(_ name: String, of lines: [String]) throws -> Column {
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    let snapshot = store.snapshot()
    #expect(snapshot.records == lines)
    var path = PathID.root
    for step in name.split(separator: ".") {
      let key = step == "[]" ? PathStep.element : .key(String(step))
      path = try #require(snapshot.paths.existingChild(of: path, key))
    }
    return try #require(snapshot.segments.first?.column(path))
  }

  /// Members of an object, of which one is missing at times, and elements as often as others.
  @Test func membersThatComeTogether() throws {
    let lines = (0..<400).map { number in
      let a = #""a":\#(number),"b":"\#(number % 7)""#
      let c = number % 3 == 0 ? #","c":1"# : ""
      let list = (0..<(number % 3)).map { #"{"k":\#($0),"v":"\#(number)"}"# }.joined(separator: ",")
      let twice = number % 5 == 0 ? #","a":9"# : ""
      let object = number % 2 == 0 ? #","o":{\#(a)\#(c)\#(twice)},"l":[\#(list)]"# : ""
      return #"{"eventName":"x","n":\#(number)\#(object)}"#
    }
    func sharesRows(_ column: Column) -> Bool { column.byteCount < column.wholeByteCount }
    // What is with the first of a group shares its rows; `n` has a value in each.
    #expect(try !sharesRows(column("n", of: lines)))
    #expect(try !sharesRows(column("o.b", of: lines)))
    #expect(try !sharesRows(column("o.a", of: lines)))
    #expect(try column("o.a", of: lines).isMultiValued)
    #expect(try column("o.b", of: lines).isMultiValued == false)
    #expect(try !sharesRows(column("l.[].k", of: lines)))
    #expect(try sharesRows(column("l.[].v", of: lines)))
    #expect(try column("l.[].v", of: lines).isMultiValued)
  }
}

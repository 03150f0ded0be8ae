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

  private func expectToComeOut(_ lines: [String]) {
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// In a file that is read in pieces, so that objects are cut where one ends.
  @Test(arguments: 0..<4)
  func comeOutAsTheyWentIn(seed: UInt64) {
    let lines = Self.lines(6_000, seed: seed)
    expectToComeOut(lines)
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
    expectToComeOut(lines)
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
  @Test func isNotSeenBehindTheText() {
    let line = Self.line("someone")
    var builder = SegmentBuilder()
    let whole = Array(line.utf8)
    walk(&builder, whole)
    for count in 1..<whole.count {
      // The rest of the same record instead of zeros: nothing may be taken from there.
      walk(&builder, whole, upTo: count, isWhole: false)
    }
    let remembered = builder.objects.head
    walk(&builder, whole)
    #expect(builder.objects.head == remembered)
    #expect(builder.rowCount == 2)
  }

  /// What stood there before is walked no more, so that nothing is remembered anew; what differs anywhere is.
  @Test func areFoundAgain() {
    var builder = SegmentBuilder()
    for name in ["one", "two"] { walk(&builder, Array(Self.line(name).utf8)) }
    let remembered = builder.objects.head
    #expect(remembered > 0)
    for name in ["two", "one", "one", "two"] { walk(&builder, Array(Self.line(name).utf8)) }
    #expect(builder.objects.head == remembered)
    walk(&builder, Array(Self.line("one", last: "2").utf8))
    #expect(builder.objects.head > remembered)
    // Another segment numbers its values anew.
    builder.reset()
    let before = builder.objects.head
    walk(&builder, Array(Self.line("one").utf8))
    #expect(builder.objects.head > before)
  }

  /// A path whose objects are not repeated is left alone, and tried again later.
  @Test func areLookedForAgain() {
    var last = PathInterner.LastShapes()
    var tries = 0
    while last.mayBeRepeated() {
      last.note(wasRepeated: false)
      tries += 1
    }
    #expect(tries > 100)
    var pause = 1
    while !last.mayBeRepeated() { pause += 1 }
    #expect(pause > tries)
    // One in five that is found keeps it so.
    for number in 0..<10_000 {
      let mayBe = last.mayBeRepeated()
      #expect(mayBe)
      last.note(wasRepeated: number % 5 == 0)
    }
  }

  /// What was written over is not believed.
  @Test func theRingForgetsWhatIsOldest() {
    var objects = RememberedObjects()
    let outcome = RememberedObjects.Outcome(node: 7, contentHash: 9)
    let leaves: [UInt32] = [1, 2, 3]
    func text(_ number: Int) -> [UInt8] {
      Array("{\"n\":\"\(number)\",\"long\":\"".utf8)
        + [UInt8](repeating: UInt8(ascii: "x"), count: 3_000) + Array("\"}".utf8)
        + [UInt8](repeating: 0, count: TextWindow.padding)
    }
    func isFound(_ number: Int) -> Bool {
      text(number).withUnsafeBufferPointer { text in
        guard let base = text.baseAddress else { return false }
        let count = text.count - TextWindow.padding
        let hash = RememberedObjects.hash(1, base)
        #expect(objects.find(hash, 2, base, available: count) == nil)
        #expect(objects.find(hash, 1, base, available: count - 1) == nil)
        guard let found = objects.find(hash, 1, base, available: count) else { return false }
        #expect(found.textCount == count && found.outcome.node == 7)
        #expect(Array(UnsafeBufferPointer(start: found.leaves, count: found.leafCount)) == leaves)
        return true
      }
    }
    for number in 0..<1_000 {
      text(number).withUnsafeBufferPointer { text in
        guard let base = text.baseAddress else { return }
        objects.remember(
          RememberedObjects.hash(1, base), 1, base, text.count - TextWindow.padding, leaves: leaves,
          leaves.count, outcome)
      }
      #expect(isFound(number))
    }
    #expect(!isFound(0))
    #expect((900..<1_000).filter { isFound($0) }.count > 80)
    objects.reset()
    #expect(!isFound(999))
  }

  /// A record whose `userIdentity` is longer than what it is looked for by.
  private static func line(_ name: String, last: String = "1") -> String {
    #"{"eventName":"x","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:"#
      + #"assumed-role/reader/\#(name)","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE","#
      + #""sessionContext":{"attributes":{"mfaAuthenticated":"false"}},"last":"\#(last)"},"z":1}"#
  }

  private func walk(
    _ builder: inout SegmentBuilder, _ record: [UInt8], upTo count: Int? = nil, isWhole: Bool = true
  ) {
    let padded = record + [UInt8](repeating: 0, count: TextWindow.padding)
    padded.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return }
      (builder.text, builder.end) = (base, count ?? record.count)
      let outcome = builder.appendRecord(at: 0, arrival: 0, keeping: .records)
      if case .accepted = outcome { #expect(isWhole) } else { #expect(!isWhole) }
    }
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

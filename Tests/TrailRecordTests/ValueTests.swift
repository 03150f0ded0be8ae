import Testing
import TrailRecord

@Suite struct EventTimeTests {
  @Test(arguments: [
    ("2026-11-20T10:05:00Z", "2026-11-20T10:05:00Z"),
    ("2026-11-20 10:05:00", "2026-11-20T10:05:00Z"),
    ("2026-11-20T10:05:00.1239999Z", "2026-11-20T10:05:00.123Z"),
    ("2026-11-20T10:05:00+01:30", "2026-11-20T08:35:00Z"),
    ("2026-11-20T23:05:00-0200", "2026-11-21T01:05:00Z"), ("2024-02-29", "2024-02-29T00:00:00Z"),
    ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"), ("2000-03-01t00:00z", "2000-03-01T00:00:00Z"),
  ])
  func readsAndWrites(_ text: String, _ canonical: String) throws {
    #expect(EventTime.format(try #require(EventTime.parse(text))) == canonical)
  }

  @Test(arguments: [
    "", "2026", "2026-02-30", "2026-13-01", "2026-11-20T24:00:00Z", "2026-11-20T10:05:00Zx",
    "2025-02-29",
  ])
  func refuses(_ text: String) { #expect(EventTime.parse(text) == nil) }

  @Test func everyDayFollowsTheOneBefore() {
    var day = EventTime.dayNumber(year: 1960, month: 1, day: 1)
    for year in 1960...2105 {
      for month in 1...12 {
        for date in 1...EventTime.daysInMonth(year: year, month: month) {
          #expect(EventTime.dayNumber(year: year, month: month, day: date) == day)
          let civil = CivilTime(Int64(day ?? 0) * EventTime.millisecondsPerDay + 1)
          #expect((civil.year, civil.month, civil.day) == (year, month, date))
          day = day.map { $0 + 1 }
        }
      }
    }
  }
}

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("010.000.000.001", "10.0.0.1"), ("::1", "0:0:0:0:0:0:0:1"), ("::ffff:10.0.0.1", "10.0.0.1"),
    ("2001:DB8::", "2001:db8:0:0:0:0:0:0"), ("fe80::1%eth0", "fe80::1"),
  ])
  func spellingsAreEqual(_ left: String, _ right: String) throws {
    #expect(try #require(IPAddress(left)) == #require(IPAddress(right)))
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.256", "1.2.3.4.5", "1..2.3", ":", ":::", "1::2::3", "g::1",
    "1:2:3:4:5:6:7:8:9", "s3.amazonaws.com", "1:2:3:4:5:6:7:",
  ])
  func refuses(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test func blocksHoldTheirAddresses() throws {
    let block = try IPNetwork("10.1.2.3/8")
    #expect(block.contains(try #require(IPAddress("10.255.0.1"))))
    #expect(!block.contains(try #require(IPAddress("11.0.0.1"))))
    #expect(try !IPNetwork("::/0").contains(try #require(IPAddress("1.2.3.4"))))
    #expect(try IPNetwork("::ffff:0:0/96").contains(try #require(IPAddress("1.2.3.4"))))
    #expect(try IPNetwork("0.0.0.0/0").contains(try #require(IPAddress("255.255.255.255"))))
    #expect(!(try IPNetwork("0.0.0.0/0").contains(try #require(IPAddress("2001:db8::1")))))
    #expect(throws: IPNetwork.ParseError.badLength(maximum: 32)) { try IPNetwork("10.0.0.0/33") }
    #expect(throws: IPNetwork.ParseError.badLength(maximum: 128)) { try IPNetwork("::/129") }
    #expect(throws: IPNetwork.ParseError.badAddress) { try IPNetwork("10.0/8") }
  }

  /// RFC 5952, section 4; version 4 addresses are four numbers however they came.
  @Test(arguments: [
    ("10.0.0.1", "10.0.0.1"), ("010.000.000.001", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"),
    ("0:0:0:0:0:FFFF:0A00:0001", "10.0.0.1"), ("0.0.0.0", "0.0.0.0"),
    ("255.255.255.255", "255.255.255.255"), ("2001:DB8::1", "2001:db8::1"),
    ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
    // One zero group is no gap; of two gaps the longer, of equal ones the first.
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0:0:0:0:0:0:0:0", "::"), ("::1", "::1"),
    ("1::", "1::"), ("1:0:0:0:0:0:0:0", "1::"), ("0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"),
    ("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"), ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
    ("::1.2.3.4", "::102:304"), ("fe80::1%eth0", "fe80::1"),
    ("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"),
  ])
  func addressesHaveOneSpelling(_ text: String, _ canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
    #expect(IPAddress(canonical) == IPAddress(text))
    let respelled = Array(text.utf8).withUnsafeBufferPointer { IPAddress.respelled($0) }
    #expect(respelled == (text == canonical ? nil : canonical))
  }

  @Test(arguments: [
    "s3.amazonaws.com", "AWS Internal", "", "1.2.3", "01.2.3", "1::2::3", "a:b", "10.0.0.256",
  ])
  func whatIsNoAddressIsLeftAsItIs(_ text: String) {
    let respelled = Array(text.utf8).withUnsafeBufferPointer { IPAddress.respelled($0) }
    #expect(respelled == nil)
  }
}

@Suite struct ExactNumberTests {
  @Test(arguments: [
    ("243", "243.0"), ("1e2", "100"), ("0.5", "5E-1"), ("-0", "0"), ("0.10", "1e-1"),
  ])
  func valuesAreEqual(_ left: String, _ right: String) {
    #expect(ExactNumber(left) == ExactNumber(right))
  }

  @Test(arguments: ["", "-", ".5", "1.", "1e", "0x1", "1 ", "NaN", "1e999999999"])
  func refuses(_ text: String) { #expect(ExactNumber(text) == nil) }

  @Test func ordersByValue() throws {
    let texts = ["-1e400", "-2", "-1.5", "0", "1e-400", "0.5", "3", "12", "1e2", "1e400"]
    let numbers = try texts.map { try #require(ExactNumber($0)) }
    for (left, right) in zip(numbers, numbers.dropFirst()) {
      #expect(left < right)
      #expect(!(right < left))
    }
  }

  @Test func addsExactly() throws {
    var sum = ExactSum()
    for text in ["0.1", "0.2", "1e30", "-1e30", "9007199254740993"] {
      sum.add(try #require(ExactNumber(text)))
    }
    sum.add(ExactNumber(-3), times: 2)
    #expect(sum.total.description == "9007199254740987.3")
    #expect(sum.count == 7)
  }

  @Test(arguments: [
    ("10", 4, "2.5"), ("1", 3, "0.333333"), ("2", 3, "0.666667"), ("-1", 8, "-0.125"),
    ("1e20", 3, "33333333333333333333.333333"),
  ])
  func divides(_ number: String, _ count: Int, _ expected: String) throws {
    #expect(try #require(ExactNumber(number)).divided(by: count).description == expected)
  }

  @Test func smallNumbersAgreeWithIntegers() {
    for left in stride(from: -1050, through: 1050, by: 7) {
      for right in [-999, -10, -1, 0, 1, 9, 10, 11, 1000] {
        #expect((ExactNumber(left) + ExactNumber(right)) == ExactNumber(left + right))
        #expect(ExactNumber(left) * right == ExactNumber(left * right))
        #expect((ExactNumber(left) < ExactNumber(right)) == (left < right))
      }
    }
  }
}

@Suite struct GlobPatternTests {
  @Test(arguments: [
    ("Delete*", "deletebucket", true), ("*", "", true), ("a*b*c", "aXbYc", true),
    ("a*b", "ab", true),
    ("ab*ba", "aba", false), (#"a\*b"#, "a*b", true), (#"a\*b"#, "axb", false),
    (#"a\\*"#, #"a\x"#, true),
    ("ÉTÉ", "été", true), ("K", "\u{212A}", false),
    ("*a*a*a*a*b", String(repeating: "a", count: 200), false),
  ])
  func matches(_ pattern: String, _ text: String, _ expected: Bool) {
    #expect(GlobPattern(pattern).matches(text) == expected)
  }
}

@Suite struct CatalogTests {
  @Test func definitionsAreComplete() {
    #expect(FieldCatalog.standard.definitions.count >= 26)
    #expect(WordCatalog.standard["DENIED"]?.name == "denied")
    #expect(StageCatalog.standard["top"]?.form == "top [N] FIELD")
    #expect(
      FieldCatalog.standard["account"]?.source
        == .first(["userIdentity.accountId", "recipientAccountId"]))
  }
}

import Testing

@testable import TrailEngine

@Suite struct PathTableTests {
  /// Tables that were one know of the spellings that each has, whichever is asked first.
  @Test(arguments: [false, true]) func spellingsOfTablesThatPart(asksEarly: Bool) {
    var table = PathTable()
    _ = table.child(of: .root, .key("UserName"))
    if asksEarly { #expect(table.spellings(ofFoldedKeys: ["username"]) == [["UserName"]]) }
    let older = table
    let list = table.child(of: .root, .key("userNAME"))
    _ = table.child(of: table.child(of: list, .element), .key("X"))
    #expect(older.spellings(ofFoldedKeys: ["USERNAME"]) == [["UserName"]])
    #expect(table.spellings(ofFoldedKeys: ["username"]) == [["UserName"], ["userNAME"]])
    #expect(table.spellings(ofFoldedKeys: ["username", "x"]) == [["userNAME", "X"]])
    #expect(older.spellings(ofFoldedKeys: ["username", "x"]) == [])
  }
}

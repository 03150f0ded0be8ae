import TrailRecord

/// How groups show the addresses of some records: as they are spelled where that is in one way only, else in the one
/// spelling that all have in common.
struct AddressSpellings {
  private var shownByAddress: [String: String] = [:]

  init(_ records: [JSONValue]) {
    for value in records.flatMap({ NaiveField(steps: ["ip"]).values($0) }) {
      let spelling = NaiveField.text(value)
      let address = NaiveField.address(spelling)
      let shown = shownByAddress[address] ?? spelling
      shownByAddress[address] = shown == spelling ? shown : address
    }
  }

  func shown(_ text: String) -> String {
    let address = NaiveField.address(text)
    return shownByAddress[address] ?? address
  }
}

internal import TrailRecord

/// All tests that patterns make on one field, arranged so that a value finds those that it passes.
///
/// What a value costs grows with its length and with the tests it passes, not with their number: texts are in
/// hash tables, beginnings and ends in tries, wildcards behind an automaton of their longest pieces, ranges in
/// a tree, and blocks of addresses in a table for each size.
final class FieldIndex: Sendable {
  /// What is told when a test is passed: a condition (twice its number) that is satisfied, or an `anything-but`
  /// (twice its number and one) that leaves the value out.
  typealias Target = Int32

  private struct WildcardTest {
    let wildcard: WildcardText
    let test: Int32
  }

  /// Tests are numbered; those of a number are `targets[starts[n]..<starts[n + 1]]`.
  private let starts: [Int32]
  private let targets: [Target]

  private let texts: ByteTable
  private let spellings: ByteTable
  private let literals: [Int32]
  private let numbers: [NumberKey: Int32]
  private let ranges: RangeTree
  private let prefixes: ByteTrie
  private let suffixes: ByteTrie
  /// Caseless tests: by number of the test, and by folded text lists of tests.
  private let caseless: [CaselessText]
  private let caselessTests: [Int32]
  private let foldedTexts: ByteTable
  private let foldedPrefixes: ByteTrie
  private let foldedSuffixes: ByteTrie
  private let foldedLists: [[Int32]]
  /// Lists of wildcards by a piece that a string must begin with, end with, or have anywhere.
  private let wildcardStarts: ByteTrie
  private let wildcardEnds: ByteTrie
  private let wildcardPieces: PieceAutomaton
  private let wildcardLists: [[WildcardTest]]
  /// Wildcards without a piece: any string passes.
  private let anyString: [Int32]
  private let addresses: [IPAddress: Int32]
  private let blocks: [(isVersion4: Bool, bits: Int, tests: [UInt128: Int32])]
  private let hasAddresses: Bool

  /// Which of the literals a value is.
  enum Literal: Int {
    case null = 0
    case no = 1
    case yes = 2
  }

  init(_ tests: [ValueTest: [Target]]) {
    var builder = FieldIndexBuilder()
    // In an order that does not depend on the dictionary's: the order of targets is the order of conditions.
    let sorted = tests.sorted { $0.value.lexicographicallyPrecedes($1.value) }
    for (test, targets) in sorted { builder.add(test, targets) }
    starts = builder.starts
    targets = builder.targets
    texts = ByteTable(builder.texts)
    spellings = ByteTable(builder.spellings)
    literals = builder.literals
    numbers = builder.numbers
    ranges = RangeTree(builder.ranges)
    prefixes = ByteTrie(builder.prefixes)
    suffixes = ByteTrie(builder.suffixes, backward: true)
    caseless = builder.caseless.map(\.text)
    caselessTests = builder.caseless.map(\.test)
    (foldedTexts, foldedPrefixes, foldedSuffixes, foldedLists) = builder.foldedTables()
    let wildcards = builder.wildcardTables()
    wildcardStarts = wildcards.starts
    wildcardEnds = wildcards.ends
    wildcardPieces = wildcards.pieces
    wildcardLists = wildcards.lists.map { list in
      list.map { WildcardTest(wildcard: $0.wildcard, test: $0.test) }
    }
    anyString = builder.anyString
    addresses = builder.addresses
    blocks = builder.blockTables()
    hasAddresses = !addresses.isEmpty || !blocks.isEmpty
  }

  @inline(__always)
  private func tell(_ test: Int32, _ told: (Target) -> Void) {
    for index in Int(starts[Int(test)])..<Int(starts[Int(test) + 1]) { told(targets[index]) }
  }

  /// Tells the targets of all tests that a string passes. A target may be told more than once.
  @inline(__always)
  func match(text value: UnsafeBufferPointer<UInt8>, _ told: (Target) -> Void) {
    let test = texts.value(of: value)
    if test >= 0 { tell(test, told) }
    if !prefixes.isEmpty { prefixes.forEach(in: value) { tell($0, told) } }
    if !suffixes.isEmpty { suffixes.forEach(in: value) { tell($0, told) } }
    if hasAddresses { matchAddress(value, told) }
    if !wildcardLists.isEmpty { matchWildcards(value, told) }
    if !caseless.isEmpty { matchCaseless(value, told) }
    for test in anyString { tell(test, told) }
  }

  func match(number spelling: UnsafeBufferPointer<UInt8>, _ told: (Target) -> Void) {
    guard !numbers.isEmpty || !ranges.isEmpty || !spellings.isEmpty else { return }
    guard let key = NumberKey(spelling) else {
      let test = spellings.value(of: spelling)
      if test >= 0 { tell(test, told) }
      return
    }
    if let test = numbers[key] { tell(test, told) }
    if !ranges.isEmpty { ranges.forEach(containing: key.rawValue) { tell($0, told) } }
  }

  func match(_ literal: Literal, _ told: (Target) -> Void) {
    let test = literals[literal.rawValue]
    if test >= 0 { tell(test, told) }
  }

  private func matchAddress(_ value: UnsafeBufferPointer<UInt8>, _ told: (Target) -> Void) {
    guard let address = AddressText.address(value) else { return }
    if let test = addresses[address] { tell(test, told) }
    for block in blocks where block.isVersion4 == address.isVersion4 {
      if let test = block.tests[AddressBlock.first(of: address, bits: block.bits)] {
        tell(test, told)
      }
    }
  }

  private func matchWildcards(_ value: UnsafeBufferPointer<UInt8>, _ told: (Target) -> Void) {
    func look(_ list: Int32) {
      for candidate in wildcardLists[Int(list)] where candidate.wildcard.matches(value) {
        tell(candidate.test, told)
      }
    }
    if !wildcardStarts.isEmpty { wildcardStarts.forEach(in: value, look) }
    if !wildcardEnds.isEmpty { wildcardEnds.forEach(in: value, look) }
    guard !wildcardPieces.isEmpty else { return }
    var seen = SmallSet()
    wildcardPieces.forEachMatch(in: value) { list in
      if seen.insert(list) { look(list) }
    }
  }

  private func matchCaseless(_ value: UnsafeBufferPointer<UInt8>, _ told: (Target) -> Void) {
    let isASCII = CaseFolding.isASCII(value)
    func check(_ list: Int32) {
      for index in foldedLists[Int(list)] {
        let text = caseless[Int(index)]
        // Where both are ASCII, to be equal when folded is to match.
        if isASCII && text.isASCII || text.matches(value) {
          tell(caselessTests[Int(index)], told)
        }
      }
    }
    func look(_ folded: UnsafeBufferPointer<UInt8>) {
      let list = foldedTexts.value(of: folded)
      if list >= 0 { check(list) }
      if !foldedPrefixes.isEmpty { foldedPrefixes.forEach(in: folded, check) }
      if !foldedSuffixes.isEmpty { foldedSuffixes.forEach(in: folded, check) }
    }
    if isASCII {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: value.count) { folded in
        for index in value.indices {
          folded.initializeElement(at: index, to: CaseFolding.fold(value[index]))
        }
        look(UnsafeBufferPointer(folded))
      }
    } else {
      var folded: [UInt8] = []
      CaselessText.fold(value, into: &folded)
      folded.withUnsafeBufferPointer(look)
    }
  }
}

/// Numbers of which mostly few are seen.
private struct SmallSet {
  private static let fewNumbers = 8

  private var few: [Int32] = []
  private var many: Set<Int32> = []

  /// True where the number is new.
  mutating func insert(_ number: Int32) -> Bool {
    guard many.isEmpty else { return many.insert(number).inserted }
    if few.contains(number) { return false }
    few.append(number)
    if few.count > Self.fewNumbers { many = Set(few) }
    return true
  }
}

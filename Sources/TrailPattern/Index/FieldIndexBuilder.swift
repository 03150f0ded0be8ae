internal import TrailRecord

/// Sorts the tests of a field into the tables of its index.
struct FieldIndexBuilder {
  private(set) var starts: [Int32] = [0]
  private(set) var targets: [FieldIndex.Target] = []
  private(set) var texts: [(scope: Int32, key: [UInt8], value: Int32)] = []
  private(set) var spellings: [(scope: Int32, key: [UInt8], value: Int32)] = []
  /// By literal, the test's number or -1.
  private(set) var literals: [Int32] = [-1, -1, -1]
  private(set) var numbers: [NumberKey: Int32] = [:]
  private(set) var ranges: [(low: Int64, high: Int64, value: Int32)] = []
  private(set) var prefixes: [(key: [UInt8], value: Int32)] = []
  private(set) var suffixes: [(key: [UInt8], value: Int32)] = []
  private(set) var caseless: [(text: CaselessText, test: Int32)] = []
  private var wildcards: [(wildcard: WildcardText, test: Int32)] = []
  private(set) var anyString: [Int32] = []
  private(set) var addresses: [IPAddress: Int32] = [:]
  private var blocks: [(block: AddressBlock, test: Int32)] = []

  /// Adds a test that was not added before.
  mutating func add(_ test: ValueTest, _ targets: [FieldIndex.Target]) {
    let number = Int32(starts.count - 1)
    self.targets += targets
    starts.append(Int32(self.targets.count))
    switch test {
    case .text(let text): texts.append((0, text, number))
    case .spelling(let spelling): spellings.append((0, Array(spelling.utf8), number))
    case .null: literals[FieldIndex.Literal.null.rawValue] = number
    case .bool(let flag):
      literals[(flag ? FieldIndex.Literal.yes : .no).rawValue] = number
    case .number(let key): numbers[key] = number
    case .range(let low, let high): ranges.append((low.rawValue, high.rawValue, number))
    case .prefix(let text): prefixes.append((text, number))
    case .suffix(let text): suffixes.append((text, number))
    case .caseless(let text): caseless.append((text, number))
    case .wildcard(let wildcard):
      if wildcard.pieces.allSatisfy(\.isEmpty), wildcard.pieces.count > 1 {
        anyString.append(number)
      } else {
        wildcards.append((wildcard, number))
      }
    case .address(let address): addresses[address] = number
    case .block(let block): blocks.append((block, number))
    case .butNot, .present, .absent: break
    }
  }
}

/// Tables whose entries are lists.
extension FieldIndexBuilder {
  /// Caseless tests by what their text folds to, one table for each anchor; entries are indexes of `caseless`.
  func foldedTables() -> (
    texts: ByteTable, prefixes: ByteTrie, suffixes: ByteTrie, lists: [[Int32]]
  ) {
    struct Key: Hashable {
      var anchor: CaselessText.Anchor
      var folded: [UInt8]
    }
    var listNumbers: [Key: Int] = [:]
    var lists: [[Int32]] = []
    var texts: [(scope: Int32, key: [UInt8], value: Int32)] = []
    var prefixes: [(key: [UInt8], value: Int32)] = []
    var suffixes: [(key: [UInt8], value: Int32)] = []
    for (index, entry) in caseless.enumerated() {
      let key = Key(anchor: entry.text.anchor, folded: entry.text.folded)
      if let list = listNumbers[key] {
        lists[list].append(Int32(index))
        continue
      }
      let list = Int32(lists.count)
      listNumbers[key] = lists.count
      lists.append([Int32(index)])
      switch key.anchor {
      case .whole: texts.append((0, key.folded, list))
      case .start: prefixes.append((key.folded, list))
      case .end: suffixes.append((key.folded, list))
      }
    }
    return (ByteTable(texts), ByteTrie(prefixes), ByteTrie(suffixes, backward: true), lists)
  }

  /// Where a wildcard's piece must stand in a string for the wildcard to be tried.
  private enum Place: Hashable {
    case start
    case end
    case anywhere
  }

  private struct PieceKey: Hashable {
    var place: Place
    var piece: [UInt8]
  }

  /// Wildcards that share an end are told apart by other pieces where there are more of them than this.
  private static let fewWildcards = 8

  /// Wildcards by a piece that a string must have.
  ///
  /// A piece at the string's start or end costs next to nothing to look for. Only wildcards without one are looked
  /// for by their longest piece anywhere, and those of which many have the same one.
  func wildcardTables() -> (
    starts: ByteTrie, ends: ByteTrie, pieces: PieceAutomaton,
    lists: [[(wildcard: WildcardText, test: Int32)]]
  ) {
    let ends = Dictionary(grouping: wildcards.indices) { Self.end(of: wildcards[$0].wildcard) }
    var numbers: [PieceKey: Int] = [:]
    var lists: [[(wildcard: WildcardText, test: Int32)]] = []
    var tries: (starts: [(key: [UInt8], value: Int32)], ends: [(key: [UInt8], value: Int32)]) =
      ([], [])
    var pieces: [(key: [UInt8], value: Int32)] = []
    for entry in wildcards {
      let key = Self.key(of: entry.wildcard) { (ends[$0]?.count ?? 0) > Self.fewWildcards }
      if let number = numbers[key] {
        lists[number].append(entry)
        continue
      }
      let number = Int32(lists.count)
      numbers[key] = lists.count
      lists.append([entry])
      switch key.place {
      case .start: tries.starts.append((key.piece, number))
      case .end: tries.ends.append((key.piece, number))
      case .anywhere: pieces.append((key.piece, number))
      }
    }
    return (
      ByteTrie(tries.starts), ByteTrie(tries.ends, backward: true), PieceAutomaton(pieces), lists
    )
  }

  /// The longer of a wildcard's two ends.
  private static func end(of wildcard: WildcardText) -> PieceKey {
    let first = wildcard.pieces.first ?? []
    let last = wildcard.pieces.last ?? []
    return first.count >= last.count
      ? PieceKey(place: .start, piece: first) : PieceKey(place: .end, piece: last)
  }

  private static func key(
    of wildcard: WildcardText, isCommon: (PieceKey) -> Bool
  ) -> PieceKey {
    let end = end(of: wildcard)
    let longest = wildcard.pieces.max { $0.count < $1.count } ?? []
    let isEndEnough = !end.piece.isEmpty && !(longest.count > end.piece.count && isCommon(end))
    return isEndEnough ? end : PieceKey(place: .anywhere, piece: longest)
  }

  /// Blocks of addresses by their version and size, largest first.
  func blockTables() -> [(isVersion4: Bool, bits: Int, tests: [UInt128: Int32])] {
    var tables: [(isVersion4: Bool, bits: Int, tests: [UInt128: Int32])] = []
    for (block, test) in blocks {
      let known = tables.firstIndex { $0.isVersion4 == block.isVersion4 && $0.bits == block.bits }
      if let known {
        tables[known].tests[block.first] = test
      } else {
        tables.append((block.isVersion4, block.bits, [block.first: test]))
      }
    }
    return tables.sorted { $0.bits < $1.bits }
  }
}

import TrailGrammar

/// A word that stands for a predicate, as `Grammar/words.txt` defines it.
package struct WordDefinition: Hashable, Sendable {
  package let name: String
  /// The predicate, in the language itself.
  package let definition: String
  package let meaning: String
}

/// The words of the language.
package struct WordCatalog: Sendable {
  /// Each uses only words that stand before it.
  package let definitions: [WordDefinition]
  private let byName: [String: Int]

  package static let standard = WordCatalog(text: TrailGrammar.words)

  package init(text: String) {
    let definitions = DefinitionTable.rows(text).compactMap { row in
      row.count == 3 ? WordDefinition(name: row[0], definition: row[1], meaning: row[2]) : nil
    }
    self.definitions = definitions
    byName = Dictionary(
      definitions.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The definition of a word, in any letter case.
  package subscript(_ name: String) -> WordDefinition? {
    byName[name.lowercased()].map { definitions[$0] }
  }
}

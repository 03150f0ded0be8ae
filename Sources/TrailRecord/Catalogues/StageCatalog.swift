import TrailGrammar

/// A stage, as `Grammar/stages.txt` describes it.
package struct StageDefinition: Hashable, Sendable {
  package let name: String
  package let form: String
  package let meaning: String
  package let examples: [String]
}

/// The stages of the language.
package struct StageCatalog: Sendable {
  package let definitions: [StageDefinition]

  package static let standard = StageCatalog(text: TrailGrammar.stages)

  /// A broken bar stands for the language's own bar in the file.
  package init(text: String) {
    definitions = DefinitionTable.rows(text).compactMap { row in
      guard row.count >= 4 else { return nil }
      let bars = row.map { String($0.map { $0 == "¦" ? "|" : $0 }) }
      return StageDefinition(
        name: bars[0], form: bars[1], meaning: bars[2], examples: Array(bars[3...]))
    }
  }

  package subscript(_ name: String) -> StageDefinition? {
    definitions.first { $0.name == name.lowercased() }
  }
}

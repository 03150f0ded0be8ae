import TrailGrammar

/// A short field name and where it is found, as `Grammar/fields.txt` defines it.
package struct FieldDefinition: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case time, text, service, ip, flag, number, computed
  }

  package enum Source: Hashable, Sendable {
    /// One path of the record.
    case path(String)
    /// The first of these that is there.
    case first([String])
    /// All of these.
    case any([String])
    /// Worked out from these members by a rule of its own.
    case computed([String])
  }

  package let name: String
  package let kind: Kind
  package let source: Source
  package let meaning: String
}

/// The short field names.
package struct FieldCatalog: Sendable {
  /// In the order in which help lists them.
  package let definitions: [FieldDefinition]
  private let byName: [String: Int]

  package static let standard = FieldCatalog(text: TrailGrammar.fields)

  package init(text: String) {
    let definitions = DefinitionTable.rows(text).compactMap(Self.definition)
    self.definitions = definitions
    byName = Dictionary(
      definitions.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The definition of a short name, in any letter case.
  package subscript(_ name: String) -> FieldDefinition? {
    byName[name.lowercased()].map { definitions[$0] }
  }

  private static func definition(_ row: [String]) -> FieldDefinition? {
    guard row.count == 4, let kind = FieldDefinition.Kind(rawValue: row[1]) else { return nil }
    return FieldDefinition(
      name: row[0], kind: kind, source: source(row[2], kind: kind), meaning: row[3])
  }

  private static func source(_ text: String, kind: FieldDefinition.Kind) -> FieldDefinition.Source {
    func list(_ inner: Substring) -> [String] {
      inner.split(separator: ",").map { $0.split(separator: " ").joined() }
    }
    if kind == .computed { return .computed(list(text[...])) }
    if text.hasPrefix("first("), text.hasSuffix(")") {
      return .first(list(text.dropFirst(6).dropLast()))
    }
    if text.hasPrefix("any("), text.hasSuffix(")") {
      return .any(list(text.dropFirst(4).dropLast()))
    }
    return .path(text)
  }
}

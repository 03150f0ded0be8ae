/// Sentences that `define query` gave names to, for as long as the session lasts.
package struct SavedQueries: Hashable, Sendable {
  /// The sentences by name, which is in lower case.
  package private(set) var textByName: [String: String] = [:]

  package init() {}

  /// The names, sorted.
  package var names: [String] { textByName.keys.sorted() }

  /// The sentence of that name, in any letter case.
  package subscript(_ name: String) -> String? {
    get { textByName[name.lowercased()] }
    set { textByName[name.lowercased()] = newValue }
  }

  /// A name is letters, digits, `_` and `-`, and begins with a letter.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic else { return false }
    return text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-"
    }
  }
}

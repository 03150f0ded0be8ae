/// What a piece of output means, which decides its colour.
package enum Meaning: Hashable, Sendable, CaseIterable {
  case plain, heading, faint, failure, success, deletion, change, time, name, number, keyword
}

/// The one table of colours.
///
/// Only the sixteen colours of the terminal's own theme are used, so that the reader's choice of background
/// stays readable.
package struct Palette: Hashable, Sendable {
  private let isOn: Bool

  package init(usesColour: Bool) {
    isOn = usesColour
  }

  /// The escape sequence that turns the colour on, or nothing.
  package func start(_ meaning: Meaning) -> String {
    guard isOn, let code = Self.code(meaning) else { return "" }
    return "\u{1b}[\(code)m"
  }

  /// The escape sequence that ends what `start` began.
  package func end(_ meaning: Meaning) -> String {
    guard isOn, Self.code(meaning) != nil else { return "" }
    return "\u{1b}[0m"
  }

  package func paint(_ text: String, as meaning: Meaning) -> String {
    start(meaning) + text + end(meaning)
  }

  private static func code(_ meaning: Meaning) -> String? {
    switch meaning {
    case .plain, .time: nil
    case .heading: "1"
    case .faint: "2"
    case .failure: "31"
    case .success: "2;32"
    case .deletion: "1;31"
    case .change: "33"
    case .name: "36"
    case .number: "35"
    case .keyword: "1;34"
    }
  }
}

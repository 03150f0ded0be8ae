/// A grammar read from EBNF text: productions by name, each an expression.
struct EBNF {
  indirect enum Expression {
    case literal(String)
    case production(String)
    case token(String)
    case sequence([Expression])
    case choice([Expression])
    case optional(Expression)
    case repetition(Expression)
  }

  private(set) var productions: [String: Expression] = [:]
  private(set) var order: [String] = []

  /// - Returns: `nil` where the text is no grammar.
  init?(_ text: String) {
    var reader = Reader(Self.tokens(of: text))
    while let name = reader.next() {
      guard reader.next() == "=", let expression = reader.choice(), reader.next() == ";" else {
        return nil
      }
      productions[name] = expression
      order.append(name)
    }
  }

  private static func tokens(of text: String) -> [String] {
    var tokens: [String] = []
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("(*") {
        rest = rest.firstRange(of: "*)").map { rest[$0.upperBound...] } ?? ""
      } else if first == "\"" {
        let end = rest.dropFirst().firstIndex(of: "\"") ?? rest.endIndex
        tokens.append(String(rest[..<end]))
        rest = rest[end...].dropFirst()
      } else if first.isLetter {
        let word = rest.prefix { $0.isLetter }
        tokens.append(String(word))
        rest = rest.dropFirst(word.count)
      } else {
        if !first.isWhitespace { tokens.append(String(first)) }
        rest = rest.dropFirst()
      }
    }
    return tokens
  }

  private struct Reader {
    private let tokens: [String]
    private var position = 0

    init(_ tokens: [String]) { self.tokens = tokens }

    private var current: String? { position < tokens.count ? tokens[position] : nil }

    mutating func next() -> String? {
      defer { position += 1 }
      return current
    }

    mutating func choice() -> Expression? {
      var alternatives: [Expression] = []
      repeat {
        guard let sequence = sequence() else { return nil }
        alternatives.append(sequence)
      } while eat("|")
      return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
    }

    private mutating func sequence() -> Expression? {
      var items: [Expression] = []
      while let token = current, !["|", ")", "]", "}", ";"].contains(token) {
        guard let item = item() else { return nil }
        items.append(item)
      }
      return items.isEmpty ? nil : .sequence(items)
    }

    private mutating func item() -> Expression? {
      guard let token = next() else { return nil }
      switch token {
      case "(": return closed(by: ")") { $0 }
      case "[": return closed(by: "]") { .optional($0) }
      case "{": return closed(by: "}") { .repetition($0) }
      default:
        if token.hasPrefix("\"") { return .literal(String(token.dropFirst())) }
        guard token.allSatisfy(\.isLetter) else { return nil }
        return token.allSatisfy(\.isUppercase) ? .token(token) : .production(token)
      }
    }

    private mutating func closed(
      by bracket: String, _ wrap: (Expression) -> Expression
    ) -> Expression? {
      guard let inner = choice(), eat(bracket) else { return nil }
      return wrap(inner)
    }

    private mutating func eat(_ token: String) -> Bool {
      guard current == token else { return false }
      position += 1
      return true
    }
  }
}

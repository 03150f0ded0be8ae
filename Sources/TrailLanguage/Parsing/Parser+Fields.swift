import TrailText

/// A path as far as its tokens go, before it is decided what they are.
struct FieldPathScan {
  var steps: [String] = []
  var quoted: [Bool] = []
  /// The token after the path.
  var endIndex: Int
  /// False where a step is empty or has characters that need quotes.
  var isWellFormed = true
  /// False where it has no bare step that could be taken for a word or value.
  var isQuotedAlone: Bool { quoted == [true] }
}

extension Parser {
  /// Reads the tokens of a path without passing them: words and strings with no space between.
  func scanFieldPath(at start: Int) -> FieldPathScan {
    var scan = FieldPathScan(endIndex: start)
    var index = start
    // True where the next piece must begin with a step, not with a dot.
    var isAfterDot = true
    repeat {
      let token = token(at: index)
      if token.kind == .word {
        // Scalars: a dot with a combining mark after it is a dot, as it is for the lexer.
        var parts = text(of: token).unicodeScalars
          .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if !isAfterDot {
          guard parts.first?.isEmpty == true, parts.count > 1 else { break }
          parts.removeFirst()
        }
        isAfterDot = parts.last?.isEmpty == true && parts.count > (isAfterDot ? 1 : 0)
        if isAfterDot { parts.removeLast() }
        for part in parts {
          scan.steps.append(part)
          scan.quoted.append(false)
          if !Self.isBareStep(part) { scan.isWellFormed = false }
        }
      } else if token.kind == .string || token.kind == .unterminatedString && index > start,
        isAfterDot
      {
        scan.steps.append(StringLiteral.decode(bytes, token, as: .plain).text)
        scan.quoted.append(true)
        isAfterDot = false
      } else {
        break
      }
      index += 1
      scan.endIndex = index
    } while isJoined(index - 1)
    if isAfterDot || scan.steps.isEmpty { scan.isWellFormed = false }
    return scan
  }

  /// True for a step that needs no quotes: letters, digits, `_`, `-`, `$`, `:` and `@`, not beginning with `-` or `:`.
  static func isBareStep(_ step: some StringProtocol) -> Bool {
    guard let first = step.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ":") else {
      return false
    }
    return step.utf8.allSatisfy { byte in
      byte >= 0x80 || ASCII.isLetter(byte) || ASCII.isDigit(byte) || Self.stepSigns.contains(byte)
    }
  }

  private static let stepSigns: Set<UInt8> = Set("_-$:@".utf8)

  /// `field := NAME {"." (NAME | STRING)} | STRING {…}`
  ///
  /// - Parameter owner: What wants the field, for the message where there is none: "`top`".
  mutating func parseField(for owner: String) -> FieldSyntax? {
    expecting(.field)
    guard at(.word) || at(.string) else {
      reportMissingField(owner)
      return nil
    }
    if let keyword = keyword(at: position), Keyword.reservedAsField.contains(keyword) {
      reportMissingField(owner)
      return nil
    }
    let scan = scanFieldPath(at: position)
    return passIndexedField(scan) ?? passField(scan)
  }

  private mutating func reportMissingField(_ owner: String) {
    report(
      .missingField, "expected a field after \(owner), found \(describe(current))",
      at: isAtEnd ? placeAfterPrevious : range(of: current))
  }

  /// Passes a scanned path, reporting what is wrong with it.
  mutating func passField(_ scan: FieldPathScan) -> FieldSyntax {
    let start = position
    while position < scan.endIndex { reportQuotes(of: advance(as: .field)) }
    let range = range(from: start)
    if !scan.isWellFormed { reportBadField(scan, at: range) }
    return FieldSyntax(steps: scan.steps, quoted: scan.quoted, range: range)
  }

  private mutating func reportBadField(_ scan: FieldPathScan, at range: SourceRange) {
    let written = text(from: range.lowerBound - base, to: range.upperBound - base)
    if scan.steps.isEmpty || scan.steps.contains("") || written.utf8.last == UInt8(ascii: ".") {
      report(
        .badField, "`\(written)` is not a whole path", at: range,
        label: "a step is missing beside a dot")
      return
    }
    let mended = zip(scan.steps, scan.quoted).map { step, isQuoted in
      Self.isBareStep(step) && !isQuoted ? step : SyntaxPrinter.quotedStep(step)
    }.joined(separator: ".")
    report(
      .badField, "`\(written)` needs quotes to be a field", replacing: range, with: mended)
  }

  /// `field {"," field}`
  mutating func parseFields(for owner: String) -> [FieldSyntax] {
    var fields: [FieldSyntax] = []
    var progress = LoopProgress()
    repeat {
      guard progress.moved(to: position) else { break }
      guard let field = parseField(for: fields.isEmpty ? owner : "`,`") else { break }
      fields.append(field)
    } while eatComma()
    return fields
  }

  mutating func eatComma() -> Bool {
    expecting(.keyword(","))
    return eat(.comma, as: .operator) != nil
  }

  /// The name after `as`.
  mutating func parseNewName() -> NameSyntax? {
    guard eat(.as) != nil else { return nil }
    expecting(.newName)
    let token = current
    if token.kind == .string {
      advance(as: .string)
      return NameSyntax(
        StringLiteral.decode(bytes, token, as: .plain).text, range: range(of: token))
    }
    let isKeyword = keyword(at: position).map(Keyword.reservedAsField.contains) ?? false
    guard token.kind == .word, !isKeyword else {
      report(
        .missingName, "expected a name after `as`, found \(describe(token))",
        at: isAtEnd ? placeAfterPrevious : range(of: token))
      return nil
    }
    advance(as: .field)
    let name = text(of: token)
    if !Self.isBareStep(name) {
      report(
        .badField, "`\(name)` needs quotes to be a name", replacing: range(of: token),
        with: SyntaxPrinter.quotedStep(name))
    }
    return NameSyntax(name, range: range(of: token))
  }
}

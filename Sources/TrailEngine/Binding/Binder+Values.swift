import TrailLanguage
import TrailRecord
import TrailText

// Values, typed by the kind of field that they are compared with.

extension Binder {
  /// The condition on a value that `comparison` with a literal states; `!=` gives the test of `=`.
  mutating func test(
    _ kind: BoundField.Kind, _ name: String, _ comparison: ComparisonOperator, _ value: ValueSyntax
  ) -> ValueTest? {
    switch comparison {
    case .identical:
      let bytes = Array(value.literalText.utf8)
      guard kind == .service else { return .identical(bytes) }
      return .any([.identical(bytes), .identical(bytes + ServiceName.suffix)])
    case .equal, .notEqual:
      return equality(kind, name, value).map { .equal($0) }
    case .less: return .ordered(order(.less, kind, value))
    case .lessOrEqual: return .ordered(order(.lessOrEqual, kind, value))
    case .greater: return .ordered(order(.greater, kind, value))
    case .greaterOrEqual: return .ordered(order(.greaterOrEqual, kind, value))
    }
  }

  private mutating func equality(
    _ kind: BoundField.Kind, _ name: String, _ value: ValueSyntax
  ) -> EqualityTest? {
    if kind == .flag { checkFlag(name, value, ["true", "false"]) }
    if name == "mfa" { checkFlag(name, value, ["yes", "no"]) }
    do throws(IPNetwork.ParseError) {
      return try EqualityTest(value.text, kind: kind, period: writtenPeriod(value.text))
    } catch {
      let reason =
        switch error {
        case .badAddress: "what stands before the `/` is no IP address"
        case .badLength(let maximum): "the length of a block goes from 0 to \(maximum)"
        }
      report(
        BindingCode.badNetwork, "`\(value.text)` is no block of addresses", at: value.range,
        notes: [reason])
      return nil
    }
  }

  private mutating func checkFlag(_ name: String, _ value: ValueSyntax, _ allowed: [String]) {
    guard !value.hasWildcard, !allowed.contains(value.text.lowercased()) else { return }
    let meansYes = ["true", "yes", "1", "on", "y", "t"].contains(value.text.lowercased())
    report(
      BindingCode.badFlag, "`\(name)` is \(allowed[0]) or \(allowed[1])", at: value.range,
      fixIt: FixIt(replace: value.range, with: meansYes ? allowed[0] : allowed[1]))
  }

  private func order(
    _ comparison: OrderTest.ComparisonKind, _ kind: BoundField.Kind, _ value: ValueSyntax
  ) -> OrderTest {
    OrderTest(comparison, value.text, kind: kind, period: writtenPeriod(value.text))
  }

  /// The period of a date, from the month on: a bare year is far more often a number.
  private func writtenPeriod(_ text: String) -> Range<Int64>? {
    guard text.utf8.count >= 7, text.utf8.first.map({ $0 &- 0x30 < 10 }) ?? false,
      case .time(.period(let start, let end), _) = TimeText.read(text)
    else { return nil }
    return start..<end
  }

  mutating func regex(_ syntax: RegexSyntax) -> ValueTest? {
    do throws(RegexError) {
      return .regex(try RegexProgram(syntax.pattern, flags: syntax.flags))
    } catch {
      // The range begins with the slash or quote.
      let place = min(syntax.range.lowerBound + 1 + error.offset, syntax.range.upperBound)
      report(
        BindingCode.badRegex, error.message,
        at: SourceRange(place, max(place, min(place + 1, syntax.range.upperBound))),
        label: "in this pattern")
      return nil
    }
  }
}

internal import TrailEngine
internal import TrailText

extension Session {
  /// What the reader's end is like, with the settings that overrule it.
  func traits(of output: any SessionOutput) -> OutputTraits {
    var traits = output.traits
    if let width = settings.width { traits.width = width }
    switch settings.colour {
    case .auto: break
    case .on:
      traits.usesColour = true
      traits.usesColourInMessages = true
    case .off:
      traits.usesColour = false
      traits.usesColourInMessages = false
    }
    return traits
  }

  func renderingOptions(for output: any SessionOutput) -> RenderingOptions {
    RenderingOptions(format: settings.output, traits: traits(of: output), rowLimit: settings.rows)
  }

  /// Writes a message that nothing silences.
  func say(_ text: String, to output: any SessionOutput) {
    output.writeMessage(text)
  }

  /// Writes a remark, unless the session is quiet.
  func note(_ text: String, to output: any SessionOutput) {
    guard !configuration.isQuiet, !isMuted else { return }
    let palette = Palette(usesColour: traits(of: output).usesColourInMessages)
    output.writeMessage(palette.paint(text, as: .faint))
  }

  /// Writes what is wrong with a statement.
  func report(
    _ diagnostics: Diagnostics, in statement: PlacedStatement, to output: any SessionOutput
  ) {
    let traits = traits(of: output)
    let renderer = DiagnosticRenderer(
      width: traits.width ?? DiagnosticRenderer.defaultWidth,
      decorator: traits.usesColourInMessages ? ANSIDecorator() : PlainDecorator())
    let text = renderer.render(
      diagnostics.list.map { $0.shifted(by: statement.offset) }, in: statement.source,
      statement: SourceRange(statement.offset, statement.offset + statement.text.utf8.count))
    say(String(text.dropLast()), to: output)
  }
}

extension Diagnostic {
  /// The same message about a text in which the statement begins `distance` bytes later.
  fileprivate func shifted(by distance: Int) -> Diagnostic {
    var moved = self
    moved.range = range?.shifted(by: distance)
    moved.fixIt = fixIt.map {
      FixIt(replace: $0.range.shifted(by: distance), with: $0.replacement)
    }
    return moved
  }
}

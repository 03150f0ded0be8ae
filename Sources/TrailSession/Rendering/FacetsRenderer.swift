internal import TrailEngine

/// The most frequent values of each field, one block a field.
struct FacetsRenderer {
  var options: RenderingOptions

  func render(_ facets: [Facet], to writer: DataWriter) throws -> RenderingReport {
    let palette = options.palette
    for (index, facet) in facets.enumerated() {
      if index > 0 { writer.endLine() }
      let name = palette.paint(TerminalText.sanitised(facet.field), as: .heading)
      let amount = NumberText.counted(facet.distinctValues, "value")
      writer.append("\(name) \(palette.paint("· \(amount)", as: .faint))\n")
      let countWidth = facet.values.map { NumberText.grouped($0.count).utf8.count }.max() ?? 0
      let column = TableColumn(name: facet.field, kind: .text, field: facet.field)
      for (value, count) in facet.values {
        var line = LineBuilder(palette: palette)
        line.add("", width: 0, as: .plain)
        line.add(NumberText.grouped(count), width: countWidth, as: .plain, right: true)
        let text = TerminalText.sanitised(CellText.readable(value, kind: .text))
        let room = options.traits.width.map { max(1, $0 - countWidth - 2 * TableLayout.gap) }
        line.add(
          room.map { TerminalText.cut(text, to: $0) } ?? text, width: 0,
          as: CellMeaning.of(value, in: column))
        writer.append(line.text)
        writer.endLine()
      }
      let rest = facet.distinctValues - facet.values.count
      if rest > 0 {
        let text = "  … \(NumberText.grouped(rest)) more"
        writer.append(palette.paint(text, as: .faint) + "\n")
      }
      try writer.flushIfLarge()
    }
    return RenderingReport()
  }
}

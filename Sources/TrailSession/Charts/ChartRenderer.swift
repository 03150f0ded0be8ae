internal import TrailEngine

/// Draws a table in the terminal: lines in Braille dots over time, or bars.
struct ChartRenderer {
  var options: RenderingOptions

  private static let usualWidth = 80
  private static let height = 12
  private static let leastPlotWidth = 16
  private static let meanings: [Meaning] = [.name, .change, .success, .number, .failure, .faint]

  func render(_ table: TableRows, to writer: DataWriter) throws -> RenderingReport {
    guard table.rowCount > 0, let model = ChartModel(table) else { return RenderingReport() }
    switch model.form {
    case .bars(let bars): return try renderBars(bars, model, to: writer)
    case .lines(let axis, let lines):
      renderLines(axis, lines, model, to: writer)
      return RenderingReport()
    }
  }

  private var width: Int { options.traits.width ?? Self.usualWidth }

  // MARK: Bars

  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  private func renderBars(
    _ bars: [ChartModel.Bar], _ model: ChartModel, to writer: DataWriter
  ) throws -> RenderingReport {
    let shown = options.traits.isInteractive ? Array(bars.prefix(options.rowLimit)) : bars
    let names = shown.map { TerminalText.sanitised($0.name) }
    let valueWidth = shown.map { TerminalText.width($0.text) }.max() ?? 0
    let widest = names.map(TerminalText.width).max() ?? 0
    let nameWidth = min(widest, max(8, (width - valueWidth) / 2))
    let room = max(1, width - nameWidth - valueWidth - 2 * TableLayout.gap)
    let maximum = model.maximum
    for (bar, name) in zip(shown, names) {
      let units = max(0, Int((bar.value / maximum * Double(room * 8)).rounded()))
      let drawn =
        String(repeating: "█", count: units / 8) + (units > 0 ? Self.eighths[units % 8] : "")
      var line = LineBuilder(palette: options.palette)
      line.add(TerminalText.cut(name, to: nameWidth), width: nameWidth, as: .plain)
      line.add(bar.text, width: valueWidth, as: .plain, right: true)
      line.add(drawn.isEmpty && bar.value > 0 ? "▏" : drawn, width: 0, as: .name)
      writer.append(line.text)
      writer.endLine()
      try writer.flushIfLarge()
    }
    return RenderingReport(hiddenRows: bars.count - shown.count)
  }

  // MARK: Lines

  private func renderLines(
    _ axis: TimeAxis, _ lines: [ChartModel.Line], _ model: ChartModel, to writer: DataWriter
  ) {
    let top = AxisText.ceiling(model.maximum)
    let labels = [top, top / 2, 0].map(AxisText.number)
    let axisWidth = labels.map(TerminalText.width).max() ?? 0
    let plotWidth = max(Self.leastPlotWidth, width - axisWidth - 2)
    var canvas = BrailleCanvas(width: plotWidth, height: Self.height)
    for (index, line) in lines.enumerated().reversed() {
      canvas.draw(
        axis.columns(canvas.columns, of: line.values), maximum: top,
        as: Self.meanings[index % Self.meanings.count])
    }
    for row in 0..<Self.height {
      let label =
        row == 0
        ? labels[0]
        : row == Self.height / 2
          ? labels[1]
          : row == Self.height - 1
            ? labels[2] : ""
      var text = LineBuilder(palette: options.palette)
      text.add(label, width: axisWidth, as: .faint, right: true)
      writer.append(text.text)
      let padding = axisWidth - TerminalText.width(label)
      if label.isEmpty { writer.append(repeating: UInt8(ascii: " "), count: padding) }
      writer.append(options.palette.paint(label.isEmpty ? " │" : " ┤", as: .faint))
      writer.append(canvas.text(ofRow: row, options.palette))
      writer.endLine()
    }
    writeTimes(axis.times, axisWidth: axisWidth, plotWidth: plotWidth, to: writer)
    writeLegend(lines, model, to: writer)
  }

  private func writeTimes(
    _ times: [Int64], axisWidth: Int, plotWidth: Int, to writer: DataWriter
  ) {
    guard let first = times.first, let last = times.last else { return }
    let margin = String(repeating: " ", count: axisWidth + 1)
    let axis = "└" + String(repeating: "─", count: plotWidth)
    writer.append(margin + options.palette.paint(axis, as: .faint) + "\n")
    let start = AxisText.time(first, span: last - first)
    let end = first == last ? "" : AxisText.time(last, span: last - first)
    let gap = max(1, plotWidth + 1 - start.utf8.count - end.utf8.count)
    let text = start + String(repeating: " ", count: gap) + end
    writer.append(margin + options.palette.paint(text, as: .faint) + "\n")
  }

  private func writeLegend(
    _ lines: [ChartModel.Line], _ model: ChartModel, to writer: DataWriter
  ) {
    var entries = lines.enumerated().map { index, line in
      let name = TerminalText.sanitised(line.name.isEmpty ? model.title : line.name)
      let meaning = Self.meanings[index % Self.meanings.count]
      let total = model.addsUp ? " " + AxisText.number(line.total) : ""
      return options.palette.paint("━━ \(name)", as: meaning)
        + options.palette.paint(total, as: .faint)
    }
    if model.undrawn > 0 {
      entries.append(options.palette.paint("\(model.undrawn) more are not drawn", as: .faint))
    }
    writer.append(entries.joined(separator: "   ") + "\n")
  }
}

/// A canvas of Braille dots, two by four in each cell.
struct BrailleCanvas {
  private let width: Int
  private let height: Int
  private var dots: [UInt8]
  private var meanings: [Meaning]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    dots = [UInt8](repeating: 0, count: width * height)
    meanings = [Meaning](repeating: .plain, count: width * height)
  }

  /// Columns of dots.
  var columns: Int { width * 2 }

  /// The bit of each dot in a cell, by column and row.
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  private mutating func set(_ x: Int, _ y: Int, _ meaning: Meaning) {
    guard (0..<width * 2).contains(x), (0..<height * 4).contains(y) else { return }
    let cell = y / 4 * width + x / 2
    dots[cell] |= Self.bits[x % 2][y % 4]
    meanings[cell] = meaning
  }

  /// Draws a line through a value for each column; it has gaps where there are none.
  mutating func draw(_ values: [Double?], maximum: Double, as meaning: Meaning) {
    var previous: Int?
    for (x, value) in values.enumerated() {
      guard let value else {
        previous = nil
        continue
      }
      let share = min(1, max(0, value / maximum))
      let y = height * 4 - 1 - Int((share * Double(height * 4 - 1)).rounded())
      for between in min(y, previous ?? y)...max(y, previous ?? y) { set(x, between, meaning) }
      previous = y
    }
  }

  func text(ofRow row: Int, _ palette: Palette) -> String {
    var text = ""
    var run = ""
    var current = Meaning.plain
    for column in 0..<width {
      let cell = row * width + column
      if meanings[cell] != current, dots[cell] != 0 {
        text += palette.paint(run, as: current)
        run = ""
        current = meanings[cell]
      }
      let scalar = Unicode.Scalar(0x2800 + UInt32(dots[cell])) ?? " "
      run.unicodeScalars.append(dots[cell] == 0 ? " " : scalar)
    }
    return text + palette.paint(run, as: current)
  }
}

internal import TrailEngine

/// A chart as an SVG picture.
struct ChartDrawing {
  private static let width = 960.0
  private static let plotHeight = 360.0
  private static let margin = 72.0
  private static let barHeight = 22.0
  /// Colours that people with any colour vision tell apart, and grey for what is summed up.
  private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#777777"]

  let model: ChartModel

  var svg: String {
    switch model.form {
    case .lines(let axis, let lines): lineChart(axis, lines)
    case .bars(let bars): barChart(bars)
    }
  }

  private func lineChart(_ axis: TimeAxis, _ lines: [ChartModel.Line]) -> String {
    let top = AxisText.ceiling(model.maximum)
    let plotWidth = Self.width - 2 * Self.margin
    let bottom = Self.margin + Self.plotHeight
    var body = ""
    for share in [0, 0.25, 0.5, 0.75, 1] {
      let y = bottom - share * Self.plotHeight
      body += line(Self.margin, y, Self.width - Self.margin, y, "#dddddd")
      body += text(AxisText.number(top * share), Self.margin - 8, y + 4, anchor: "end")
    }
    if let first = axis.times.first, let last = axis.times.last {
      let span = last - first
      body += text(AxisText.time(first, span: span), Self.margin, bottom + 20, anchor: "start")
      if last > first {
        let end = AxisText.time(last, span: span)
        body += text(end, Self.width - Self.margin, bottom + 20, anchor: "end")
      }
    }
    for (index, series) in lines.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      // A stroke of one value is a dash.
      for stroke in axis.strokes(series.values) {
        var points = stroke.map { place in
          let height = (series.values[place] ?? 0) / top * Self.plotHeight
          return (x: Self.margin + axis.share(of: place) * plotWidth, y: bottom - height)
        }
        if points.count == 1 { points.append((points[0].x + 2, points[0].y)) }
        let text = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        body +=
          "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(text)\"/>\n"
      }
      let y = bottom + 48 + Double(index) * 20
      body += line(Self.margin, y - 4, Self.margin + 24, y - 4, colour, width: 3)
      body += text(series.name.isEmpty ? model.title : series.name, Self.margin + 32, y)
    }
    return document(body, height: bottom + 60 + Double(lines.count) * 20)
  }

  private func barChart(_ bars: [ChartModel.Bar]) -> String {
    let labelWidth = 280.0
    let room = Self.width - labelWidth - 2 * Self.margin
    var body = ""
    for (index, bar) in bars.enumerated() {
      let y = Self.margin + Double(index) * (Self.barHeight + 6)
      let length = max(0, bar.value / model.maximum * room)
      body += text(bar.name, labelWidth - 8, y + 16, anchor: "end")
      body +=
        "<rect x=\"\(number(labelWidth))\" y=\"\(number(y))\" width=\"\(number(length))\""
        + " height=\"\(number(Self.barHeight))\" fill=\"\(Self.colours[0])\"/>\n"
      body += text(bar.text, labelWidth + length + 6, y + 16)
    }
    return document(
      body, height: 2 * Self.margin + Double(bars.count) * (Self.barHeight + 6))
  }

  private func document(_ body: String, height: Double) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(number(Self.width))\""
      + " height=\"\(number(height))\" viewBox=\"0 0 \(number(Self.width)) \(number(height))\""
      + " font-family=\"sans-serif\" font-size=\"13\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      + text(model.title, Self.margin, Self.margin - 28) + body + "</svg>\n"
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, width: Int = 1
  ) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\""
      + " stroke=\"\(colour)\" stroke-width=\"\(width)\"/>\n"
  }

  private func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String = "start"
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(Self.escaped(text))</text>\n"
  }

  /// One decimal at most: the picture is the same everywhere.
  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }

  /// Text without what XML takes as markup or forbids.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

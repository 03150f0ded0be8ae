internal import TrailEngine
internal import TrailRecord

/// One Insights event for reading: what is unusual, since when, and who is behind it, beside what is usual.
struct InsightRenderer {
  var details: InsightDetails
  var options: RenderingOptions
  /// Counts by minute around the activity, where the events are there; the minute that they begin with.
  var minutes: (start: Int64, counts: [Int])?
  /// The activity's minutes, with its End where that is known.
  var span: Range<Int64>
  /// A line that asks for the events behind it.
  var question: String

  private static let indentation = "  "
  /// Where no screen limits it.
  private static let usualWidth = 80
  private static let widestPlot = 120

  var text: String {
    var result =
      heading + "\n"
      + HelpPage(rows: facts.map { .entry($0.0, $0.1) }).text(
        width: options.traits.width, palette: palette)
    result += "\n" + palette.paint("\(unit.uppercased()) A MINUTE", as: .heading) + "\n" + plot
    result += "\n" + shares
    return result
  }

  private var palette: Palette { options.palette }
  private var unit: String { details.isOfErrors ? "errors" : "calls" }
  private var service: String { String(details.eventSource.prefix { $0 != "." }) }

  private var heading: String {
    let what =
      details.errorCode.map { "\($0) of \(service) \(details.eventName)" }
      ?? "\(service) \(details.eventName)"
    let kind = details.isOfErrors ? "API error rate" : "API call rate"
    return palette.paint(
      TerminalText.sanitised(
        "\(kind) of \(what): \(details.isStart ? "unusual from here on" : "usual again")"),
      as: .heading)
  }

  private var facts: [(String, String)] {
    var rows: [(String, String)] = []
    let end = ReadableTime.readable(span.upperBound)
    let length = ReadableDuration.readable(span.upperBound - span.lowerBound)
    rows.append(("when", "\(ReadableTime.readable(span.lowerBound)) to \(end), \(length)"))
    rows.append(
      ("where", TerminalText.sanitised("\(details.region), account \(details.account)")))
    let change = InsightText.change(from: details.baseline, to: details.rate)
    rows.append(
      (
        "insight",
        "\(InsightText.rate(details.rate)) \(unit) a minute over"
          + " \(NumberText.counted(details.minutes, "minute"))"
          + (change.map { ", \($0)" } ?? "")
      ))
    let days = ReadableDuration.readable(Int64(details.baselineMinutes) * 60_000)
    rows.append(
      ("baseline", "\(InsightText.rate(details.baseline)) \(unit) a minute over the \(days) before")
    )
    rows.append(("events", details.isOfData ? "data events" : "management events"))
    if let source = details.source { rows.append(("trail", TerminalText.sanitised(source))) }
    rows.append(("incident", TerminalText.sanitised(details.sharedID)))
    rows.append(("behind it", TerminalText.sanitised(question)))
    return rows
  }

  private var plot: String {
    guard let minutes, minutes.counts.contains(where: { $0 > 0 }) else {
      return Self.indentation
        + palette.paint("the events of these minutes are not known here", as: .faint)
        + "\n"
    }
    let first = Int((span.lowerBound - minutes.start) / 60_000)
    let last = Int((span.upperBound - minutes.start + 59_999) / 60_000)
    let marked = max(0, first)..<max(first + 1, min(last, minutes.counts.count))
    return MinutePlot(
      start: minutes.start, counts: minutes.counts, marked: marked, palette: palette,
      width: min(options.traits.width ?? Self.usualWidth, Self.widestPlot),
      usesBlocks: options.traits.usesUnicode
    ).text
  }

  /// Who and what it comes from, the insight's share beside the baseline's.
  private var shares: String {
    var lines: [(text: String, insight: String, baseline: String, isTitle: Bool)] = []
    for (attribute, insight, baseline) in details.attributions {
      lines.append((attribute, "", "", true))
      var values = insight.map(\.value)
      values += baseline.map(\.value).filter { !values.contains($0) }
      func share(_ shares: [InsightDetails.Share], _ value: String) -> String {
        shares.first { $0.value == value }.map { InsightText.rate($0.average) } ?? CellText.missing
      }
      for value in values {
        lines.append(
          (Self.indentation + value, share(insight, value), share(baseline, value), false))
      }
      if values.isEmpty { lines.append((Self.indentation + "nobody", "", "", false)) }
    }
    let insightWidth = max(7, lines.map { TerminalText.width($0.insight) }.max() ?? 0)
    let baselineWidth = max(8, lines.map { TerminalText.width($0.baseline) }.max() ?? 0)
    let room = (options.traits.width ?? Self.widestPlot) - insightWidth - baselineWidth - 4
    let natural = lines.map { TerminalText.width(TerminalText.sanitised($0.text)) }.max() ?? 0
    let width = max(16, min(room, natural))
    var result = ""
    func add(_ cells: [String], _ meanings: [Meaning]) {
      var line = LineBuilder(palette: palette)
      line.add(cells[0], width: width, as: meanings[0])
      line.add(cells[1], width: insightWidth, as: meanings[1], right: true)
      line.add(cells[2], width: baselineWidth, as: meanings[2], right: true)
      result += line.text + "\n"
    }
    add(["A MINUTE BY", "INSIGHT", "BASELINE"], [.heading, .heading, .heading])
    for line in lines {
      let text = TerminalText.cut(TerminalText.sanitised(line.text), to: width)
      add([text, line.insight, line.baseline], [line.isTitle ? .name : .plain, .plain, .faint])
    }
    return result
  }
}

internal import TrailEngine

/// A plan as a tree with its estimated and actual rows beside it.
struct ExplainRenderer {
  var options: RenderingOptions

  private struct Line {
    var tree: String
    var access: String
    var estimated: String
    var actual: String
  }

  func render(_ report: PlanReport, to writer: DataWriter) throws {
    let palette = options.palette
    writer.append(palette.paint(TerminalText.sanitised(report.normalised), as: .keyword) + "\n")
    if !report.spelledOut.isEmpty {
      writer.endLine()
      let width = report.spelledOut.map { TerminalText.width($0.word) }.max() ?? 0
      for (word, definition) in report.spelledOut {
        let padding = String(repeating: " ", count: width - TerminalText.width(word))
        let room = options.traits.width.map { max(20, $0 - width - 3) } ?? .max
        let lines = HelpPage.wrapped(definition, width: room, indentation: width + 3)
        writer.append("\(palette.paint(word, as: .name))\(padding) = \(lines)\n")
      }
    }
    if let root = report.root {
      writer.endLine()
      writeTree(root, to: writer)
    }
    try writer.flush()
  }

  private func writeTree(_ root: PlanNode, to writer: DataWriter) {
    var lines = [Line(tree: "PLAN", access: "FOUND BY", estimated: "ESTIMATED", actual: "ACTUAL")]
    Self.collect(root, lead: "", branch: "", into: &lines)
    let accessWidth = lines.map { TerminalText.width($0.access) }.max() ?? 0
    let estimatedWidth = lines.map { TerminalText.width($0.estimated) }.max() ?? 0
    let actualWidth = lines.map { TerminalText.width($0.actual) }.max() ?? 0
    var treeWidth = lines.map { TerminalText.width($0.tree) }.max() ?? 0
    if let width = options.traits.width {
      let others = accessWidth + estimatedWidth + actualWidth + 3 * TableLayout.gap
      treeWidth = min(treeWidth, max(20, width - others))
    }
    for (index, line) in lines.enumerated() {
      var builder = LineBuilder(palette: options.palette)
      let meaning: Meaning = index == 0 ? .heading : .plain
      builder.add(TerminalText.cut(line.tree, to: treeWidth), width: treeWidth, as: meaning)
      builder.add(line.access, width: accessWidth, as: index == 0 ? .heading : .faint)
      builder.add(line.estimated, width: estimatedWidth, as: meaning, right: true)
      builder.add(line.actual, width: actualWidth, as: meaning, right: true)
      writer.append(builder.text)
      writer.endLine()
    }
  }

  private static func collect(
    _ node: PlanNode, lead: String, branch: String, into lines: inout [Line]
  ) {
    lines.append(
      Line(
        tree: lead + branch + TerminalText.sanitised(node.title), access: node.access ?? "",
        estimated: node.estimatedRows.map(NumberText.grouped) ?? "",
        actual: node.actualRows.map(NumberText.grouped) ?? ""))
    let inner =
      switch branch {
      case "├ ": lead + "│ "
      case "└ ": lead + "  "
      default: lead
      }
    for (index, child) in node.children.enumerated() {
      let isLast = index == node.children.count - 1
      collect(child, lead: inner, branch: isLast ? "└ " : "├ ", into: &lines)
    }
  }
}

internal import TrailEngine

/// Events as a tree: each below the one that issued the credential with which it was done.
struct ChainRenderer {
  var options: RenderingOptions

  /// Levels that are drawn; deeper ones keep the indentation.
  private static let deepestDrawn = 12

  func render(_ chain: ChainRows, to writer: DataWriter) throws -> RenderingReport {
    let shown = options.traits.isInteractive ? min(chain.nodes.count, options.rowLimit) : .max
    let nodes = chain.nodes.prefix(shown)
    let events = EventRows(snapshot: chain.snapshot, references: nodes.map(\.event))
    let glyphs = glyphs(of: Array(nodes))
    var number = 0
    let numbers = nodes.map { node -> Cell in
      guard node.isRow else { return .text("") }
      number += 1
      return .number(String(number))
    }
    let names = ["time", "name", "user", "target", "ip", "result"]
    let marks = zip(nodes, chain.issuedKeys(of: nodes)).map { node, key in
      Cell.text(Self.marks(of: node, issuedKey: key))
    }
    let rows = AnswerRows(
      columns: (options.traits.isInteractive ? [TableColumn(name: "#", kind: .number)] : [])
        + names.map(EventColumns.description) + [TableColumn(name: "issued and new", kind: .text)],
      rowCount: nodes.count
    ) { range in
      var cells = EventColumns.cells(of: names, events: events, range: range)
      cells[1] = zip(range, cells[1]).map { index, cell in .text(glyphs[index] + cell.text) }
      if options.traits.isInteractive { cells.insert(Array(numbers[range]), at: 0) }
      return CellBatch(cells + [Array(marks[range])])
    }
    var unlimited = options
    unlimited.rowLimit = max(1, nodes.count)
    var report = try TableRenderer(options: unlimited).render(rows, to: writer)
    report.hiddenRows = chain.nodes.dropFirst(nodes.count).count(where: \.isRow)
    return report
  }

  private static func marks(of node: ChainRows.Node, issuedKey: String?) -> String {
    var marks: [String] = []
    if let key = issuedKey { marks.append("→ \(key)") }
    if node.hasNewAddress { marks.append("new address") }
    if node.hasNewAgent { marks.append("new agent") }
    return marks.joined(separator: ", ")
  }

  /// The branches before each name.
  private func glyphs(of nodes: [ChainRows.Node]) -> [String] {
    // Whether another child of the same parent comes behind a node.
    var hasNext = [Bool](repeating: false, count: nodes.count)
    var seen: Set<Int> = []
    for index in nodes.indices.reversed() {
      if let parent = nodes[index].parent { hasNext[index] = !seen.insert(parent).inserted }
    }
    return nodes.indices.map { index in
      guard let parent = nodes[index].parent else { return "" }
      var text = hasNext[index] ? "├─ " : "└─ "
      var above = parent
      var drawn = 1
      while let next = nodes[above].parent, drawn < Self.deepestDrawn {
        text = (hasNext[above] ? "│  " : "   ") + text
        above = next
        drawn += 1
      }
      return text
    }
  }
}

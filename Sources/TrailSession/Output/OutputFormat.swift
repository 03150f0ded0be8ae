/// How answers are written; what `output` and `--format` choose.
package enum OutputFormat: String, Hashable, Sendable, CaseIterable {
  case table, json, ndjson, csv, tsv, markdown, lines

  /// One sentence for help and completion.
  package var meaning: String {
    switch self {
    case .table: "columns that fit the width, for reading"
    case .json: "one JSON array"
    case .ndjson: "one JSON object a line; --json is short for it"
    case .csv: "comma-separated values with a header line (RFC 4180)"
    case .tsv: "tab-separated values with a header line"
    case .markdown: "a Markdown table"
    case .lines: "one field a line, a blank line between rows"
    }
  }

  /// True for the formats that are read by people: only these are followed by a count of rows.
  package var isForReading: Bool {
    switch self {
    case .table, .markdown, .lines: true
    case .json, .ndjson, .csv, .tsv: false
    }
  }

  /// True for the formats in which whole events are their records, not columns.
  var showsRecords: Bool { self == .json || self == .ndjson }

  /// The format that a file of this name is expected to hold, or `nil` where its ending says nothing.
  package init?(fileName: String) {
    guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "json": self = .json
    case "ndjson", "jsonl": self = .ndjson
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    case "md", "markdown": self = .markdown
    case "txt", "lines": self = .lines
    default: return nil
    }
  }
}

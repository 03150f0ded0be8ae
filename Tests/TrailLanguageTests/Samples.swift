import TrailLanguage
import TrailTestSupport
import TrailText

struct InvalidSample: CustomStringConvertible, Sendable {
  let sentence: String
  let codes: [String]
  var description: String { sentence }
}

enum Samples {
  static func valid() throws -> [String] {
    try PackageFiles.text("Grammar/valid.tq").split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
  }

  static func invalid() throws -> [InvalidSample] {
    try PackageFiles.text("Grammar/invalid.tq").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .compactMap { line in
        guard let mark = line.ranges(of: " # ").last else { return nil }
        let codes = line[mark.upperBound...].split(separator: ",").map {
          $0.drop { $0 == " " }
        }
        return InvalidSample(
          sentence: String(line[..<mark.lowerBound]), codes: codes.map(String.init))
      }
  }

  /// The line that the message about a sentence offers.
  static func suggestion(for parsed: ParsedQuery, _ sentence: String) -> String? {
    DiagnosticRenderer().suggestion(for: parsed.diagnostics, in: SourceText(sentence))
  }
}

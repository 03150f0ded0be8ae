internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// One record whole, in the five parts that CloudTrail's own notes speak of.
struct RecordRenderer {
  var options: RenderingOptions

  private enum Part: String, CaseIterable {
    case who = "WHO"
    case whenAndWhere = "WHEN AND WHERE"
    case asked = "WHAT WAS ASKED"
    case cameBack = "WHAT CAME BACK"
    case rest = "THE REST"
  }

  /// Members of a record by the part that they belong to; all others are the rest.
  private static let parts: [String: Part] = [
    "userIdentity": .who, "sessionCredentialFromConsole": .who,
    "eventTime": .whenAndWhere, "awsRegion": .whenAndWhere, "sourceIPAddress": .whenAndWhere,
    "userAgent": .whenAndWhere, "vpcEndpointId": .whenAndWhere,
    "vpcEndpointAccountId": .whenAndWhere,
    "edgeDeviceDetails": .whenAndWhere,
    "eventSource": .asked, "eventName": .asked, "apiVersion": .asked, "requestParameters": .asked,
    "resources": .asked, "readOnly": .asked,
    "errorCode": .cameBack, "errorMessage": .cameBack, "responseElements": .cameBack,
    "additionalEventData": .cameBack, "serviceEventDetails": .cameBack, "insightDetails": .cameBack,
  ]
  /// Short names of members in paths.
  private static let shortRoots = [
    "userIdentity": "identity", "requestParameters": "req", "responseElements": "resp",
    "additionalEventData": "extra",
  ]
  /// A longer path gets a line of its own, where the screen is not narrower still.
  private static let widestPath = 56
  private static let indentation = 2

  private struct Line {
    var path: String
    var value: String
    var meaning: Meaning = .plain
  }

  /// The record of the only event in `event`. Formats for programs get the record as it is.
  func text(_ event: EventRows) -> String {
    var bytes: [UInt8] = []
    event.appendRecord(at: 0, to: &bytes)
    let raw = String(decoding: bytes, as: UTF8.self) + "\n"
    switch options.format {
    case .json, .ndjson: return raw
    case .table, .csv, .tsv, .markdown, .lines: break
    }
    guard let record = try? JSONParser.parse(bytes), case .object(let members) = record else {
      return raw
    }
    var lines: [Part: [Line]] = [:]
    for member in members {
      let name = String(decoding: member.name, as: UTF8.self)
      Self.collect(
        member.value, path: [Self.shortRoots[name] ?? name],
        isError: name == "errorCode" || name == "errorMessage",
        into: &lines[Self.parts[name] ?? .rest, default: []])
    }
    return Part.allCases.compactMap { part in
      lines[part].map { text(part, $0) }
    }.joined(separator: "\n")
  }

  private func text(_ part: Part, _ lines: [Line]) -> String {
    let palette = options.palette
    let widths = lines.map { TerminalText.width($0.path) }
    let widest = min(Self.widestPath, options.traits.width.map { $0 / 2 } ?? Self.widestPath)
    let pathWidth = widths.filter { $0 <= widest }.max() ?? 0
    let indentation = Self.indentation + pathWidth + 2
    var result = palette.paint(part.rawValue, as: .heading) + "\n"
    for (line, width) in zip(lines, widths) {
      result += "  " + palette.paint(line.path, as: .name)
      if line.value.isEmpty {
        result += "\n"
        continue
      }
      if width > pathWidth {
        result += "\n" + String(repeating: " ", count: indentation)
      } else {
        result += String(repeating: " ", count: pathWidth - width + 2)
      }
      let room = options.traits.width.map { max(20, $0 - indentation) }
      let pieces = room.map { TerminalText.pieces(line.value, columns: $0) } ?? [line.value]
      result += pieces.map { palette.paint($0, as: line.meaning) }
        .joined(separator: "\n" + String(repeating: " ", count: indentation))
      result += "\n"
    }
    return result
  }

  private static func collect(
    _ value: JSONValue, path: [String], isError: Bool, into lines: inout [Line]
  ) {
    switch value {
    case .object(let members) where !members.isEmpty:
      for member in members {
        let name = String(decoding: member.name, as: UTF8.self)
        collect(member.value, path: path + [name], isError: isError, into: &lines)
      }
    case .array(let elements) where elements.contains(where: isContainer):
      for (index, element) in elements.enumerated() {
        if elements.count > 1, isContainer(element) {
          lines.append(
            Line(path: spelled(path), value: "(\(index + 1) of \(elements.count))", meaning: .faint)
          )
        }
        collect(element, path: path, isError: isError, into: &lines)
      }
    case .array(let elements) where !elements.isEmpty:
      lines.append(Line(path: spelled(path), value: elements.map(scalar).joined(separator: ", ")))
    default:
      let meaning: Meaning = value == .null ? .faint : isError ? .failure : .plain
      lines.append(Line(path: spelled(path), value: scalar(value), meaning: meaning))
    }
  }

  private static func isContainer(_ value: JSONValue) -> Bool {
    switch value {
    case .object, .array: true
    case .null, .bool, .number, .string: false
    }
  }

  private static func scalar(_ value: JSONValue) -> String {
    switch value {
    case .string(let bytes) where bytes.isEmpty: "\"\""
    case .string(let bytes): TerminalText.sanitised(String(decoding: bytes, as: UTF8.self))
    default: String(decoding: JSONWriter.bytes(value), as: UTF8.self)
    }
  }

  /// A path as a sentence writes it, with quotes where a key needs them.
  private static func spelled(_ path: [String]) -> String {
    let field = FieldSyntax(steps: path, range: .at(0))
    return TerminalText.sanitised(SyntaxPrinter.text(of: field))
  }
}

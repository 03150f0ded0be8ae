import Foundation
import TrailCrypto
import TrailRecord
import TrailTestSupport

@testable import TrailCloud

/// Records that real accounts left, where they lie beside the repository.
enum RealRecords {
  static let path =
    PackageFiles.root.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    + "/shared/data/real/records.ndjson.gz"

  static var arePresent: Bool { FileManager.default.fileExists(atPath: path) }

  /// All records that are there, whoever left them.
  static let count = 27_833

  /// All records as they stand in the file, one a line.
  static func lines() -> [[UInt8]] {
    guard let file = FileManager.default.contents(atPath: path),
      let bytes = Gzip.decompress(Array(file))
    else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// Sources that are accounts' own log files, complete and unmasked; the others are examples that people wrote.
  private static let accounts = ["suzaku-sample-data", "invictus-aws_dataset", "stratus-red-team"]

  /// The records of version 1.08 and later that accounts left.
  static let all: [JSONValue] = {
    lines().compactMap { line in
      guard let record = try? JSONParser.parse(line),
        let source = record["_source_file"]?.text,
        accounts.contains(where: { source.hasPrefix($0) }),
        ["1.08", "1.09", "1.10", "1.11"].contains(record["eventVersion"]?.text)
      else { return nil }
      return .object((record.members ?? []).filter { !$0.nameText.hasPrefix("_") })
    }
  }()
}

/// A call that real records show, with one of them.
struct RealCall: CustomStringConvertible, Sendable {
  var eventSource: String
  var eventName: String
  /// How many records of the call there are.
  var count: Int
  /// One of those that most are like.
  var record: JSONValue

  var description: String { "\(eventSource.prefix { $0 != "." }):\(eventName)" }

  /// The calls of users and roles that AWS answered, the most frequent first.
  static let answered: [RealCall] = calls { record in
    record["errorCode"] == nil && record["errorMessage"] == nil
      && ["IAMUser", "AssumedRole", "Root"].contains(record["userIdentity"]?["type"]?.text)
  }

  /// The calls of users and roles that were refused for want of permission.
  static let refused: [RealCall] = calls { record in
    ["AccessDenied", "Client.UnauthorizedOperation"].contains(record["errorCode"]?.text)
      && ["IAMUser", "AssumedRole", "Root"].contains(record["userIdentity"]?["type"]?.text)
  }

  private static func calls(_ isMeant: (JSONValue) -> Bool) -> [RealCall] {
    var shapes: [String: [String: (count: Int, first: JSONValue)]] = [:]
    for record in RealRecords.all where isMeant(record) {
      guard let source = record["eventSource"]?.text, let name = record["eventName"]?.text
      else { continue }
      let parts = ["requestParameters", "responseElements"].map {
        (record[$0]?.names ?? ["null"]).sorted().joined(separator: ",")
      }
      let shape = parts.joined(separator: "|")
      shapes["\(source) \(name)", default: [:]][shape, default: (0, record)].count += 1
    }
    return shapes.compactMap { key, byShape -> RealCall? in
      let words = key.split(separator: " ").map(String.init)
      guard
        let most = byShape.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) })?.value
      else { return nil }
      return RealCall(
        eventSource: words[0], eventName: words[1],
        count: byShape.values.reduce(0) { $0 + $1.count }, record: most.first)
    }.sorted { ($1.count, $0.description) < ($0.count, $1.description) }
  }
}

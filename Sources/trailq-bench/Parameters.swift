import Foundation

/// What the questions ask for: known incidents of the generated logs.
///
/// Times are spelled `2026-11-14 23:00:00`, in UTC, as SQL wants them.
struct Parameters: Codable {
  var now: String
  var hourAgo = "2026-11-14 23:00:00"
  /// When the last day begins: what is new in it, questions compare with the six days before.
  var dayAgo = "2026-11-14 00:00:00"
  var weekAgo = "2026-11-08 00:00:00"
  var dayStart = "2026-11-11 00:00:00"
  var dayEnd = "2026-11-12 00:00:00"
  var id: String
  var key: String
  var bucket: String
  var addressBlock = "172.31.0.0/16"
  var addressPrefix = "172.31."
  var agent = "kali"
  var pattern = #"not authorized to perform: iam:(Create|Delete|Attach|Put)\w+ on"#
  var token: String
  /// Characters from the middle of the last name in the token.
  var piece: String

  /// A key of the shared generator's world, the same for its seed at every size.
  static let usualToken =
    "arn:aws:kms:us-east-1:777788889999:key/a59d440d-de06-4387-a241-6ac8eed2f921"

  /// Where the piece begins, counted from the token's end, and its length: no end of it is an end of a name.
  private static let pieceFromEnd = 30
  private static let pieceCount = 20

  /// Reads what the generator says it planted.
  init(truthFile: URL) throws {
    let truth = try JSONDecoder().decode(Truth.self, from: Data(contentsOf: truthFile))
    guard let deletion = truth.events.bobDeletesBucket.last else {
      throw BenchError("\(truthFile.path) names no deleted bucket")
    }
    now = truth.parameters.now
    id = deletion.eventID
    key = truth.parameters.key
    bucket = truth.parameters.bucket
    token = truth.parameters.token ?? Self.usualToken
    piece = String(token.suffix(Self.pieceFromEnd).prefix(Self.pieceCount))
  }
}

/// The generator's `truth.json`, as far as the questions need it.
private struct Truth: Decodable {
  struct Planted: Decodable {
    var bobDeletesBucket: [Event]

    enum CodingKeys: String, CodingKey { case bobDeletesBucket = "bob_delete_bucket" }
  }
  struct Event: Decodable { var eventID: String }
  struct Wanted: Decodable {
    var now: String
    var key: String
    var bucket: String
    var token: String?
  }
  var events: Planted
  var parameters: Wanted

  enum CodingKeys: String, CodingKey {
    case events
    case parameters = "query_params"
  }
}

/// What keeps a benchmark from being run, said in one sentence.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

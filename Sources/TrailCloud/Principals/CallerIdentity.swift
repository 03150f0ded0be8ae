package import TrailRecord

/// A caller whose credentials are known: what records say of who calls.
package struct CallerIdentity: Hashable, Sendable {
  /// The account that the call works in and is recorded in.
  package var accountID: AccountID
  /// The record's `userIdentity` (facts §1.3).
  package var userIdentity: JSONValue
  package var arn: String?
  /// The address that the caller has when none is given.
  package var sourceIPAddress: String
  package var userAgent: String?
  package var isFromConsole = false
  /// Whether the caller is a service acting by itself or on someone's behalf.
  package var isService = false
  /// The account of the caller's credentials, where it is another than the one that is called.
  package var accessKeyID: String? { userIdentity["accessKeyId"]?.text }
}

/// What makes an address of its own for everybody, from the blocks that are kept for documentation.
enum SourceAddress {
  private static let blocks = ["198.51.100", "203.0.113", "192.0.2"]

  static func of(_ name: String, seed: UInt64) -> String {
    var source = IdentifierSource.branch(seed: seed, name: "address/\(name)")
    let block = blocks[Int(source.next() % UInt64(blocks.count))]
    return "\(block).\(source.next() % 253 + 1)"
  }
}

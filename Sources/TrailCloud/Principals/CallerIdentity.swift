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

  /// The name of a role's session.
  var sessionName: [UInt8]? {
    guard let arn, arn.contains(":assumed-role/") else { return nil }
    return arn.split(separator: "/", maxSplits: 2).last.map { Array($0.utf8) }
  }
}

/// A caller of many calls: what records say of it is written once for each of its sessions.
final class PreparedCaller {
  let caller: Caller
  struct Session {
    let identity: CallerIdentity
    /// The record's `userIdentity`.
    let text: [UInt8]
    let arn: String?
    fileprivate let serial: Int
    fileprivate let generation: Int
    fileprivate let expires: Int64
  }
  private var session: Session?
  /// The same credentials in the caller's own hands, where a service calls with them.
  private let owner: PreparedCaller?

  init(_ caller: Caller) {
    self.caller = caller
    owner = caller.invokedBy == nil ? nil : PreparedCaller(caller.withoutService)
  }

  /// Whether there are credentials that hold.
  func hasCredentials(in known: KnownCallers, now: Int64) -> Bool {
    (owner ?? self).session(in: known, now: now) != nil
  }

  /// What records say of the caller now; nil where that must be found out.
  func session(in known: KnownCallers, now: Int64) -> Session? {
    if let session, session.generation == known.generation, session.expires > now {
      return session
    }
    guard let found = known[caller], found.expires > now else { return nil }
    let isSame = session?.serial == found.serial
    let userIdentity = found.identity.userIdentity
    session = Session(
      identity: found.identity,
      text: isSame ? session?.text ?? [] : JSONWriter.bytes(userIdentity),
      arn: isSame ? session?.arn : userIdentity["arn"]?.text,
      serial: found.serial, generation: known.generation, expires: found.expires)
    return session
  }
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

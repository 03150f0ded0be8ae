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
  package var userAgent: String
  package var isFromConsole = false
  /// Whether the caller is a service acting by itself or on someone's behalf.
  package var isService = false
}

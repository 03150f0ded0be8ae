package import TrailRecord

/// A call of an AWS API that somebody makes: what `simulate` and the shell's own commands hand to the cloud.
package struct APICall: Sendable {
  /// As people write it: `s3`, `s3.amazonaws.com`, `signin`.
  package var service: String
  /// As people write it: the API's name (`ListObjectsV2`) or the one in records (`ListObjects`).
  package var operation: String
  /// In the order given. Names are the API's (`Bucket`) or the record's (`bucketName`), in any letter case of the first
  /// letter.
  package var parameters: [JSONMember] = []
  package var caller: Caller = .administrator
  /// The caller's address; nil for the one that the caller has by itself.
  package var sourceIPAddress: String?
  package var userAgent: String?
  /// Nil for the session's Region.
  package var region: RegionName?
  /// A failure that is wanted whatever the state of things says.
  package var error: (code: String, message: String?)?
  /// Response elements that are wanted instead of those that the state of things gives.
  package var response: JSONValue?
  /// When the call is made; nil for now. A later time moves the clock there first; an earlier one makes a late record.
  package var time: Int64?
  /// The VPC endpoint that the call came through, such as `vpce-0a1b2c3d`.
  package var vpcEndpointID: String?
  /// False where nobody reads AWS's answer: then what takes long to list is left out of it.
  package var isAnswerWanted = true
  /// True where parameters are taken as they are, known to the catalogue or not.
  package var isUnchecked = false

  package init(_ service: String, _ operation: String, parameters: [JSONMember] = []) {
    self.service = service
    self.operation = operation
    self.parameters = parameters
  }
}

/// Who makes a call.
package struct Caller: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case root
    case user(String)
    /// A role under a session's name; nil where the session's name is made up.
    case role(String, session: String?)
    /// GetFederationToken's user.
    case federatedUser(String)
    /// The holder of an access key that was issued in this world.
    case accessKey(String)
    /// A service by itself, such as `cloudtrail.amazonaws.com`.
    case service(String)
    case samlUser(String, provider: String)
    case webIdentityUser(String, provider: String)
    case identityCenterUser(String)
    case anonymous
  }
  package var kind: Kind
  /// Nil for the session's account.
  package var account: AccountID?
  /// Whether the credentials were obtained with MFA.
  package var usesMFA = false
  /// Whether the credentials come from a console session.
  package var isFromConsole = false
  /// The service that makes the call on the caller's behalf, such as `cloudformation.amazonaws.com`.
  package var invokedBy: String?

  package init(_ kind: Kind, account: AccountID? = nil) {
    self.kind = kind
    self.account = account
  }

  /// The same credentials in the caller's own hands.
  var withoutService: Caller {
    var caller = self
    caller.invokedBy = nil
    return caller
  }

  package static let administrator = Caller(.user(CloudDefaults.administrator))
}

/// What came of a call.
package struct CallResult: Sendable {
  /// The records that it left, one for each account that got one.
  package var records: [EventRecord]
  /// AWS's answer as its API gives it (capitalised members); an empty object where it gives none.
  package var response: JSONValue
  /// AWS's refusal; it left a record too.
  package var error: AWSError?
  /// Remarks for the person, such as that a user was made up.
  package var remarks: [String]

  package init(
    records: [EventRecord], response: JSONValue = .object([]), error: AWSError? = nil,
    remarks: [String] = []
  ) {
    self.records = records
    self.response = response
    self.error = error
    self.remarks = remarks
  }
}

/// An error as AWS answers it.
package struct AWSError: Error, Hashable, Sendable {
  /// The API's code, such as `TrailNotFoundException`.
  package var code: String
  package var message: String
  /// The `errorCode` in the record where it differs (`AccessDenied` for `AccessDeniedException`, facts §3.4).
  package var recordedCode: String?
  /// What to do about it, in the shell's own words: a line such as `define bucket audit-logs`. Not AWS's.
  package var advice: String?

  package init(
    _ code: String, _ message: String, recordedCode: String? = nil, advice: String? = nil
  ) {
    self.code = code
    self.message = message
    self.recordedCode = recordedCode
    self.advice = advice
  }
}

/// A call that cannot even be made, because the person wrote something that does not exist.
package struct CallProblem: Error, Hashable, Sendable {
  /// Which part of the call is meant.
  package enum Part: Hashable, Sendable {
    case service, operation, caller, region, address, time, error
    /// By its place among `APICall.parameters`.
    case parameter(Int)
    /// One that the operation must have, and that was not given.
    case missingParameter
  }
  package var part: Part
  /// Lower case, no full stop.
  package var message: String
  /// Names that were probably meant, nearest first.
  package var suggestions: [String]
  package var notes: [String]

  package init(
    _ part: Part, _ message: String, suggestions: [String] = [], notes: [String] = []
  ) {
    self.part = part
    self.message = message
    self.suggestions = suggestions
    self.notes = notes
  }
}

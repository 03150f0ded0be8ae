internal import TrailRecord

/// A call whose operation, parameters and caller are known: what the model of a service works on.
struct ServiceCall {
  /// From the catalogue.
  var operation: APIOperation
  /// Checked and typed; members have the API's names (`Bucket`, `Key`) and the given order.
  var parameters: JSONValue
  /// Who calls, with all that a record says of it.
  var identity: CallerIdentity
  var caller = Caller.administrator
  /// The Region of the call, after the rules for global services.
  var region: RegionName
  /// In milliseconds since 1970 UTC.
  var time: Int64
  var requestID: String
  var sourceIPAddress = ""
  /// Whether anybody reads the answer.
  var isAnswerWanted = true
  /// The failure that was asked for, which the model may dress up as the service would.
  var wantedError: AWSError?

  /// The ARN of what the call makes or is about, where the model knows it.
  var madeARN: String?

  /// The parameters with which what the call is about was made or changed last, under API names, where the service
  /// keeps it; with `MadeAt`, when that was.
  var kept: JSONValue?

  /// The account in which the call works.
  var account: AccountID { identity.accountID }

  /// A parameter's text by its API name; nil where it is absent or no text.
  func text(_ name: String) -> String? { parameters[name]?.text }
}

/// What a service made of a call.
struct ServiceOutcome {
  /// AWS's answer as its API gives it (capitalised members).
  var response: JSONValue = .object([])
  /// The record's `requestParameters`; nil for what the general rule makes of the parameters.
  var requestParameters: JSONValue?
  /// The record's `responseElements`; nil for what the general rule makes of the response (null for reads).
  var responseElements: JSONValue?
  var additionalEventData: JSONValue?
  var resources: [ResourceReference] = []
  /// The account that owns what the call is about, where it is another than the caller's: it gets a record too,
  /// and both carry one `sharedEventID` (facts §1.5, §5.4).
  var resourceOwner: AccountID?
  /// Set where the service refuses. The outcome's other members still go into the record.
  var error: AWSError?
  /// What is known of calls like it; nil where each must be worked out.
  var repetition: Repetition?
  /// How the service does the same again for a call like it, where it can.
  var work: RepeatedWork?
  /// Runs after the call's record was made: further records that the call causes.
  var afterwards: ((Cloud) -> Void)?
  /// Changes the record before it is written: what only one service does (sign-ins without `requestID`).
  var finish: ((inout RecordDraft) -> Void)?

  static func refused(_ error: AWSError) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    outcome.error = error
    return outcome
  }
}

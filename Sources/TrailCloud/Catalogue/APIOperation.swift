/// One operation of one AWS API, as CloudTrail sees it.
package struct APIOperation: Hashable, Sendable {
  /// The service's name in the catalogue, such as `s3` or `lambda`.
  package var service: String
  /// Such as `s3.amazonaws.com`.
  package var eventSource: String
  /// The API's name, such as `ListObjectsV2`.
  package var name: String
  /// The name in records where it differs, such as `ListObjects`.
  package var eventName: String
  package var isReadOnly: Bool
  package var category: EventCategory
  /// The Region in which a global service's events are recorded; nil for regional services.
  package var globalRegion: RegionName?
  /// The service's API version, such as `2006-03-01`.
  package var apiVersion: String
  /// What a data event is about, such as `AWS::S3::Object`; nil for management events.
  package var resourceType: String?
  package var input: [APIMember]
  package var output: [APIMember]
}

/// A member of an operation's input or output.
package struct APIMember: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case string = "s"
    case integer = "i"
    case decimal = "d"
    case boolean = "b"
    case timestamp = "t"
    case blob = "x"
    /// A list of texts.
    case texts = "l"
    case list = "L"
    case map = "m"
    case structure = "o"
  }
  /// As the API spells it, such as `Bucket`.
  package var name: String
  package var kind: Kind
  package var isRequired = false
  /// Whether AWS marks it as secret.
  package var isSensitive = false
}

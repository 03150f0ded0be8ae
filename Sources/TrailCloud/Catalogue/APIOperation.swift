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
  /// What the operation works on, such as `AWS::S3::Bucket`.
  package var resourceType: String?
  package var input: [APIMember]
  package var output: [APIMember]

  package init(
    service: String, eventSource: String, name: String, eventName: String, isReadOnly: Bool,
    category: EventCategory, globalRegion: RegionName? = nil, apiVersion: String = "",
    resourceType: String? = nil, input: [APIMember] = [], output: [APIMember] = []
  ) {
    self.service = service
    self.eventSource = eventSource
    self.name = name
    self.eventName = eventName
    self.isReadOnly = isReadOnly
    self.category = category
    self.globalRegion = globalRegion
    self.apiVersion = apiVersion
    self.resourceType = resourceType
    self.input = input
    self.output = output
  }
}

/// A member of an operation's input or output.
package struct APIMember: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case string, integer, decimal, boolean, timestamp, blob, list, map, structure
  }
  /// As the API spells it, such as `Bucket`.
  package var name: String
  package var kind: Kind
  package var isRequired: Bool

  package init(_ name: String, _ kind: Kind, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
  }
}

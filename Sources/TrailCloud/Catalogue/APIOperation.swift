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
  /// The ARN of what a data event is about, or its end, with parameters in braces: `table/{TableName}`.
  package var resourceTemplate: String?
  /// S3's parts of a bucket or object that the request names, such as `acl`.
  package var subresources: [String] = []
  /// Whether EC2's records wrap the parameters in `<Operation>Request` and the answer in `<Operation>Response`.
  package var isWrapped = false
  package var input: [APIMember]
  /// Empty for operations that read, but for those whose records have an answer.
  package var output: [APIMember]
}

/// A member of an operation's input or output.
package struct APIMember: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case string, integer, decimal, boolean, timestamp, blob
    /// A list of texts.
    case texts
    case list, map, structure
  }
  /// As the API spells it, such as `Bucket`.
  package var name: String
  package var kind: Kind
  package var isRequired = false
  /// Whether AWS marks it as secret.
  package var isSensitive = false
  /// The name on the wire, where it differs and the service's records have that one (S3, EC2).
  package var wireName: String?
  /// What a list is of, where it is not of texts.
  package var element: Kind?
  /// The name of an answer's structure.
  package var structure: String?
  /// The state that a thing has right after the call, for answers' members that are states.
  package var state: String?
}

extension APIOperation {
  /// The operation that a line of the catalogue describes.
  init(_ line: Range<Int>, of service: APIService, in text: CatalogueText) {
    let words = text.words(in: line)
    let names = words[0].split(separator: "=").map(String.init)
    self.init(
      service: service.id, eventSource: service.eventSource, name: names[0],
      eventName: names.last ?? names[0], isReadOnly: words[1] == "R", category: .management,
      globalRegion: service.globalRegion, apiVersion: service.apiVersion, input: [], output: [])
    var isInput: Bool?
    for word in words.dropFirst(2) {
      switch (isInput, word.utf8.first) {
      case (_, UInt8(ascii: "<")): isInput = true
      case (_, UInt8(ascii: ">")): isInput = false
      case (true, _): input.append(APIMember(word))
      case (false, _): output.append(APIMember(word))
      case (nil, UInt8(ascii: "@")): eventSource = word.dropFirst() + ".amazonaws.com"
      case (nil, UInt8(ascii: "D")): readData(word.dropFirst())
      case (nil, UInt8(ascii: "&")): subresources.append(String(word.dropFirst()))
      case (nil, UInt8(ascii: "^")): isWrapped = true
      case (nil, _): break
      }
    }
  }

  private mutating func readData(_ word: Substring) {
    category = .data
    let parts = word.split(separator: "=", maxSplits: 1)
    resourceType = parts.first.map(String.init)
    if parts.count == 2 { resourceTemplate = String(parts[1]) }
  }
}

extension APIMember {
  /// The member that a word of the catalogue describes: `!Name=wire*{`.
  init(_ word: String) {
    var rest = word[...]
    var isRequired = false
    var isSensitive = false
    if rest.first == "!" {
      isRequired = true
      rest.removeFirst()
    }
    if rest.first == "-" {
      isSensitive = true
      rest.removeFirst()
    }
    let marks = rest.firstIndex { "#~?@%*:{'".contains($0) } ?? rest.endIndex
    let names = rest[..<marks].split(separator: "=", maxSplits: 1).map(String.init)
    self.init(
      name: names.first ?? "", kind: .string, isRequired: isRequired, isSensitive: isSensitive,
      wireName: names.count == 2 ? names[1] : nil)
    read(marks: rest[marks...])
  }

  private mutating func read(marks: Substring) {
    guard let mark = marks.first else { return }
    let rest = marks.dropFirst()
    switch mark {
    case "#": kind = .integer
    case "~": kind = .decimal
    case "?": kind = .boolean
    case "@": kind = .timestamp
    case "%": kind = .blob
    case ":": kind = .map
    case "'": state = String(rest)
    case "{":
      kind = .structure
      if !rest.isEmpty { structure = String(rest) }
    default:
      guard let inner = rest.first else {
        kind = .texts
        return
      }
      kind = .list
      var member = APIMember(name: "", kind: .string)
      member.read(marks: rest)
      element = inner == "*" ? .list : member.kind
    }
  }
}

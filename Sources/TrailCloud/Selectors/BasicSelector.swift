package import TrailRecord

/// A basic event selector (facts §5.2).
package struct BasicSelector: Hashable, Sendable {
  package enum ReadWriteType: String, Hashable, Sendable, CaseIterable {
    case all = "All"
    case readOnly = "ReadOnly"
    case writeOnly = "WriteOnly"
  }
  package var readWriteType = ReadWriteType.all
  package var includesManagementEvents = true
  package var dataResources: [DataResource] = []
  package var excludedSources: [String] = []

  package init() {}

  /// The sources of management events that can be left out.
  package static let excludableSources = ["kms.amazonaws.com", "rdsdata.amazonaws.com"]

  init(_ json: JSONValue) throws(AWSError) {
    let reader = try SelectorReader(
      json, "EventSelectors",
      known: [
        "ReadWriteType", "IncludeManagementEvents", "DataResources",
        "ExcludeManagementEventSources",
      ])
    if let text = try reader.text("ReadWriteType") {
      guard let type = ReadWriteType(rawValue: text) else {
        let names = ReadWriteType.allCases.map(\.rawValue).joined(separator: ", ")
        throw .selectors("Value \(text) for ReadWriteType is invalid. Valid values: \(names).")
      }
      readWriteType = type
    }
    includesManagementEvents = try reader.bool("IncludeManagementEvents") ?? true
    for element in try reader.list("DataResources") ?? [] {
      dataResources.append(try DataResource(element))
    }
    excludedSources = try reader.texts("ExcludeManagementEventSources") ?? []
    for source in excludedSources where !Self.excludableSources.contains(source) {
      throw .selectors(
        "Value \(source) for ExcludeManagementEventSources is invalid. Valid values: \(Self.excludableSources.joined(separator: ", "))."
      )
    }
    if !includesManagementEvents, dataResources.isEmpty {
      throw .selectors(
        "Invalid combination of parameters in EventSelectors. When includeManagementEvents is false, DataResources must not be empty"
      )
    }
  }

  /// As AWS answers: all members, filled in.
  package var json: JSONValue {
    .members([
      ("ReadWriteType", .string(readWriteType.rawValue)),
      ("IncludeManagementEvents", .bool(includesManagementEvents)),
      ("DataResources", .array(dataResources.map(\.json))),
      ("ExcludeManagementEventSources", .texts(excludedSources)),
    ])
  }
}

/// A kind of resource and which of them, in a basic selector.
package struct DataResource: Hashable, Sendable {
  package var type: String
  package var values: [String]

  package init(type: String, values: [String]) {
    self.type = type
    self.values = values
  }

  /// The only types that basic selectors know.
  package static let types = [
    "AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table",
  ]

  init(_ json: JSONValue) throws(AWSError) {
    let reader = try SelectorReader(json, "DataResources", known: ["Type", "Values"])
    let given = try reader.text("Type") ?? ""
    guard Self.types.contains(given) else {
      throw .selectors(
        "Value \(given) for DataResources.Type is invalid. Valid values: \(Self.types.joined(separator: ", ")).",
        advice: "other types need advanced selectors: select NAME data \(given) all")
    }
    type = given
    values = try reader.texts("Values") ?? []
    for value in values where !Self.isValid(value, type: given) {
      throw .selectors(
        "Value \(value) for DataResources.Values is invalid.", advice: Self.advice(value, given))
    }
  }

  var json: JSONValue { .members([("Type", .string(type)), ("Values", .texts(values))]) }

  /// `arn:aws:s3`, `arn:aws:s3:::`, `arn:aws:lambda`, `arn:aws:dynamodb`: all of them, whoever owns them.
  package static func meansAll(_ value: String) -> Bool {
    let parts = value.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0] == "arn" || parts.count == 6 && value.hasSuffix(":s3:::")
  }

  private static func isValid(_ value: String, type: String) -> Bool {
    let parts = value.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0] == "arn",
      parts[1] == "aws" || parts[1].hasPrefix("aws-")
    else { return false }
    let service =
      switch type {
      case "AWS::S3::Object": "s3"
      case "AWS::Lambda::Function": "lambda"
      default: "dynamodb"
      }
    guard parts[2] == service else { return false }
    if meansAll(value) { return true }
    guard parts.count == 6 else { return false }
    switch service {
    case "s3":
      guard parts[3].isEmpty, parts[4].isEmpty, let slash = parts[5].firstIndex(of: "/") else {
        return false
      }
      // Old buckets have names that could not be given today.
      let bucket = parts[5][..<slash]
      return !bucket.isEmpty
        && bucket.utf8.allSatisfy { byte in
          "._-".utf8.contains(byte) || (0x30...0x39).contains(byte)
            || byte < 0x80 && (0x41...0x5A).contains(byte & 0xDF)
        }
    case "lambda":
      return !parts[3].isEmpty && isAccount(parts[4]) && isNamed(parts[5], "function:")
    default:
      return !parts[3].isEmpty && isAccount(parts[4]) && isNamed(parts[5], "table/")
    }
  }

  private static func isAccount(_ text: Substring) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isNamed(_ text: Substring, _ prefix: String) -> Bool {
    text.hasPrefix(prefix) && text.utf8.count > prefix.utf8.count && !text.contains("*")
  }

  private static func advice(_ value: String, _ type: String) -> String {
    switch type {
    case "AWS::S3::Object":
      value.hasPrefix("arn:aws:s3:::") && !value.contains("*") && !value.contains("/")
        ? "a bucket's value ends in a slash: \(value)/"
        : "one bucket: arn:aws:s3:::BUCKET/ · all of them: arn:aws:s3"
    case "AWS::Lambda::Function":
      "one function: arn:aws:lambda:REGION:ACCOUNT:function:NAME · all of them: arn:aws:lambda"
    default:
      "one table: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME · all of them: arn:aws:dynamodb"
    }
  }
}

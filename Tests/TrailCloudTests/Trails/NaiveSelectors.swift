import TrailCloud

/// A record as the naive model knows it.
struct NaiveRecord {
  enum Category: String, CaseIterable {
    case management = "Management", data = "Data", network = "NetworkActivity"
  }
  var account = ""
  var region = ""
  var second: Int64 = 0
  var category = Category.management
  var reads = false
  var source = ""
  var name = ""
  var isGlobal = false
  var type = ""
  var arn = ""
  var caller = ""
  var isFromConsole = false
  var errorCode: String?
  var endpoint: String?
  var isOwnDelivery = false
}

/// Selectors drawn at random: AWS's JSON, and what it means, said beside it in a closure written from the guide.
struct NaiveSelectors {
  var parameters: String
  var takes: (NaiveRecord) -> Bool

  static var standard: NaiveSelectors {
    NaiveSelectors(parameters: "") { $0.category == .management }
  }

  static let arns: [(type: String, arn: String)] = [
    ("AWS::S3::Object", "arn:aws:s3:::alpha/a.csv"),
    ("AWS::S3::Object", "arn:aws:s3:::alpha/logs/b"),
    ("AWS::S3::Object", "arn:aws:s3:::beta/a.csv"), ("AWS::S3::Object", "arn:aws:s3:::alphabet/a"),
    ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:hello"),
    ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:hello2"),
    ("AWS::DynamoDB::Table", "arn:aws:dynamodb:us-east-1:111122223333:table/orders"),
    ("AWS::SQS::Queue", "arn:aws:sqs:us-east-1:111122223333:jobs"),
  ]
  static let names = [
    "GetObject", "PutObject", "DeleteObject", "Invoke", "RunInstances", "Decrypt",
  ]
  static let sources = [
    "s3.amazonaws.com", "kms.amazonaws.com", "rdsdata.amazonaws.com", "ec2.amazonaws.com",
  ]
  static let callers = ["arn:aws:iam::111122223333:user/bob", "arn:aws:iam::111122223333:user/eve"]

  static func random(_ dice: inout IdentifierSource) -> NaiveSelectors {
    var parts: [(json: String, takes: (NaiveRecord) -> Bool)] = []
    let isBasic = Bool.random(using: &dice)
    for _ in 0..<Int.random(in: 1...3, using: &dice) {
      parts.append(isBasic ? basic(&dice) : advanced(&dice))
    }
    let list = parts.map(\.json).joined(separator: ",")
    return NaiveSelectors(
      parameters: #""\#(isBasic ? "EventSelectors" : "AdvancedEventSelectors")":[\#(list)]"#
    ) { record in parts.contains { $0.takes(record) } }
  }

  private static func basic(
    _ dice: inout IdentifierSource
  ) -> (json: String, takes: (NaiveRecord) -> Bool) {
    let kind = ["All", "ReadOnly", "WriteOnly"].randomElement(using: &dice) ?? "All"
    let hasManagement = Bool.random(using: &dice)
    let excluded =
      [[], ["kms"], ["rdsdata"], ["kms", "rdsdata"]].randomElement(using: &dice) ?? []
    let values: [(type: String, value: String)] = [
      ("AWS::S3::Object", "arn:aws:s3"), ("AWS::S3::Object", "arn:aws:s3:::alpha/"),
      ("AWS::S3::Object", "arn:aws:s3:::alpha/logs"), ("AWS::Lambda::Function", "arn:aws:lambda"),
      ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:hello"),
      ("AWS::DynamoDB::Table", "arn:aws:dynamodb:us-east-1:111122223333:table/orders"),
    ]
    let resource = values.randomElement(using: &dice) ?? values[0]
    let isSilent = Int.random(in: 0..<6, using: &dice) == 0
    let hasData = !hasManagement || Bool.random(using: &dice)
    let data =
      hasData
      ? #"{"Type":"\#(resource.type)","Values":[\#(isSilent ? "" : "\"\(resource.value)\"")]}"# : ""
    let sources = excluded.map { "\"\($0).amazonaws.com\"" }.joined(separator: ",")
    let json =
      #"{"ReadWriteType":"\#(kind)","IncludeManagementEvents":\#(hasManagement),"DataResources":[\#(data)],"ExcludeManagementEventSources":[\#(sources)]}"#
    return (
      json,
      { record in
        if kind == "ReadOnly" && !record.reads || kind == "WriteOnly" && record.reads {
          return false
        }
        switch record.category {
        case .management:
          return hasManagement && !excluded.contains { record.source == "\($0).amazonaws.com" }
        case .data:
          guard hasData, !isSilent, record.type == resource.type else { return false }
          let isAll =
            !resource.value.dropFirst(4).contains(":::")
            && resource.value.split(separator: ":").count == 3
          if isAll { return true }
          return resource.type == "AWS::S3::Object"
            ? record.arn.hasPrefix(resource.value) : record.arn == resource.value
        case .network: return false
        }
      }
    )
  }

  private static func advanced(
    _ dice: inout IdentifierSource
  ) -> (json: String, takes: (NaiveRecord) -> Bool) {
    let category = NaiveRecord.Category.allCases.randomElement(using: &dice) ?? .data
    var fields = [#"{"Field":"eventCategory","Equals":["\#(category.rawValue)"]}"#]
    var tests: [(NaiveRecord) -> Bool] = [{ $0.category == category }]
    func chance() -> Bool { Int.random(in: 0..<3, using: &dice) == 0 }
    func add(_ field: String, _ operators: String, _ test: @escaping (NaiveRecord) -> Bool) {
      fields.append(#"{"Field":"\#(field)",\#(operators)}"#)
      tests.append(test)
    }
    if category != .network, chance() {
      let reads = Bool.random(using: &dice)
      add("readOnly", #""Equals":["\#(reads)"]"#) { $0.reads == reads }
    }
    switch category {
    case .management:
      if chance() {
        add("eventSource", #""NotEquals":["kms.amazonaws.com"]"#) {
          $0.source != "kms.amazonaws.com"
        }
      }
    case .data:
      let type = (arns.randomElement(using: &dice) ?? arns[0]).type
      add("resources.type", #""Equals":["\#(type)"]"#) { $0.type == type }
      if chance() {
        add("resources.ARN", #""StartsWith":["arn:aws:s3:::alpha/"],"NotEndsWith":[".csv"]"#) {
          $0.arn.hasPrefix("arn:aws:s3:::alpha/") && !$0.arn.hasSuffix(".csv")
        }
      } else if chance() {
        add("resources.ARN", #""EndsWith":["a.csv","jobs","hello"]"#) { record in
          ["a.csv", "jobs", "hello"].contains { record.arn.hasSuffix($0) }
        }
      }
      if chance() {
        add("eventSource", #""NotEquals":["s3.amazonaws.com"],"EndsWith":[".amazonaws.com"]"#) {
          $0.source != "s3.amazonaws.com"
        }
      }
      if chance() {
        let wanted = Bool.random(using: &dice)
        add("sessionCredentialFromConsole", #""\#(wanted ? "Equals" : "NotEquals")":["true"]"#) {
          $0.isFromConsole == wanted
        }
      }
    case .network:
      let source = sources.randomElement(using: &dice) ?? sources[0]
      add("eventSource", #""Equals":["\#(source)"]"#) { $0.source == source }
      if chance() {
        add("errorCode", #""Equals":["VpceAccessDenied"]"#) { $0.errorCode == "VpceAccessDenied" }
      }
      if chance() {
        add("vpcEndpointId", #""NotEquals":["vpce-1"]"#) { $0.endpoint != "vpce-1" }
      }
    }
    if category != .management {
      if chance() {
        add("eventName", #""StartsWith":["Get","De"],"Equals":["Invoke"],"NotEquals":["Decrypt"]"#)
        {
          ($0.name.hasPrefix("Get") || $0.name.hasPrefix("De") || $0.name == "Invoke")
            && $0.name != "Decrypt"
        }
      }
      if chance() {
        let caller = callers[0]
        add("userIdentity.arn", #""NotEquals":["\#(caller)"]"#) { $0.caller != caller }
      }
    }
    return (
      #"{"FieldSelectors":[\#(fields.joined(separator: ","))]}"#,
      { record in
        tests.allSatisfy { $0(record) }
      }
    )
  }
}

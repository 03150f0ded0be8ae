import Testing
import TrailRecord

@testable import TrailCloud

@Suite struct SelectorTests {
  private func put(_ json: String) throws -> CallResult {
    let bench = try TrailBench()
    try bench.trail()
    return try bench.call("PutEventSelectors", #"{"TrailName":"main",\#(json)}"#)
  }

  private static let management = #"{"Field":"eventCategory","Equals":["Management"]}"#
  private static let data = #"{"Field":"eventCategory","Equals":["Data"]}"#
  private static let s3 = #"{"Field":"resources.type","Equals":["AWS::S3::Object"]}"#
  private static let network = #"{"Field":"eventCategory","Equals":["NetworkActivity"]}"#

  private static func advanced(_ fields: String...) -> String {
    #""AdvancedEventSelectors":[{"FieldSelectors":[\#(fields.joined(separator: ","))]}]"#
  }

  private static func values(_ count: Int) -> String {
    (0..<count).map { "\"arn:aws:s3:::b\($0)x/\"" }.joined(separator: ",")
  }

  /// Facts §5.1–§5.3: all that is refused, with the texts that are known.
  @Test(
    arguments: [
      (#""EventSelectors":[]"#, nil), (#""AdvancedEventSelectors":[]"#, nil),
      (#""EventSelectors":[{}],"AdvancedEventSelectors":[]"#, nil),
      (#""EventSelectors":[{},{},{},{},{},{}]"#, nil),
      (#""EventSelectors":[{"ReadWriteType":"Read"}]"#, nil),
      (#""EventSelectors":[{"ExcludeManagementEventSources":["s3.amazonaws.com"]}]"#, nil),
      (
        #""EventSelectors":[{"IncludeManagementEvents":false}]"#,
        "Invalid combination of parameters in EventSelectors. When includeManagementEvents is false, DataResources must not be empty"
      ),
      (#""EventSelectors":[{"DataResources":[{"Type":"AWS::SQS::Queue","Values":[]}]}]"#, nil),
      // §0.16: a bucket's value ends in a slash.
      (
        #""EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::bucket"]}]}]"#,
        "Value arn:aws:s3:::bucket for DataResources.Values is invalid."
      ),
      (
        #""EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::*"]}]}]"#,
        "Value arn:aws:s3:::* for DataResources.Values is invalid."
      ),
      (
        #""EventSelectors":[{"DataResources":[{"Type":"AWS::Lambda::Function","Values":["hello"]}]}]"#,
        "Value hello for DataResources.Values is invalid."
      ),
      (
        #""EventSelectors":[{"DataResources":[{"Type":"AWS::DynamoDB::Table","Values":["arn:aws:s3"]}]}]"#,
        "Value arn:aws:s3 for DataResources.Values is invalid."
      ),
      (
        #""EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":[\#(values(251))]}]}]"#,
        "Specify a valid number of DataResources.Values (0 to 250) for all your selectors"
      ),
      (advanced(s3), nil), (advanced(data), nil), (advanced(management, management), nil),
      (advanced(#"{"Field":"eventCategory","Equals":["Management","Data"]}"#), nil),
      (advanced(#"{"Field":"eventCategory","NotEquals":["Data"]}"#), nil),
      (advanced(#"{"Field":"eventCategory","Equals":["Insight"]}"#), nil),
      (advanced(management, #"{"Field":"eventName","Equals":["x"]}"#), nil),
      (advanced(management, #"{"Field":"eventSource","Equals":["kms.amazonaws.com"]}"#), nil),
      (advanced(management, #"{"Field":"eventSource","NotEquals":["s3.amazonaws.com"]}"#), nil),
      (advanced(management, #"{"Field":"readOnly","Equals":["yes"]}"#), nil),
      (advanced(management, #"{"Field":"readOnly","NotEquals":["true"]}"#), nil),
      (advanced(management, #"{"Field":"readOnly"}"#), nil),
      (advanced(management, #"{"Field":"readOnly","Equals":[]}"#), nil),
      (
        advanced(
          data, #"{"Field":"resources.type","Equals":["AWS::S3::Object","AWS::SQS::Queue"]}"#), nil
      ),
      (advanced(data, #"{"Field":"resources.type","StartsWith":["AWS::S3"]}"#), nil),
      (advanced(data, #"{"Field":"resources.type","Equals":["S3"]}"#), nil),
      (advanced(data, s3, #"{"Field":"errorCode","Equals":["x"]}"#), nil),
      (advanced(data, s3, #"{"Field":"sessionCredentialFromConsole","Equals":["false"]}"#), nil),
      (advanced(data, s3, #"{"Field":"eventName","Equals":[""]}"#), nil),
      (
        advanced(
          data, s3, #"{"Field":"eventName","Equals":["\#(String(repeating: "x", count: 2049))"]}"#),
        nil
      ),
      (advanced(data, s3, #"{"Field":"eventName","Matches":["x"]}"#), nil),
      (advanced(data, s3, #"{"Field":"resources.ARN","StartsWith":[\#(values(499))]}"#), nil),
      (advanced(network), nil),
      (advanced(network, #"{"Field":"eventSource","StartsWith":["s3"]}"#), nil),
      (
        advanced(
          network, #"{"Field":"eventSource","Equals":["s3.amazonaws.com"]}"#,
          #"{"Field":"errorCode","Equals":["AccessDenied"]}"#), nil
      ),
      (
        #""AdvancedEventSelectors":[{"Name":"\#(String(repeating: "n", count: 1001))","FieldSelectors":[\#(management)]}]"#,
        nil
      ),
    ] as [(String, String?)])
  func whatIsRefused(json: String, text: String?) throws {
    let error = try #require(try put(json).error)
    #expect(error.code == "InvalidEventSelectorsException")
    if let text { #expect(error.message == text) }
  }

  /// §5: what is taken comes back as it was given, the members of basic selectors filled in.
  @Test(
    arguments: [
      (
        #""EventSelectors":[{}]"#,
        #""EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]"#
      ),
      (
        #""EventSelectors":[{"readWriteType":"WriteOnly","dataResources":[{"type":"AWS::S3::Object","values":[\#(values(250)),"arn:aws:s3"]}]}]"#,
        #""EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":[\#(values(250)),"arn:aws:s3"]}],"ExcludeManagementEventSources":[]}]"#
      ),
      (
        #""AdvancedEventSelectors":[{"Name":"mgmt","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"eventSource","NotEquals":["kms.amazonaws.com"]}]},{"Name":"deletes","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"eventName","StartsWith":["Delete"]},{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::amzn-s3-demo-bucket/"]}]}]"#,
        nil
      ),
      (
        advanced(
          data, s3,
          #"{"Field":"eventName","NotEndsWith":["x"],"Equals":["a"],"StartsWith":["b","c"]}"#), nil
      ),
      (advanced(data, s3, #"{"Field":"resources.ARN","StartsWith":[\#(values(498))]}"#), nil),
      (advanced(data, #"{"Field":"resources.type","Equals":["AWS::Brand::New"]}"#), nil),
    ] as [(String, String?)])
  func whatIsTakenComesBack(json: String, told: String?) throws {
    let bench = try TrailBench()
    try bench.trail()
    let answer = try bench.ask("PutEventSelectors", #"{"TrailName":"main",\#(json)}"#)
    let read = try bench.ask("GetEventSelectors", #"{"TrailName":"main"}"#)
    #expect(answer == read)
    #expect(text(read) == #"{"TrailARN":"\#(try bench.main.arn)",\#(told ?? json)}"#)
  }

  /// §5.1: one kind overwrites the other; the default is told as basic selectors and is not custom.
  @Test func oneKindOverwritesTheOther() throws {
    let bench = try TrailBench()
    try bench.trail()
    #expect(try bench.main.effectiveSelectors == .standard && !bench.main.hasCustomEventSelectors)
    try bench.ask(
      "PutEventSelectors", #"{"TrailName":"main",\#(Self.advanced(Self.data, Self.s3))}"#)
    #expect(try bench.main.hasCustomEventSelectors)
    #expect(bench.recorders() == [])
    try bench.ask("PutEventSelectors", #"{"TrailName":"main","EventSelectors":[{}]}"#)
    #expect(try !bench.main.hasCustomEventSelectors)
    #expect(bench.recorders() == ["main"])
  }

  /// §5.3, §0.17: positive operators are or-ed, negative ones and-ed, both groups and-ed.
  @Test(
    arguments: [
      (#""Equals":["a","b"]"#, ["a", "b"]),
      (#""StartsWith":["a"],"EndsWith":["z"]"#, ["a", "az", "z", "bz"]),
      (#""NotEquals":["a"]"#, ["az", "b", "bz", "z", nil]),
      (#""NotStartsWith":["a"],"NotEndsWith":["z"]"#, ["b", nil]),
      (#""StartsWith":["a"],"NotEquals":["a"]"#, ["az"]),
      (#""Equals":["A"]"#, []),
    ] as [(String, [String?])])
  func operatorsCombine(operators: String, accepted: [String?]) throws {
    let field = try FieldSelector(try JSONParser.parse(#"{"Field":"eventName",\#(operators)}"#))
    #expect(
      ["a", "az", "b", "bz", "z", nil].filter { field.accepts($0) }.map { $0 ?? "-" }.sorted()
        == accepted.map { $0 ?? "-" }.sorted())
  }

  /// §5.2, §5.4: which data events basic values take.
  @Test(
    arguments: [
      ("AWS::S3::Object", "arn:aws:s3:::bkt/", "arn:aws:s3:::bkt/k", true),
      ("AWS::S3::Object", "arn:aws:s3:::bkt/", "arn:aws:s3:::bktt/k", false),
      ("AWS::S3::Object", "arn:aws:s3:::bkt/pre", "arn:aws:s3:::bkt/prefix", true),
      ("AWS::S3::Object", "arn:aws:s3:::", "arn:aws:s3:::other/k", true),
      (
        "AWS::Lambda::Function", "arn:aws:lambda:us-east-1:123456789012:function:f",
        "arn:aws:lambda:us-east-1:123456789012:function:f", true
      ),
      (
        "AWS::Lambda::Function", "arn:aws:lambda:us-east-1:123456789012:function:f",
        "arn:aws:lambda:us-east-1:123456789012:function:f2", false
      ),
      (
        "AWS::DynamoDB::Table", "arn:aws:dynamodb",
        "arn:aws:dynamodb:us-east-1:123456789012:table/t", true
      ),
    ] as [(String, String, String, Bool)])
  func basicValuesTakeResources(type: String, value: String, arn: String, taken: Bool) throws {
    let bench = try TrailBench()
    try bench.trail()
    try bench.ask(
      "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"DataResources":[{"Type":"\#(type)","Values":["\#(value)"]}]}]}"#
    )
    let found = bench.recorders {
      $0.category = .data
      $0.resources = [ResourceReference(type: type, arn: arn)]
    }
    #expect(found == (taken ? ["main"] : []))
  }

  /// §5.4: a Table selector also takes the stream's events; LambdaESMDisabled needs no selector.
  @Test func whatIsTakenBesides() throws {
    let bench = try TrailBench()
    try bench.trail()
    func stream() -> [String] {
      bench.recorders {
        $0.category = .data
        $0.resources = [
          ResourceReference(
            type: "AWS::DynamoDB::Stream",
            arn: "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1")
        ]
      }
    }
    #expect(stream() == [])
    let table = #"{"Field":"resources.type","Equals":["AWS::DynamoDB::Table"]}"#
    try bench.ask("PutEventSelectors", #"{"TrailName":"main",\#(Self.advanced(Self.data, table))}"#)
    #expect(stream() == ["main"])
    #expect(
      bench.recorders {
        $0.category = .data; $0.eventName = "LambdaESMDisabled"
      } == ["main"])
  }

  /// What `select` says of one part leaves the others as they are.
  @Test func editingLeavesTheRest() throws {
    var selectors = EventSelectors.standard
    selectors = selectors.settingData("AWS::S3::Object", value: "arn:aws:s3:::a/", .writeOnly)
    selectors = selectors.settingData("AWS::S3::Object", value: "arn:aws:s3:::bkt/", .writeOnly)
    selectors = selectors.settingManagement(.readOnly, excluding: ["kms.amazonaws.com"])
    #expect(
      selectors.phrases == [
        "management events (read) except kms.amazonaws.com",
        "data events of AWS::S3::Object (write): arn:aws:s3:::a/, arn:aws:s3:::bkt/",
      ])
    let record = TrailBench.record(now: 0) {
      $0.category = .data
      $0.resources = [ResourceReference(type: "AWS::S3::Object", arn: "arn:aws:s3:::a/k")]
    }
    let queue = selectors.settingData("AWS::SQS::Queue", value: nil, .all)
    for form in [selectors, .advanced(selectors.advancedForm), queue] {
      #expect(CompiledSelectors(form).take(record))
      #expect(form.verdicts(on: record).map(\.verdict).contains(.selected))
    }
    let without = queue.settingData("AWS::S3::Object", value: nil, nil)
    #expect(!CompiledSelectors(without).take(record))
  }
}

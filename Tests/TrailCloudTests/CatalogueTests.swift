import Testing
import TrailRecord

@testable import TrailCloud

@Suite struct CatalogueTests {
  let catalogue = APICatalogue.standard

  @Test func everyServiceAndOperationCanBeFoundByItsOwnName() throws {
    #expect(catalogue.services.count > 400)
    var count = 0
    for service in catalogue.services {
      let own = APISection(service, in: catalogue.text).names
      for name in own {
        let operation = try catalogue.operation(name.lowercased(), of: service.id)
        guard operation.name == name, operation.service == service.id else {
          Issue.record("\(service.id):\(name) is \(operation.service):\(operation.name)")
          continue
        }
        // The name in records finds it too, but where it is another operation's own name.
        let recorded = try catalogue.operation(operation.eventName, of: service.id)
        if recorded.eventName != operation.eventName {
          Issue.record("\(operation.eventName) is \(recorded.name)")
        }
        count += 1
      }
    }
    #expect(count > 18_000)
  }

  /// 500 pairs of source and name in real records, but for those that no public API has.
  @Test func readsAndWritesAreThoseOfRealRecords() throws {
    let all = MeasuredClasses.all
    #expect(all.count > 500)
    for (source, name, isReadOnly) in all {
      let operation = try catalogue.operation(name, of: source)
      #expect(operation.isReadOnly == isReadOnly, "\(source) \(name)")
      #expect(operation.eventSource == source, "\(source) \(name)")
    }
  }

  /// Names in records, facts §12 and the oddities of event names.
  @Test(arguments: [
    ("lambda", "CreateFunction", "CreateFunction20150331", false, "Management"),
    ("lambda", "Invoke", "Invoke", false, "Data"),
    ("lambda", "UpdateFunctionCode20150331v2", "UpdateFunctionCode20150331v2", false, "Management"),
    ("s3", "ListObjectsV2", "ListObjects", true, "Data"),
    ("s3", "HeadBucket", "HeadBucket", true, "Data"),
    ("s3", "DeleteObject", "DeleteObject", false, "Data"),
    ("s3", "DeleteBucket", "DeleteBucket", false, "Management"),
    ("s3", "PutPublicAccessBlock", "PutBucketPublicAccessBlock", false, "Management"),
    ("s3", "GetBucketLifecycleConfiguration", "GetBucketLifecycle", true, "Management"),
    ("cloudfront", "CreateDistribution", "CreateDistribution2020_05_31", false, "Management"),
    ("kms", "Decrypt", "Decrypt", true, "Management"),
    ("kms", "DisableKey", "DisableKey", false, "Management"),
    ("sts", "AssumeRole", "AssumeRole", true, "Management"),
    ("sts", "GetFederationToken", "GetFederationToken", false, "Management"),
    ("signin", "ConsoleLogin", "ConsoleLogin", false, "Management"),
    ("dynamodb", "PutItem", "PutItem", false, "Data"),
    ("cloudtrail", "LookupEvents", "LookupEvents", true, "Management"),
  ])
  func operationsAreWhatRecordsSayOfThem(
    service: String, name: String, eventName: String, isReadOnly: Bool, category: String
  ) throws {
    let operation = try catalogue.operation(name, of: service)
    #expect(operation.eventName == eventName)
    #expect(operation.isReadOnly == isReadOnly)
    #expect(operation.category.rawValue == category)
  }

  @Test(arguments: [
    ("cloudwatch", "PutMetricAlarm", "monitoring.amazonaws.com"),
    ("s3.amazonaws.com", "CreateBucket", "s3.amazonaws.com"),
    ("elbv2", "CreateLoadBalancer", "elasticloadbalancing.amazonaws.com"),
    ("stepfunctions", "StartExecution", "states.amazonaws.com"),
    ("eventbridge", "PutRule", "events.amazonaws.com"),
    ("EC2", "RunInstances", "ec2.amazonaws.com"), ("ecr", "CreateRepository", "ecr.amazonaws.com"),
    ("sagemaker", "CreateEndpoint", "sagemaker.amazonaws.com"),
    ("rds-data", "ExecuteStatement", "rdsdata.amazonaws.com"),
  ])
  func servicesGoByTheNamesThatPeopleUse(service: String, name: String, source: String) throws {
    #expect(try catalogue.operation(name, of: service).eventSource == source)
  }

  @Test func whatDoesNotExistIsToldWithItsNeighbours() {
    #expect(problem("s3", "DeleteBukcet")?.suggestions.first == "DeleteBucket")
    #expect(problem("s3", "RunInstances")?.notes == ["ec2:RunInstances exists"])
    #expect(problem("ec22", "RunInstances")?.part == .service)
    #expect(problem("ec22", "RunInstances")?.suggestions.contains("ec2") == true)
  }

  private func problem(_ service: String, _ name: String) -> CallProblem? {
    do {
      _ = try catalogue.operation(name, of: service)
      return nil
    } catch { return error }
  }

  @Test func parametersAreCheckedAndTyped() throws {
    let run = try catalogue.operation("RunInstances", of: "ec2")
    let typed = try catalogue.parameters(
      [
        JSONMember("imageId", "ami-1"), JSONMember("minCount", "2"), JSONMember("MaxCount", "3"),
        JSONMember("ebsOptimized", "true"), JSONMember("securityGroupIds", "sg-1,sg-2"),
      ], of: run)
    #expect(
      typed == [
        "ImageId": "ami-1", "MinCount": 2, "MaxCount": 3, "EbsOptimized": true,
        "SecurityGroupIds": ["sg-1", "sg-2"],
      ])
    let delete = try catalogue.operation("DeleteObject", of: "s3")
    #expect(
      try catalogue.parameters(
        [JSONMember("bucketName", "data"), JSONMember("key", "a.csv")], of: delete)
        == ["Bucket": "data", "Key": "a.csv"])
    #expect(throws: CallProblem.self) {
      try catalogue.parameters([JSONMember("bucketName", "data")], of: delete)
    }
    do {
      _ = try catalogue.parameters(
        [JSONMember("bucketNam", "data"), JSONMember("key", "a.csv")], of: delete)
      Issue.record("an unknown parameter was taken")
    } catch {
      #expect(error.part == .parameter(0))
      #expect(error.suggestions == ["bucketName"])
    }
  }

  /// EC2's lists, facts §12.
  @Test func recordsHaveTheNamesOfAWS() throws {
    let terminate = try catalogue.operation("TerminateInstances", of: "ec2")
    #expect(
      GeneralShapes.requestParameters(["InstanceIds": ["i-1", "i-2"]], of: terminate)
        == ["instancesSet": ["items": [["instanceId": "i-1"], ["instanceId": "i-2"]]]])
    let rds = try catalogue.operation("DeleteDBInstance", of: "rds")
    #expect(
      GeneralShapes.requestParameters(["DBInstanceIdentifier": "x"], of: rds)
        == ["dBInstanceIdentifier": "x"])
  }
}

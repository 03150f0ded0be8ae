import Testing
import TrailRecord
import TrailTestSupport

@testable import TrailCloud

@Suite struct GeneralServiceTests {
  let bench = ServiceBench()

  /// What services keep comes and goes, and is refused with the service's own error where it is not there.
  @Test(arguments: [
    (
      "dynamodb", "CreateTable", #"{"tableName": "t"}"#, "DeleteTable", #"{"tableName": "t"}"#,
      "ResourceInUseException", "ResourceNotFoundException"
    ),
    (
      "secretsmanager", "CreateSecret", #"{"name": "prod/db"}"#, "DeleteSecret",
      #"{"secretId": "prod/db"}"#, "ResourceExistsException", "InvalidRequestException"
    ),
    (
      "rds", "CreateDBInstance",
      #"{"dBInstanceIdentifier": "d", "dBInstanceClass": "db.t3.micro", "engine": "mysql"}"#,
      "DeleteDBInstance", #"{"dBInstanceIdentifier": "d"}"#, "DBInstanceAlreadyExistsFault",
      "DBInstanceNotFoundFault"
    ),
    (
      "ssm", "PutParameter", #"{"name": "/a/b", "value": "x"}"#, "DeleteParameter",
      #"{"name": "/a/b"}"#, "ParameterAlreadyExists", "ParameterNotFound"
    ),
    (
      "ecr", "CreateRepository", #"{"repositoryName": "web"}"#, "DeleteRepository",
      #"{"repositoryName": "web"}"#, "RepositoryAlreadyExistsException",
      "RepositoryNotFoundException"
    ),
    (
      "autoscaling", "CreateAutoScalingGroup",
      #"{"autoScalingGroupName": "g", "minSize": "1", "maxSize": "2"}"#,
      "DeleteAutoScalingGroup", #"{"autoScalingGroupName": "g"}"#, "AlreadyExistsFault",
      "ValidationError"
    ),
  ])
  func thingsComeAndGo(
    service: String, maker: String, made: String, remover: String, removed: String,
    twice: String, gone: String
  ) throws {
    #expect(try bench.record(service, maker, made)["errorCode"] == nil)
    #expect(try bench.record(service, maker, made)["errorCode"]?.text == twice)
    #expect(try bench.record(service, remover, removed)["errorCode"] == nil)
    #expect(try bench.record(service, remover, removed)["errorCode"]?.text == gone)
  }

  @Test func answersHaveTheShapesOfRecords() throws {
    let secret = try bench.record("secretsmanager", "CreateSecret", #"{"name": "a"}"#)
    let arn = try #require(secret.at("responseElements.arn")?.text)
    #expect(arn.hasPrefix("arn:aws:secretsmanager:us-east-1:123456789012:secret:a-"))
    let read = try bench.record("secretsmanager", "GetSecretValue", #"{"secretId": "\#(arn)"}"#)
    #expect(read["errorCode"] == nil)
    #expect(read["responseElements"] == .null)
    let deleted = try bench.record(
      "secretsmanager", "DeleteSecret",
      #"{"secretId": "a", "forceDeleteWithoutRecovery": "true"}"#)
    #expect(deleted["responseElements"]?.names == ["aRN", "name", "deletionDate"])
    let instance = try bench.record(
      "rds", "CreateDBInstance",
      #"{"dBInstanceIdentifier": "d", "dBInstanceClass": "db.t3.micro", "engine": "mysql", "masterUserPassword": "x"}"#
    )
    #expect(
      instance.at("requestParameters.masterUserPassword") == "HIDDEN_DUE_TO_SECURITY_REASONS")
    #expect(instance.at("responseElements.dBInstanceIdentifier") == "d")
    #expect(instance.at("responseElements.dBInstanceStatus") == "creating")
    #expect(
      instance.at("responseElements.dBInstanceArn")
        == "arn:aws:rds:us-east-1:123456789012:db:d")
    let parameter = try bench.record(
      "ssm", "PutParameter", #"{"name": "/p", "value": "x", "type": "SecureString"}"#)
    #expect(parameter.at("requestParameters.value") == "HIDDEN_DUE_TO_SECURITY_REASONS")
    #expect(parameter["responseElements"] == ["version": 1, "tier": "Standard"])
    let queue = try bench.record("sqs", "CreateQueue", #"{"queueName": "q"}"#)
    #expect(
      queue["responseElements"] == [
        "queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"
      ])
  }

  /// Data events say what they are about, facts §5.4.
  @Test(arguments: [
    (
      "dynamodb", "PutItem", #"{"tableName": "t", "item": {"id": {"S": "1"}}}"#,
      "AWS::DynamoDB::Table", "arn:aws:dynamodb:us-east-1:123456789012:table/t"
    ),
    (
      "kinesis", "PutRecord", #"{"streamName": "s", "partitionKey": "p"}"#,
      "AWS::Kinesis::Stream", "arn:aws:kinesis:us-east-1:123456789012:stream/s"
    ),
    (
      "sqs", "SendMessage",
      #"{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q", "messageBody": "x"}"#,
      "AWS::SQS::Queue", "arn:aws:sqs:us-east-1:123456789012:q"
    ),
    (
      "sagemaker-runtime", "InvokeEndpoint", #"{"endpointName": "e"}"#,
      "AWS::SageMaker::Endpoint", "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e"
    ),
    (
      "bedrock-agent-runtime", "InvokeAgent",
      #"{"agentId": "A", "agentAliasId": "B", "sessionId": "ss"}"#, "AWS::Bedrock::AgentAlias",
      "arn:aws:bedrock:us-east-1:123456789012:agent-alias/A/B"
    ),
  ])
  func dataEventsNameTheirResource(
    service: String, operation: String, parameters: String, type: String, arn: String
  ) throws {
    let record = try bench.record(service, operation, parameters)
    #expect(record["eventCategory"] == "Data")
    #expect(record["managementEvent"] == false)
    #expect(
      record["resources"] == [
        ["accountId": "123456789012", "type": .string(type), "ARN": .string(arn)]
      ])
  }

  /// Whatever is called with what it needs leaves a record whose parts have their shapes.
  @Test func fiveHundredOperationsLeaveWellFormedRecords() throws {
    var source = IdentifierSource(seed: 20_260_105)
    let catalogue = APICatalogue.standard
    var failures = 0
    for _ in 0..<500 {
      let service = catalogue.services[Int(source.next() % UInt64(catalogue.services.count))]
      let names = APISection(service, in: catalogue.text).names
      let name = names[Int(source.next() % UInt64(names.count))]
      let operation = try catalogue.operation(name, of: service.id)
      var call = APICall(service.id, name)
      for member in operation.input where member.isRequired && member.kind != .blob {
        call.parameters.append(JSONMember(member.name, made(member, &source)))
      }
      let result = try bench.cloud.perform(call)
      let record = try #require(result.records.first)
      let json = try JSONParser.parse(record.bytes)
      #expect(json["eventName"]?.text == operation.eventName)
      #expect(json["eventSource"]?.text == operation.eventSource)
      #expect(json["readOnly"] == .bool(operation.isReadOnly))
      for part in ["requestParameters", "responseElements"] {
        let value = try #require(json[part], "\(service.id):\(name) \(part)")
        #expect(value == .null || value.members != nil, "\(service.id):\(name) \(part)")
      }
      if result.error != nil {
        failures += 1
        #expect(json["errorCode"]?.text?.isEmpty == false)
        #expect(json["responseElements"] == .null)
      } else if operation.isReadOnly, service.id != "sts" {
        #expect(json["responseElements"] == .null, "\(service.id):\(name)")
      }
    }
    // Most operations are about nothing that must be there.
    #expect(failures < 150)
  }

  private func made(_ member: APIMember, _ source: inout IdentifierSource) -> JSONValue {
    switch member.kind {
    case .string, .blob: .string("x" + source.hex(6))
    case .integer: .number(Int(source.next() % 100))
    case .decimal: "0.5"
    case .boolean: "true"
    case .timestamp: "2026-01-05T09:00:00Z"
    case .texts: "a,b"
    case .list: member.element == .integer ? "1,2" : .array([])
    case .map, .structure: ["Key": "v"]
    }
  }

  @Test func theSameCallsGiveTheSameBytes() throws {
    func story() throws -> [[UInt8]] {
      let bench = ServiceBench()
      let calls = [
        ("ec2", "RunInstances", #"{"imageId": "ami-1", "maxCount": 3}"#),
        ("dynamodb", "CreateTable", #"{"tableName": "t"}"#),
        ("guardduty", "CreateDetector", #"{"enable": true}"#),
        ("ecs", "CreateCluster", #"{"clusterName": "c"}"#),
      ]
      return try calls.flatMap { try bench.call($0.0, $0.1, $0.2).records.map(\.bytes) }
    }
    #expect(try story() == story())
  }
}

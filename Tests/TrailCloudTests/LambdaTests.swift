import Testing
import TrailRecord

@testable import TrailCloud

/// Lambda's calls, facts §12.
@Suite struct LambdaTests {
  let bench = ServiceBench()
  private let make =
    #"{"functionName": "f", "role": "arn:aws:iam::123456789012:role/r", "runtime": "python3.13", "handler": "a.b", "code": {"s3Bucket": "b", "s3Key": "k"}, "environment": {"Variables": {"TOKEN": "x"}}}"#

  @Test func functionsAreMadeChangedAndDeleted() throws {
    let made = try bench.record("lambda", "CreateFunction", make)
    #expect(made["eventName"] == "CreateFunction20150331")
    #expect(
      made["requestParameters"] == [
        "functionName": "f", "role": "arn:aws:iam::123456789012:role/r", "runtime": "python3.13",
        "handler": "a.b", "code": ["s3Bucket": "b", "s3Key": "k"], "description": "",
        "timeout": 3, "memorySize": 128, "publish": false, "packageType": "Zip",
        "environment": [:],
      ])
    #expect(
      made.at("responseElements.functionArn")
        == "arn:aws:lambda:us-east-1:123456789012:function:f")
    #expect(made.at("responseElements.state") == "Pending")
    let twice = try bench.record("lambda", "CreateFunction", make)
    #expect(twice["errorCode"] == "ResourceConflictException")
    let changed = try bench.record(
      "lambda", "UpdateFunctionConfiguration", #"{"functionName": "f", "timeout": "20"}"#)
    #expect(changed["eventName"] == "UpdateFunctionConfiguration20150331v2")
    #expect(changed.at("responseElements.timeout") == 20)
    let deleted = try bench.record("lambda", "DeleteFunction", #"{"functionName": "f"}"#)
    #expect(deleted["eventName"] == "DeleteFunction20150331")
    #expect(deleted["responseElements"] == .null)
    let gone = try bench.record("lambda", "DeleteFunction", #"{"functionName": "f"}"#)
    #expect(gone["errorCode"] == "ResourceNotFoundException")
    #expect(
      gone["errorMessage"]
        == "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f")
  }

  @Test func invocationsAreDataEvents() throws {
    bench.cloud.defineFunction("f")
    let result = try bench.call(
      "lambda", "Invoke", #"{"functionName": "f", "invocationType": "RequestResponse"}"#)
    #expect(result.records[0].category == .data)
    let record = try JSONParser.parse(result.records[0].bytes)
    #expect(
      record["requestParameters"] == ["functionName": "f", "invocationType": "RequestResponse"])
    #expect(
      record["additionalEventData"] == [
        "functionVersion": "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST"
      ])
    #expect(
      record["resources"] == [
        [
          "accountId": "123456789012", "type": "AWS::Lambda::Function",
          "ARN": "arn:aws:lambda:us-east-1:123456789012:function:f",
        ]
      ])
    let lost = try bench.record("lambda", "Invoke", #"{"functionName": "g"}"#)
    #expect(lost["errorCode"] == "ResourceNotFoundException")
    #expect(lost["eventCategory"] == "Data")
  }

  @Test func permissionsAreStatements() throws {
    bench.cloud.defineFunction("f")
    let given =
      #"{"functionName": "f", "statementId": "s", "action": "lambda:InvokeFunction", "principal": "*"}"#
    let record = try bench.record("lambda", "AddPermission", given)
    #expect(
      record["responseElements"] == [
        "statement":
          #"{"Sid":"s","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}"#
      ])
    #expect(
      try bench.record("lambda", "AddPermission", given)["errorCode"]
        == "ResourceConflictException")
    let removal = #"{"functionName": "f", "statementId": "s"}"#
    #expect(try bench.record("lambda", "RemovePermission", removal)["errorCode"] == nil)
    #expect(
      try bench.record("lambda", "RemovePermission", removal)["errorCode"]
        == "ResourceNotFoundException")
  }
}

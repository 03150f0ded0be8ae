internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// `simulate`: any call of any AWS API, by anybody.
enum SimulateCommand {
  /// The error that `fails` wants: what a sign-in answers that was refused (facts §0.20).
  static let failedSignIn = "Failed authentication"

  static let simulate = Command(
    "simulate",
    forms: [
      "simulate SERVICE:Operation [name=value…] [as WHO] [from IP] [in REGION] [mfa] …",
      "simulate SERVICE:Operation … [error CODE \"message\"] [response {…}] [fails]",
      "simulate SERVICE:Operation … [at TIME] [x COUNT [every DURATION]]",
      "simulate SERVICE:Operation … [via SERVICE] [agent TEXT] [console] [vpce ID]",
    ],
    summary: "makes a call of an AWS API in the simulated world, with the record that it leaves",
    detail: [
      "Names and values are checked as AWS checks them; a value may be JSON: tags=[{\"Key\":\"a\"}]. What AWS"
        + " refuses has taken place all the same and leaves its record; the refusal is shown, and"
        + " `expect error CODE simulate …` is met by it.",
      "WHO is a user, root, ROLE/SESSION, ACCOUNT/USER, an ARN, an access key that was issued, a service or"
        + " anonymous; without `as` it is admin. `via SERVICE`: the service calls on WHO's behalf.",
      "In what comes after it, $response.AccessKey.AccessKeyId and the like stand for values of AWS's answer, under"
        + " the API's names; `echo $response` shows all of it.",
      "x COUNT repeats the call, `every` moves the clock between; {n} in a value is the number of the call."
        + " `at` a time that has passed makes a late record; a later one moves the clock there first.",
    ],
    examples: [
      "simulate s3:CreateBucket bucketName=data as bob from 203.0.113.7; events where name=CreateBucket",
      "define user bob; simulate iam:CreateAccessKey userName=bob; simulate iam:UpdateAccessKey userName=bob"
        + " accessKeyId=$response.AccessKey.AccessKeyId status=Inactive; events where name=UpdateAccessKey",
      "simulate signin:ConsoleLogin as bob fails x 3 every 10s",
      "simulate ec2:RunInstances imageId=ami-0abc instanceType=t3.micro in eu-west-1 as Ops/deploy",
    ],
    candidates: { SimulateCompletion.candidates($0) }
  ) { invocation in
    let request = try SimulateReader.read(invocation)
    try SimulationRun(request: request, invocation: invocation).run()
  }
}

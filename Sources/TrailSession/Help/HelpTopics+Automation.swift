internal import TrailCloud

extension HelpTopics {
  /// What stands in statements for what happened before.
  static let values = HelpTopic(
    name: "$response", aliases: ["$event"],
    page: HelpPage(rows: [
      .title("Values of what happened before: $response and $event"),
      .entry("$response", "AWS's answer to the call that was simulated last, in any statement"),
      .entry("$event", "the event that the rule was told of, in a script that a rule runs"),
      .entry("$response.User.Arn", "a member of it, and of that, by their names"),
      .entry("$event.resources[0]", "an element of a list, counted from 0"),
      .entry("$event.detail.\"odd key\"", "a name of any kind"),
      .blank,
      .text(
        "The value is always one value, whatever is in it: what looks like quotes, a semicolon or a comment does"
          + " not become part of the statement. Objects and lists stand there as JSON. A path that finds nothing"
          + " is an error. `help automation` tells what rules run."),
      .blank,
      .example("simulate iam:CreateUser userName=eve; echo $response.User.Arn; echo $response"),
      .example(
        "define user eve; simulate iam:CreateAccessKey userName=eve; simulate iam:UpdateAccessKey userName=eve"
          + " accessKeyId=$response.AccessKey.AccessKeyId status=Inactive"),
    ]))

  /// How things happen by themselves.
  static let automation = HelpTopic(
    name: "automation", aliases: ["rules", "targets", "eventbridge"],
    page: HelpPage(rows: [
      .title("What happens by itself: events, rules, actions"),
      .text(
        "A call that a logging trail records is an event on the default bus of its Region, a minute later. Rules"
          + " wait there for events that their patterns match, and do something. Try, in this order:"
      ),
      .blank,
      .example(
        "define bucket logs; define trail main to s3://logs; define user eve; define rule keys on"
          + " '{\"detail\": {\"eventName\": [\"CreateAccessKey\"]}}' do print;"
          + " simulate iam:CreateAccessKey userName=eve; advance 5m; show rule keys; timeline"),
      .example(
        "events; test pattern '{\"source\": [\"aws.s3\"], \"detail\": {\"errorCode\": [{\"exists\": true}]}}'"
      ),
      .blank,
      .title("What reaches a bus"),
      .entry("AWS API Call via CloudTrail", "calls; data events only if a trail selects them"),
      .entry(
        "AWS Console Signin via CloudTrail",
        "sign-ins, in AWS's spelling (`help ours`); AWS Console Action: what else consoles do"),
      .entry(
        "AWS Service Event via CloudTrail", "what services do by themselves, such as KMS's rotation"
      ),
      .entry("AWS Insight via CloudTrail", "Insights, if a trail has them switched on"),
      .entry("AWS Network Activity Event via CloudTrail", "if a trail selects them"),
      .entry(
        "CloudWatch Alarm State Change",
        "an alarm that went to another state; source aws.cloudwatch, and no trail is needed"),
      .text(
        "Management events that only read (Get…, List…, Describe…) reach rules in state"
          + " ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS alone: `state reads`. Several trails make no more"
          + " events of one call. `simulate events:PutEvents` puts events of your own on a bus, and"
          + " `define rule … schedule 'rate(5 minutes)'` makes them by the clock."),
      .blank,
      .text(
        "`simulate events:CreateArchive` keeps a bus's events, `simulate events:StartReplay` sends them again, with"
          + " their replay's name in `replay-name`; `help patterns` has the language of event patterns."
      ),
      .blank,
      .title("What rules do: do ACTION"),
      .entry("print", "writes a line; with `output ndjson` or `--json` the event itself"),
      .entry(
        "log GROUP, notify TOPIC, send QUEUE",
        "as EventBridge's targets do, if their policies let it, or `role R` does in their place"),
      .entry("invoke FUNCTION", "invokes it: the Invoke is a data event"),
      .entry(
        "bus B", "sends the event on to another bus, by its ARN also elsewhere, but to no third one"
      ),
      .entry(
        "run FILE",
        "runs a script in this session; $event.detail.userIdentity.userName and the like stand"
          + " for values of the event, always as one value, whatever is in it. FILE is looked for"
          + " beside the script that defines the rule, then from where you are. `help $event`"),
      .entry(
        "exec PROGRAM",
        "starts a program with the event on its standard input, for at most"
          + " \(ChildProgram.secondsAllowed) seconds; only with --allow-exec"),
      .entry(
        "input TEXT",
        "what the action is given instead of the event: $.detail, '\"<$.detail.eventName> by"
          + " <$.account>\"', or JSON; a template for a log group has the form"
          + " '{\"timestamp\": <$.time>, \"message\": <$.detail.eventName>}'"),
      .entry(
        "retry COUNT, dead-letter QUEUE",
        "what is done when it fails; `show rule` has the last failure"),
      .blank,
      .text(
        "Rules whose actions lead to their own events are stopped: an event to which actions led"
          + " \(BusLimits.loopDepth) times over is not acted upon, and nothing more is when one event has led to"
          + " \(NumberText.grouped(BusLimits.loopActions)) actions beyond its own, on all ways together. At most"
          + " \(NumberText.grouped(BusLimits.eventsOnTheirWay)) events are on their way at one time. `show rule`"
          + " counts what was lost so; `help ours` says what of all this is not AWS's."),
    ]))
}

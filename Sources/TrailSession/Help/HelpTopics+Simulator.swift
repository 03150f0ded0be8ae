internal import TrailCloud

// Pages about the simulated CloudTrail.

extension HelpTopics {
  static let simulator = HelpTopic(
    name: "simulator",
    page: HelpPage(rows: [
      .title("CloudTrail in a shell: start here"),
      .text(
        "trailq holds a small AWS of its own: an account, a clock that you move, and CloudTrail, which"
          + " records the calls that you simulate. Nothing leaves this machine. Try, in this order:"
      ),
      .blank,
      .example("simulate s3:CreateBucket bucketName=reports as bob from 203.0.113.7; history"),
      .example("define bucket audit-logs; define trail main to s3://audit-logs; show trail main"),
      .example("simulate iam:CreateUser userName=eve; advance 15m; events where user=admin"),
      .example("simulate s3:GetObject bucketName=reports key=a.csv; events; calls"),
      .blank,
      .entry("simulate", "makes a call: `help simulate`; who can call: `help callers`"),
      .entry("define", "says what was there before: users, roles, buckets, keys: `help define`"),
      .entry(
        "history", "Event history, which is on without any trail; `history all` has reads too"),
      .entry("lookup", "the same as the API has it: LookupEvents, with its pages and errors"),
      .entry("calls", "every simulated call, whether CloudTrail recorded it or not"),
      .entry("enable insights", "lets CloudTrail look for unusual activity: `help insights`"),
      .entry("define trail", "a trail, which delivers log files to a bucket"),
      .entry("advance, clock", "let time pass: deliveries, digests and alarms happen on the way"),
      .entry("define rule", "EventBridge: what shall happen by itself: `help automation`"),
      .entry("timeline", "what happened by itself, in its order"),
      .entry("traffic", "background: what goes on in an account all the time (`traffic 1d`)"),
      .entry("delivery", "what arrives when, and where: `help delivery`"),
      .entry("blindspots", "why an answer misses calls: `help blindspots`"),
      .entry("define topic", "topics, queues and functions: `help notifications`"),
      .entry("scenario", "stories of attacks to investigate: `scenario run any hidden`"),
      .entry("ours", "what we decided where AWS does not say: `help ours`"),
      .blank,
      .text(
        "The same script gives the same bytes on every day: all ids and keys come from `set seed`. A"
          + " whole lesson is in examples/lesson-cloudtrail-in-a-shell.trailq."),
    ]))

  static let blindSpots = HelpTopic(
    name: "blindspots", aliases: ["blind"],
    page: HelpPage(rows: [
      .title("What an answer misses, and why"),
      .text(
        "Where simulated calls would be part of an answer, had CloudTrail recorded them or kept them there,"
          + " one line below the answer says so, with a command that shows why:"),
      .blank,
      .entry(
        "events",
        "calls that no trail recorded: none selects data events, one was stopped, or deleted, or"
          + " defined later, or logs another Region only"),
      .entry(
        "history, lookup",
        "reads (history only), events of other Regions and accounts, events older than 90"
          + " days, and data and network activity events, which are never there"),
      .entry(
        "delivered",
        "what waits for its delivery, what cannot be read, and what the trail did not record"),
      .blank,
      .entry("calls", "every simulated call, recorded or not: the truth to compare with"),
      .entry("explain recorded", "each trail's reason for one event, by its id or row"),
      .blank,
      .example(
        "define bucket data; simulate s3:PutObject bucketName=data key=a; events where name=PutObject"
      ),
      .example(
        "simulate sns:Publish topicArn=arn:aws:sns:us-east-1:123456789012:t message=x; calls where data; explain recorded 1"
      ),
    ]))

  static let callers = HelpTopic(
    name: "callers",
    page: HelpPage(
      rows: [
        .title("Who can call: simulate … as WHO")
      ] + CallerText.forms.map { .entry($0.form, $0.meaning) } + [
        .blank,
        .text(
          "Without `as` it is the administrator admin. `mfa`: the credentials were obtained with MFA;"
            + " `console`: they come from a console session; `via cloudformation`: that service calls on"
            + " WHO's behalf; `from`, `agent` and `vpce` say where from and with what."),
        .blank,
        .example("simulate s3:ListBuckets as root mfa console"),
        .example("simulate ec2:DescribeInstances as Ops/night-shift from 203.0.113.7"),
        .example(
          "simulate sts:AssumeRole RoleArn=arn:aws:iam::123456789012:role/Ops RoleSessionName=x"),
        .example("simulate kms:Decrypt as 222233334444/bob error AccessDenied"),
      ]))

  static let delivery = HelpTopic(
    name: "delivery",
    page: HelpPage(rows: [
      .title("What arrives when, and where"),
      .entry("Event history", "at once, management events only, 90 days, one Region at a time"),
      .entry("a trail's log files", "every 5 minutes or so, as in AWS: up to 15 are possible"),
      .entry("digests", "every hour, if the trail was defined with `validate`"),
      .entry(
        "log groups",
        "some five minutes later, if the trail names one with `logs GROUP`: `help logs`"),
      .blank,
      .text(
        "`advance 15m` lets the time pass in which files arrive; `flush` delivers what waits now. Files"
          + " are real: gzipped JSON under AWS's names, in a folder for each bucket that any other"
          + " program can read. The folder is temporary and goes with the session, unless `define bucket"
          + " NAME at PATH` chose another."),
      .text(
        "What cannot be delivered (the bucket is gone, its policy refuses, the key is disabled) is tried"
          + " again for 30 days; `status TRAIL` shows the error that S3 gave."),
      .blank,
      .example("define bucket audit-logs; define trail main to s3://audit-logs; advance 15m"),
      .example("define bucket audit-logs; define trail main to s3://audit-logs; status main"),
      .example(
        "define bucket audit-logs; define trail main to s3://audit-logs; flush; ls s3://audit-logs"),
    ]))

  static let notifications = HelpTopic(
    name: "notifications", aliases: ["queues"],
    page: HelpPage(rows: [
      .title("Topics, queues and functions: who is told"),
      .entry("a trail", "tells its topic of each delivery: `define trail … notify TOPIC`"),
      .entry("inbox TOPIC", "what was published, whether anybody subscribed or not"),
      .entry(
        "define queue", "`fed by TOPIC` subscribes it; `dead-letter QUEUE after N` moves failures"),
      .entry(
        "receive QUEUE", "receives as a program would: unless it deletes, the message comes again"),
      .entry("define function", "`fed by TOPIC`: calls are kept (`show function`), no code runs"),
      .blank,
      .text(
        "A topic's policy decides which services may publish, a queue's which may send, a function's which"
          + " may call it. `define` gives policies that let CloudTrail, alarms and EventBridge in; `policy"
          + " none` leaves them out, as AWS does for what is new. What a topic or its key refuses stands in"
          + " `status TRAIL` as LatestNotificationError."),
      .text(
        "An encrypted topic needs a key whose policy lets the services use it: `define key NAME policy"
          + " topic`."),
      .blank,
      .example(
        "define topic told; define bucket logs; define trail main to s3://logs notify told; advance 15m;"
          + " inbox told"),
      .example(
        "define topic told; define queue jobs fed by told; simulate sns:Publish message=hello"
          + " topicArn=arn:aws:sns:us-east-1:123456789012:told; receive jobs"),
      .example("define topic told policy none; show topic told"),
    ]))

  static let ours = HelpTopic(
    name: "ours",
    page: HelpPage(
      rows: [
        .title("What is ours and not AWS's"),
        .text(
          "Where AWS's documentation and real records say nothing, or where a simulation must choose, we"
            + " decided:"),
        .blank,
      ] + decisions.map { .entry($0.about, $0.decision) } + [
        .blank, .example("simulate s3:DeleteBucket bucketName=nowhere error AccessDenied"),
      ]))

  /// Each decision once, by what it is about.
  private static let decisions: [(about: String, decision: String)] = [
    (
      "the beginning",
      "\(CloudDefaults.start.text), account \(CloudDefaults.account), \(CloudDefaults.region), a root user"
        + " and an administrator called \(CloudDefaults.administrator)"
    ),
    ("the clock", "stands still between statements; the wall clock only with `clock live`"),
    (
      "define",
      "says what was there before and leaves no events, except `define trail`, which calls AWS"
    ),
    (
      "define trail",
      "starts logging at once, as the console does; `stopped` leaves it as CreateTrail would. Without a"
        + " Region it is a trail of all Regions, as the console's are"
    ),
    (
      "changes of trails",
      "take effect at once, after the call's own event: so StopLogging and DeleteTrail are the last events"
        + " that a trail records, and StartLogging is not among them. A late event is judged by the trail"
        + " as it was at its time"
    ),
    (
      "names of trails",
      "mean a trail at home in the Region; a shadow is asked for by its ARN, in every call. ListTrails lists"
        + " what DescribeTrails does"
    ),
    (
      "default selectors",
      "are told in the form of basic selectors; a trail has custom ones when they differ from those"
    ),
    (
      "define bucket",
      "makes a bucket whose policy lets CloudTrail deliver; `policy none` one without"
    ),
    (
      "permissions",
      "no policy is evaluated for callers: ask for `error AccessDenied`. What CloudTrail itself"
        + " needs (policies of bucket, key and topic, roles) is checked"
    ),
    ("as bob", "makes bob if he is not there, and says so"),
    (
      "refusals",
      "a simulated call that AWS refuses took place: it is recorded, and a script goes on"
    ),
    (
      "VPC endpoints",
      "a call that an endpoint's policy refuses (`vpce ID error VpceAccessDenied`) leaves the network event alone"
    ),
    ("kms:Decrypt", "is about the oldest key that the account has there, where none is named"),
    ("Event history", "is immediate; AWS takes some minutes, of which `as-of` counts five"),
    ("lookup", "knows no limit of two requests a second; the texts of its errors are ours"),
    ("delivery times", "a file is written within 5 minutes of its newest event"),
    ("objects", "that simulated calls put are names and sizes; delivered files are real"),
    (
      "unknown wording", "of a few of AWS's error messages is made plausible; their codes are AWS's"
    ),
    (
      "Insights",
      "what is unusual is decided by a rule of ours, which `help insights` states with its measured rates;"
        + " so is when they are published. The first 36 hours are silent, where AWS says up to 36."
        + " Callers without an ARN are attributed to the service, roles without their session, objects"
        + " to their bucket"
    ),
    (
      "rules and buses",
      "`define rule` and `define bus` leave no events; `enable`, `disable` and `drop` are calls. Patterns"
        + " may have \(BusLimits.patternCharacters) characters (AWS's quota is 2,048 until it is raised)"
    ),
    (
      "events of sign-ins",
      "have the detail-type AWS Console Signin via CloudTrail, as AWS's list of events spells it; most published"
        + " rules wait for AWS Console Sign In via CloudTrail, and hear nothing of them here"
    ),
    (
      "EventBridge's delay",
      "an event of CloudTrail reaches its bus a minute after it was recorded, and meets the rules that there"
        + " were then; what PutEvents sends arrives at once. A rule hears nothing of the call that made it"
    ),
    (
      "retries of targets",
      "the waits between them double from a second to \(BusLimits.longestWaitSeconds) seconds, without AWS's chance;"
        + " `run` and `exec` are tried once unless `retry` says more"
    ),
    (
      "loops of rules",
      "an event to which actions of rules led \(BusLimits.loopDepth) times over is not acted upon, nor one that came"
        + " of another which had led to \(NumberText.grouped(BusLimits.loopActions)) actions; AWS lets such loops run"
    ),
    (
      "replays",
      "begin a minute after StartReplay; the events of a minute are sent together, with their old ids, and those of"
        + " the next minute that has any a second later"
    ),
    ("other targets", "such as Step Functions take every event, and nothing comes of it"),
    (
      "traffic",
      "is made up: its shares, rhythms and failures are ours, after what real logs look like. AWS services"
        + " that call for somebody call at once, and nobody is throttled by how much is asked"
    ),
    (
      "log groups",
      "get a minute's records together, 4 to 6 minutes later; deliveries that fail are tried every 5 minutes for 14"
        + " days. What a role may do is asked only where its policies are known: of IAM calls or `define role …"
        + " policy`"
    ),
    (
      "filter patterns",
      "`!=` is not true of what is not there or is null; the last column takes the rest of the event; `?term` beside"
        + " other terms is ignored, as AWS says; a number or boolean also compares as a text"
    ),
    (
      "metric filters",
      "count in the minute of the event's time, and count nothing where the value or a dimension is missing"
    ),
    (
      "alarms",
      "are looked at within a minute after their metric got a value, at a second of their own, and whenever time"
        + " alone can change them; two more periods than are evaluated are looked at (four where they are shorter"
        + " than 5 minutes). Only topics can be told; metric math and anomaly detection are not simulated"
    ),
    (
      "define filters cis",
      "makes alarms to which missing values are good ones, so that a quiet account is OK"
    ),
    ("keys of digests", "RSA keys come from the seed, so that signatures can be reproduced"),
    (
      "topics",
      "keep their newest \(NumberText.grouped(Topic.keptMessages)) messages for `inbox`; notifications carry"
        + " made-up signatures, and email and web endpoints get nothing. What services publish and send are"
        + " data events of the topic or queue"
    ),
    (
      "queues",
      "give the oldest message first; an old receipt handle still deletes in a standard queue"
    ),
    ("functions", "run no code: their calls are counted, and recorded where a trail selects them"),
    ("Regions", "are switched on and off at once; AWS takes minutes or hours"),
  ]
}

extension Int64 {
  fileprivate var text: String { ReadableTime.readable(self) }
}

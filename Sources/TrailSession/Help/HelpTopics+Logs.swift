// Pages about CloudWatch Logs and alarms.

extension HelpTopics {
  static let logs = HelpTopic(
    name: "logs", aliases: ["alarms", "cloudwatch"],
    page: HelpPage(rows: [
      .title("From an event to a message: log groups, filters, metrics, alarms"),
      .entry(
        "1 a trail delivers",
        "`define trail NAME to s3://BUCKET logs GROUP`: each record becomes a log event"),
      .entry(
        "2 a filter counts",
        "`define filter NAME on GROUP '{ … }'`: the events that match, minute by minute"),
      .entry("3 a metric keeps", "the counts, under NAMESPACE/NAME: `list metrics`"),
      .entry("4 an alarm watches", "`define alarm NAME on FILTER`: sum, threshold, period"),
      .entry("5 a topic is told", "`notify TOPIC`: `inbox TOPIC` shows what a subscriber got"),
      .blank,
      .text(
        "A record arrives some five minutes after its call and is counted in the minute of its own time; the alarm"
          + " looks within a minute after that. `flush` delivers now, `advance 10m` lets it happen. CloudTrail needs"
          + " a role that trusts it and may write (`define role`); without `role` the usual one is made."
      ),
      .blank,
      .example(
        "define bucket logs; define loggroup audit; define topic ops; define trail main to s3://logs logs audit;"
          + " define filter root on audit '{ $.userIdentity.type = Root }'; define alarm root-use on root notify"
          + " ops; simulate iam:CreateUser userName=eve as root; advance 10m; show alarm root-use; inbox ops"
      ),
      .example(
        "define bucket logs; define loggroup audit; define trail main to s3://logs logs audit; define filters cis"
          + " alarms; list alarms"),
      .blank,
      .entry("tail GROUP", "the newest log events, and what waits"),
      .entry("test filter", "which part of a pattern an event fails"),
      .entry("show alarm", "why an alarm is in its state: `help show alarm`"),
      .entry("help filters", "how patterns are written"),
    ]))

  static let filters = HelpTopic(
    name: "filters", aliases: ["filter", "patterns of filters"],
    page: HelpPage(rows: [
      .title("Filter patterns of CloudWatch Logs"),
      .text(
        "Three kinds; quote them with '…'. A metric filter counts what matches, `tail GROUP filter` finds it, `test"
          + " filter` explains it."),
      .blank,
      .title("JSON: { … }"),
      .entry(
        "$.eventName = StopLogging",
        "a text; with blanks or signs in double quotes; `*` stands for anything"),
      .entry("$.errorCode != \"Access*\"", "another one: not true where there is none"),
      .entry("$.requestParameters.size >= 10", "numbers: = != < > <= >=; `4*` matches 404"),
      .entry("$.resources[0].ARN, $.a[*].b", "elements of lists: one, or any of them"),
      .entry("$.['a.b'], $.a.*", "a name with a dot; any member"),
      .entry("$.x NOT EXISTS", "and IS NULL, IS TRUE, IS FALSE"),
      .entry("$.sourceIPAddress = 10.0.*", "addresses, with or without `*`"),
      .entry(
        "$.eventName = %^Stop|^Delete%",
        "a regular expression between percent signs; it has no groups"),
      .entry("&& || ( )", "`&&` before `||`"),
      .blank,
      .title("Terms: words anywhere in the event"),
      .entry("ERROR timeout", "both"),
      .entry("\"not found\" -retry", "a phrase, and not the other"),
      .entry("?ERROR ?WARN", "either"),
      .entry("%40[34]%", "a regular expression"),
      .blank,
      .title("Columns: [ … ]"),
      .entry(
        "[ip, user, status = 4*]",
        "the event's words by their places; \"…\" and […] in an event are one word"),
      .entry("[..., ms > 500]", "any number of columns before"),
      .entry("[a = x* && a != xy, b]", "several conditions of one column"),
      .blank,
      .example(
        "test filter '{ $.userIdentity.type = Root && $.userIdentity.invokedBy NOT EXISTS }'"),
      .example("test filter '[ip, user, status = 4* && status != 404]' '10.0.0.1 bob 403'"),
      .example("test filter '?ERROR ?WARN -retry' 'WARN: disk is full'"),
    ]))
}

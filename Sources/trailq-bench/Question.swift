/// A question that every engine is asked, with the sentence that asks it in the language of trailq.
///
/// The rivals' SQL stands beside their programs in `rivals/`, under the same names.
struct Question {
  let name: String
  let title: String
  let sentence: String
  /// Whether the order of the rows is part of the answer.
  var isOrdered = true
  /// The engines that the factor is taken against; what is wanted stands in `GoalTable`.
  var yardsticks = ["duckdb", "chdb"]
  /// Why the engines may rightly give different answers.
  var difference: String?
}

extension Question {
  static func all(_ parameters: Parameters) -> [Question] {
    single(parameters) + alongTime
  }

  /// Questions of which each event answers its part by itself.
  private static func single(_ parameters: Parameters) -> [Question] {
    [
      Question(
        name: "Q1", title: "one user's call in the last hour, full records",
        sentence: "events where name=DeleteBucket and user=bob since 1h"),
      Question(
        name: "Q2", title: "one event by its id, full record",
        sentence: "events where id=\(parameters.id)"),
      Question(
        name: "Q3", title: "the first 100 calls of one access key",
        sentence: "events where key=\(parameters.key) | sort time, id | limit 100 "
          + "| select time, id, name, ip"),
      Question(
        name: "Q4", title: "the ten most frequent calls",
        sentence: "events where name exists | count by name | limit 10"),
      Question(
        name: "Q5", title: "AccessDenied by principal",
        sentence: "events where error==AccessDenied | count by who | limit 20"),
      Question(
        name: "Q6", title: "one day, every five minutes, by service",
        sentence: "events at \(parameters.dayStart.prefix(10)) | count by service every 5m"
          + " | where count > 0",
        isOrdered: false),
      Question(
        name: "Q7", title: "calls from an address block",
        sentence: "events where ip=\(parameters.addressBlock) | count",
        difference: "the rivals compare the address's beginning, trailq its bits"),
      Question(
        name: "Q8", title: "a value deep in the request",
        sentence: "events where req.bucketName==\"\(parameters.bucket)\" | count"),
      Question(
        name: "Q9", title: "a word in the user agent",
        sentence: "events where agent=\"*\(parameters.agent)*\" | count",
        difference: "trailq ignores letter case"),
      Question(
        name: "Q10", title: "a pattern in the error message",
        sentence: "events where message ~ /\(parameters.pattern)/ | count"),
      Question(
        name: "Q11", title: "distinct addresses of each principal",
        sentence: "events | count, distinct ip by who | sort distinct_ip desc, who | limit 20"),
      Question(
        name: "Q12", title: "a name anywhere",
        sentence: "events where about \"\(parameters.token)\" | count",
        difference: "`about` looks where names stand, the rivals at every byte"),
      Question(
        name: "Q12b", title: "a piece of a name anywhere",
        sentence: "events where about \"*\(parameters.piece)*\" | count",
        difference: "`about` looks where names stand, the rivals at every byte"),
      Question(
        name: "Q14", title: "the newest 50 changes",
        sentence:
          "events where write | sort time desc, id | limit 50 | select time, id, name, who, ip"),
    ]
  }
}

extension Question {
  /// Questions about how events follow each other: sequences, what is new, bursts, silences, credentials.
  static let alongTime = [
    Question(
      name: "Q13", title: "logging stopped, then the trail deleted by the same principal",
      sentence: "events where name=StopLogging as s then name=DeleteTrail within 1h by who"
        + " | select s.time as stopped, time, who",
      isOrdered: false),
    Question(
      name: "Q15", title: "a key made, then used from another address",
      sentence: "events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d"
        + " | count by k.newkey, name"),
    Question(
      name: "Q16", title: "logging stopped and not started again",
      sentence: "events where name=StopLogging then no name=StartLogging within 1h by who"
        + " | count by who"),
    Question(
      name: "Q17", title: "three failed sign-ins, then one that works",
      sentence: "events where (login and failed) x3 then (login and ok) within 1d by who"
        + " | count by who"),
    Question(
      name: "Q18", title: "addresses new to a principal in the last day",
      sentence: "events since 1d | new ip per who baseline 6d",
      isOrdered: false),
    Question(
      name: "Q19", title: "the last day's rare addresses",
      sentence: "events since 1d | rare ip baseline 6d"),
    Question(
      name: "Q20", title: "bursts of downloads from a bucket",
      sentence: "events where name=GetObject | burst 100 in 5m by who, bucket",
      isOrdered: false),
    Question(
      name: "Q21", title: "bursts of many different reads",
      sentence: "events where read | burst 20 distinct name in 10m by who",
      isOrdered: false),
    Question(
      name: "Q22", title: "nights without a snapshot",
      sentence: "events where name=CreateSnapshot | gaps over 25h by who",
      isOrdered: false),
    Question(
      name: "Q23", title: "what was done with the keys that were made",
      sentence: "events where name=CreateAccessKey | follow | count by name"),
  ].map { question in
    var question = question
    // With the right index SQLite may be the fastest of all.
    question.yardsticks.append("sqlite")
    return question
  }
}

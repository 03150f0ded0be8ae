internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Functions of Lambda.
enum FunctionNouns {
  static let all: [Command] = [define, list, show, drop]

  private static let forms = [
    "role ROLE", "runtime RUNTIME", "fed by TOPIC", "policy none|services", "region R",
    "account ID",
  ]

  /// Who may call a function unless `policy none` says otherwise.
  private static let invokers = ["sns.amazonaws.com", "events.amazonaws.com"]

  private static let define = Command(
    "define function",
    forms: [
      "define function NAME [role ROLE] [runtime RUNTIME] [fed by TOPIC]…",
      "define function NAME … [policy none|services] [region R] [account ID]",
    ],
    summary: "says that there is a Lambda function, which topics and rules may call",
    detail: [
      "It runs no code: its calls are counted and kept (`show function NAME`), and are data events where a trail"
        + " selects them. `policy none`: nobody else may call it until lambda:AddPermission says so. ROLE is a name"
        + " or an ARN. A function that is there is changed."
    ],
    examples: [
      "define function report; simulate lambda:Invoke functionName=report; calls",
      "define topic alerts; define function page-me fed by alerts runtime nodejs22.x; show function page-me",
    ],
    candidates: { NounCompletion.options(forms, after: 1, $0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the function's name")
    var place = NounPlace()
    var role: Argument?
    var runtime: Argument?
    var topics: [Argument] = []
    var letsServicesIn = true
    while !reader.isAtEnd {
      if try place.take(&reader) { continue }
      if try reader.take("role") != nil {
        role = try reader.word("the role's name or ARN")
      } else if try reader.take("runtime") != nil {
        runtime = try reader.word("the runtime, such as python3.13")
      } else if try reader.take("fed") != nil {
        _ = try reader.take("by")
        topics.append(try reader.word("the topic"))
      } else if try reader.take("policy") != nil {
        letsServicesIn = try reader.take("none") == nil
        if letsServicesIn, try reader.take("services") == nil {
          try reader.finish(expected: ["none", "services"])
          throw invocation.usageError("`policy` is followed by none or services")
        }
      } else {
        try reader.finish(expected: forms)
      }
    }
    guard isName(name.text) else {
      throw Diagnostics(
        Diagnostic(
          "bad-function-name",
          "`\(name.text)` is no function's name: up to 64 letters, digits, hyphens and underscores",
          at: name.range))
    }
    let cloud = invocation.cloud
    let (account, region) = try place.found(invocation)
    let isNew = cloud.function(name.text, account: account, region: region) == nil
    cloud.defineFunction(
      name.text, in: account, region: region,
      role: role.map { $0.text.hasPrefix("arn:") ? $0.text : roleARN($0.text, account, cloud) },
      runtime: runtime?.text, invokers: letsServicesIn ? invokers : [])
    for topic in topics {
      let found = try invocation.topic(topic)
      do throws(AWSError) {
        try cloud.defineSubscription(
          to: found.arn, kind: .lambda,
          endpoint: "arn:aws:lambda:\(region):\(account):function:\(name.text)")
      } catch {
        throw Diagnostics(error, at: topic.range)
      }
    }
    let feeders = topics.map(\.text).joined(separator: ", ")
    invocation.session.note(
      "function \(name.text) is \(isNew ? "defined" : "changed")"
        + (feeders.isEmpty ? "" : ", fed by \(feeders)"), to: invocation.output)
  }

  private static func isName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// The ARN of the role of that name, which may have a path.
  private static func roleARN(_ name: String, _ account: AccountID, _ cloud: Cloud) -> String {
    cloud.world.accounts[account]?.roles[name]?.arn(in: account)
      ?? "arn:aws:iam::\(account):role/\(name)"
  }

  private static let list = Command(
    "list functions", forms: ["list functions"],
    summary: "lists the Lambda functions and how often services called them",
    examples: ["define function report; list functions"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    try invocation.showTable(
      [
        ("function", .text), ("region", .text), ("account", .text), ("runtime", .text),
        ("role", .text), ("calls", .number),
      ],
      rows: cloud.functionsThere.map { function in
        [
          .text(function.name), .text(function.region), .text(function.account),
          .text(function.runtime), .text(function.role),
          .number("\(cloud.functions.counts[function.arn] ?? 0)"),
        ]
      }, empty: "there are no functions; `define function NAME` makes one")
  }

  /// Calls that `show function` shows.
  private static let shownCalls = 5

  private static let show = Command(
    "show function", forms: ["show function NAME"],
    summary: "shows a function: its settings, who may call it, what services called it with",
    examples: ["define function report; show function report"],
    candidates: { NounCompletion.functions($0) }
  ) { invocation in
    let function = try invocation.function(try invocation.onlyName("the function's name"))
    let cloud = invocation.cloud
    var rows: [(String, String)] = [
      ("arn", function.arn), ("runtime", function.runtime), ("role", function.role),
      (
        "calls by services",
        NumberText.grouped(cloud.functions.counts[function.arn] ?? 0)
      ),
    ]
    rows += (cloud.topics.subscriptions.values.filter { $0.endpoint == function.arn })
      .sorted { $0.arn < $1.arn }
      .map { ("fed by", "topic \($0.topicARN.split(separator: ":").last ?? "")") }
    let calls = (cloud.functions.byARN[function.arn] ?? []).suffix(shownCalls).map { call in
      (
        name:
          "\(ReadableTime.readable(call.time)) called by \(call.caller) for \(call.source)",
        value: JSONValue?.some(call.payload)
      )
    }
    try NounPage.write(
      "function \(function.name)", rows, documents: [("Policy", function.policy)] + calls,
      invocation)
  }

  private static let drop = Command(
    "drop function", forms: ["drop function NAME"],
    summary: "deletes a function: DeleteFunction",
    examples: ["define function report; drop function report"],
    candidates: { NounCompletion.functions($0) }
  ) { invocation in
    let name = try invocation.onlyName("the function's name")
    let function = try invocation.function(name)
    var call = APICall(
      "lambda", "DeleteFunction", parameters: [JSONMember("FunctionName", .string(function.name))])
    call.region = function.region
    call.caller = Caller.administrator(of: function.account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("function \(function.name) is deleted", to: invocation.output)
  }
}

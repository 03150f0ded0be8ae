package import TrailRecord

/// What a rule does with an event.
package struct RuleTarget: Sendable {
  package enum Destination: Hashable, Sendable {
    /// Something of AWS's, by its ARN.
    case resource(String)
    /// Something that the session does; AWS knows nothing of it.
    case session(SessionAction)
  }
  package var id: String
  package var destination: Destination
  package var input = TargetInput.event
  package var roleARN: String?
  package var deadLetterARN: String?
  package var retry = RetryPolicy()
  package var messageGroup: String?
  /// As PutTargets was given it, for ListTargetsByRule.
  package var written = JSONValue.object([])

  package init(id: String, destination: Destination) {
    self.id = id
    self.destination = destination
  }

  /// What dead letters and pages call it.
  package var name: String {
    switch destination {
    case .resource(let arn): arn
    case .session(let action): action.text
    }
  }

  /// What the shell calls it: `notify alerts`.
  package var text: String {
    switch destination {
    case .session(let action): action.text
    case .resource(let arn): Self.text(of: arn)
    }
  }

  private static func text(of arn: String) -> String {
    guard let parsed = ARN(arn) else { return arn }
    let resource = String(parsed.resource)
    switch parsed.service {
    case "sns": return "notify \(resource)"
    case "sqs": return "send \(resource)"
    case "logs":
      var group = resource.hasPrefix("log-group:") ? String(resource.dropFirst(10)) : resource
      if group.hasSuffix(":*") { group.removeLast(2) }
      return "log \(group)"
    case "lambda": return "invoke \(LambdaNames.plain(arn))"
    case "events" where resource.hasPrefix("event-bus/"): return "bus \(arn)"
    default: return arn
    }
  }
}

/// What only a session can do: show a line, run a script, start a program.
package enum SessionAction: Hashable, Sendable {
  case print
  case run(RuleScript)
  case exec([String])

  package var text: String {
    switch self {
    case .print: "print"
    case .run(let script): "run \(script.name)"
    case .exec(let words):
      "exec "
        + words.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    }
  }
}

/// A script that a rule runs.
package struct RuleScript: Hashable, Sendable {
  /// As the rule's definition names it.
  package var name: String
  /// The file that this meant where the rule was defined.
  package var path: String

  package init(_ name: String, path: String) {
    self.name = name
    self.path = path
  }
}

/// How often and how long a target is tried (botocore's model; AWS's defaults).
package struct RetryPolicy: Hashable, Sendable {
  package var attempts = BusLimits.retries.upperBound
  package var ageSeconds = BusLimits.eventAgeSeconds.upperBound

  package init() {}
}

/// What a target is given.
package enum TargetInput: Sendable {
  /// The event as it is.
  case event
  case constant(String)
  case path(String)
  case template(String, paths: [JSONMember])
}

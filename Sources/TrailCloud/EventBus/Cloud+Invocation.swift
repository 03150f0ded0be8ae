internal import TrailRecord

// From rules to their targets: input, delivery, retries and dead letters.

/// Another try of a target that could not be told of an event.
struct ScheduledRetry {
  var rule: RuleID
  var target: String
  var event: BusEvent
  /// How often it has been tried.
  var attempts: Int
  /// When it was tried first.
  var since: Int64
}

extension Cloud {
  /// Tells a target of an event for the first time.
  func invoke(_ target: RuleTarget, of rule: RuleID, with event: BusEvent) {
    attempt(
      target, ScheduledRetry(rule: rule, target: target.id, event: event, attempts: 0, since: now))
  }

  /// Tries again, unless rule or target are gone by now.
  func run(_ task: ScheduledRetry) {
    guard let rule = eventBuses[task.rule],
      let target = rule.targets.first(where: { $0.id == task.target })
    else { return }
    eventBuses.count(task.rule) { $0.retries += 1 }
    attempt(target, task)
  }

  private func attempt(_ target: RuleTarget, _ task: ScheduledRetry) {
    happenings.begins(target, of: task.rule, task.event)
    let outer = acting
    acting = RuleCause(
      depth: task.event.depth + 1, rule: task.rule, root: task.event.root)
    let failure = delivered(to: target, task.event, of: task.rule)
    acting = outer
    let time = now
    guard let failure else {
      eventBuses.count(task.rule) { $0.invocations += 1 }
      happenings.invoked(target, of: task.rule)
      return
    }
    eventBuses.count(task.rule) {
      $0.failures += 1
      $0.lastFailure = "\(target.text): \(failure.code): \(failure.message)"
      $0.lastFailureTime = time
    }
    happenings.failed(target, of: task.rule, code: failure.code, failure.message)
    settle(failure, of: target, task)
  }

  /// Plans another try, or gives the event up.
  private func settle(
    _ failure: InvocationFailure, of target: RuleTarget, _ task: ScheduledRetry
  ) {
    var task = task
    task.attempts += 1
    guard failure.isRetriable else { return giveUp(failure, of: target, task, exhausted: nil) }
    guard task.attempts <= target.retry.attempts else {
      return giveUp(failure, of: target, task, exhausted: "MaximumRetryAttempts")
    }
    let wait = min(1000 << Int64(min(task.attempts - 1, 20)), BusLimits.longestWait)
    guard now + wait - task.since <= Int64(target.retry.ageSeconds) * 1000 else {
      return giveUp(failure, of: target, task, exhausted: "MaximumEventAgeInSeconds")
    }
    schedule.add(.targetRetry(task), at: now + wait)
  }

  /// Sends an event to the target's dead-letter queue, or drops it.
  private func giveUp(
    _ failure: InvocationFailure, of target: RuleTarget, _ task: ScheduledRetry,
    exhausted: String?
  ) {
    guard let queue = target.deadLetterARN else {
      eventBuses.count(task.rule) { $0.dropped += 1 }
      return
    }
    var attributes = [
      ("RULE_ARN", task.rule.arn), ("TARGET_ARN", target.name), ("ERROR_CODE", failure.code),
      ("ERROR_MESSAGE", failure.message),
    ]
    if let exhausted { attributes.append(("EXHAUSTED_RETRY_CONDITION", exhausted)) }
    attributes.append(("RETRY_ATTEMPTS", "\(task.attempts - 1)"))
    let text = String(decoding: task.event.bytes, as: UTF8.self)
    if let code = sendToQueue(text, queue, attributes: attributes, from: task.rule) {
      eventBuses.count(task.rule) { $0.dropped += 1 }
      happenings.failed(
        target, of: task.rule, code: code.code, "the dead-letter queue \(queue) refuses it")
    } else {
      eventBuses.count(task.rule) { $0.deadLetters += 1 }
      happenings.deadLetter(queue, of: task.rule)
    }
  }

  // MARK: Delivery

  /// Gives a target its input; nil where it took it.
  private func delivered(
    to target: RuleTarget, _ event: BusEvent, of rule: RuleID
  ) -> InvocationFailure? {
    let input: [UInt8]
    do {
      input = try target.input.made(
        of: event,
        InputTemplate.Context(ruleARN: rule.arn, ruleName: rule.name, time: now), target: target.id)
    } catch {
      return error
    }
    switch target.destination {
    case .session(let action):
      guard let performer = sessionActions else {
        return InvocationFailure("NO_RESOURCE", "no session is there to do it")
      }
      // A script can change what it likes.
      defer { if action != .print { repeated.everythingChanged() } }
      return performer.cloud(
        self,
        perform: SessionTask(
          action: action, rule: rule, event: event, input: input,
          isWholeEvent: target.input.isWholeEvent))
    case .resource(let arn):
      return delivered(input, to: arn, of: target, event, rule)
    }
  }

  private func delivered(
    _ input: [UInt8], to arn: String, of target: RuleTarget, _ event: BusEvent, _ rule: RuleID
  ) -> InvocationFailure? {
    let text = String(decoding: input, as: UTF8.self)
    let parsed = ARN(arn)
    if let role = target.roleARN, let failure = refusal(ofRole: role, to: arn) { return failure }
    // Whom a role of the target's own account lets in, the target's policy is not asked about (AWS's guide).
    let isRole = target.roleARN.flatMap { ARN($0) }?.account == parsed?.account
    switch parsed?.service {
    case "sns": return publishToTopic(text, arn, from: rule, asRole: isRole)
    case "sqs":
      return sendToQueue(
        text, arn, attributes: [], from: rule, group: target.messageGroup, asRole: isRole)
    case "logs": return putToLogGroup(input, arn, of: target, event, rule)
    case "lambda": return invokeFunction(arn, input, from: rule, asRole: isRole)
    case "events" where arn.contains(":event-bus/"): return forward(event, to: arn, from: rule)
    // Ours: what is not simulated takes every event.
    default: return nil
    }
  }

  /// Why EventBridge cannot do something as a role; nil where it can.
  private func refusal(ofRole arn: String, to target: String) -> InvocationFailure? {
    let failure = InvocationFailure(
      "FAILED_TO_ASSUME_ROLE", "The role \(arn) cannot be assumed by events.amazonaws.com.")
    guard let parsed = ARN(arn), parsed.resource.hasPrefix("role/"),
      let role = world.accounts[String(parsed.account)]?.roles[String(parsed.lastName)]
    else { return failure }
    let request = ServicePolicy.Request(
      service: EventBridgeService.principal, action: "sts:AssumeRole", resource: nil)
    guard ServicePolicy(role.trustPolicy).allows(request) else { return failure }
    guard let action = EventBridgeService.action(on: target),
      let policies = knownPolicies(of: role)
    else { return nil }
    var use = ServicePolicy.Request(
      service: EventBridgeService.principal, action: action, resource: target)
    if action == "logs:PutLogEvents" {
      let group = target.hasSuffix(":*") ? String(target.dropLast(2)) : target
      use.resource = "\(group):log-stream:-"
    }
    return ServicePolicy(identityPolicies: policies).allows(use)
      ? nil
      : InvocationFailure(
        "NO_PERMISSIONS", "The role \(arn) does not allow \(action) on \(target).")
  }
}

/// EventBridge as a principal.
enum EventBridgeService {
  static let principal = "events.amazonaws.com"

  /// What a role must allow for a target; nil where it is not looked at.
  static func action(on target: String) -> String? {
    switch ARN(target)?.service {
    case "sns": "sns:Publish"
    case "sqs": "sqs:SendMessage"
    case "lambda": "lambda:InvokeFunction"
    case "logs": "logs:PutLogEvents"
    case "events" where target.contains(":event-bus/"): "events:PutEvents"
    default: nil
    }
  }
}

internal import TrailPattern
internal import TrailRecord

/// A subscription's filter policy: which of a topic's messages it gets.
///
/// The language is that of EventBridge's patterns, over the message's attributes or its body; SNS's limits are tighter.
struct FilterPolicy: Hashable, Sendable {
  /// What a policy looks at.
  enum Scope: String, Hashable, Sendable {
    case attributes = "MessageAttributes"
    case body = "MessageBody"
  }
  private let pattern: EventPattern
  private let scope: Scope
  /// Attributes for which `null` is among what is asked: it means that the attribute is not there.
  private let nullable: [[UInt8]]

  private static let mostKeys = 5
  private static let mostCombinations = 150

  /// Reads a policy; nil for an empty one, which filters nothing.
  ///
  /// - Throws: SNS's refusal.
  init?(_ text: String, scope: Scope) throws(AWSError) {
    guard let value = try? JSONParser.parse(text), let members = value.members else {
      throw SNSErrors.invalid("FilterPolicy: failed to parse JSON.")
    }
    guard !members.isEmpty else { return nil }
    if scope == .attributes, members.contains(where: { $0.value.members != nil }) {
      throw SNSErrors.invalid(
        "Filter policy scope MessageAttributes does not support nested filter policy")
    }
    do {
      pattern = try EventPattern(text)
    } catch {
      throw SNSErrors.invalid("FilterPolicy: \(error.reason)")
    }
    guard members.count <= Self.mostKeys else {
      throw SNSErrors.invalid(
        "FilterPolicy: Filter policy can not have more than \(Self.mostKeys) keys")
    }
    guard Self.combinations(of: members, depth: 1) <= Self.mostCombinations else {
      throw SNSErrors.invalid("FilterPolicy: Filter policy is too complex")
    }
    self.scope = scope
    nullable = members.filter { $0.value.elements?.contains(.null) == true }.map(\.name)
  }

  /// What a policy costs: its values, times how deep they lie, multiplied.
  private static func combinations(of members: [JSONMember], depth: Int) -> Int {
    var product = 1
    for member in members {
      if let inner = member.value.members {
        product *= combinations(of: inner, depth: depth + 1)
      } else if let elements = member.value.elements {
        if member.nameText == "$or" {
          for element in elements {
            product *= combinations(of: element.members ?? [], depth: depth + 1)
          }
        }
        product *= max(1, elements.count) * depth
      }
      // More than enough is enough, and cannot overflow.
      product = min(product, 1_000_000)
    }
    return product
  }

  /// Whether a message passes.
  func passes(_ message: TopicMessage) -> Bool {
    switch scope {
    case .attributes: pattern.matches(fields(of: message.attributes))
    case .body:
      (try? JSONParser.parse(message.text)).map { $0.members != nil && pattern.matches($0) }
        ?? false
    }
  }

  /// Attributes as an event has fields: numbers as numbers, `String.Array` as an array.
  private func fields(of attributes: JSONValue) -> JSONValue {
    var members: [JSONMember] = []
    for attribute in attributes.members ?? [] {
      let type = attribute.value.member("DataType")?.text ?? ""
      guard let text = attribute.value.member("StringValue")?.text else { continue }
      let parsed = try? JSONParser.parse(text)
      switch (type, parsed) {
      case ("String.Array", .some(let list)) where list.elements != nil,
        ("String.Array", .some(let list)) where list.text != nil:
        members.append(JSONMember(attribute.name, list))
      case (_, .some(.number(let number))) where MessageAttribute.base(of: type) == "Number":
        members.append(JSONMember(attribute.name, .number(number)))
      default: members.append(JSONMember(attribute.name, .string(text)))
      }
    }
    for name in nullable where !members.contains(where: { $0.name == name }) {
      members.append(JSONMember(name, .null))
    }
    return .object(members)
  }
}

internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// What a `simulate` statement asks for.
struct SimulatedCall {
  var call: APICall
  /// How often, and how far apart in milliseconds.
  var count = 1
  var spacing: Int64 = 0
  /// The caller as written, where it has a placeholder.
  var callerText: String?
  /// Where the parts of the call stand.
  var places = Places()

  init(_ call: APICall) { self.call = call }

  struct Places {
    var service = SourceRange.at(0)
    var operation = SourceRange.at(0)
    var caller: SourceRange?
    var region: SourceRange?
    var address: SourceRange?
    var time: SourceRange?
    var error: SourceRange?
    var parameters: [SourceRange] = []

    func range(of part: CallProblem.Part) -> SourceRange? {
      switch part {
      case .service: service
      case .operation, .missingParameter: operation
      case .caller: caller ?? operation
      case .region: region ?? operation
      case .address: address ?? operation
      case .time: time ?? operation
      case .error: error ?? operation
      case .parameter(let index):
        parameters.indices.contains(index) ? parameters[index] : operation
      }
    }
  }

  /// What stands for the number of the call, from 1.
  static let placeholder = "{n}"

  /// The call with that number in place of `{n}`.
  func numbered(_ number: Int) -> APICall {
    guard usesNumber else { return call }
    var call = call
    for index in call.parameters.indices where parameterUsesNumber[index] {
      call.parameters[index].value = Self.filled(call.parameters[index].value, number)
    }
    call.userAgent = call.userAgent.map { Self.filled($0, number) }
    call.sourceIPAddress = call.sourceIPAddress.map { Self.filled($0, number) }
    if let callerText, let caller = CallerText.read(Self.filled(callerText, number)) {
      call.caller.kind = caller.kind
      call.caller.account = caller.account
    }
    return call
  }

  /// The calls of all numbers, where they differ in their parameters alone; nil where each is to be made by itself.
  func numberedCall(in cloud: Cloud) -> NumberedCall? {
    let texts = [callerText, call.userAgent, call.sourceIPAddress]
    guard !texts.contains(where: { $0?.contains(Self.placeholder) ?? false }) else { return nil }
    do throws(CallProblem) {
      return try NumberedCall(call, mark: Self.placeholder, in: cloud)
    } catch {
      return nil
    }
  }

  private(set) var parameterUsesNumber: [Bool] = []
  private var usesNumber = false

  /// Looks once for placeholders. Call it when the call is complete.
  mutating func findPlaceholders() {
    parameterUsesNumber = call.parameters.map { Self.hasPlaceholder($0.value) }
    usesNumber =
      parameterUsesNumber.contains(true) || callerText != nil
      || [call.userAgent, call.sourceIPAddress].contains { $0?.contains(Self.placeholder) ?? false }
  }

  private static func hasPlaceholder(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let bytes): bytes.contains(placeholderBytes)
    case .array(let values): values.contains(where: hasPlaceholder)
    case .object(let members): members.contains { hasPlaceholder($0.value) }
    case .null, .bool, .number: false
    }
  }

  private static let placeholderBytes = Array(placeholder.utf8)

  private static func filled(_ text: String, _ number: Int) -> String {
    String(decoding: filled(Array(text.utf8), number), as: UTF8.self)
  }

  private static func filled(_ bytes: [UInt8], _ number: Int) -> [UInt8] {
    var filled: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let end = index + placeholderBytes.count
      if bytes[index] == placeholderBytes[0], end <= bytes.count,
        bytes[index..<end].elementsEqual(placeholderBytes)
      {
        filled.append(contentsOf: String(number).utf8)
        index = end
      } else {
        filled.append(bytes[index])
        index += 1
      }
    }
    return filled
  }

  private static func filled(_ value: JSONValue, _ number: Int) -> JSONValue {
    switch value {
    case .string(let bytes): .string(filled(bytes, number))
    case .array(let values): .array(values.map { filled($0, number) })
    case .object(let members):
      .object(members.map { JSONMember($0.name, filled($0.value, number)) })
    case .null, .bool, .number: value
    }
  }
}

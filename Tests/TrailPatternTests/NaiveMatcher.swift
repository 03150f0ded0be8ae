import Foundation
import TrailRecord

/// Event patterns matched in the plainest way, from their JSON and without a line of the room that is tested.
///
/// It is written from facts §10.2: events become a list of named values that know their places in arrays, a
/// pattern becomes maps from names to alternatives, and everything is tried.
struct NaiveMatcher {
  private typealias Branch = [String: [JSONValue]]

  private struct Field {
    var name: String
    var value: JSONValue
    /// The index in each array around it.
    var places: [Int: Int]
  }

  private let branches: [Branch]

  init(_ pattern: JSONValue) {
    branches = Self.expand(pattern, path: [], [[:]])
  }

  private static func expand(
    _ object: JSONValue, path: [String], _ branches: [Branch]
  ) -> [Branch] {
    guard case .object(let members) = object else { return branches }
    var branches = branches
    for member in members {
      let name = String(decoding: member.name, as: UTF8.self)
      switch member.value {
      case .array(let objects) where name == "$or":
        let before = branches
        branches = objects.flatMap { expand($0, path: path, before) }
      case .array(let alternatives):
        let field = (path + [name]).joined(separator: ".")
        for index in branches.indices { branches[index][field] = alternatives }
      default: branches = expand(member.value, path: path + [name], branches)
      }
    }
    return branches
  }

  func matches(_ event: JSONValue) -> Bool {
    guard case .object = event else { return false }
    var fields: [Field] = []
    var arrays = 0
    Self.flatten(event, [], [:], &fields, &arrays)
    return branches.contains { branch in
      let names = branch.keys.sorted {
        Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
      }
      return Self.matches(names[...], branch, fields, [:])
    }
  }

  private static func flatten(
    _ value: JSONValue, _ path: [String], _ places: [Int: Int], _ fields: inout [Field],
    _ arrays: inout Int
  ) {
    switch value {
    case .object(let members):
      for member in members {
        let name = String(decoding: member.name, as: UTF8.self)
        flatten(member.value, path + [name], places, &fields, &arrays)
      }
    case .array(let elements):
      let array = arrays
      arrays += 1
      for (index, element) in elements.enumerated() {
        var inside = places
        switch element {
        case .object, .array: inside[array] = index
        default: break
        }
        flatten(element, path, inside, &fields, &arrays)
      }
    default:
      fields.append(Field(name: path.joined(separator: "."), value: value, places: places))
    }
  }

  private static func matches(
    _ names: ArraySlice<String>, _ branch: Branch, _ fields: [Field], _ places: [Int: Int]
  ) -> Bool {
    guard let name = names.first, let alternatives = branch[name] else { return true }
    let reachable = fields.filter { field in
      field.name == name && field.places.allSatisfy { places[$0.key] ?? $0.value == $0.value }
    }
    let wantsAbsence = alternatives.contains { $0["exists"] == .bool(false) }
    if wantsAbsence, reachable.isEmpty, matches(names.dropFirst(), branch, fields, places) {
      return true
    }
    return reachable.contains { field in
      alternatives.contains { passes(field.value, $0) }
        && matches(
          names.dropFirst(), branch, fields, places.merging(field.places) { first, _ in first })
    }
  }

  private static func passes(_ value: JSONValue, _ alternative: JSONValue) -> Bool {
    guard case .object(let members) = alternative, let member = members.first else {
      return equals(value, alternative, readingAddresses: true)
    }
    let operand = member.value
    switch String(decoding: member.name, as: UTF8.self) {
    case "exists": return operand == .bool(true)
    case "exactly": return value == operand
    case "numeric":
      guard case .array(let parts) = operand, let number = number(value) else { return false }
      return stride(from: 0, to: parts.count, by: 2).allSatisfy { index in
        guard let bound = Self.number(parts[index + 1]) else { return false }
        return switch parts[index].text {
        case "=": number == bound
        case "<": number < bound
        case "<=": number <= bound
        case ">": number > bound
        default: number >= bound
        }
      }
    case "anything-but":
      let comparison: String?
      let listed: JSONValue
      if case .object(let inner) = operand, let only = inner.first {
        comparison = String(decoding: only.name, as: UTF8.self)
        listed = only.value
      } else {
        (comparison, listed) = (nil, operand)
      }
      let values: [JSONValue] = if case .array(let values) = listed { values } else { [listed] }
      return !values.contains { left in
        guard let comparison else { return equals(value, left, readingAddresses: false) }
        return holds(comparison, value, left)
      }
    case let comparison: return holds(comparison, value, operand)
    }
  }

  private static func holds(
    _ comparison: String, _ value: JSONValue, _ operand: JSONValue
  ) -> Bool {
    guard case .string(let bytes) = value else { return false }
    if let text = operand["equals-ignore-case"]?.text {
      return ignoringCase(text, String(decoding: bytes, as: UTF8.self), anchor: comparison)
    }
    guard case .string(let wanted) = operand else { return false }
    switch comparison {
    case "prefix": return bytes.starts(with: wanted)
    case "suffix": return bytes.reversed().starts(with: wanted.reversed())
    case "equals-ignore-case":
      return ignoringCase(
        String(decoding: wanted, as: UTF8.self), String(decoding: bytes, as: UTF8.self), anchor: "")
    case "wildcard": return wildcard(wanted[...], bytes[...])
    default: return isInBlock(bytes, String(decoding: wanted, as: UTF8.self))
    }
  }

  private static func equals(
    _ value: JSONValue, _ wanted: JSONValue, readingAddresses: Bool
  ) -> Bool {
    if value == wanted { return true }
    if let first = number(value), let second = number(wanted) { return first == second }
    if readingAddresses, case .string(let first) = value, case .string(let second) = wanted,
      let left = address(first), let right = address(second)
    {
      return left == right
    }
    return false
  }

  /// The number if a double holds it as it is spelled.
  private static func number(_ value: JSONValue) -> Double? {
    guard case .number(let spelling) = value, let double = Double(spelling), double.isFinite,
      let exact = Decimal(string: spelling), let held = Decimal(string: "\(double)"), exact == held
    else { return nil }
    return double
  }

  /// The bytes of an address in version 4 or 6.
  private static func address(_ text: [UInt8]) -> [UInt8]? {
    let text = String(decoding: text, as: UTF8.self)
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4 {
      let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? UInt8($0) : nil }
      return numbers.count == 4 && text.utf8.count <= 15 ? numbers : nil
    }
    guard text.allSatisfy({ $0 == ":" || $0.isHexDigit }) else { return nil }
    let bytes = withUnsafeTemporaryAllocation(of: in6_addr.self, capacity: 1) { buffer in
      inet_pton(AF_INET6, text, buffer.baseAddress) == 1
        ? Array(UnsafeRawBufferPointer(buffer)) : nil
    }
    guard let bytes else { return nil }
    let isMapped =
      bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 255 }
    return isMapped ? Array(bytes[12...]) : bytes
  }

  private static func isInBlock(_ text: [UInt8], _ block: String) -> Bool {
    let parts = block.split(separator: "/")
    guard parts.count == 2, let bits = Int(parts[1]), let wanted = address(Array(parts[0].utf8)),
      let own = address(text), own.count == wanted.count
    else { return false }
    return (0..<bits).allSatisfy { bit in
      (own[bit / 8] ^ wanted[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }

  /// Each scalar of `wanted` stands for its lower or its upper case.
  private static func ignoringCase(_ wanted: String, _ text: String, anchor: String) -> Bool {
    var forms = [""]
    for scalar in wanted.unicodeScalars {
      let cases = Set([
        scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping,
      ])
      forms = forms.flatMap { form in cases.map { form + $0 } }
    }
    let bytes = Array(text.utf8)
    return forms.contains { form in
      let form = Array(form.utf8)
      return switch anchor {
      case "prefix": bytes.starts(with: form)
      case "suffix": bytes.reversed().starts(with: form.reversed())
      default: bytes == form
      }
    }
  }

  private static func wildcard(_ wanted: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = wanted.first else { return text.isEmpty }
    let rest = wanted.dropFirst()
    if first == UInt8(ascii: "*") {
      return (text.startIndex...text.endIndex).contains { wildcard(rest, text[$0...]) }
    }
    let (byte, remaining) =
      first == UInt8(ascii: "\\") ? (rest.first ?? first, rest.dropFirst()) : (first, rest)
    return text.first == byte && wildcard(remaining, text.dropFirst())
  }
}

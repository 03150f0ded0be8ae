internal import TrailCloud
internal import TrailRecord

/// Who and what a story is about, this time: everything is drawn from the seed, so another seed has other culprits.
///
/// Recipes of `let NAME = …`:
///
///     person              a user with a name, an access key, MFA; {NAME.desk}, {NAME.home}, {NAME.agent}
///     robot a, b          the same for a program's user, which has no MFA and no habits
///     user a, b           a name that no user has yet
///     role A, B           a name that no role has yet
///     fresh a, b          one of them with digits behind it, which nothing has yet
///     pick a, b           one of them
///     stranger            an address from outside
///     account             twelve digits
///     agent cli, python   what a client of that kind says of itself
///     number 3-9          a number
///     hex 8               digits
///     key of NAME         the access key of a user
struct StoryCast {
  private(set) var values: [String: String] = [:]
  /// Those who have habits.
  private(set) var persons: [String] = []
  private var source: IdentifierSource
  private var addresses: StoryAddresses
  private var taken: Set<String> = []

  init(seed: UInt64, story: String) {
    source = .branch(seed: seed, name: "scenario/\(story)")
    addresses = StoryAddresses(&source)
  }

  subscript(_ name: String) -> String? { values[name] }

  /// Keeps to other addresses than these, which are somebody else's.
  mutating func avoid(_ addresses: Set<String>) { self.addresses.avoid(addresses) }

  mutating func bind(_ name: String, _ value: String) { values[name] = value }

  /// A number in a range.
  mutating func number(in range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(source.next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  mutating func pick<Element>(_ options: [Element]) -> Element {
    options[Int(source.next() % UInt64(options.count))]
  }

  /// The text with every hole filled. Throws the name of one that nothing was bound to.
  ///
  /// - Parameter number: for `{n}`, which stays where there is none.
  func filled(_ text: String, number: Int? = nil) throws(UnboundName) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[rest.index(after: open)...]
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "." }
      guard let first = name.first, first.isLetter, rest.dropFirst(name.count).first == "}" else {
        result += "{"
        continue
      }
      if name == "n" {
        result += number.map(String.init) ?? "{n}"
      } else if let value = values[String(name)] {
        result += value
      } else {
        throw UnboundName(name: String(name))
      }
      rest = rest.dropFirst(name.count + 1)
    }
    return result + rest
  }

  struct UnboundName: Error { var name: String }

  // MARK: Recipes

  /// Finds what a name stands for. False where there is no such recipe.
  mutating func cast(_ name: String, as recipe: String, in cloud: Cloud) -> Bool {
    let words = recipe.split(separator: " ", maxSplits: 1).map(String.init)
    let options = (words.count > 1 ? words[1] : "").split(separator: ",").map {
      String($0.drop { $0 == " " })
    }
    switch words.first {
    case "person":
      let user = freeUser(StoryNames.people, cloud)
      cloud.defineUser(user, hasMFA: true)
      bindSomebody(name, user, agents: ["cli", "python", "terraform"])
      persons.append(name)
    case "robot":
      let user = freeUser(options, cloud)
      cloud.defineUser(user)
      bindSomebody(name, user, agents: ["python", "go"])
    case "user": values[name] = freeUser(options, cloud)
    case "role":
      let roles = cloud.world.accounts[cloud.world.account]?.roles
      values[name] = free(options) { roles?[$0] != nil }
    case "fresh":
      let base = pick(options)
      values[name] = free(["\(base)-\(source.hex(4))"]) { cloud.buckets.byName[$0] != nil }
    case "pick": values[name] = pick(options)
    case "stranger": values[name] = addresses.stranger(&source)
    case "account": values[name] = String(number(in: 210_000_000_000...899_999_999_999))
    case "agent": values[name] = StoryNames.agent(pick(options))
    case "number":
      let ends = words.count > 1 ? words[1].split(separator: "-").compactMap { Int64($0) } : []
      guard ends.count == 2, ends[0] <= ends[1] else { return false }
      values[name] = String(number(in: ends[0]...ends[1]))
    case "hex": values[name] = source.hex(options.first.flatMap { Int($0) } ?? 8)
    case "key":
      guard let user = values[String(words[1].split(separator: " ").last ?? "")] else {
        return false
      }
      values[name] = cloud.world.accounts[cloud.world.account]?.users[user]?.accessKeys.last?.id
    default: return false
    }
    return values[name] != nil
  }

  private mutating func bindSomebody(_ name: String, _ user: String, agents: [String]) {
    values[name] = user
    values["\(name).desk"] = addresses.desk(&source)
    values["\(name).home"] = addresses.home(&source)
    values["\(name).agent"] = StoryNames.agent(pick(agents))
  }

  private mutating func freeUser(_ options: [String], _ cloud: Cloud) -> String {
    let users = cloud.world.accounts[cloud.world.account]?.users
    return free(options) { users?[$0] != nil }
  }

  /// One of the options that is not there yet; with a number where all are.
  private mutating func free(_ options: [String], isThere: (String) -> Bool) -> String {
    let left = options.filter { !isThere($0) && !taken.contains($0) }
    var name = left.isEmpty ? pick(options) : pick(left)
    let base = name
    var number = 2
    while isThere(name) || taken.contains(name) {
      name = "\(base)-\(number)"
      number += 1
    }
    taken.insert(name)
    return name
  }
}

/// Addresses of the office and of the world outside, from the blocks that are kept for documentation (RFC 5737).
///
/// Which block is the office's changes with the seed, so that no address looks guilty by itself.
struct StoryAddresses {
  private var office: String
  private var outside: [String]

  init(_ source: inout IdentifierSource) {
    var blocks = ["198.51.100", "203.0.113", "192.0.2"]
    office = blocks.remove(at: Int(source.next() % UInt64(blocks.count)))
    outside = blocks
  }

  /// Addresses that somebody has already: no two people of a story share one.
  private var given: Set<String> = []

  mutating func avoid(_ addresses: Set<String>) { given.formUnion(addresses) }

  /// Hosts of the office, of people at home, and of strangers do not meet.
  mutating func desk(_ source: inout IdentifierSource) -> String {
    host(in: [office], 10..<90, &source)
  }
  mutating func home(_ source: inout IdentifierSource) -> String {
    host(in: outside, 20..<110, &source)
  }
  mutating func stranger(_ source: inout IdentifierSource) -> String {
    host(in: outside, 130..<240, &source)
  }

  /// An address that nobody has yet.
  private mutating func host(
    in blocks: [String], _ hosts: Range<UInt64>, _ source: inout IdentifierSource
  ) -> String {
    var address = ""
    repeat {
      let block = blocks[Int(source.next() % UInt64(blocks.count))]
      address = "\(block).\(hosts.lowerBound + source.next() % UInt64(hosts.count))"
    } while !given.insert(address).inserted
    return address
  }
}

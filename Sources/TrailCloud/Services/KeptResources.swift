internal import TrailRecord

/// Where a service keeps something.
struct ResourcePlace {
  var kind: String
  /// Empty for what has no Region.
  var region: RegionName
  var name: String

  /// - Parameter kind: such as `ec2/instance`.
  init(_ kind: String, _ region: RegionName, _ name: String) {
    self.kind = kind
    self.region = region
    self.name = name
  }
}

extension Cloud {
  /// Keeps something, or forgets it.
  func keep(_ value: JSONValue?, at place: ResourcePlace, in account: AccountID) {
    world.accounts[account]?.resources[place.kind, place.region, place.name] = value
  }

  func kept(at place: ResourcePlace, in account: AccountID) -> JSONValue? {
    world.accounts[account]?.resources[place.kind, place.region, place.name]
  }
}

internal import TrailRecord

/// Makes the things of a profile that were there before its traffic began, by the very calls that make such things.
struct TrafficFurnisher {
  let pools: TrafficPools
  let account: AccountID
  let home: RegionName
  private let seed: UInt64

  init(pools: TrafficPools, account: AccountID, home: RegionName, seed: UInt64) {
    self.pools = pools
    self.account = account
    self.home = home
    self.seed = seed
  }

  /// Makes the things of one step. What is there already is left as it is.
  func make(_ step: TrafficStep, in cloud: Cloud) throws(CallProblem) {
    let parameters = SlottedParameters(step.parameters)
    let things = step.each.map { pools.things($0) } ?? [""]
    var source = IdentifierSource.branch(
      seed: seed,
      name: "furniture/\(account)/\(home)/\(step.service)/\(step.operation)/\(step.each ?? "")")
    for thing in things {
      for _ in 0..<step.times.upperBound {
        var texts: [[UInt8]] = []
        for hole in parameters.slots {
          texts.append(Array(text(of: hole, step, thing, &source).utf8))
        }
        var call = APICall(
          step.service, step.operation,
          parameters: SlottedParameters.filled(.object(parameters.members), texts).members ?? [])
        call.caller = Caller(.root, account: account)
        call.region = step.region == TrafficProfile.homeRegion ? home : step.region ?? home
        let result = try cloud.perform(call)
        guard result.error == nil else { continue }
        for gain in step.gains {
          if let text = result.response.text(at: gain.path) { pools.add(text, to: gain.pool) }
        }
      }
    }
  }

  private func text(
    of hole: TrafficHole, _ step: TrafficStep, _ thing: String, _ source: inout IdentifierSource
  ) -> String {
    switch hole {
    case .account: account
    case .region: home
    case .pool(let name):
      name == step.each ? thing : pools.pick(name, &source)?.text ?? ""
    case .choice(let options): options[source.below(options.count)]
    case .hexadecimal(let count): source.hex(count)
    case .uuid: source.uuid()
    default: ""
    }
  }
}

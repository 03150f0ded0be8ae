internal import TrailRecord

/// The things that background traffic of one profile in one account works with, by kind: what was there before, and
/// what it has made since.
///
/// They belong to the world, so that traffic that begins again goes on with them.
final class TrafficPools {
  /// Things of a kind that is made and taken away; more than this are forgotten, the oldest first.
  private static let mostMade = 512

  private struct Pool {
    var things: [String]
    /// Where the oldest stands, once there are as many as are kept.
    var oldest = 0
  }
  private var pools: [String: Pool] = [:]
  /// Whether the things of the profile have been made.
  var isFurnished = false

  func define(_ name: String, _ things: [String]) { pools[name] = Pool(things: things) }

  func things(_ name: String) -> [String] { pools[name]?.things ?? [] }

  func count(_ name: String) -> Int { pools[name]?.things.count ?? 0 }

  func add(_ thing: String, to name: String) {
    var pool = pools.removeValue(forKey: name) ?? Pool(things: [])
    if pool.things.count < Self.mostMade {
      pool.things.append(thing)
    } else {
      pool.things[pool.oldest] = thing
      pool.oldest = (pool.oldest + 1) % Self.mostMade
    }
    pools[name] = pool
  }

  /// One of a pool's things, the first more often than the last, and its place; nil where there is none.
  func pick(_ name: String, _ source: inout IdentifierSource) -> (place: Int, text: String)? {
    guard let things = pools[name]?.things, !things.isEmpty else { return nil }
    let unit = source.unit()
    let place = min(things.count - 1, Int(Double(things.count) * unit * unit))
    return (place, things[place])
  }

  /// One of a pool's things, each as often as the others.
  func pickEvenly(_ name: String, _ source: inout IdentifierSource) -> String? {
    guard let things = pools[name]?.things, !things.isEmpty else { return nil }
    return things[source.below(things.count)]
  }

  /// Takes a thing out: any, or the one that has been there longest.
  func take(_ name: String, isOldest: Bool, _ source: inout IdentifierSource) -> String? {
    guard let pool = pools[name], !pool.things.isEmpty else { return nil }
    let place = isOldest ? pool.oldest : source.below(pool.things.count)
    var things = pool.things
    pools[name] = nil
    let thing = things.remove(at: place)
    // In the order of their age from here on.
    if pool.oldest > 0 {
      let start = place < pool.oldest ? pool.oldest - 1 : pool.oldest
      things = Array(things[start...] + things[..<start])
    }
    pools[name] = Pool(things: things)
    return thing
  }
}

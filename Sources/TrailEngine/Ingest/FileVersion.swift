import Glibc

/// What a file was when it was listed: enough to tell later, from a `stat` alone, that it has not changed since.
///
/// Time of change, and a hash of device, node and size, rather than the path: a file that was moved is still known,
/// and a million files cost sixteen bytes each. The time is kept as it is, because files that come together have
/// times close to one another: so a workspace finds and adds them in one place.
package struct FileVersion: Hashable, Sendable, Comparable {
  /// When it was changed, in nanoseconds.
  package let time: Int64
  package let hash: Int64

  package init(time: Int64, hash: Int64) {
    self.time = time
    self.hash = hash
  }

  init(_ status: stat) {
    let seconds = Int64(status.st_mtim.tv_sec)
    time = seconds &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    let place = ValueHash.mix(UInt64(status.st_dev), UInt64(status.st_ino))
    hash = Int64(bitPattern: ValueHash.mix(place, UInt64(bitPattern: Int64(status.st_size))))
  }

  /// The order in which a workspace has them.
  package static func < (a: FileVersion, b: FileVersion) -> Bool {
    a.time != b.time ? a.time < b.time : a.hash < b.hash
  }
}

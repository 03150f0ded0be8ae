import Glibc

/// What a file was when it was listed: enough to tell later, from a `stat` alone, that it has not changed since.
///
/// A hash of device, node, size and time of change rather than of the path: a file that was moved is still known, and
/// a million files cost sixteen bytes each.
struct FileVersion: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  init(_ status: stat) {
    let place = ValueHash.mix(UInt64(status.st_dev), UInt64(status.st_ino))
    let time = ValueHash.mix(
      UInt64(bitPattern: Int64(status.st_mtim.tv_sec)),
      UInt64(bitPattern: Int64(status.st_mtim.tv_nsec)))
    let size = UInt64(bitPattern: Int64(status.st_size))
    high = ValueHash.mix(place, time ^ size)
    low = ValueHash.mix(ValueHash.mix(time, size), UInt64(status.st_ino) &+ 1)
  }
}

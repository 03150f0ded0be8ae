/// The limits of storage, each with its reason.
package enum StorageLimits {
  /// Events in a sealed segment: large enough that per-segment work vanishes, small enough that a
  /// segment's hottest column (16-bit codes) stays within a core's cache.
  package static let rowsPerSegment = 131_072

  /// Bytes of distinct values after which a segment is sealed early; offsets are 32 bits wide.
  package static let valueBytesPerSegment = 1 << 30

  /// Values of all rows after which a segment is sealed early; their places are 32 bits wide, and one record may have
  /// millions.
  package static let entriesPerSegment = 1 << 30

  /// A column with more distinct values than this, each seen often, has posting lists; below it a scan of
  /// 8-bit codes costs less than reading a list.
  package static let distinctValuesForPostings = 256

  /// How often, on average, a value must occur in its column for posting lists to be worth their memory.
  package static let entriesPerValueForPostings = 4
}

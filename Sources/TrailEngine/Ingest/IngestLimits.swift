/// The limits of import, each with its reason. `help import` states them.
package enum IngestLimits {
  /// Objects and arrays inside one another in a record. The walker recurses, on threads whose stacks hold
  /// this many levels many times over.
  package static let nesting = 10_000

  /// The same for a record that a running session adds, on whatever thread it runs.
  package static let nestingOfLiveRecords = 200

  /// Bytes of one record. CloudTrail's own limit is 256 KB (facts §1.7); what is larger than this is skipped
  /// and reported.
  package static let recordBytes = 64 << 20

  /// Bytes that are read or inflated at a time where a file does not fit into one piece: few enough to be still in
  /// the processor's near memory when they are walked.
  package static let windowBytes = 256 << 10

  /// Inflated bytes up to which a gzip member is inflated in one call.
  package static let inflateAtOnceBytes = 64 << 20

  /// Inflated bytes of one file, after which the rest is not read: a guard against compression bombs.
  package static let inflatedBytesPerFile = 16 << 30

  /// Bytes of a zip archive, which has to be in memory as a whole.
  package static let archiveBytes = 4 << 30

  /// Bytes without a record, at the beginning of a file or behind one, after which the rest is not read: a guard
  /// against compression bombs.
  package static let bytesWithoutRecord = 1 << 30

  /// Bytes of what is broken that are walked to see whether records lie inside, and hold none, or are read once more;
  /// after that no more is looked for there: a guard against time without end.
  package static let guessedBytesPerFile = 256 << 20

  /// Bytes of a plain NDJSON file beyond which both cores share it.
  package static let splitFileBytes = 32 << 20

  /// Problems kept for `problems`, and files that are no logs; further ones are only counted.
  package static let problemsKept = 10_000

  /// Problems kept of any one file.
  package static let problemsKeptPerFile = 100

  /// Folders inside one another.
  package static let folderDepth = 64

  /// Stack of a thread that walks records.
  package static let workerStackBytes = 256 << 20
}

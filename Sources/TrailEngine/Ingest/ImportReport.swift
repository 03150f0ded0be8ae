/// Something odd that an import met; everything else was kept.
package struct ImportProblem: Hashable, Sendable {
  /// The file, with the name inside the archive where it lies in one.
  package var file: String
  /// The offset in the (inflated) text; `nil` where the whole file is meant.
  package var offset: Int?
  package var reason: String

  package init(file: String, offset: Int?, reason: String) {
    self.file = file
    self.offset = offset
    self.reason = reason
  }
}

/// What an import did.
package struct ImportReport: Sendable {
  package var files = 0
  package var events = 0
  /// Bytes of text, inflated.
  package var bytes = 0
  /// Records that were in the store already, with the same content.
  package var duplicates = 0
  /// Records whose eventID was there already with other content: both are kept.
  package var conflictingDuplicates = 0
  /// Files that are no logs, with the reason: digests, HTML, ….
  package var notLogs: [ImportProblem] = []
  /// What was odd, file by file in the order of the files.
  package var problems: [ImportProblem] = []
  /// Problems met, kept or not.
  package var problemCount = 0
  /// What was odd, with the files as they were named.
  var oddFiles: [OddFile] = []
  /// Files that were read to their ends.
  var filesRead: Set<FileVersion> = []
  /// How many files were read to their ends.
  package var wholeFiles: Int { filesRead.count }
  /// Files that were to be read.
  package var filesAsked = 0
  /// Files that had been read before and had not changed since: a `stat` told so.
  package var knownFiles = 0
  package var wasCancelled = false
  /// Files that were not read, or not to their ends, because the import had reached its memory limit.
  package var filesBeyondMemory: Int { pathsBeyondMemory.count }
  var pathsBeyondMemory: Set<String> = []
  package var elapsedNanoseconds: UInt64 = 0

  package init() {}
}

/// How far an import is, for a progress line.
package struct ImportProgress: Sendable {
  package var filesDone = 0
  package var filesTotal = 0
  package var events = 0
  /// Bytes as they lie on disk, of which the total is known.
  package var bytesDone = 0
  package var bytesTotal = 0

  package init() {}
}

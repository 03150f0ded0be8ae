/// One event of a snapshot: segment and row.
package struct EventReference: Hashable, Sendable {
  package var segment: UInt32
  package var row: UInt32

  package init(segment: UInt32, row: UInt32) {
    self.segment = segment
    self.row = row
  }
}

/// Events of one snapshot, in the order in which the answer shows them.
///
/// Records are rebuilt when asked for: holding a million references costs eight bytes each.
package struct EventRows: Sendable {
  package var snapshot: StoreSnapshot
  package var references: [EventReference]

  package init(snapshot: StoreSnapshot, references: [EventReference]) {
    self.snapshot = snapshot
    self.references = references
  }

  package var count: Int { references.count }

  /// Appends the record's JSON text, as it came: key order and number spelling kept, no line end.
  package func appendRecord(at index: Int, to output: inout [UInt8]) {
    let reference = references[index]
    snapshot.segments[Int(reference.segment)].appendRecord(row: Int(reference.row), to: &output)
  }
}

import Synchronization

// Small segments become larger ones, without anybody having to wait for it who only reads.

extension EventStore {
  /// Merges the small segments at the end of a shelf where enough have gathered.
  ///
  /// Snapshots that were taken before keep the segments that they have. What a workspace has of them it loses, in the
  /// transaction that gives it the merged one (`StoreChanges.replaced`).
  ///
  /// - Parameter first: Where a run must begin before; nil for anywhere.
  /// - Complexity: O(log n) for each event, over all calls.
  func mergeSegments(_ home: SegmentHome, beginningBefore first: Int? = nil) {
    let (segments, paths) = state.withLock { ($0[home], $0.paths) }
    let sizes = segments.map { $0.staysAsItIs || $0.isDamaged ? nil : $0.rowCount }
    guard let run = MergePolicy.run(in: sizes, beginningBefore: first ?? segments.count) else {
      return
    }
    let groups = MergePolicy.groups(of: run) {
      segments[$0].rowCount
    } textBytes: {
      segments[$0].values.textByteCount
    } fits: {
      (segments[$0].deliveries?.isLive ?? false) == (segments[$1].deliveries?.isLive ?? false)
    }
    for group in groups {
      let parts = Array(segments[group])
      // Snapshots may still be asked for what nobody has read yet, when the workspace has it no more.
      for part in parts { part.kept?.readAll() }
      // What is damaged may be larger than it says.
      guard !parts.contains(where: \.isDamaged),
        let merged = SegmentMerger.merge(parts, paths: paths)
      else {
        // Tried once: whoever tries again would get no further.
        for part in parts { part.leaveAsItIs() }
        continue
      }
      state.withLock { $0.replace(parts, with: merged, in: home) }
    }
  }

  /// Merges segments that live events have left since it was last done.
  func mergeLiveSegments() {
    for home in [SegmentHome.recorded, .unrecorded] {
      let hasNew = state.withLock { $0.takeNewSegments(in: home) }
      if hasNew { mergeSegments(home) }
    }
  }
}

extension EventStore.State {
  /// The segments of a shelf that were made for good, in the order of arrival.
  fileprivate(set) subscript(home: SegmentHome) -> [Segment] {
    get {
      switch home {
      case .imported: imported
      case .recorded: recorded.segments
      case .unrecorded: unrecorded.segments
      }
    }
    set {
      switch home {
      case .imported: imported = newValue
      case .recorded: recorded.segments = newValue
      case .unrecorded: unrecorded.segments = newValue
      }
    }
  }

  fileprivate mutating func takeNewSegments(in home: SegmentHome) -> Bool {
    switch home {
    case .imported: false
    case .recorded: recorded.takeNewSegments()
    case .unrecorded: unrecorded.takeNewSegments()
    }
  }

  /// Puts a merged segment where its parts are; nothing is done where they are there no more.
  fileprivate mutating func replace(
    _ parts: [Segment], with merged: Segment, in home: SegmentHome
  ) {
    var segments = self[home]
    guard let start = segments.firstIndex(where: { $0 === parts[0] }),
      segments[start...].starts(with: parts, by: { $0 === $1 })
    else { return }
    segments.replaceSubrange(start..<start + parts.count, with: [merged])
    self[home] = segments
    for part in parts {
      part.noteReplaced()
      if let number = kept?.numbers.removeValue(forKey: part.serial) {
        kept?.replaced.append(number)
      }
    }
  }
}

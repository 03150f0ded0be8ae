import TrailRecord

// A validating walk over one record's JSON, 32 bytes at a time through strings, straight into the builder.
// Functions return the offset behind what they read, or -1 with `failure` set.

extension SegmentBuilder {
  enum WalkOutcome {
    /// The record is a row now; the offset is behind it.
    case accepted(next: Int)
    /// A JSON object that was not wanted; nothing was kept.
    case unrecognised(next: Int, RecordMarks)
    /// The text ends inside the record: more is needed.
    case incomplete
    case malformed(WalkFailure)
  }

  /// Walks the object that begins at `offset` of the current text and keeps it as a row if it is wanted.
  mutating func appendRecord(
    at offset: Int, arrival: UInt64, keeping acceptance: RecordAcceptance
  ) -> WalkOutcome {
    beginRecord()
    let next = object(offset, PathInterner.root, 1, 0)
    if next < 0 || next > end {
      abandonRecord()
      let failure = failure ?? WalkFailure(offset: end, reason: .endOfText)
      return failure.offset >= end ? .incomplete : .malformed(failure)
    }
    // The root leaves its tokens on the stack, one if it is `{}`.
    if tokens.count < 2 || !acceptance.takes(recordMarks) {
      abandonRecord()
      return .unrecognised(next: next, recordMarks)
    }
    commitRecord(root: numberRecord(), arrival: arrival)
    return .accepted(next: next)
  }

  mutating func fail(_ reason: WalkFailure.Reason, _ offset: Int) -> Int {
    failure = WalkFailure(offset: offset, reason: reason)
    return -1
  }

  /// Where the next byte that is no white space stands; what machines write has none.
  @inline(__always)
  func skipSpace(_ start: Int) -> Int {
    text[start] > 0x20 ? start : Self.skipWrittenSpace(text, start)
  }

  /// Not a method, for which all fields of the builder would be copied each time.
  @inline(never)
  private static func skipWrittenSpace(_ text: UnsafePointer<UInt8>, _ start: Int) -> Int {
    var index = start
    while true {
      let byte = text[index]
      if byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 { return index }
      index &+= 1
    }
  }

  private mutating func object(_ start: Int, _ path: UInt32, _ depth: Int, _ salt: UInt64) -> Int {
    if depth > nestingLimit { return fail(.tooDeep, start) }
    let text = text
    var index = skipSpace(start &+ 1)
    if text[index] == UInt8(ascii: "}") {
      pushEmpty(path, ShapeToken.emptyObject, salt)
      return index &+ 1
    }
    let base = tokens.count
    tokens.append(ShapeToken.object)
    var previous = PathInterner.none
    var member = paths.nodes[Int(path)].firstChild
    while true {
      guard text[index] == UInt8(ascii: "\"") else { return fail(.expectedKey, index) }
      if member != PathInterner.none,
        let count = paths.writtenKeyCount(of: member, at: text + (index &+ 1))
      {
        index &+= count &+ 1
      } else {
        index = key(index, path, previous, &member)
        if index < 0 { return -1 }
      }
      previous = member
      if depth == 1 { recordMarks.formUnion(paths.nodes[Int(member)].marks) }
      index = valueOrRepeated(skipSpace(index), member, depth, salt)
      if index < 0 { return -1 }
      index = skipSpace(index)
      if text[index] == UInt8(ascii: ",") {
        index = skipSpace(index &+ 1)
      } else if text[index] == UInt8(ascii: "}") {
        break
      } else {
        return fail(.expectedCommaOrBrace, index)
      }
      member = paths.nodes[Int(member)].nextSibling
    }
    if depth > 1 { pushNode(path, from: base) }
    return index &+ 1
  }

  /// Reads a key that is not the one that was expected, and the colon behind it.
  ///
  /// - Parameter member: what the key is.
  @inline(never)
  private mutating func key(
    _ start: Int, _ path: UInt32, _ previous: UInt32, _ member: inout UInt32
  ) -> Int {
    if let other = paths.otherGuess(after: previous, at: text + (start &+ 1)) {
      member = other.member
      return start &+ other.keyCount &+ 1
    }
    let string = scanString(start &+ 1)
    if string.close < 0 { return -1 }
    if string.isPlain {
      member = paths.member(
        of: path, after: previous, text + (start &+ 1), string.close &- start &- 1)
    } else {
      if !decodeString(from: start &+ 1, to: string.close) { return -1 }
      member = memberOfDecoded(path, previous)
    }
    let colon = skipSpace(string.close &+ 1)
    guard text[colon] == UInt8(ascii: ":") else { return fail(.expectedColon, colon) }
    return colon &+ 1
  }

  private mutating func array(_ start: Int, _ path: UInt32, _ depth: Int, _ salt: UInt64) -> Int {
    if depth > nestingLimit { return fail(.tooDeep, start) }
    var index = skipSpace(start &+ 1)
    if text[index] == UInt8(ascii: "]") {
      pushEmpty(path, ShapeToken.emptyArray, salt)
      return index &+ 1
    }
    let base = tokens.count
    tokens.append(ShapeToken.array)
    let element = paths.element(of: path)
    var position: UInt64 = 0
    while true {
      position &+= 1
      index = valueOrRepeated(index, element, depth, ValueHash.mix(salt, position))
      if index < 0 { return -1 }
      index = skipSpace(index)
      if text[index] == UInt8(ascii: ",") {
        index = skipSpace(index &+ 1)
      } else if text[index] == UInt8(ascii: "]") {
        break
      } else {
        return fail(.expectedCommaOrBracket, index)
      }
    }
    pushNode(path, from: base)
    return index &+ 1
  }

  @inline(__always)
  private mutating func pushNode(_ path: UInt32, from base: Int) {
    let count = tokens.count &- base
    let last = paths.lastShapes.base + Int(path)
    var node = last.pointee.node
    if node == PathInterner.none || !shapes.holds(Int(node), tokens.base + base, count) {
      let previous = node
      node = last.pointee.other
      if node == PathInterner.none || !shapes.holds(Int(node), tokens.base + base, count) {
        node = shapes.number(tokens.base + base, count)
      }
      last.pointee.node = node
      last.pointee.other = previous
    }
    tokens.truncate(to: base)
    tokens.append(path &<< ShapeToken.pathShift | ShapeToken.node)
    tokens.append(node)
  }

  private mutating func pushEmpty(_ path: UInt32, _ kind: UInt32, _ salt: UInt64) {
    tokens.append(path &<< ShapeToken.pathShift | kind)
    addContent(path, salt, UInt64(kind))
  }

  /// Members may stand in any order: their hashes are summed.
  @inline(__always)
  private mutating func addContent(_ path: UInt32, _ salt: UInt64, _ hash: UInt64) {
    recordContentHash &+= ValueHash.mix(paths.nodes[Int(path)].hash ^ salt, hash)
  }

  private mutating func memberOfDecoded(_ path: UInt32, _ previous: UInt32) -> UInt32 {
    let (bytes, count) = decoder.takePadded()
    let member = bytes.withUnsafeBufferPointer { key in
      paths.member(of: path, after: previous, key.baseAddress ?? text, count)
    }
    decoder.giveBack(bytes)
    return member
  }

  /// A value of a member or an element: mostly the one that its path had last.
  @inline(__always)
  private mutating func valueOrRepeated(
    _ index: Int, _ path: UInt32, _ depth: Int, _ salt: UInt64
  ) -> Int {
    guard let behind = endOfRepeatedValue(index, path) else {
      return value(index, path, depth, salt)
    }
    repeatedLeaf(path, paths.nodes[Int(path)].last, salt)
    return behind
  }

  private mutating func value(_ index: Int, _ path: UInt32, _ depth: Int, _ salt: UInt64) -> Int {
    // Most values are texts.
    if text[index] == UInt8(ascii: "\"") { return string(index, path, salt) }
    switch text[index] {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      // What stands in an array counts by its place, too, and the last bytes of a text are too few for the hash.
      if salt == 0, text[index &+ 1] != UInt8(ascii: "}"), text[index &+ 1] != UInt8(ascii: "]"),
        index &+ RememberedObjects.hashedBytes <= end &+ TextWindow.padding,
        paths.lastShapes.base[Int(path)].mayBeRepeated()
      {
        return rememberedObject(index, path, depth)
      }
      return walkObject(index, path, depth, salt)
    case UInt8(ascii: "t"): return literal(index, path, salt, "true")
    case UInt8(ascii: "f"): return literal(index, path, salt, "false")
    case UInt8(ascii: "n"): return literal(index, path, salt, "null")
    default: return number(index, path, salt)
    }
  }

  /// An object or an array.
  @inline(__always)
  private mutating func walkObject(
    _ index: Int, _ path: UInt32, _ depth: Int, _ salt: UInt64
  ) -> Int {
    text[index] == UInt8(ascii: "{")
      ? object(index, path, depth &+ 1, salt) : array(index, path, depth &+ 1, salt)
  }

  /// An object or an array that may stand here as it stood before; else it is walked, and noted.
  private mutating func rememberedObject(_ index: Int, _ path: UInt32, _ depth: Int) -> Int {
    let hash = RememberedObjects.hash(path, text + index)
    let found = objects.find(hash, path, text + index, available: end &- index)
    paths.lastShapes.base[Int(path)].note(wasRepeated: found != nil)
    if let found {
      tokens.append(path &<< ShapeToken.pathShift | ShapeToken.node)
      tokens.append(found.outcome.node)
      leaves.append(found.leaves, found.leafCount)
      recordContentHash &+= found.outcome.contentHash
      return index &+ found.textCount
    }
    let (firstToken, firstLeaf) = (tokens.count, leaves.count)
    let contentHash = recordContentHash
    let behind = walkObject(index, path, depth, 0)
    // An empty one leaves one token. What is said of a record's text, it has to say itself.
    if behind < 0 || tokens.count != firstToken &+ 2 || recordHasInvalidText { return behind }
    walkedObjects.append(
      WalkedObject(
        hash: hash, text: text + index,
        outcome: RememberedObjects.Outcome(
          node: tokens[firstToken &+ 1], contentHash: recordContentHash &- contentHash),
        path: path, textCount: UInt32(truncatingIfNeeded: behind &- index),
        firstLeaf: UInt32(truncatingIfNeeded: firstLeaf),
        leafCount: UInt32(truncatingIfNeeded: leaves.count &- firstLeaf)))
    return behind
  }

  /// - Parameter isInText: The bytes stand where they are until the record is done; others are numbered at once.
  @inline(__always)
  private mutating func leaf(
    _ path: UInt32, _ base: UnsafePointer<UInt8>, _ count: Int, _ kind: ValueKind, _ salt: UInt64,
    isInText: Bool
  ) {
    // Where the last value can be compared as it stands, it was.
    let last = paths.nodes[Int(path)].last
    if last.number > 0, last.writing == .any, Int(last.count) == count, last.kind == kind,
      equalBytes(values.heap.base + Int(last.start), base, count)
    {
      return repeatedLeaf(path, last, salt)
    }
    tokens.append(path &<< ShapeToken.pathShift | ShapeToken.leaf)
    let hash = ValueInterner.hash(base, count, kind)
    addContent(path, salt, hash)
    if isInText {
      putOff(PendingLeaf(base, count, kind, hash: hash, path: path, leaf: leaves.count))
      leaves.append(0)
    } else {
      let value = values.place(base, count, kind, hash: hash)
      noteLast(value, of: path, count, kind, hash: hash, isInText: false)
      leaves.append(value.number)
    }
  }

  /// The value that the path had last.
  @inline(__always)
  private mutating func repeatedLeaf(
    _ path: UInt32, _ last: PathInterner.LastValue, _ salt: UInt64
  ) {
    tokens.append(path &<< ShapeToken.pathShift | ShapeToken.leaf)
    leaves.append(last.number &- 1)
    addContent(path, salt, last.hash)
  }

  /// What stands behind the value at `index`, if that is the one that the path had last: nothing has to be looked for
  /// where it stands again, with a quote behind a text, and behind anything else what ends a member or an element.
  @inline(__always)
  private func endOfRepeatedValue(_ index: Int, _ path: UInt32) -> Int? {
    let last = paths.nodes.base + Int(path)
    let writing = last.pointee.last.writing
    guard writing != .any else { return nil }
    let count = Int(last.pointee.last.count)
    let bytes = values.heap.base + Int(last.pointee.last.start)
    if writing == .quoted {
      let close = index &+ 1 &+ count
      guard text[index] == UInt8(ascii: "\""), close < end, text[close] == UInt8(ascii: "\""),
        startsAlike(bytes, text + (index &+ 1), count)
      else { return nil }
      return close &+ 1
    }
    let behind = index &+ count
    guard behind < end, startsAlike(bytes, text + index, count) else { return nil }
    switch text[behind] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): return behind
    default: return nil
    }
  }

  @inline(__always)
  private mutating func string(_ index: Int, _ path: UInt32, _ salt: UInt64) -> Int {
    let start = index &+ 1
    let scanned = scanString(start)
    if scanned.close < 0 { return -1 }
    if scanned.isPlain {
      text(path, text + start, scanned.close &- start, salt, isInText: true)
    } else {
      if !decodeString(from: start, to: scanned.close) { return -1 }
      let (bytes, count) = decoder.takePadded()
      bytes.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress { text(path, base, count, salt, isInText: false) }
      }
      decoder.giveBack(bytes)
    }
    return scanned.close &+ 1
  }

  @inline(__always)
  private mutating func text(
    _ path: UInt32, _ base: UnsafePointer<UInt8>, _ count: Int, _ salt: UInt64, isInText: Bool
  ) {
    switch paths.nodes[Int(path)].role {
    case .value: leaf(path, base, count, .text, salt, isInText: isInText)
    case .identifier, .eventID: identifier(path, base, count, salt, isInText: isInText)
    case .eventTime: eventTime(path, base, count, salt, isInText: isInText)
    }
  }

  private mutating func identifier(
    _ path: UInt32, _ base: UnsafePointer<UInt8>, _ count: Int, _ salt: UInt64, isInText: Bool
  ) {
    let isEventID = paths.nodes[Int(path)].role == .eventID
    guard count == 36, let identifier = Identifier(canonical: base) else {
      leaf(path, base, count, .text, salt, isInText: isInText)
      if isEventID, count > 0 { recordEventKey = EventKey(text: base, count) }
      return
    }
    let hash = ValueHash.mix(identifier.high, identifier.low)
    if isEventID { recordEventKey = EventKey(identifier) }
    appendLeaves(of: identifier)
    tokens.append(path &<< ShapeToken.pathShift | ShapeToken.identifier)
    addContent(path, salt, hash)
  }

  private mutating func eventTime(
    _ path: UInt32, _ base: UnsafePointer<UInt8>, _ count: Int, _ salt: UInt64, isInText: Bool
  ) {
    // A repeated eventTime is kept as text: the row has one time.
    if recordTime == Segment.noTime, count == CanonicalTimeReader.length,
      let time = timeReader.milliseconds(base)
    {
      recordTime = time
      tokens.append(path &<< ShapeToken.pathShift | ShapeToken.eventTime)
      addContent(path, salt, UInt64(bitPattern: time))
      return
    }
    if recordTime == Segment.noTime {
      if let time = EventTime.parse(UnsafeBufferPointer(start: base, count: count)) {
        recordTime = time
      } else {
        recordHasUnreadableTime = true
      }
    }
    leaf(path, base, count, .text, salt, isInText: isInText)
  }

  private mutating func literal(
    _ index: Int, _ path: UInt32, _ salt: UInt64, _ word: StaticString
  ) -> Int {
    let count = word.utf8CodeUnitCount
    if index &+ count > end { return fail(.endOfText, end) }
    for place in 0..<count where text[index &+ place] != word.utf8Start[place] {
      return fail(.badLiteral, index)
    }
    if text[index] == UInt8(ascii: "n") {
      tokens.append(path &<< ShapeToken.pathShift | ShapeToken.null)
      addContent(path, salt, UInt64(ShapeToken.null))
    } else {
      flag(path, salt, text + index, count)
    }
    return index &+ count
  }

  /// A flag that is not the one that its path had last.
  private mutating func flag(
    _ path: UInt32, _ salt: UInt64, _ word: UnsafePointer<UInt8>, _ count: Int
  ) {
    let isTrue = word[0] == UInt8(ascii: "t")
    var last = isTrue ? lastTrue : lastFalse
    if last.number > 0 {
      paths.setLast(last, of: path)
    } else {
      let hash = ValueInterner.hash(word, count, .flag)
      let value = values.place(word, count, .flag, hash: hash)
      noteLast(value, of: path, count, .flag, hash: hash, isInText: true)
      last = paths.nodes[Int(path)].last
      if isTrue { lastTrue = last } else { lastFalse = last }
    }
    repeatedLeaf(path, last, salt)
  }

  private mutating func number(_ start: Int, _ path: UInt32, _ salt: UInt64) -> Int {
    var index = start
    if text[index] == UInt8(ascii: "-") { index &+= 1 }
    if text[index] == UInt8(ascii: "0") {
      index &+= 1
    } else if !skipDigits(&index) {
      return fail(index == start ? .expectedValue : .badNumber, index)
    }
    if text[index] == UInt8(ascii: ".") {
      index &+= 1
      if !skipDigits(&index) { return fail(.badNumber, index) }
    }
    if text[index] | 0x20 == UInt8(ascii: "e") {
      index &+= 1
      if text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index &+= 1 }
      if !skipDigits(&index) { return fail(.badNumber, index) }
    }
    // A number at the very end may go on in the next piece.
    if index >= end { return fail(.endOfText, end) }
    leaf(path, text + start, index &- start, .number, salt, isInText: true)
    return index
  }

  @inline(__always)
  private func skipDigits(_ index: inout Int) -> Bool {
    let start = index
    while text[index] &- 0x30 < 10 { index &+= 1 }
    return index > start
  }
}

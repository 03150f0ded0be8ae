internal import TrailRecord

/// The record of a repeated call, with holes for what differs from one call to the next.
///
/// It is made of a record that a service's own answer led to: where the texts stand in it that were drawn, given or
/// told by the clock is looked for. Writing the next one then is copying.
final class CallTemplate {
  /// What goes into a hole.
  enum Filling: Hashable {
    case time
    case identity
    /// By its place among the draws.
    case draw(Int)
    /// By its place among the texts with marks.
    case text(Int)
  }
  private struct Hole {
    /// Where in `fixed` it is.
    var offset: Int
    var filling: Filling
  }
  private struct Place {
    var range: Range<Int>
    var filling: Filling
  }

  /// The record without what goes into the holes.
  private var fixed: [UInt8] = []
  private var holes: [Hole] = []
  private let kinds: [IdentifierSource.Draw.Kind]
  private let usesDraw: [Bool]
  /// Where each draw's text begins among all that are used.
  private let drawOffsets: [Int]
  private let drawnBytes: Int
  private let idDraw: Int
  private let textCount: Int
  let traits: RecordTraits
  private let resources: [ResourceReference]
  private let resourceTexts: [[Place]]
  private let hasTextsInResources: Bool
  private(set) var repetition: Repetition
  let objectSize: Int?
  let error: AWSError?

  /// Texts that are looked for are at least so long: shorter ones could stand there by chance.
  private static let shortest = 8

  /// Nil where the record is not made as a template needs it.
  ///
  /// - Parameter hasManyCallers: whether sessions of other names may make the next one.
  init?(_ record: EventRecord, _ run: CallRun, error: AWSError?, hasManyCallers: Bool = false) {
    guard !run.draws.contains(where: { $0.kind == .number }),
      let places = Self.places(in: record.bytes, run, hasManyCallers: hasManyCallers),
      let idDraw = run.draws.firstIndex(where: { $0.text == record.eventID })
    else { return nil }
    var start = 0
    for place in places {
      guard place.range.lowerBound >= start else { return nil }
      fixed += record.bytes[start..<place.range.lowerBound]
      holes.append(Hole(offset: fixed.count, filling: place.filling))
      start = place.range.upperBound
    }
    fixed += record.bytes[start...]
    kinds = run.draws.map(\.kind)
    let usesDraw = run.draws.indices.map { draw in
      places.contains { $0.filling == .draw(draw) }
    }
    self.usesDraw = usesDraw
    var offsets = [0]
    for (index, draw) in run.draws.enumerated() {
      offsets.append(offsets[index] + (usesDraw[index] ? draw.text.utf8.count : 0))
    }
    drawOffsets = offsets
    drawnBytes = offsets.last ?? 0
    textCount = run.texts.count
    self.idDraw = idDraw
    traits = record.traits
    resources = record.resources
    resourceTexts = resources.map { resource in
      Self.places(of: run.texts, in: Array(resource.arn.utf8))
        .sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
    hasTextsInResources = resourceTexts.contains { !$0.isEmpty }
    repetition = run.repetition
    objectSize = run.objectSize
    self.error = error
  }

  // MARK: Finding holes

  private static func places(
    in record: [UInt8], _ run: CallRun, hasManyCallers: Bool
  ) -> [Place]? {
    var places: [Place] = []
    let identity = JSONWriter.bytes(run.identity.userIdentity)
    guard let start = find(Array(#""userIdentity":"#.utf8) + identity, in: record, from: 0) else {
      return nil
    }
    let place =
      start + #""userIdentity":"#.utf8.count..<start + #""userIdentity":"#.utf8.count
      + identity.count
    places.append(Place(range: place, filling: .identity))
    // What only this session has must stand nowhere else.
    if let key = run.identity.accessKeyID {
      let all = occurrences(of: Array(key.utf8), in: record)
      guard all.allSatisfy({ place.contains($0) }) else { return nil }
    }
    let time = Array(#""eventTime":"\#(EventTime.format(run.time))""#.utf8)
    guard let timeStart = find(time, in: record, from: place.upperBound) else { return nil }
    let quote = timeStart + #""eventTime":""#.utf8.count
    places.append(Place(range: quote..<timeStart + time.count - 1, filling: .time))
    for (index, draw) in run.draws.enumerated() {
      guard draw.text.utf8.count >= shortest else { return nil }
      places += occurrences(of: Array(draw.text.utf8), in: record).map {
        Place(range: $0..<$0 + draw.text.utf8.count, filling: .draw(index))
      }
    }
    for text in run.texts where text.count < shortest { return nil }
    places += self.places(of: run.texts, in: record).filter { !place.contains($0.range.lowerBound) }
    if hasManyCallers {
      // Nor must the session's name, but where a parameter gives it.
      guard let session = run.identity.sessionName, session.count >= shortest,
        occurrences(of: session, in: record).allSatisfy({ start in
          places.contains {
            $0.range.lowerBound <= start && start + session.count <= $0.range.upperBound
          }
        })
      else { return nil }
    }
    return places.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private static func places(of texts: [[UInt8]], in bytes: [UInt8]) -> [Place] {
    texts.enumerated().flatMap { index, text in
      occurrences(of: text, in: bytes).map {
        Place(range: $0..<$0 + text.count, filling: .text(index))
      }
    }
  }

  private static func occurrences(of text: [UInt8], in bytes: [UInt8]) -> [Int] {
    var found: [Int] = []
    var start = 0
    while let place = find(text, in: bytes, from: start) {
      found.append(place)
      start = place + text.count
    }
    return found
  }

  private static func find(_ text: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = text.first, bytes.count >= text.count, start <= bytes.count - text.count
    else { return nil }
    for place in start...(bytes.count - text.count) where bytes[place] == first {
      if bytes[place..<place + text.count].elementsEqual(text) { return place }
    }
    return nil
  }

  // MARK: Filling holes

  /// Draws from the source exactly what the service would have drawn.
  ///
  /// - Returns: what stands in the record of it.
  func draw(_ source: inout IdentifierSource) -> [UInt8] {
    var drawn: [UInt8] = []
    drawn.reserveCapacity(drawnBytes)
    for (index, kind) in kinds.enumerated() {
      if usesDraw[index] { source.append(kind, to: &drawn) } else { source.skip(kind) }
    }
    return drawn
  }

  /// One of the draws that `draw` gave.
  func draw(_ index: Int, among drawn: [UInt8]) -> [UInt8] {
    Array(drawn[drawOffsets[index]..<drawOffsets[index + 1]])
  }

  /// The next record like it.
  ///
  /// - Complexity: O(record).
  func record(
    time: Int64, timeText: [UInt8], identity: [UInt8], arn: String?, texts: [[UInt8]],
    drawn: [UInt8]
  ) -> EventRecord {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      fixed.count + identity.count + drawnBytes + timeText.count
        + texts.reduce(0) { $0 + Self.usualPlacesOfText * $1.count })
    var start = 0
    var idOffset = 0
    for hole in holes {
      bytes.append(contentsOf: fixed[start..<hole.offset])
      start = hole.offset
      switch hole.filling {
      case .time: bytes.append(contentsOf: timeText)
      case .identity: bytes.append(contentsOf: identity)
      case .text(let index): bytes.append(contentsOf: texts[index])
      case .draw(let index):
        if index == idDraw { idOffset = bytes.count }
        bytes.append(contentsOf: drawn[drawOffsets[index]..<drawOffsets[index + 1]])
      }
    }
    bytes.append(contentsOf: fixed[start...])
    return EventRecord(
      bytes: bytes, idOffset: idOffset, eventTime: time, resources: filledResources(texts),
      traits: traits.userIdentityARN == arn ? traits : RecordTraits(traits, userIdentityARN: arn))
  }

  /// How often a text stands in most records that have it.
  private static let usualPlacesOfText = 3

  private func filledResources(_ texts: [[UInt8]]) -> [ResourceReference] {
    guard hasTextsInResources else { return resources }
    var filled = resources
    for (index, places) in resourceTexts.enumerated() where !places.isEmpty {
      let old = Array(resources[index].arn.utf8)
      var arn: [UInt8] = []
      var start = 0
      for place in places {
        guard case .text(let text) = place.filling else { continue }
        arn += old[start..<place.range.lowerBound]
        arn += texts[text]
        start = place.range.upperBound
      }
      arn += old[start...]
      filled[index].arn = String(decoding: arn, as: UTF8.self)
    }
    return filled
  }

  /// Whether it would have made this record, which the service's own answer led to; what the service says of its work
  /// now holds from here on.
  func isConfirmed(by record: EventRecord, _ run: CallRun, error: AWSError?) -> Bool {
    guard wouldHaveMade(record, run, error: error) else { return false }
    repetition = run.repetition
    return true
  }

  private func wouldHaveMade(_ record: EventRecord, _ run: CallRun, error: AWSError?) -> Bool {
    guard run.draws.map(\.kind) == kinds, run.objectSize == objectSize,
      run.texts.count == textCount, error?.code == self.error?.code
    else { return false }
    var drawn: [UInt8] = []
    for (index, draw) in run.draws.enumerated() where usesDraw[index] { drawn += draw.text.utf8 }
    let made = self.record(
      time: run.time, timeText: Array(EventTime.format(run.time).utf8),
      identity: JSONWriter.bytes(run.identity.userIdentity),
      arn: run.identity.userIdentity["arn"]?.text, texts: run.texts, drawn: drawn)
    return made.bytes == record.bytes && made.resources == record.resources
      && made.eventID == record.eventID && made.errorCode == record.errorCode
      && made.userIdentityARN == record.userIdentityARN
  }
}

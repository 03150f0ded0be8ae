/// A service, as its header in the catalogue describes it.
struct APIService: Sendable {
  /// Such as `s3` or `lambda`: unique.
  var id: String
  /// Such as `s3.amazonaws.com`.
  var eventSource: String
  var apiVersion: String
  var globalRegion: RegionName?
  /// Other names that it goes by, in lower case.
  var aliases: [String]
  /// Where its operations stand in the catalogue's text.
  var section: Range<Int>

  /// The services in the catalogue's order: of those that share a name, the one that is usually meant comes first.
  static func all(in text: CatalogueText) -> [APIService] {
    var services: [APIService] = []
    var line = 0
    while line < text.count {
      let end = text.endOfLine(from: line, limit: text.count)
      if end == line { break }
      let words = text.words(in: line..<end)
      if words.count == 7, let offset = Int(words[5]), let size = Int(words[6]) {
        services.append(
          APIService(
            id: words[0], eventSource: words[1] + ".amazonaws.com",
            apiVersion: words[2] == "-" ? "" : words[2],
            globalRegion: words[3] == "-" ? nil : words[3],
            aliases: words[4] == "-" ? [] : words[4].split(separator: ",").map(String.init),
            section: offset..<offset + size))
      }
      line = end + 1
    }
    let first = line + 1
    for index in services.indices {
      let section = services[index].section
      services[index].section = first + section.lowerBound..<first + section.upperBound
    }
    return services
  }
}

/// Where everything stands in a service's section.
struct APISection: Sendable {
  /// The operations' API names in the catalogue's order.
  private(set) var names: [String] = []
  /// The lines of operations by API name in lower case.
  private(set) var byName: [String: Range<Int>] = [:]
  /// The lines of operations whose name in records differs, by that name in lower case.
  private(set) var byEventName: [String: Range<Int>] = [:]
  /// The lines of structures by name.
  private(set) var structures: [String: Range<Int>] = [:]
  /// The names that records carry, by the error's code on the wire.
  private(set) var errors: [String: String] = [:]

  /// Reads the section's outline.
  ///
  /// - Complexity: O(section).
  init(_ service: APIService, in text: CatalogueText) {
    var section = APISection()
    text.forEachLine(in: service.section) { line in
      let start = line.lowerBound
      let end = text.place(of: 0x20, in: line)
      let rest = min(end + 1, line.upperBound)..<line.upperBound
      switch text[start] {
      case UInt8(ascii: "."):
        let nameEnd = text.place(of: 0x20, in: rest)
        section.structures[text[rest.lowerBound..<nameEnd]] =
          min(nameEnd + 1, line.upperBound)..<line.upperBound
      case UInt8(ascii: "!"):
        for word in text.words(in: rest) {
          let parts = word.split(separator: "=")
          if parts.count == 2 { section.errors[String(parts[0])] = String(parts[1]) }
        }
      default:
        let equals = text.place(of: UInt8(ascii: "="), in: start..<end)
        let name = text[start..<equals]
        section.names.append(name)
        section.byName[name.lowercased()] = line
        if equals < end { section.byEventName[text[equals + 1..<end].lowercased()] = line }
      }
    }
    self = section
  }

  private init() {}
}

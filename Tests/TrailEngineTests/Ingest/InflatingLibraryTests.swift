import Testing

@testable import TrailEngine

/// zlib alone reads what libdeflate reads, and refuses what it refuses.
@Suite struct InflatingLibraryTests {
  static let libraries: [InflatingLibrary] = [.libdeflate, .zlib]
  private let folder = ScratchFolder()

  private func inflated(_ bytes: [UInt8], _ library: InflatingLibrary, room: Int) -> [UInt8]? {
    let inflater = Inflater(library)
    // Twice with the same decompressor, because the first use must leave nothing behind.
    let attempts = (0..<2).map { _ -> [UInt8]? in
      var output = [UInt8](repeating: 0, count: room)
      let count = bytes.withUnsafeBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          output.baseAddress.flatMap { inflater.inflateGzip(input, into: $0, capacity: room) }
        }
      }
      return count.map { Array(output.prefix($0)) }
    }
    #expect(attempts[0] == attempts[1])
    return attempts[0]
  }

  @Test(arguments: libraries)
  func members(library: InflatingLibrary) {
    let (first, second) = (Array("first member".utf8), [UInt8](repeating: 7, count: 5_000))
    let both = Compression.gzip(first) + Compression.gzip(second)
    #expect(inflated(both, library, room: 10_000) == first + second)
    // Bytes that are no member are passed over, as gzip does.
    #expect(inflated(both + [1, 2, 3], library, room: 10_000) == first + second)
  }

  @Test(arguments: libraries)
  func whatIsNotWhole(library: InflatingLibrary) {
    let bytes = Compression.gzip([UInt8](repeating: 7, count: 5_000))
    #expect(inflated(bytes, library, room: 4_999) == nil)
    #expect(inflated(bytes.dropLast(), library, room: 10_000) == nil)
    var damaged = bytes
    damaged[damaged.count - 6] ^= 1  // the checksum
    #expect(inflated(damaged, library, room: 10_000) == nil)
    #expect(inflated(Array("no gzip at all, but long enough".utf8), library, room: 100) == nil)
  }

  @Test(arguments: libraries)
  func raw(library: InflatingLibrary) {
    let text = Array("an entry of an archive".utf8)
    let bytes = Compression.raw(text)
    for (room, isWhole) in [(text.count, true), (text.count + 1, false), (3, false)] {
      var output = [UInt8](repeating: 0, count: room)
      let inflater = Inflater(library)
      let result = bytes.withUnsafeBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          output.baseAddress.map { inflater.inflateRaw(input, into: $0, count: room) }
        }
      }
      #expect(result == isWhole)
      if isWhole { #expect(output == text) }
    }
  }

  /// An import says which library it wants, and every form comes out the same.
  @Test(arguments: ImportFormTests.forms)
  func imports(name: String, text: String) {
    let path = folder.write("log.json.gz", Compression.gzip(Array(text.utf8)))
    let archive = folder.write(
      "logs.zip", Compression.zip([("log.json", Array(text.utf8), true)]))
    for file in [path, archive] {
      let stores = Self.libraries.map { library in
        let store = EventStore()
        let report = store.importLogs([file], inflatingWith: library)
        #expect(report.problems == [])
        return store.snapshot().records
      }
      #expect(stores[0] == stores[1])
      #expect(stores[0] == [ImportFormTests.first, ImportFormTests.second])
    }
  }
}

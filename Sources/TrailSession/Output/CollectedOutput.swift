/// Keeps all that is written, for `expect error` and for tests.
package final class CollectedOutput: SessionOutput {
  package var traits: OutputTraits
  package private(set) var bytes: [UInt8] = []
  package private(set) var messages = ""

  package init(traits: OutputTraits = OutputTraits()) {
    self.traits = traits
  }

  package var data: String { String(decoding: bytes, as: UTF8.self) }

  package func writeData(_ bytes: [UInt8]) throws {
    self.bytes += bytes
  }

  package func writeMessage(_ text: String) {
    messages += text + "\n"
  }

  /// Forgets what has been written.
  package func clear() {
    bytes = []
    messages = ""
  }
}

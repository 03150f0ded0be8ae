import Glibc

/// Where the programs of this package are while its tests run: beside the test program.
package func builtProgram(_ name: String) throws -> String {
  guard let resolved = realpath("/proc/self/exe", nil) else {
    throw PseudoTerminal.Failure(description: "cannot tell where the tests are")
  }
  defer { free(resolved) }
  let own = String(cString: resolved)
  let path = own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/" + name
  guard access(path, X_OK) == 0 else {
    throw PseudoTerminal.Failure(description: "\(path) is not built")
  }
  return path
}

/// A new folder that goes away with the object.
package final class TemporaryFolder {
  package let path: String

  package init() throws {
    var template = Array("/tmp/trailq-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw PseudoTerminal.Failure(description: String(cString: strerror(errno)))
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.removeTree(path)
  }

  private static func removeTree(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        // A link is removed and not followed.
        if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  package func write(_ text: String, to name: String) throws {
    guard let file = fopen(path + "/" + name, "w") else {
      throw PseudoTerminal.Failure(description: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    Array(text.utf8).withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
  }

  package func read(_ name: String) throws -> String {
    guard let file = fopen(path + "/" + name, "r") else {
      throw PseudoTerminal.Failure(description: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

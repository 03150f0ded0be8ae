import Foundation

/// The files of the package, as tests see them.
package enum PackageFiles {
  /// The package's root, found from where this file lies.
  package static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  package static func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
  }

  package static func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }
}

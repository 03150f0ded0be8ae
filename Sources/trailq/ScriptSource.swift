internal import Glibc
internal import TrailSession
internal import TrailText

/// Where statements come from.
enum ScriptSource {
  case text(String)
  /// A path; `-` is standard input.
  case file(String)

  /// What messages call it.
  var name: String {
    switch self {
    case .text: "-c"
    case .file("-"): "stdin"
    case .file(let path): path
    }
  }

  /// The whole text. Throws `OutputFailure` with the system's reason.
  func read() throws -> SourceText {
    switch self {
    case .text(let text): SourceText(text, name: name)
    case .file("-"): SourceText(try FilePath.readText(descriptor: STDIN_FILENO), name: name)
    case .file(let path): SourceText(try FilePath.readText(path), name: name)
    }
  }
}

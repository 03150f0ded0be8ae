import CEditlineShims
import Glibc

/// What the process's terminal is and can do.
package struct Terminal: Equatable, Sendable {
  /// Rows and columns of a terminal that does not tell.
  package static let defaultRows = 24
  package static let defaultColumns = 80

  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// The size of the terminal behind `descriptor`, or the usual size where there is none.
  package static func size(of descriptor: Int32 = STDOUT_FILENO) -> Terminal {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
      return Terminal(rows: defaultRows, columns: defaultColumns)
    }
    return Terminal(rows: Int(size.ws_row), columns: Int(size.ws_col))
  }

  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether a person sits at both ends, so that prompts and line editing make sense. Answers may still go
  /// to a file: the prompt is then drawn on standard error.
  package static var isInteractive: Bool {
    isTerminal(STDIN_FILENO) && (isTerminal(STDOUT_FILENO) || isTerminal(STDERR_FILENO))
  }

  /// Whether colours are wanted on `descriptor`: `NO_COLOR` forbids them, `CLICOLOR_FORCE` demands them,
  /// else a terminal that is not dumb gets them.
  package static func wantsColour(
    on descriptor: Int32 = STDOUT_FILENO, environment: Environment = .process
  ) -> Bool {
    wantsColour(isTerminal: isTerminal(descriptor), environment: environment)
  }

  static func wantsColour(isTerminal: Bool, environment: Environment) -> Bool {
    if !(environment["NO_COLOR"] ?? "").isEmpty { return false }
    if let forced = environment["CLICOLOR_FORCE"], !forced.isEmpty, forced != "0" { return true }
    return isTerminal && canMoveCursor(environment: environment)
  }

  /// Whether escape sequences do something else than litter the screen.
  static func canMoveCursor(environment: Environment = .process) -> Bool {
    let kind = environment["TERM"] ?? ""
    return !kind.isEmpty && kind != "dumb"
  }

  /// Makes the C library read and write UTF-8.
  ///
  /// Under the C locale editline drops everything that is not ASCII without a word, so such a locale is
  /// replaced by `C.UTF-8`.
  package static func adoptUTF8Locale() {
    let adopted = setlocale(LC_CTYPE, "").map { String(cString: $0) }
    guard adopted == nil || String(cString: nl_langinfo(nl_item(CODESET))) != "UTF-8" else {
      return
    }
    setlocale(LC_CTYPE, "C.UTF-8")
  }

  /// Columns that `text` takes, counted as editline counts; what cannot be shown takes none.
  package static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + max(0, width(of: $1)) }
  }

  /// Columns of one character: -1 for what cannot be shown, such as a control character.
  static func width(of scalar: Unicode.Scalar) -> Int {
    Int(editline_width(wchar_t(bitPattern: scalar.value)))
  }
}

/// Where variables of the environment are looked up, so that tests can bring their own.
package struct Environment: Sendable {
  private let lookUp: @Sendable (String) -> String?

  package static let process = Environment { name in getenv(name).map { String(cString: $0) } }

  package init(_ lookUp: @escaping @Sendable (String) -> String?) {
    self.lookUp = lookUp
  }

  package init(_ variables: [String: String]) {
    self.init { variables[$0] }
  }

  package subscript(name: String) -> String? { lookUp(name) }
}

/// Where a person's files are, after the XDG base directory rules.
package struct UserPaths: Sendable {
  /// Statements typed at the prompt; `nil` when there is no home to keep them in.
  package let history: String?
  /// What runs when the shell starts; need not exist.
  package let startupScript: String?
  /// The key bindings that all editline programs share; need not exist.
  let editrc: String?

  package init(environment: Environment = .process) {
    func folder(_ variable: String, inHome path: String) -> String? {
      // The rules say that a relative path counts as unset.
      if let given = environment[variable], given.hasPrefix("/") { return given }
      guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
      return home + "/" + path
    }
    history = folder("XDG_STATE_HOME", inHome: ".local/state").map { $0 + "/trailq/history" }
    startupScript = folder("XDG_CONFIG_HOME", inHome: ".config").map { $0 + "/trailq/rc.trailq" }
    if let named = environment["EDITRC"], !named.isEmpty {
      editrc = named
    } else {
      editrc = environment["HOME"].map { $0 + "/.editrc" }
    }
  }
}

import Glibc

/// Why a workspace cannot be opened, written or read.
package enum WorkspaceProblem: Error, Hashable, Sendable {
  /// Nothing is at the path.
  case absent
  case isFolder
  /// A device, a pipe, a socket.
  case isNoFile
  /// A file of another kind; `isDatabase` where it is SQLite's.
  case foreign(isDatabase: Bool)
  case newerFormat(found: Int, known: Int)
  /// Somebody writes it, perhaps this process; nil where the system does not say who.
  case inUse(pid: Int32?)
  case full
  /// The system's reason.
  case unreachable(String)
  case damaged(String)
  case isReadOnly

  /// A stable name for diagnostics.
  package var code: String {
    switch self {
    case .absent: "no-workspace"
    case .isFolder, .isNoFile, .foreign: "not-a-workspace"
    case .newerFormat: "newer-workspace"
    case .inUse: "workspace-in-use"
    case .full: "disk-full"
    case .unreachable: "workspace-unreachable"
    case .damaged: "workspace-damaged"
    case .isReadOnly: "workspace-read-only"
    }
  }

  /// In words that go on from the name of the file.
  package var reason: String {
    switch self {
    case .absent: "there is no such file"
    case .isFolder: "it is a folder"
    case .isNoFile: "it is no regular file"
    case .foreign(isDatabase: true): "it is an SQLite database, but no workspace of trailq"
    case .foreign(isDatabase: false): "it is no workspace of trailq"
    case .newerFormat(let found, let known):
      "a newer trailq wrote it (format \(found); this one knows up to \(known))"
    case .inUse(let pid?) where pid == getpid(): "it is in use by this session"
    case .inUse(let pid?): "it is in use by pid \(pid)"
    case .inUse(nil): "it is in use by another process"
    case .full: "the disk is full"
    case .unreachable(let reason): reason
    case .damaged(let reason): "it is damaged: \(reason)"
    case .isReadOnly: "it was opened read-only"
    }
  }
}

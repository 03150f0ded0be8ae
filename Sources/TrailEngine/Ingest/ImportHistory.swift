/// What a workspace has of earlier imports, which nobody reads before it is asked for.
///
/// Whatever cannot be read counts as unknown: then files are read again.
package protocol ImportHistory: AnyObject, Sendable {
  /// True for a file that an import read to its end.
  func knows(_ file: FileVersion) -> Bool
  /// All of those, ascending.
  func knownFiles() -> [FileVersion]
  /// The files that had something odd in them, by their numbers.
  func oddFiles() -> OddFiles
}

import Glibc

/// The processors of the machine.
package enum Processors {
  /// How many there are. Asked once: the system opens a file to tell, which takes longer than many an answer.
  package static let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

internal import Glibc

/// Answers to standard output, messages to standard error.
package final class StandardOutput: SessionOutput {
  private let configuredTraits: OutputTraits

  package init(traits: OutputTraits) {
    configuredTraits = traits
    // A reader that goes away is noticed by the failing write; it must not end the process.
    signal(SIGPIPE, SIG_IGN)
    // So is a file that would grow beyond the user's limit.
    signal(SIGXFSZ, SIG_IGN)
  }

  package var traits: OutputTraits { configuredTraits }

  package func writeData(_ bytes: [UInt8]) throws {
    try FileDescriptorWriter.write(bytes, to: STDOUT_FILENO)
  }

  package func writeMessage(_ text: String) {
    // Nothing can be said about messages that cannot be written.
    try? FileDescriptorWriter.write(Array((text + "\n").utf8), to: STDERR_FILENO)
  }
}

/// Writes that are neither cut short nor stopped by signals.
package enum FileDescriptorWriter {
  package static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress! + offset, bytes.count - offset)
      }
      if written >= 0 {
        offset += written
      } else if errno == EPIPE {
        throw OutputClosed()
      } else if errno == EAGAIN {
        waitUntilWritable(descriptor)
      } else if errno != EINTR {
        throw OutputFailure(reason: SystemError.text(errno))
      }
    }
  }

  /// A terminal or pipe that was left non-blocking by another program refuses bytes for a while.
  private static func waitUntilWritable(_ descriptor: Int32) {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&request, 1, -1)
  }
}

/// The system's words for its error numbers.
package enum SystemError {
  package static func text(_ number: Int32) -> String {
    switch number {
    case ENOENT: "there is no such file or folder"
    case EACCES, EPERM: "permission denied"
    case ENOSPC: "the disk is full"
    case EFBIG: "the file would be larger than the limit for files"
    case EDQUOT: "the disk quota is used up"
    case EISDIR: "it is a folder"
    case ENOTDIR: "a part of the path is not a folder"
    case EROFS: "the file system is read-only"
    case ELOOP: "too many links"
    default: unsafe String(cString: strerror(number))
    }
  }
}

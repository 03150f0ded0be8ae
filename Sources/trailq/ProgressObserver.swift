internal import Synchronization
internal import TrailSession
internal import TrailShell

/// Shows on standard error how far an import is.
final class ProgressObserver: ImportObserver {
  private let line = Mutex<ProgressLine?>(nil)

  func importIs(at progress: ImportStage) {
    let current = line.withLock { line in
      let current = line ?? ProgressLine()
      line = current
      return current
    }
    current.show(
      ProgressSnapshot(
        files: progress.files, totalFiles: progress.totalFiles > 0 ? progress.totalFiles : nil,
        events: progress.events, bytes: progress.bytes,
        totalBytes: progress.totalBytes > 0 ? progress.totalBytes : nil))
  }

  func importHasEnded() {
    line.withLock { line in
      line?.finish()
      line = nil
    }
  }
}

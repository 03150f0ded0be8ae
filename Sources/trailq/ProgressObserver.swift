internal import Synchronization
internal import TrailSession
internal import TrailShell

/// Shows on standard error how far an import or another long statement is.
final class ProgressObserver: WorkObserver {
  private let line = Mutex<ProgressLine?>(nil)

  func importIs(at progress: ImportStage) {
    currentLine().show(
      ProgressSnapshot(
        files: progress.files, totalFiles: progress.totalFiles > 0 ? progress.totalFiles : nil,
        events: progress.events, bytes: progress.bytes,
        totalBytes: progress.totalBytes > 0 ? progress.totalBytes : nil))
  }

  func workIs(at text: String) {
    currentLine().show(text)
  }

  private func currentLine() -> ProgressLine {
    line.withLock { line in
      let current = line ?? ProgressLine()
      line = current
      return current
    }
  }

  func workHasEnded() {
    line.withLock { line in
      line?.finish()
      line = nil
    }
  }
}

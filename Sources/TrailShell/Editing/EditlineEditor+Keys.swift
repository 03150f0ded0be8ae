import CEditline
import CEditlineShims
import Glibc

/// Keys: where they come from, and what happens while there are none.
extension EditlineEditor {
  /// How long a pause in the middle of a paste may be; the terminal's buffer is smaller than the paste.
  private static let pastePauseMilliseconds: Int32 = 2
  private static let readSize = 64 * 1024

  /// editline's reader: 1 with a character, 0 at the end, -1 when a signal stops the reading.
  func readCharacter(into character: UnsafeMutablePointer<wchar_t>) -> Int32 {
    while true {
      if typeAhead.isEmpty || typeAhead.startsWithEnter { repaint() }
      if let scalar = typeAhead.next() {
        character.pointee = wchar_t(bitPattern: meaning(of: scalar).value)
        return 1
      }
      switch waitForInput() {
      case .keys: continue
      case .end:
        stopReason = .terminated(signal: SIGHUP)
        return 0
      case .signal(let signal):
        guard let reason = react(to: signal) else { continue }
        stopReason = reason
        errno = EINTR
        return -1
      }
    }
  }

  /// A tab with text behind it was pasted: it must not complete.
  private func meaning(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "\t":
      if !typeAhead.holdsText { fetchKeys(waiting: 0) }
      return typeAhead.holdsText ? " " : scalar
    case "\r", "\n":
      // While the terminal is still ours alone: between two lines it would echo what else arrives.
      repeat {
        let before = typeAhead.count
        fetchKeys(waiting: typeAhead.holdsLine ? Self.pastePauseMilliseconds : 0)
        if typeAhead.count == before { break }
      } while typeAhead.count < TypeAhead.byteLimit
      return "\n"
    default:
      return scalar
    }
  }

  private enum Input {
    case keys
    case signal(Int32)
    case end
  }

  private func waitForInput() -> Input {
    while true {
      if let signal = wake.read() { return .signal(signal) }
      var sources = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake.output, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&sources, nfds_t(sources.count), -1) > 0 else { continue }
      if sources[1].revents != 0 { continue }
      if sources[0].revents != 0 { return takeKeys() ? .keys : .end }
    }
  }

  /// Takes what is there or comes within `milliseconds`.
  private func fetchKeys(waiting milliseconds: Int32) {
    var source = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    if poll(&source, 1, milliseconds) > 0, source.revents & Int16(POLLIN) != 0 { _ = takeKeys() }
  }

  /// Whether the terminal is still there.
  private func takeKeys() -> Bool {
    var result = 0
    let keys = [UInt8](unsafeUninitializedCapacity: Self.readSize) { buffer, count in
      result = read(STDIN_FILENO, buffer.baseAddress, Self.readSize)
      count = max(0, result)
    }
    typeAhead.append(keys)
    return result > 0 || (result < 0 && (errno == EINTR || errno == EAGAIN))
  }

  /// Does what a signal asks for; gives back why reading must stop, if it must.
  private func react(to signal: Int32) -> Outcome? {
    switch signal {
    case SIGWINCH:
      redrawResized()
      return nil
    case SIGTSTP:
      leaveLine()
      editline_prepare_terminal(editline, false)
      SignalRelay.shared.stopProcess()
      editline_prepare_terminal(editline, true)
      el_resize(editline)
      editline_refresh(editline)
      return nil
    case SIGINT:
      typeAhead.removeAll()
      tcflush(STDIN_FILENO, TCIFLUSH)
      leaveLine(saying: "^C", breakingOff: true)
      return .interrupted
    default:
      leaveLine(breakingOff: true)
      return .terminated(signal: signal)
    }
  }
}

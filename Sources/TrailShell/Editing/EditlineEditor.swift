import CEditline
import CEditlineShims
import Glibc

/// What a reader of lines asks about the text being typed.
package protocol LineAdvisor: AnyObject {
  /// What each part of `text` is. Ranges that are left out stay as they are.
  func styles(of text: String) -> [StyledRange]
  /// What could stand at `cursor`, a byte offset in `text`.
  func completions(in text: String, at cursor: Int) -> CompletionList
}

/// One line, read from a person at a terminal by editline, with history, completion and colours.
///
/// editline is a C library with a state of its own behind a pointer, which calls back for the prompt, for each
/// key and for Tab. It is used on the thread that reads, and there must be one editor at a time.
package final class EditlineEditor {
  /// How a call of `readLine` ended.
  package enum Outcome: Equatable {
    case line(String)
    /// Ctrl-C: the line is dropped.
    case interrupted
    /// Ctrl-D on an empty line.
    case endOfInput
    /// The terminal has gone, or a signal wants the program to end.
    case terminated(signal: Int32)
  }

  /// Signals that end the program, after the terminal has been given back.
  package static let terminatingSignals = [SIGTERM, SIGHUP, SIGQUIT]

  weak var advisor: (any LineAdvisor)?
  /// Lines of the statement that were read before, each with its line end.
  var precedingText = ""
  let usesColour: Bool
  let movesCursor: Bool
  /// Where prompt and line are drawn.
  let screen: Int32

  let editline: OpaquePointer
  private let history: OpaquePointer
  var typeAhead = TypeAhead()
  /// Why reading stopped, where editline's own result does not tell it.
  var stopReason: Outcome?
  /// Signals on their way from the relay's thread to the reader.
  let wake: SignalPipe

  private(set) var painter = Painter(prompt: "", promptStyle: .prompt)
  private var promptText: UnsafeMutablePointer<CChar>?

  /// `nil` when editline cannot set itself up.
  /// - Parameters:
  ///   - entries: the history, oldest first.
  ///   - editrc: the person's key bindings; need not exist.
  package init?(
    program: String, historyEntries entries: [String], editrc: String?,
    environment: Environment = .process
  ) {
    Terminal.adoptUTF8Locale()
    let drawsOnStderr = !Terminal.isTerminal(STDOUT_FILENO)
    screen = drawsOnStderr ? STDERR_FILENO : STDOUT_FILENO
    movesCursor = Terminal.canMoveCursor(environment: environment)
    usesColour = movesCursor && Terminal.wantsColour(on: screen, environment: environment)
    guard let wake = SignalPipe(readingWaits: false), let history = history_init() else {
      return nil
    }
    guard let editline = editline_open(program, drawsOnStderr) else {
      history_end(history)
      return nil
    }
    self.wake = wake
    self.history = history
    self.editline = editline

    editline_set_client_data(editline, Unmanaged.passUnretained(self).toOpaque())
    editline_set_signal_handling(editline, false)
    editline_set_prompt(editline) { editline in
      EditlineEditor.behind(editline)?.promptText
    }
    editline_set_reader(editline) { editline, character in
      guard let editor = EditlineEditor.behind(editline), let character else { return 0 }
      return editor.readCharacter(into: character)
    }
    editline_history_set_size(history, Int32(HistoryFile.entryLimit))
    editline_history_set_unique(history, true)
    editline_use_history(editline, history)
    for entry in entries { editline_history_enter(history, entry) }
    bindKeys(editrc: editrc)
  }

  deinit {
    el_end(editline)
    history_end(history)
    free(promptText)
  }

  /// Makes `entry` the newest one that the Up key brings.
  package func remember(_ entry: String) {
    editline_history_enter(history, entry)
  }

  /// The next line as far as it has been pasted or typed already.
  package var pendingLine: String? { typeAhead.peekLine() }

  /// Reads one line, without its line end.
  package func readLine(
    prompt: String, style: TextStyle = .prompt, after precedingText: String = "",
    advisor: (any LineAdvisor)?
  ) -> Outcome {
    self.advisor = advisor
    self.precedingText = precedingText
    painter = Painter(prompt: prompt, promptStyle: style)
    free(promptText)
    promptText = strdup(prompt)
    stopReason = nil

    let wake = self.wake
    let signals = Self.terminatingSignals + [SIGINT, SIGTSTP, SIGWINCH]
    return SignalRelay.shared.withReceiver(for: signals) {
      wake.write($0)
    } during: {
      // editline itself goes raw only after it has shown the prompt: keys typed right then would be echoed.
      editline_prepare_terminal(editline, true)
      var count: Int32 = 0
      let line = el_gets(editline, &count)
      if let stopReason { return stopReason }
      guard let line else {
        return count < 0 ? .terminated(signal: SIGHUP) : .endOfInput
      }
      var text = String(cString: line)
      while text.hasSuffix("\n") { text.removeLast() }
      return .line(text)
    }
  }

  static func behind(_ editline: OpaquePointer?) -> EditlineEditor? {
    guard let editline, let data = editline_client_data(editline) else { return nil }
    return Unmanaged<EditlineEditor>.fromOpaque(data).takeUnretainedValue()
  }

  // MARK: Key bindings

  private static let completionCommand = "trailq-complete"
  private static let editrcByteLimit = 1024 * 1024

  private func bindKeys(editrc: String?) {
    editline_set_editor(editline, "emacs")
    editline_add_function(editline, Self.completionCommand, "Complete the statement") {
      editline, _ in
      EditlineEditor.behind(editline)?.complete() ?? UInt8(CC_ERROR)
    }
    bindDefaults(except: [])
    guard let editrc, access(editrc, R_OK) == 0 else { return }
    el_source(editline, editrc)
    // `bind -v` and `bind -e` load a whole key map, and our keys with it go; the person's own stay.
    bindDefaults(except: keysNamed(in: editrc))
  }

  private func bindDefaults(except taken: Set<String>) {
    var defaults = [("^I", Self.completionCommand), ("^R", "em-inc-search-prev")]
    let isVi = editline_editor(editline).map { String(cString: $0) } == "vi"
    if !isVi {
      // Ctrl with an arrow key, as most terminals send it.
      defaults += [("\\e[1;5D", "ed-prev-word"), ("\\e[1;5C", "em-next-word")]
    }
    for (key, command) in defaults where !taken.contains(key) {
      editline_bind(editline, key, command)
    }
  }

  /// The keys among ours that the file mentions in a spelling of editline.
  private func keysNamed(in editrc: String) -> Set<String> {
    guard let bytes = try? readTail(editrc, limit: Self.editrcByteLimit) else { return [] }
    let text = String(decoding: bytes, as: UTF8.self)
    let spellings = ["^I": ["^I", "\\t", "\\011"], "^R": ["^R", "\\022"]]
    return Set(spellings.filter { $0.value.contains { text.contains($0) } }.keys)
  }
}

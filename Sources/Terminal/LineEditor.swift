import CReadline
import Language

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Asks for lines at a terminal: GNU readline through its callbacks, beside our own signals.
///
/// Readline keeps its state in globals, so there is one editor, on one thread.
final class LineEditor {
  /// What came of asking.
  enum Answer: Equatable {
    case line(String)
    /// Ctrl-C: the line is dropped.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal is gone.
    case end
  }

  /// Called once behind the first prompt: for work that nobody should wait for.
  var whenIdle: (() -> Void)?
  /// Completes the word before the cursor in a line.
  var completion: ((_ line: String, _ word: String) -> Completion)?
  /// The lines of the input before the one that is asked for: what its colours depend on.
  var context = ""
  /// The prompt of the further lines of a text.
  var furtherPrompt = ""

  private let terminal: TextStream
  private let wakeEnd: Int32
  private var answer: Answer?
  private var found = Completion.none
  /// What draws the line; nil where readline does, as in a terminal that cannot move its cursor.
  private var painter: InputPainter?

  // What readline's callbacks find; they have no context argument.
  nonisolated(unsafe) private static var current: LineEditor?

  /// An editor on a terminal, which is that of standard output or else of standard error.
  init(_ terminal: TextStream, onStandardError: Bool) {
    self.terminal = terminal
    wakeEnd = Interrupts.installForPrompt()
    notch_readline_begin(onStandardError) { word, start, _ in
      LineEditor.current?.complete(word, start)
    }
    LineEditor.current = self
    notch_readline_list_with { _, _, _ in LineEditor.current?.list() }
    if terminal.canRedraw, notch_readline_draw_with({ LineEditor.current?.paint() }) {
      painter = InputPainter(style: terminal.style)
    }
  }

  /// Takes the style of the terminal, which has changed.
  func restyle() {
    if painter != nil { painter = InputPainter(style: terminal.style) }
  }

  /// Draws a prompt and waits; `text` is typed for the user.
  func ask(_ prompt: String, typing text: String = "") -> Answer {
    Interrupts.whileEditing {
      answer = nil
      painter?.reset()
      begin(prompt, text)
      if let work = whenIdle {
        whenIdle = nil
        work()
      }
      while true {
        if let answer { return answer }
        wait()
      }
    }
  }

  private func begin(_ prompt: String, _ text: String) {
    notch_readline_prompt(prompt, text) { line in
      guard let editor = LineEditor.current else { return }
      // The terminal is given back before anything is done with the line.
      rl_callback_handler_remove()
      guard let line else {
        editor.answer = .end
        return
      }
      let text = String(cString: line)
      free(line)
      editor.finish(text)
      editor.answer = .line(text)
    }
  }

  /// Waits for a key or a signal and handles it.
  private func wait() {
    var ends = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeEnd, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&ends, nfds_t(ends.count), -1)
    if count > 0, ends[1].revents != 0 { drainPipe() }
    let events = Interrupts.takeEvents()
    if events.contains(.interrupt) { return interrupt() }
    if events.contains(.resize) { rl_resize_terminal() }
    if events.contains(.suspend) { suspend() }
    if count > 0, ends[0].revents != 0 { readByte() }
  }

  /// Handles one byte from the terminal.
  private func readByte() {
    var byte: UInt8 = 0
    let count = read(STDIN_FILENO, &byte, 1)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    var signal = count > 0 ? notch_signal_of_key(byte) : 0
    if signal == 0 {
      painter?.hints = []
      signal = notch_readline_feed(count > 0 ? Int32(byte) : EOF)
    }
    // The line may have come to its end before the key was met.
    guard answer == nil else { return }
    switch signal {
    case SIGINT: interrupt()
    case SIGTSTP: suspend()
    case SIGQUIT: raise(SIGQUIT)
    default: break
    }
  }

  /// Drops the line, as Ctrl-C asks.
  private func interrupt() {
    finish(notch_readline_buffer().map { String(cString: $0) } ?? "", mark: "^C")
    notch_readline_abandon()
    answer = .interrupted
  }

  /// Gives the terminal back and stops, as Ctrl-Z asks, until the program goes on.
  private func suspend() {
    notch_readline_suspend()
    raise(SIGSTOP)
    painter?.reset()
    notch_readline_resume()
  }

  private func drainPipe() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(wakeEnd, &bytes, bytes.count) > 0 {}
  }

  // MARK: Drawing

  /// Draws the line as readline has it.
  private func paint() {
    guard painter != nil else { return }
    let line = notch_readline_buffer().map { String(cString: $0) } ?? ""
    let prompt = notch_readline_shown_prompt().map { String(cString: $0) } ?? ""
    let isCommand = context.isEmpty && PromptCommand.isCommand(line)
    let input = InputPainter.Input(
      prompt: prompt, further: furtherPrompt, line: line, point: Int(notch_readline_point()),
      colored: terminal.style.isColored && !isCommand
        ? InputLayout.colors(of: line, after: context) : [])
    if let text = painter?.paint(input, columns: terminal.columns, height: terminal.rows) {
      write(text)
    }
  }

  /// Leaves the line as it is and goes below it.
  private func finish(_ line: String, mark: String = "") {
    let (columns, rows) = (terminal.columns, terminal.rows)
    if let text = painter?.finish(line, mark: mark, columns: columns, height: rows) { write(text) }
  }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { notch_readline_write($0.baseAddress, $0.count) }
    }
  }

  // MARK: Completion

  /// The matches of a word as readline takes them: what they share, then each, on the C heap.
  private func complete(
    _ word: UnsafePointer<CChar>?, _ start: Int32
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    notch_readline_try_files(false)
    guard let completion, let word, let buffer = notch_readline_buffer() else { return nil }
    let line = String(cString: buffer)
    let before = String(decoding: line.utf8.prefix(Int(start)), as: UTF8.self)
    let typed = String(cString: word)
    found = completion(before, typed)
    notch_readline_append(found.suffix.map { Int32($0.value) } ?? 0)
    guard let first = found.candidates.first else {
      tell(found.hint)
      return nil
    }
    var texts = [first.text]
    if found.candidates.count > 1 {
      texts = [found.shared(with: typed)] + found.texts
    } else {
      tell(first.help)
    }
    let matches = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.cAllocated(texts.count + 1)
    guard let matches else { return nil }
    for (index, text) in texts.enumerated() { matches[index] = strdup(text) }
    matches[texts.count] = nil
    return matches
  }

  /// Shows a line of help below the input until the next key.
  private func tell(_ hint: String) {
    guard !hint.isEmpty else { return }
    painter?.hints = [terminal.style.paint(Style.printable(hint), .faint)]
  }

  /// Shows what the word may be: below the input, or above a new prompt where that cannot be.
  private func list() {
    let rows = max(1, terminal.rows - 3)
    let lines = found.lines(columns: terminal.columns, rows: rows, style: terminal.style)
    if painter != nil {
      painter?.hints = lines
    } else {
      write("\n" + lines.joined(separator: "\n") + "\n")
      rl_forced_update_display()
    }
  }
}

extension UnsafeMutablePointer {
  /// Memory that C code frees.
  fileprivate static func cAllocated(_ count: Int) -> UnsafeMutablePointer? {
    malloc(count * MemoryLayout<Pointee>.stride)?.bindMemory(to: Pointee.self, capacity: count)
  }
}

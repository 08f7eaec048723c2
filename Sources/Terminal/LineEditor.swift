import CReadline

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

  private let wakeEnd: Int32
  private var answer: Answer?

  // What readline's callbacks find; they have no context argument.
  nonisolated(unsafe) private static var current: LineEditor?

  init(onStandardError: Bool) {
    wakeEnd = Interrupts.installForPrompt()
    notch_readline_begin(onStandardError) { word, start, _ in
      LineEditor.current?.complete(word, start)
    }
    LineEditor.current = self
  }

  /// Draws a prompt and waits; `text` is typed for the user.
  func ask(_ prompt: String, typing text: String = "") -> Answer {
    Interrupts.whileEditing {
      answer = nil
      begin(prompt, text)
      if let work = whenIdle {
        whenIdle = nil
        work()
      }
      while true {
        if let answer { return answer }
        wait(prompt)
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
      editor.answer = .line(String(cString: line))
      free(line)
    }
  }

  /// Waits for a key or a signal and handles it.
  private func wait(_ prompt: String) {
    var ends = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeEnd, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&ends, nfds_t(ends.count), -1)
    if count > 0, ends[1].revents != 0 { drainPipe() }
    let events = Interrupts.takeEvents()
    if events.contains(.interrupt) {
      notch_readline_abandon()
      answer = .interrupted
      return
    }
    if events.contains(.resize) { rl_resize_terminal() }
    if events.contains(.suspend) {
      notch_readline_suspend()
      raise(SIGSTOP)
      notch_readline_resume()
    }
    if count > 0, ends[0].revents != 0 { rl_callback_read_char() }
  }

  private func drainPipe() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(wakeEnd, &bytes, bytes.count) > 0 {}
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
    let found = completion(before, String(cString: word))
    notch_readline_try_files(found.wantsFiles)
    notch_readline_append(found.suffix.map { Int32($0.value) } ?? 0)
    guard let first = found.candidates.first else { return nil }
    let texts = found.candidates.count == 1 ? [first] : [found.sharedPrefix] + found.candidates
    let matches = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.cAllocated(texts.count + 1)
    guard let matches else { return nil }
    for (index, text) in texts.enumerated() { matches[index] = strdup(text) }
    matches[texts.count] = nil
    return matches
  }
}

extension UnsafeMutablePointer {
  /// Memory that C code frees.
  fileprivate static func cAllocated(_ count: Int) -> UnsafeMutablePointer? {
    malloc(count * MemoryLayout<Pointee>.stride)?.bindMemory(to: Pointee.self, capacity: count)
  }
}

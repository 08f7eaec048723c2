import Foundation
import TerminalModel
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command at a terminal of its own, as a user has it.
final class Screen {
  let child: Child
  private let master: Int32
  private var raw: [UInt8] = []
  /// What was looked for and found so far is behind this.
  private var position = 0
  /// What the terminal shows, with its colours and cursor.
  private(set) var terminal: TerminalModel
  /// How much of the bytes the terminal has taken.
  private var drawn = 0

  init(
    _ arguments: [String] = [], home: String, environment: [String: String] = [:],
    columns: UInt16 = 120
  ) throws {
    terminal = TerminalModel(columns: Int(columns), rows: 40)
    var ends: (master: Int32, other: Int32) = (-1, -1)
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&ends.master, &ends.other, nil, nil, &size) == 0 else {
      throw Trouble("no terminal")
    }
    master = ends.master
    // Tests run side by side, so the name is not asked for in a shared buffer.
    var name = [CChar](repeating: 0, count: 128)
    guard ttyname_r(ends.other, &name, name.count) == 0 else { throw Trouble("no terminal") }
    let path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    for end in [ends.master, ends.other] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Kept open until the child has it, or the terminal would be gone.
    defer { close(ends.other) }
    child = try Child(
      Child.notch, arguments,
      environment: Child.environment(
        home: home, ["TERM": "xterm", "NO_COLOR": "1"].merging(environment) { $1 }),
      terminal: path)
  }

  deinit { close(master) }

  /// Types a text.
  func type(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Trouble("cannot type \(text)") }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Gives the terminal another width, whose screen begins empty.
  func resize(columns: UInt16) throws {
    _ = lines
    terminal = TerminalModel(columns: Int(columns), rows: 40)
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw Trouble("cannot resize") }
  }

  /// Types a line.
  func enter(_ line: String) throws { try type(line + "\r") }

  /// Types a line and waits for texts that are then shown, one behind the other.
  func enter(_ line: String, shows texts: String...) throws {
    try enter(line)
    for text in texts { try expect(text) }
  }

  /// Waits until a text is shown behind what was found before.
  @discardableResult
  func expect(_ text: String, within seconds: Double = 60) throws -> String {
    let deadline = Date().addingTimeInterval(seconds)
    while true {
      let shown = Array(Screen.plain(raw).utf8)
      let rest = shown.dropFirst(position)
      if let range = Screen.find(Array(text.utf8), in: rest) {
        position = range.upperBound
        return String(decoding: rest[..<range.lowerBound], as: UTF8.self)
      }
      guard Date() < deadline, readMore() else {
        throw Trouble("'\(text)' was not shown; but: \(String(decoding: rest, as: UTF8.self))")
      }
    }
  }

  /// Waits until what the terminal shows is as wanted.
  func waitUntil(
    within seconds: Double = 60, _ what: String, _ condition: (TerminalModel) -> Bool
  ) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while true {
      draw()
      if condition(terminal) { return }
      guard Date() < deadline, readMore() else {
        throw Trouble("\(what): the screen is\n\(terminal.everything)")
      }
    }
  }

  /// Waits until a line of the screen is this one.
  func waitForLine(_ line: String) throws {
    try waitUntil("no line '\(line)'") { $0.lines.contains(line) }
  }

  /// The lines of the screen down to the last that is not empty.
  var lines: [String] {
    draw()
    return Array(terminal.lines.reversed().drop { $0.isEmpty }.reversed())
  }

  /// Gives new bytes to the terminal, whole characters only.
  private func draw() {
    var end = raw.count
    while end > drawn, end > raw.count - 4, raw[end - 1] & 0x80 != 0 {
      // The first byte of a character tells how many follow.
      let byte = raw[end - 1]
      end -= 1
      guard byte & 0xC0 == 0xC0 else { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      if raw.count - end >= length { end = raw.count }
      break
    }
    guard end > drawn else { return }
    terminal.write(String(decoding: raw[drawn..<end], as: UTF8.self))
    drawn = end
  }

  /// Waits until the program has ended and gives its exit code.
  func end() throws -> Int32 {
    let deadline = Date().addingTimeInterval(60)
    while readMore() {
      guard Date() < deadline else {
        throw Trouble("it did not end; shown: \(Screen.plain(raw).suffix(2_000))")
      }
    }
    return try child.exitCode()
  }

  /// Leaves a prompt that was shown, with Ctrl-D if nothing else, and expects that all went well.
  func leave(
    typing keys: String = "\u{4}", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try type(keys)
    #expect(try end() == 0, sourceLocation: sourceLocation)
  }

  /// Everything shown so far, with escapes.
  var everything: String { String(decoding: raw, as: UTF8.self) }

  /// Whether input is echoed and gathered into lines by the terminal, as it is outside an editor.
  var isCooked: Bool { has(ECHO) && has(ICANON) }

  /// Whether input is gathered into lines that nobody sees, as it is while a cell runs.
  var isSilent: Bool { !has(ECHO) && has(ICANON) }

  private func has(_ flag: Int32) -> Bool {
    var state = termios()
    return tcgetattr(master, &state) == 0 && state.c_lflag & tcflag_t(flag) != 0
  }

  /// Reads what there is, waiting a moment; false when the terminal is closed.
  private func readMore() -> Bool {
    var end = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&end, 1, 200) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(master, &chunk, chunk.count)
    if count > 0 { raw += chunk[..<count] }
    return count > 0 || (count < 0 && errno == EINTR)
  }

  private static func find(_ text: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    guard bytes.count >= text.count else { return nil }
    for start in bytes.startIndex...(bytes.endIndex - text.count)
    where bytes[start..<(start + text.count)].elementsEqual(text) {
      return start..<(start + text.count)
    }
    return nil
  }

  /// What is left of the bytes for a terminal without escapes, bells and carriage returns.
  static func plain(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x1B, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "[") {
        index += 2
        while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
      } else if byte != 0x0D, byte != 0x07, byte != 0x1B {
        result.append(byte)
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}

import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads what comes out of a descriptor until its other end is closed.
final class Collector {
  private var descriptor: Int32
  private(set) var bytes: [UInt8] = []

  init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { stop() }

  /// Reads no more: whoever writes there finds nobody.
  func stop() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Reads on until a condition holds; false when the other end was closed before.
  @discardableResult
  func read(within seconds: Double = 60, until condition: (String) -> Bool) throws -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while !condition(text) {
      var end = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let left = deadline.timeIntervalSinceNow
      guard left > 0 else { throw Trouble("waited in vain; so far: \(text.suffix(2_000))") }
      let ready = poll(&end, 1, Int32(min(left * 1_000, 1_000)))
      guard ready > 0 else { continue }
      let count = systemRead(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[..<count]
      } else if count == 0 || errno != EINTR {
        return false
      }
    }
    return true
  }
}

/// A pipe whose ends no other child inherits.
struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Trouble("no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
}

/// The command run once to its end.
struct Run {
  let code: Int32
  let output: String
  let errors: String

  /// Runs `notch` with arguments, in a folder if one is named; standard input holds a text and then
  /// ends.
  init(
    _ arguments: [String], input: String = "", home: String = "/nonexistent",
    environment: [String: String] = [:], merged: Bool = false, folder: String? = nil
  ) throws {
    let (inside, outside, wrong) = (try Pipe(), try Pipe(), try Pipe())
    // The shell goes to the folder and becomes the command.
    let shell = folder.map { ["-c", "cd \"$0\" && exec \"$@\"", $0, Child.notch] }
    let child = try Child(
      shell == nil ? Child.notch : "/bin/sh", (shell ?? []) + arguments,
      environment: Child.environment(home: home, environment),
      streams: [0: inside.reading, 1: outside.writing, 2: merged ? outside.writing : wrong.writing])
    for end in [inside.reading, outside.writing, wrong.writing] { close(end) }
    let (output, errors) = (Collector(outside.reading), Collector(wrong.reading))
    var bytes = Array(input.utf8)
    _ = write(inside.writing, &bytes, bytes.count)
    close(inside.writing)
    // Errors are few and fit the pipe.
    try output.read { _ in false }
    try errors.read { _ in false }
    code = try child.exitCode()
    self.output = output.text
    self.errors = errors.text
  }
}

/// The command while it runs, with its output in a pipe.
final class Running {
  let child: Child
  let output: Collector
  let errors: Collector

  init(_ arguments: [String], home: String = "/nonexistent") throws {
    let (outside, wrong) = (try Pipe(), try Pipe())
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    child = try Child(
      Child.notch, arguments, environment: Child.environment(home: home),
      streams: [0: nothing, 1: outside.writing, 2: wrong.writing])
    for end in [outside.writing, wrong.writing, nothing] { close(end) }
    output = Collector(outside.reading)
    errors = Collector(wrong.reading)
  }
}

/// The system call, whose name a method above has too.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, bytes, count)
}

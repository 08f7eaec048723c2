import ArgumentParser
import Language
import Terminal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs the command line and gives what the shell is told.
func status() -> Int32 {
  do {
    var command = try Notch.parseAsRoot()
    try command.run()
    return ExitStatus.done.rawValue
  } catch let code as ExitCode {
    return code.rawValue
  } catch {
    var message = Notch.fullMessage(for: error)
    // Our own errors begin in lower case.
    if message.hasPrefix("Error: ") { message = "error: " + message.dropFirst(7) }
    // Help and version are what was asked for; anything else is a wrong command line.
    let isWrong = !Notch.exitCode(for: error).isSuccess
    let console = Console(wantsColor: false)
    if !message.isEmpty { isWrong ? console.report(message) : console.write(message + "\n") }
    return isWrong ? ExitStatus.wrongUse.rawValue : ExitStatus.done.rawValue
  }
}

// One large stack for everything, so that cells need no thread of their own.
let code = try withLargeStack { status() }
exit(code)

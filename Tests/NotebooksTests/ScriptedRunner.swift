import Language
import Notebooks
import Sessions

/// A runner that knows a few words, one command a line, and keeps a table of names.
///
/// `print X` prints words, `let a = 1` sets a name, `show a` shows it, `draw` shows the stream and
/// seed, `fail M` throws, `expect a 1` compares, `slow` hits the time limit, `stop` is Ctrl-C.
final class ScriptedRunner: CellRunner {
  private(set) var names: [String: String] = [:]
  private(set) var seed: UInt64 = 0
  private(set) var ran: [String] = []
  private(set) var limits: [Double?] = []
  /// Reals that `show` adds to the value of a name, as another machine would.
  var drift = 0.0

  func use(seed: UInt64) { self.seed = seed }
  func snapshot() -> [String: String] { names }
  func restore(_ snapshot: [String: String]) { names = snapshot }

  func run(_ source: Source, stream: UInt64, timeLimit: Double?) -> Outcome {
    ran.append(source.text)
    limits.append(timeLimit)
    let before = names
    var outcome = Outcome(seconds: 0.25)
    for line in source.text.split(separator: "\n") where outcome.failure == nil {
      outcome.failure = step(line.split(separator: " ").map(String.init), &outcome, stream)
    }
    if outcome.failure != nil { names = before }
    return outcome
  }

  private func step(
    _ words: [String], _ outcome: inout Outcome, _ stream: UInt64
  ) -> Outcome.Failure? {
    let rest = words.dropFirst().joined(separator: " ")
    switch words.first {
    case "print": outcome.outputs.append(Output(.printed, rest + "\n"))
    case "let" where words.count > 3: names[words[1]] = words[3]
    case "show":
      guard let value = names[rest] else {
        return .diagnostics([Diagnostic("unknown name '\(rest)'", help: "did you mean 'a'?")])
      }
      let text = Double(value).map { "\($0 + drift)" } ?? value
      outcome.outputs.append(Output(.result, text, reals: [0..<text.utf8.count]))
    case "draw": outcome.outputs.append(Output(.result, "\(seed):\(stream)"))
    case "fail": return .diagnostics([Diagnostic(rest)])
    case "expect" where words.count > 2:
      if names[words[1]] != words[2] {
        return .expectation(Diagnostic("wrong", kind: .expectation))
      }
    case "slow": return .interrupted(.timeLimit)
    case "stop": return .interrupted(.user)
    default: break
    }
    return nil
  }
}

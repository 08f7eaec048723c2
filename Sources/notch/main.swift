import Language
import Sessions

let session = Session(seed: 42)
let code = CommandLine.arguments.dropFirst().joined(separator: "\n")
let outcome = session.run(code)
for output in outcome.outputs { print(output.text) }
if case .diagnostics(let list)? = outcome.failure {
  for diagnostic in list { print(DiagnosticRenderer().render(diagnostic)) }
}

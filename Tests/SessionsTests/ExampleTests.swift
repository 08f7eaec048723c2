import Language
import Testing

@testable import Sessions

/// Every example of every builtin is run: what the reference shows is what happens.
@Suite struct ExampleTests {
  static let cases: [(name: String, example: Example)] = Library.all.flatMap { builtin in
    builtin.examples.map { (builtin.name, $0) }
  }

  @Test(arguments: cases.indices) func holds(index: Int) {
    let (name, example) = Self.cases[index]
    let outcome = Session(seed: 1).run(example.code)
    #expect(outcome.failure == nil, "\(name): \(outcome.message)")
    #expect(outcome.text == example.output, "\(name)")
  }

  @Test func namesAreLetters() {
    for builtin in Library.all {
      #expect(builtin.name.allSatisfy { $0.isLetter || $0.isNumber }, "\(builtin.name)")
      #expect(builtin.summary.hasSuffix("."), "\(builtin.name): a summary is a sentence")
      for parameter in builtin.parameters {
        #expect(!parameter.meaning.isEmpty && !parameter.meaning.hasSuffix("."), "\(builtin.name)")
      }
    }
  }

  @Test(arguments: Set(Library.all.map(\.name)).sorted()) func helpNamesItsParameters(name: String)
  {
    let outcome = Session(seed: 1).run("help(\(name))")
    #expect(outcome.failure == nil, "\(outcome.message)")
    for parameter in Library.byName[name]?.flatMap(\.parameters) ?? [] {
      #expect(outcome.text.contains(parameter.name))
    }
  }
}

extension Outcome {
  /// All outputs, one below the other.
  var text: String { outputs.map(\.text).joined(separator: "\n") }

  /// The message of the failure; empty if there is none.
  var message: String {
    switch failure {
    case nil: ""
    case .diagnostics(let list): list.map(\.message).joined(separator: "\n")
    case .expectation(let diagnostic): diagnostic.message
    case .interrupted(let reason): "interrupted: \(reason)"
    }
  }

  var help: String? {
    switch failure {
    case .diagnostics(let list): list.first?.help
    default: nil
    }
  }
}

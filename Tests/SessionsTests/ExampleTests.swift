import Language
import Testing

@testable import Sessions

/// Every example of every builtin is run: what the reference shows is what happens.
///
/// Those that read files are run by the tests of the command, in a folder where these lie.
@Suite struct ExampleTests {
  static let cases: [(name: String, example: Example)] =
    (Library.all.flatMap { builtin in builtin.examples.map { (builtin.name, $0) } }
    + Library.languageExamples.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    .filter(\.1.files.isEmpty)

  /// What the reference says of a function is shown at least once.
  @Test func everyFunctionHasAnExample() {
    for builtin in Library.all {
      #expect(!builtin.examples.isEmpty, "\(builtin.signature)")
    }
    let own = Set(LanguageFunctions.all.map(\.name))
    #expect(own == Set(Library.languageExamples.keys))
    for (name, example) in Library.languageExamples {
      #expect(example.code.contains(name), "\(name)")
    }
  }

  /// Whatever a function gives stands in the reference with its members.
  @Test func everyTypeIsKnown() {
    let known = Set(Library.valueTypes.map(\.name)).union([
      "Any", "Int", "Double", "Bool", "String", "[String: Tensor]",
    ])
    for builtin in Library.all {
      let results = builtin.results.map(\.type)
      for result in results.isEmpty ? [builtin.resultName] : results {
        let type = result.filter { !"[]?".contains($0) }
        #expect(
          known.contains(type) || known.contains(result), "\(builtin.name) gives \(result)")
      }
    }
    for type in Library.valueTypes {
      #expect(!type.properties.isEmpty || !type.methods.isEmpty, "\(type.name)")
      for property in type.properties { #expect(!property.summary.isEmpty) }
    }
  }

  @Test func everyMemberIsExplained() {
    for (type, members) in OwnMembers.all {
      #expect(!members.isEmpty)
      for member in members { #expect(!member.summary.isEmpty, "\(type).\(member.signature)") }
    }
  }

  @Test(arguments: cases.indices) func holds(index: Int) {
    let (name, example) = Self.cases[index]
    let outcome = Session(seed: 1).run(example.code)
    #expect(outcome.failure == nil, "\(name): \(outcome.message)")
    if example.output.hasPrefix("…\n") {
      #expect(outcome.text.hasSuffix(example.output.dropFirst()), "\(name)")
    } else {
      #expect(outcome.text == example.output, "\(name)")
    }
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

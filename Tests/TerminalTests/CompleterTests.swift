import Language
import Sessions
import Testing

@testable import Terminal

/// What Tab offers.
@Suite struct CompleterTests {
  private let session: Session

  init() throws {
    session = Session(seed: 1)
    let outcome = session.run(
      """
      let weights = randn(3, 4)
      let pair = (first: zeros(2), second: [1, 2])
      func blend(left, right = 3) { left + right }
      """)
    try #require(outcome.failure == nil)
  }

  /// The candidates for a text with the cursor at its end.
  private func candidates(_ text: String) -> [String] {
    let word = String(text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
    let before = String(text.dropLast(word.count))
    return Completer(session: session).complete(word, after: before).candidates
  }

  @Test func namesOfTheProgramTheLibraryAndTheLanguage() {
    #expect(candidates("weig") == ["weights"])
    #expect(candidates("1 + weig") == ["weights"])
    #expect(candidates("blen") == ["blend("])
    #expect(candidates("fakeQuan") == ["fakeQuantize("])
    #expect(candidates("contin") == ["continue"])
    #expect(candidates("strid") == ["stride("])
    #expect(candidates("func local() {}\nloca") == ["local"])
    #expect(candidates("xyzzy").isEmpty)
  }

  @Test func membersOfValues() {
    #expect(candidates("weights.sha") == ["shape"])
    #expect(candidates("weights.shape.coun") == ["count"])
    #expect(candidates("pair.fir") == ["first"])
    #expect(candidates("pair.second.isEm") == ["isEmpty"])
    #expect(candidates("pair.0.sha") == ["shape"])
    #expect(candidates("unknown.sha").isEmpty)
    #expect(candidates("pair.9.sha").isEmpty)
    #expect(candidates("f(weights).sha").isEmpty)
  }

  @Test func labelsOfCalls() {
    #expect(candidates("quantize(weights, bi") == ["bits:"])
    #expect(candidates("quantize(weights, bits: 4, sch") == ["scheme:"])
    #expect(!candidates("quantize(weights, bits: 4, ").contains("bits:"))
    #expect(candidates("print(quantize(zeros(2), bi") == ["bits:"])
    #expect(candidates("blend(1, rig") == ["right:"])
    // Behind a label a value stands, and no label.
    #expect(candidates("quantize(weights, bits: bi").isEmpty)
  }

  @Test func choicesOfParameters() {
    #expect(candidates("quantize(weights, scheme: .sym") == ["symmetric"])
    #expect(candidates("quantize(weights, per: .").contains("channel"))
    #expect(candidates("quantize(weights, bits: .").isEmpty)
    #expect(candidates("let x = .").isEmpty)
  }

  @Test func nothingInStringsAndComments() {
    #expect(candidates("\"weig").isEmpty)
    #expect(candidates("1 // weig").isEmpty)
    #expect(candidates("/* weig").isEmpty)
    #expect(candidates("\"\"\"\nweig").isEmpty)
  }

  @Test func tabIndentsALineThatIsBlank() {
    #expect(candidates("if true {\n  ") == ["  "])
  }

  @Test func commandsOfThePrompt() {
    #expect(PromptCommand.completion(of: "sa", after: ":")?.candidates == ["save"])
    #expect(PromptCommand.completion(of: "le", after: ":save ")?.wantsFiles == true)
    #expect(PromptCommand.completion(of: "quan", after: "x = ") == nil)
    #expect(PromptCommand.isCommand("  :vars") && !PromptCommand.isCommand("a :b"))
  }

  @Test func sharesWhatCandidatesBeginWith() {
    #expect(Completion(["scale", "scheme", "sca"], startingWith: "sc").sharedPrefix == "sc")
    #expect(Completion(["relu"], startingWith: "r").sharedPrefix == "relu")
    #expect(Completion.none.sharedPrefix.isEmpty)
  }

  /// No text before the cursor may be too much: random pieces of code, cut anywhere.
  @Test func anyTextIsTaken() {
    var random = Steps(seed: 3)
    let pieces = [
      "weights", ".", "(", ")", "[", "]", "{", "}", ",", ":", "\"", "\\(", "/*", "*/", "//", "\n",
      " ", "0", "1.5", "quantize", "bits", "per", "😀", "é", "\"\"\"", "$0", "#", "'", "\t", "&",
    ]
    for _ in 0..<2_000 {
      let text = (0..<random.next(14)).map { _ in pieces[random.next(pieces.count)] }.joined()
      let code = CodeBefore(text)
      #expect(code.depth >= 0)
      _ = candidates(text)
      // Painting adds escapes and takes nothing away.
      let painted = Style(isColored: true).code(text)
      #expect(withoutEscapes(painted) == Style.printable(text))
    }
  }
}

/// A small generator for tests: the constants are Knuth's MMIX ones.
struct Steps {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}

/// A text without the escapes that colour it.
func withoutEscapes(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  var isInside = false
  for scalar in text.unicodeScalars {
    if scalar == "\u{1B}" { isInside = true }
    if !isInside { result.append(scalar) }
    if isInside, scalar == "m" { isInside = false }
  }
  return String(result)
}

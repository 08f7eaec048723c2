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
      let net = Sequential(Flatten(), Dense(10))
      let table = ["w": weights]
      func blend(left, right = 3) { left + right }
      """)
    try #require(outcome.failure == nil)
    try #require(session.run("weights").failure == nil)
  }

  /// The candidates for a text with the cursor at its end.
  private func candidates(_ text: String) -> [String] {
    let word = String(text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
    let before = String(text.dropLast(word.count))
    return Completer(session: session).complete(word, after: before).texts
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
    #expect(candidates("weights.mea") == ["mean(", "meanSquaredError("])
    #expect(candidates("pair.fir") == ["first"])
    #expect(candidates("pair.second.isEm") == ["isEmpty"])
    #expect(candidates("pair.0.sha") == ["shape"])
    #expect(candidates("unknown.sha").isEmpty)
    #expect(candidates("pair.9.sha").isEmpty)
    #expect(candidates("f(weights).sha").isEmpty)
    #expect(candidates("net.layers[0].weig") == ["weights"])
    #expect(candidates("net.layers[-1].nam") == ["name"])
    #expect(candidates("net[0].bia") == ["bias"])
    #expect(candidates("net.layers[9].nam").isEmpty)
    #expect(candidates("table[\"w\"].dty") == ["dtype"])
    #expect(candidates("randn(2, 3).sha") == ["shape"])
    #expect(candidates("\"abc\".upperc") == ["uppercased("])
    #expect(candidates("svd(weights).") == ["s", "u", "vt"])
    #expect(candidates("_2.sha") == ["shape"])
    #expect(candidates("_.sha") == ["shape"])
  }

  @Test func labelsOfCalls() {
    #expect(candidates("quantize(weights, bi") == ["bits:"])
    #expect(candidates("quantize(weights, bits: 4, sch") == ["scheme:"])
    #expect(!candidates("quantize(weights, bits: 4, ").contains("bits:"))
    #expect(candidates("print(quantize(zeros(2), bi") == ["bits:"])
    #expect(candidates("blend(1, rig") == ["right:"])
    // Behind a label a value stands, and no label.
    #expect(candidates("quantize(weights, bits: bit").isEmpty)
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

  @Test func upperAndLowerCaseWhereNothingElseFits() {
    #expect(candidates("conv2d(zeros").isEmpty == false)
    #expect(candidates("MAXPOOL") == ["MaxPool2D("])
    #expect(candidates("weights.SHA") == ["shape"])
    #expect(candidates("fakequan") == ["fakeQuantize("])
  }

  @Test func whatIsOfferedIsExplained() throws {
    func help(_ text: String) -> String? {
      let word = String(text.reversed().prefix { $0.isLetter || $0.isNumber }.reversed())
      let found = Completer(session: session).complete(
        word, after: String(text.dropLast(word.count)))
      return found.candidates.first?.help
    }
    #expect(help("weig") == "Tensor [3, 4] float32")
    #expect(help("fakeQuan")?.hasPrefix("fakeQuantize(_ ") == true)
    #expect(help("blen") == "blend(left, right = …)" || help("blen")?.hasPrefix("blend(") == true)
    #expect(help("weights.sha") == "[Int], sizes along the axes")
    #expect(help("quantize(weights, bi")?.hasPrefix("bits: Int = 8  ") == true)
  }

  @Test func offersWhatAnArgumentMayBe() {
    func found(_ before: String) -> Completion {
      Completer(session: session).complete("", after: before)
    }
    let first = found("quantize(")
    #expect(first.hint.hasPrefix("x: Tensor") || first.hint.contains("quantize("))
    #expect(first.texts.contains("weights") && first.texts.contains("bits:"))
    #expect(!first.texts.contains("blend"))
    let second = found("quantize(weights, ")
    #expect(second.texts.contains("bits:") && !second.texts.contains("weights"))
    #expect(found("quantize(weights, per: ").texts.contains(".channel"))
    #expect(
      found("Dense(10, bias: ").texts == ["false", "true"]
        || found("Dense(10, bias: ").texts == ["true", "false"])
    // Where a value without a label is wanted, a lone label is not put.
    let empty = Completer(session: Session(seed: 1)).complete("", after: "digits(")
    #expect(empty.candidates.isEmpty && empty.hint.hasPrefix("count: Int"))
    // The receiver of a method is its first argument.
    #expect(!found("weights.quantize(").texts.contains("weights"))
  }

  @Test func commandsOfThePrompt() throws {
    func found(_ word: String, _ before: String) -> Completion? {
      PromptCommand.completion(of: word, after: before, in: session)
    }
    #expect(found("sa", ":")?.texts == ["save"])
    #expect(found("", ":")?.texts.count == PromptCommand.all.count)
    #expect(found("dig", ":set ")?.texts == ["digits"])
    #expect(found("", ":set color ")?.texts == ["on", "off"])
    #expect(found("sav", ":help ")?.texts == ["save"])
    #expect(found("fakeQ", ":help ")?.texts == ["fakeQuantize"])
    #expect(found("weig", ":type ")?.texts == ["weights"])
    #expect(found("weig", ":time 1 + ")?.texts == ["weights"])
    #expect(found("quan", "x = ") == nil)
    #expect(PromptCommand.isCommand("  :vars") && !PromptCommand.isCommand("a :b"))
  }

  @Test func sharesWhatCandidatesBeginWith() {
    func completion(_ texts: [String], _ prefix: String) -> Completion {
      Completion(texts.map { Candidate(text: $0) }, startingWith: prefix)
    }
    #expect(completion(["scale", "scheme", "sca"], "sc").shared(with: "sc") == "sc")
    #expect(completion(["relu"], "r").shared(with: "r") == "relu")
    #expect(completion(["Abc", "aBc"], "AB").shared(with: "AB") == "AB")
    #expect(Completion.none.shared(with: "").isEmpty)
  }

  @Test func listsFitTheScreen() {
    let words = (0..<50).map { Candidate(text: "candidate\($0)") }
    let completion = Completion(words, startingWith: "")
    for columns in [1, 20, 33, 80] {
      for rows in [1, 2, 5, 40] {
        let lines = completion.lines(columns: columns, rows: rows, style: Style(isColored: false))
        #expect(lines.count <= rows)
        #expect(columns < 20 || lines.allSatisfy { $0.count < columns })
      }
    }
    #expect(
      completion.lines(columns: 80, rows: 40, style: Style(isColored: false)).joined().contains(
        "candidate49"))
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

import Language
import Testing

@Suite struct RendererTests {
  private func render(
    _ text: String, _ lower: Int, _ upper: Int, label: String = "", width: Int = 100,
    firstLine: Int = 1
  ) -> [String] {
    let source = Source(text, name: "cell 3", firstLine: firstLine)
    let mark = Diagnostic.Mark(source: source, range: SourceRange(lower, upper), label: label)
    let text = DiagnosticRenderer(width: width).render(Diagnostic("wrong", primary: mark))
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func pointsAtTheName() {
    let source = Source("let x = 1\nlet y = rleu(x)", name: "cell 3")
    let diagnostic = Diagnostic(
      "no name 'rleu' here",
      primary: .init(source: source, range: SourceRange(18, 22), label: "unknown"),
      help: "did you mean 'relu'?")
    #expect(
      DiagnosticRenderer().render(diagnostic) == """
        error: no name 'rleu' here
          --> cell 3, line 2
         2 | let y = rleu(x)
           |         ^^^^ unknown
        help: did you mean 'relu'?
        """)
  }

  @Test func wideCharactersTakeTwoColumns() {
    let lines = render("漢é\u{301}😀x", 11, 12)
    #expect(lines[2] == " 1 | 漢é\u{301}😀x")
    #expect(lines[3] == "   |      ^")
  }

  @Test func tabsAreWidened() {
    let lines = render("a\tb\tc", 4, 5)
    #expect(lines[2] == " 1 | a   b   c")
    #expect(lines[3] == "   |         ^")
  }

  @Test func marksEndWithTheirLine() {
    let lines = render("f(1,\n  2)", 0, 9, firstLine: 41)
    #expect(lines[1] == "   --> cell 3, line 41")
    #expect(lines[3] == "    | ^^^^")
  }

  @Test func longLinesAreCutAroundTheMark() {
    let text = String(repeating: "a", count: 300) + "X" + String(repeating: "b", count: 300)
    let lines = render(text, 300, 301, width: 60)
    guard let caret = lines[3].firstIndex(of: "^") else {
      Issue.record("no caret")
      return
    }
    let column = lines[3].distance(from: lines[3].startIndex, to: caret)
    #expect(Array(lines[2])[column] == "X")
    #expect(lines[2].count <= 60)
  }

  @Test(arguments: [(0, 0), (3, 3), (5, 99), (99, 120), (-1, -1), (2, 1)])
  func anyRangeRenders(_ lower: Int, _ upper: Int) {
    #expect(render("abc", lower, upper).first == "error: wrong")
  }

  @Test func escapesAreNotPassedOn() {
    #expect(!render("a\u{1B}[31mb", 0, 1).joined().contains("\u{1B}"))
  }

  @Test func colours() {
    let source = Source("x", name: "c")
    let mark = Diagnostic.Mark(source: source, range: SourceRange(0, 1))
    let text = DiagnosticRenderer(colored: true).render(Diagnostic("no", primary: mark))
    #expect(text.hasPrefix("\u{1B}[1;31merror\u{1B}[0m"))
  }

  @Test func suggestions() {
    let names = ["relu", "print", "softmax", "fit"]
    #expect(Suggestion.nearest(to: "rleu", among: names) == "relu")
    #expect(Suggestion.nearest(to: "sofmaxx", among: names) == "softmax")
    #expect(Suggestion.nearest(to: "fti", among: names) == "fit")
    #expect(Suggestion.nearest(to: "q", among: ["w"]) == nil)
    #expect(Suggestion.nearest(to: "banana", among: names) == nil)
  }
}

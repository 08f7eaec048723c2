import Language
import TestRandom
import Testing

@testable import Notebooks

@Suite struct MarkdownTests {
  static func plain(_ markdown: String, width: Int = 40) -> String {
    MarkdownText(width: width).render(markdown)
  }

  @Test func headingsAndParagraphs() {
    #expect(
      Self.plain(
        "# Scale #\nThe *scale* is a **real** number\nand `q` a code.\n### Third\n\n\nEnd  \nbroken\\\nlines"
      )
        == """
        Scale
        ═════

        The scale is a real number and `q` a
        code.

        Third

        End
        broken
        lines
        """)
  }

  @Test func wrapsByColumnsAndKeepsLongWords() {
    #expect(Self.plain("aaa bbb ccc ddd", width: 8) == "aaa bbb\nccc ddd")
    #expect(Self.plain("abcdefghijklmnop q", width: 8) == "abcdefghijklmnop\nq")
    // Wide characters take two columns, combining ones none.
    #expect(Self.plain("数数数 数数", width: 8) == "数数数\n数数")
    #expect(
      Self.plain("e\u{301}e\u{301}e\u{301} abcd", width: 8) == "e\u{301}e\u{301}e\u{301} abcd")
    #expect(DisplayWidth.of("a数é👍\u{FE0F}") == 6)
  }

  @Test func aNumberAtTheBeginningOfALineIsAListOnlyWhereOneMayBegin() {
    #expect(
      Self.plain("The codes go from -4 to\n3. That is all.")
        == "The codes go from -4 to 3. That is all.")
    #expect(Self.plain("- between -4 and\n  3. All.\n- more") == "• between -4 and 3. All.\n• more")
    // From 1 on, behind a blank line, and as the next item of a list it may.
    #expect(Self.plain("Steps:\n1. scale\n2. round") == "Steps:\n\n1. scale\n2. round")
    #expect(Self.plain("Steps:\n\n3. scale\n4. round") == "Steps:\n\n3. scale\n4. round")
    #expect(Self.plain("Bits:\n- one\n- two") == "Bits:\n\n• one\n• two")
  }

  @Test func listsQuotesCodeAndRules() {
    #expect(
      Self.plain(
        """
        Steps:
        1. normalise the values of one
           channel each
        2. round
           - half even
           - up
        10) scale

        * loose

        * list

        > quoted *text*
        > - item

        ```swift
        let w = *not emphasis*
          [..]
        ```
        ---
        """, width: 30)
          == """
          Steps:

          1. normalise the values of one
             channel each
          2. round
             • half even
             • up
          10) scale

          • loose

          • list

          │ quoted text
          │ • item

              let w = *not emphasis*
                [..]

          ──────────────────────────────
          """)
  }

  @Test func tablesAlignAndWrap() {
    #expect(
      Self.plain("| bits | size |\n|:----|-----:|\n| 8 | 97,008 |\n| `4` | a\\|b | ")
        == """
        bits    size
        ────  ──────
        8     97,008
        `4`      a|b
        """)
    let narrow = Self.plain("|a|b|\n|-|-|\n|one two three four|x y|\n", width: 14)
    #expect(narrow.split(separator: "\n").allSatisfy { DisplayWidth.of($0) <= 14 })
    #expect(narrow.contains("one two"))
  }

  @Test(arguments: [
    ("[docs](https://a.b/c)", "docs (https://a.b/c)"), ("<https://a.b>", "https://a.b"),
    ("![a plot](p.png)", "[picture: a plot]"), ("[x] (y)", "[x] (y)"),
    ("a * b * c", "a * b * c"), ("layer_norm_eps", "layer_norm_eps"), ("__b__ _i_", "b i"),
    ("**bold *both***", "bold both"), ("~~old~~ ~x~", "old ~x~"), ("\\*no\\*", "*no*"),
    ("``a ` b``", "`a ` b`"), ("`open", "`open"), ("costs $5 and $6", "costs $5 and $6"),
    ("$x$ and $$y^2$$", "x and y²"), ("***all***", "all"), ("*open", "*open"),
    ("a\u{1B}[31mred\u{7}", "a\u{FFFD}[31mred\u{FFFD}"),
  ])
  func inlineText(markdown: String, text: String) {
    #expect(Self.plain(markdown) == text)
  }

  @Test func ansiStylesEndOnTheirLine() {
    let text = MarkdownText(width: 8, style: .ansi)
    #expect(
      text.lines(of: "**bold words** `c`")
        == ["\u{1B}[1mbold\u{1B}[0m", "\u{1B}[1mwords\u{1B}[0m \u{1B}[36mc\u{1B}[0m"])
    #expect(
      text.lines(of: "*a b*") == ["\u{1B}[3ma b\u{1B}[0m"])
  }

  @Test(arguments: [
    ("\\hat{x} = s (q - z)", "x̂ = s (q − z)"),
    ("q = \\left\\lfloor \\frac{x}{s} \\right\\rceil + z", "q = ⌊ x/s ⌉ + z"),
    ("\\frac{x_{max} - x_{min}}{2^b - 1}", "(xₘₐₓ − xₘᵢₙ)/(2ᵇ − 1)"),
    ("x^{\\alpha}", "x^α"), ("W^T x_i \\in \\mathbb{R}^n", "Wᵀ xᵢ ∈ ℝⁿ"),
    ("\\sum_{i=1}^n |x_i|", "∑ᵢ₌₁ⁿ |xᵢ|"), ("\\sqrt{a+b}", "√(a+b)"),
    ("\\text{SQNR} \\approx 6.02 b", "SQNR ≈ 6.02 b"), ("\\{0, \\ldots\\}", "{0, …}"),
    ("\\unknown{x}", "\\unknownx"), ("{", ""), ("^", ""), ("\\", "\\"), ("x_", "x"),
    ("\\frac{1}", "1/"), ("20\\log_{10}\\frac{a}{b}", "20 log₁₀ a/b"), ("-\\max(x)", "−max(x)"),
    ("2\\sinh x - \\arctan(y)", "2 sinh x − arctan(y)"),
  ])
  func formulas(latex: String, text: String) {
    #expect(MathText.render(latex) == text)
  }

  @Test func bearsAnyText() {
    var random = TestRandom(seed: 12)
    let pieces = [
      "#", "*", "**", "_", "`", "```", "\n", "\n\n", "> ", "- ", "1. ", "|", "|-|", "$", "$$",
      "[", "](", ")", "<", ">", "\\", "word", " ", "    ", "é", "\\frac", "{", "}", "^", "~~", "\t",
      "\u{301}", "---", "!", "\r",
    ]
    for round in 0..<4000 {
      let text = (0..<Int.random(in: 0...24, using: &random)).map { _ in random.pick(pieces) }
        .joined()
      for style in [MarkdownText.Style.plain, .ansi] {
        let lines = MarkdownText(width: 4 + round % 30, style: style).lines(of: text)
        #expect(lines.allSatisfy { !$0.contains("\n") })
      }
    }
    // Depth and length.
    for piece in ["{", "> ", "- ", "*", "**a", "[", "$", "`", "\\frac", "^", "| ", "<"] {
      _ = Self.plain(String(repeating: piece, count: 20_000))
      _ = Self.plain("$" + String(repeating: piece, count: 900) + "$")
    }
  }

  /// Words of a paragraph come out in order, whatever the width.
  @Test func wrappingKeepsTheWords() {
    var random = TestRandom(seed: 13)
    for _ in 0..<500 {
      let words = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        String(
          (0..<Int.random(in: 1...9, using: &random)).map { _ in random.pick(Array("abcdé数")) })
      }
      let width = Int.random(in: 8...60, using: &random)
      let lines = MarkdownText(width: width).lines(of: words.joined(separator: " "))
      #expect(lines.flatMap { $0.split(separator: " ").map(String.init) } == words)
      for line in lines where line.contains(" ") { #expect(DisplayWidth.of(line) <= width) }
    }
  }
}

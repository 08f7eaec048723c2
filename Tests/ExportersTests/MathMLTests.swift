import TestRandom
import Testing

@testable import Exporters

/// Beside the name of a function.
private let thin = "<mspace width=\"0.17em\"></mspace>"

@Suite struct MathMLTests {
  @Test(arguments: [
    ("x", "<mi>x</mi>"), ("12.5", "<mn>12.5</mn>"), ("", "<mrow></mrow>"),
    ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
    ("x^12", "<mrow><msup><mi>x</mi><mn>1</mn></msup><mn>2</mn></mrow>"),
    ("\\frac{a}{2}", "<mfrac><mi>a</mi><mn>2</mn></mfrac>"),
    ("\\hat{x}", "<mover accent=true><mi>x</mi><mo>^</mo></mover>"),
    ("\\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"), ("\\alpha", "<mi>α</mi>"),
    ("a \\le b", "<mrow><mi>a</mi><mo>≤</mo><mi>b</mi></mrow>"),
    ("a<b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
    ("a-b", "<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>"),
    ("a=-b", "<mrow><mi>a</mi><mo>=</mo><mo form=prefix>−</mo><mi>b</mi></mrow>"),
    ("\\text{a & b}", "<mtext>a &amp; b</mtext>"), ("\\mathbb{R}", "<mi>ℝ</mi>"),
    ("\\log x", "<mrow><mi mathvariant=normal>log</mi>\(thin)<mi>x</mi></mrow>"),
    (
      "20\\log_{10} 2",
      "<mrow><mn>20</mn>\(thin)<msub><mi mathvariant=normal>log</mi><mn>10</mn></msub>\(thin)"
        + "<mn>2</mn></mrow>"
    ),
    (
      "=\\max(x)",
      "<mrow><mo>=</mo><mi mathvariant=normal>max</mi><mo stretchy=false>(</mo><mi>x</mi>"
        + "<mo stretchy=false>)</mo></mrow>"
    ),
    (
      "\\left( x \\right]",
      "<mrow><mo stretchy=true>(</mo><mi>x</mi><mo stretchy=true>]</mo></mrow>"
    ),
    ("f'", "<msup><mi>f</mi><mrow><mo>′</mo></mrow></msup>"),
    ("\\what", "<mtext>\\what</mtext>"),
    (
      "\\begin{cases} 1 & x \\\\ 2 \\end{cases}",
      "<mrow><mo stretchy=true>{</mo><mtable class=cases><mtr><mtd><mn>1</mn></mtd>"
        + "<mtd><mi>x</mi></mtd></mtr><mtr><mtd><mn>2</mn></mtd></mtr></mtable></mrow>"
    ),
  ])
  func formulas(latex: String, wanted: String) {
    #expect(MathML.inline(latex) == "<math>\(wanted)</math>")
  }

  @Test func sumsHaveTheirLimitsAboveAndBelowOnTheirOwnLine() {
    let limits = "<mo>∑</mo><mi>i</mi><mi>n</mi>"
    #expect(MathML.inline("\\sum_i^n") == "<math><msubsup>\(limits)</msubsup></math>")
    #expect(
      MathML.display("\\sum_i^n")
        == "<math display=block><munderover>\(limits)</munderover></math>")
  }

  @Test func bearsAnyText() {
    var random = TestRandom(seed: 3)
    let pieces = [
      "\\frac", "{", "}", "^", "_", "x", "12", "\\left", "\\right", "(", "\\begin{cases}", "\\end",
      "\\\\", "&", "\\sqrt", "[", "]", "\\hat", "'", "\\text", "<", "é", "\\", " ", "$", "\\begin",
      "|",
      "\u{301}", "-",
    ]
    for _ in 0..<5000 {
      let text = (0..<Int.random(in: 0...20, using: &random)).map { _ in random.pick(pieces) }
        .joined()
      #expect(nestingFault(in: MathML.display(text)) == nil, "\(text)")
    }
    for piece in pieces {
      let text = String(repeating: piece, count: 2_000)
      #expect(nestingFault(in: MathML.inline(text)) == nil, "\(piece)")
    }
  }
}

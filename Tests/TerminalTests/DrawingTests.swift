import Language
import Sessions
import Testing

@testable import Terminal

/// What is drawn: code in colour, bars, times.
@Suite struct DrawingTests {
  @Test func coloursCodeByItsTokens() {
    let style = Style(isColored: true)
    #expect(
      style.code("let x = 1.5 // half")
        == "\u{1B}[35mlet\u{1B}[0m x = \u{1B}[36m1.5\u{1B}[0m \u{1B}[2m// half\u{1B}[0m")
    #expect(
      style.code("\"a\\(b)c\"")
        == "\u{1B}[32m\"a\\(\u{1B}[0mb\u{1B}[32m)c\"\u{1B}[0m")
    #expect(Style(isColored: false).code("let x = 1") == "let x = 1")
  }

  @Test func codeCannotSteerTheTerminal() {
    let shown = Style(isColored: false).code("print(\"\u{1B}]0;title\u{7}\")\r\n\tx")
    #expect(shown == "print(\"\u{FFFD}]0;title\u{FFFD}\")\n  x")
  }

  @Test func piecesOfATextThatIsNoProgram() {
    let kinds = SyntaxPiece.pieces(of: "let ' x = \"open").map(\.kind)
    #expect(kinds == [.keyword, .unknown, .name, .symbol, .string])
    #expect(SyntaxPiece.pieces(of: "\"open").last?.isOpen == true)
    #expect(SyntaxPiece.pieces(of: "\"closed\"").last?.isOpen == false)
    #expect(SyntaxPiece.pieces(of: "\"\"\"\n one").last?.isOpen == true)
    #expect(SyntaxPiece.pieces(of: "1 /* one").last?.kind == .comment)
    #expect(SyntaxPiece.pieces(of: "").isEmpty)
  }

  /// Pieces stand in order, do not overlap and lie in the text.
  @Test func piecesAreInOrder() {
    var random = Steps(seed: 11)
    let parts = ["a", "1", "\"", "\\(", ")", "(", "/*", "*/", "//", "\n", " ", "'", "é", "."]
    for _ in 0..<3_000 {
      let text = (0..<random.next(12)).map { _ in parts[random.next(parts.count)] }.joined()
      var end = 0
      for piece in SyntaxPiece.pieces(of: text) {
        #expect(piece.range.lowerBound >= end && !piece.range.isEmpty, "\(text.debugDescription)")
        end = piece.range.upperBound
      }
      #expect(end <= text.utf8.count)
    }
  }

  private func progress(_ fraction: Double, done: Int = 0, title: String = "epoch 1/2") -> Progress
  {
    Progress(title: title, fraction: fraction, detail: "loss 0.5", done: done, unit: "images")
  }

  @Test func drawsABar() {
    #expect(
      ProgressBar.line(progress(0.5, done: 6_400), seconds: 2, columns: 80)
        == "epoch 1/2 [============>              ] 50 %  loss 0.5  3,200 images/s  2 s left")
    #expect(
      ProgressBar.line(progress(0), seconds: 0, columns: 60)
        == "epoch 1/2 [                              ] 0 %  loss 0.5")
    #expect(
      ProgressBar.line(progress(1), seconds: 0, columns: 40)
        == "epoch 1/2 [===========>] 100 %  loss 0.5")
  }

  @Test func drawsTheCourseOfTheLoss() {
    var curve = LossCurve()
    #expect(curve.text(isUnicode: true).isEmpty)
    for step in 0..<8 { curve.add(Double(8 - step)) }
    curve.add(.nan)
    #expect(curve.text(isUnicode: true) == "█▇▆▅▄▃▂▁")
    #expect(curve.text(isUnicode: false) == "#*+=~-._")
    for step in 0..<100_000 { curve.add(Double(step % 7) + 1 / Double(step + 1)) }
    #expect(curve.text(isUnicode: true).count == LossCurve.width)
    #expect(
      ProgressBar.line(progress(0.5), seconds: 0, columns: 60, curve: "█▁")
        == "epoch 1/2 [=============>              ] 50 %  loss 0.5 █▁"
        || ProgressBar.line(progress(0.5), seconds: 0, columns: 60, curve: "█▁").hasSuffix("█▁"))
    #expect(!ProgressBar.line(progress(0.5), seconds: 0, columns: 38, curve: "█▁").contains("█"))
  }

  @Test func drawsInASCIIWhereTheLocaleHasNoMore() {
    #expect(PlainCharacters.text(of: "── a │ b … “x”") == "-- a | b ... \"x\"")
    #expect(PlainCharacters.text(of: "漢 plain") == "? plain")
  }

  /// Whatever is reported, the line fits the terminal.
  @Test func barsFit() {
    let titles = ["x", "epoch 1/2", "a title that is much too long for a narrow terminal", "漢字漢字"]
    for title in titles {
      for fraction in [0, 0.3, 1, 7, -1, Double.nan, .infinity] {
        for columns in [1, 8, 20, 33, 79, 200] {
          for (done, seconds) in [(0, 0.0), (12_345, 3.0), (Int.max, 1e12), (5, .nan)] {
            let report = progress(fraction, done: done, title: title)
            let line = ProgressBar.line(report, seconds: seconds, columns: columns)
            #expect(DisplayWidth.of(line) <= columns)
          }
        }
      }
    }
  }

  @Test func writesRatesAndTimes() {
    #expect(ProgressBar.rate(2.26) == "2.3")
    #expect(ProgressBar.rate(999.6) == "1,000")
    #expect(ProgressBar.rate(1_234_567) == "1,234,567")
    #expect(ProgressBar.time(3.2) == "4 s")
    #expect(ProgressBar.time(125) == "2 min 05 s")
    #expect(ProgressBar.time(7_270) == "2 h 01 min")
    #expect(ProgressBar.time(.infinity) == "long")
    #expect(elapsedText(0.0423) == "0.042 s")
    #expect(elapsedText(3.21) == "3.2 s")
    #expect(elapsedText(61) == "1 min 01 s")
  }

  @Test func theWorseStatusWins() {
    #expect(ExitStatus.done.joined(with: .done) == .done)
    #expect(ExitStatus.differs.joined(with: .failed) == .failed)
    #expect(ExitStatus.wrongUse.joined(with: .failed) == .wrongUse)
    #expect(ExitStatus.interrupted.joined(with: .wrongUse) == .interrupted)
    #expect(ExitStatus(.interrupted(.timeLimit)) == .failed)
    #expect(ExitStatus(.interrupted(.user)) == .interrupted)
  }
}

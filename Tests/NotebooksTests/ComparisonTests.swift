import Sessions
import TestRandom
import Testing

@testable import Notebooks

@Suite struct ComparisonTests {
  static func agrees(
    _ recorded: [String], _ new: [String], tolerance: Double = 1e-4,
    check: Cell.Check = .exact, guesses: Bool = true
  ) -> Bool {
    Comparison(tolerance: tolerance, check: check).differences(
      recorded: recorded.map { RecordedLine(.output, $0) },
      new: new.map { OutputLine(.output, $0, guessesReals: guesses) }) == nil
  }

  @Test(arguments: [
    ("loss 0.1234", "loss 0.12345", true),
    ("loss 0.1234", "loss 0.1236", false),
    ("0.0161", "0.0162", true),
    ("loss 0.5", "cost 0.5", false),
    ("1000.0", "1000.05", true),
    ("1000", "1001", false),
    ("step 3 of 10", "step 4 of 10", false),
    ("[3, 4] float32 0.5", "[3, 5] float32 0.5", false),
    ("[ 0.50,  -1.00]", "[0.5, -1.]", true),
    ("a  b", "a b", false),
    ("a b  ", "a b", true),
    ("nan", "nan", true),
    ("nan", "0.5", false),
    ("-inf 1e-3", "-inf 0.001", true),
    ("inf", "-inf", false),
    ("1e-3x", "0.001x", true),
    ("v1.2.3", "v1.2.4", false),
    ("0...3", "0...4", false),
    ("conv2.weight", "conv3.weight", false),
    ("[..] done", "epoch 3: 12 s done", true),
    ("scale 0.01[..]", "scale 0.0161", true),
    ("a[..]b[..]c", "a x b y b z c", true),
    ("a[..]b[..]c", "a x c", false),
    ("loss [..], accuracy 0.97", "loss 0.3, accuracy 0.97004", true),
    ("... 3", "... 4", false),
    ("", "", true),
  ])
  func linesAgree(recorded: String, new: String, agree: Bool) {
    #expect(Self.agrees([recorded], [new]) == agree)
  }

  @Test func onlyMarkedNumbersAreRealInTypedOutput() {
    // A string that reads 0.5 is a word, and an integer that reads 3 is exact; a mark says else.
    #expect(!Self.agrees(["0.50001"], ["0.50002"], guesses: false))
    let comparison = Comparison(tolerance: 0.1)
    let marked = OutputLine(.output, "b1 3 4 5.5", reals: [3..<4])
    #expect(comparison.agree(RecordedLine(.output, "b1 3.05 4 5.5"), marked))
    #expect(!comparison.agree(RecordedLine(.output, "b1 3 4.01 5.5"), marked))
    #expect(!comparison.agree(RecordedLine(.output, "b1 3 4 5.51"), marked))
  }

  @Test func elidesLines() {
    #expect(Self.agrees(["a", "[..]", "d"], ["a", "b", "c", "d"]))
    #expect(Self.agrees(["a", "[..]", "d"], ["a", "d"]))
    #expect(Self.agrees(["[..]"], []))
    #expect(Self.agrees(["[..]", "[..]", "x"], ["x", "x"]))
    #expect(!Self.agrees(["a", "[..]", "d"], ["a", "b", "c"]))
    #expect(!Self.agrees(["[..]", "b", "[..]"], ["a", "c"]))
    let many = (0..<20_000).map { "line \($0)" }
    #expect(Self.agrees(["line 0", "[..]", "line 19999"], many))
    #expect(Self.agrees(many.map { $0 + "[..]" } + ["[..]"], many))
  }

  @Test func checksByKind() {
    #expect(Self.agrees(["loss: 0.5 after 3"], ["cost = 0.5 at 3", "words"], check: .number))
    #expect(!Self.agrees(["loss: 0.5 after 3"], ["loss: 0.5 after 4"], check: .number))
    #expect(!Self.agrees(["0.5"], ["0.5", "0.6"], check: .number))
    #expect(Self.agrees(["anything"], [], check: .ignore))
    let recorded = ["Tensor [2, 2] float32, mean 0.5", "[[0.1, 0.2],", " [0.3, 0.4]]"]
    let other = ["Tensor [2, 2] float32, mean 9.5", "[[7.1, 7.2],", " [7.3, 7.4]]"]
    #expect(Self.agrees(recorded, other, check: .shape))
    #expect(!Self.agrees(recorded, ["Tensor [2, 3] float32, mean 0.5"], check: .shape))
    #expect(!Self.agrees(recorded, ["Tensor [2, 2] int8, mean 0.5"], check: .shape))
    #expect(!Self.agrees(recorded, [], check: .shape))
  }

  @Test(
    arguments: [
      ("Quantized [3, 4] int8, symmetric", "Quantized [3, 4] int8"),
      ("float32 [10]: mean 0.5", "float32 [10]"), ("[] int32", "[] int32"),
      ("Tensor [3, 4]", "Tensor [3, 4]"), ("[1, 2, 3]", nil), ("[[1, 2]]", nil),
      ("x [0.5, 1]", nil), ("no shape", nil), ("Tensor [3", nil),
    ] as [(String, String?)])
  func findsHeaders(line: String, header: String?) {
    #expect(TensorHeader.find(in: line) == header)
  }

  @Test func agreementIsSymmetricAndReflexive() {
    var random = TestRandom(seed: 5)
    let comparison = Comparison(tolerance: 1e-3)
    for _ in 0..<10_000 {
      let a = Double.random(in: -2000...2000, using: &random)
      let b = a + Double.random(in: -3...3, using: &random)
      #expect(comparison.agree(a, a))
      #expect(comparison.agree(a, b) == comparison.agree(b, a))
      let bound = 1e-3 * max(1, abs(a), abs(b))
      if abs(a - b) < bound * 0.999 { #expect(comparison.agree(a, b)) }
      if abs(a - b) > bound * 1.001 { #expect(!comparison.agree(a, b)) }
    }
  }

  @Test func everyTextAgreesWithItselfAndTokensTileIt() {
    var random = TestRandom(seed: 6)
    let pieces = [
      "a", "é", "1", "2.5", ".", "-", "+", "e", "E5", " ", "[", "]", "..", ",", "nan", "0x", "\t",
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in random.pick(pieces) }
        .joined()
      #expect(Self.agrees([text], [text]))
      let tokens = OutputTokens(OutputLine(.output, text, guessesReals: true)).tokens
      #expect(tokens.flatMap { Array($0.range) } == Array(0..<text.utf8.count))
      #expect(tokens.allSatisfy { !$0.range.isEmpty })
    }
  }

  @Test func diffNamesTheTokensThatDiffer() throws {
    let diff = try #require(
      Comparison().differences(
        recorded: ["one", "loss 0.5 at 3", "gone"].map { RecordedLine(.output, $0) },
        new: ["one", "loss 0.7 at 3", "last"].map { OutputLine(.output, $0, guessesReals: true) }))
    #expect(
      diff.map(\.unified) == [
        " //> one", "-//> loss 0.5 at 3", "-//> gone", "+//> loss 0.7 at 3", "+//> last",
      ])
    #expect(diff[1].differing == [5..<8])
    #expect(diff[3].differing == [5..<8])
  }

  @Test func unifiedDiffCutsWhatAgrees() throws {
    let recorded = (0..<9).map { RecordedLine(.output, "line \($0)") }
    let new = (0..<9).map { OutputLine(.output, $0 == 4 ? "new" : "line \($0)") }
    let diff = try #require(Comparison().differences(recorded: recorded, new: new))
    let difference = CellDifference(cell: 3, title: "Sum", line: 12, kind: .changed, diff: diff)
    #expect(
      difference.unified(context: 1) == """
        cell 3, line 12: Sum — the output differs from its recording
         … 3 lines agree
         //> line 3
        -//> line 4
        +//> new
         //> line 5
         … 3 lines agree
        """)
  }

  @Test func outputsBecomeLines() {
    let lines = OutputLine.lines(
      of: Output(.printed, "a\r\nepoch 1\repoch 2\nxy\u{8}\u{8}é\u{8}z\u{1B}[1m\n\n"))
    #expect(lines.map(\.text) == ["a", "epoch 2", "z\\u{1B}[1m", ""])
    #expect(lines.allSatisfy { $0.guessesReals })
    #expect(OutputLine.lines(of: Output(.printed, "")).isEmpty)
    #expect(OutputLine.lines(of: Output(.printed, "\n")).map(\.text) == [""])
  }

  @Test func realsFollowTheirText() {
    let text = "a 0.5\nold 9.5\rb 1.5 2.5\n"
    let output = Output(.result, text, reals: [2..<5, 10..<13, 16..<19, 20..<23, 90..<95])
    let lines = OutputLine.lines(of: output)
    #expect(lines.map(\.text) == ["a 0.5", "b 1.5 2.5"])
    #expect(lines.map(\.reals) == [[2..<5], [2..<5, 6..<9]])
    #expect(!lines[0].guessesReals)
  }
}

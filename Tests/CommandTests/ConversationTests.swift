import Foundation
import Testing

/// Results, help, undo, saving and loading at the prompt.
@Suite struct ConversationTests {
  private func screen(_ scratch: Scratch) throws -> Screen {
    let screen = try Screen(["--quiet"], home: scratch.path)
    try screen.expect("1> ")
    return screen
  }

  private func leave(_ screen: Screen) throws {
    try screen.expect("> ")
    try screen.leave()
  }

  @Test func resultsHaveNames() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.enter("_", shows: "error: '_' has no value")
    try screen.enter("600 + 17", shows: "617\n")
    try screen.enter("let quiet = 5", shows: "3> ")
    try screen.enter("_ * 2", shows: "1234\n")
    try screen.enter("_1 + _3 + quiet", shows: "1856\n")
    try screen.enter("_2", shows: "no name '_2'")
    try screen.enter("_1 = 3", shows: "error: ")
    try screen.enter("nothing", shows: "error: ")
    try screen.enter("_ + 1", shows: "1857\n")
    try leave(screen)
  }

  @Test func questionMarksAskForHelp() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.enter("quantize?", shows: "quantize(_ x: Tensor, bits: Int = 8")
    try screen.enter("?Conv2D", shows: "Conv2D(_ filters: Int")
    try screen.enter("let w = zeros(2, 3)", shows: "2> ")
    try screen.enter("w?", shows: "Tensor [2, 3] float32", ".shape")
    try screen.enter("w.shape?", shows: "Tensor.shape: [Int], sizes along the axes")
    try screen.enter("w.shap?", shows: "did you mean 'shape'?")
    try screen.enter("help(\"convolution\")", shows: "Conv2D  ")
    try screen.enter("?observer", shows: "> ")
    try screen.enter("quantise?", shows: "did you mean 'quantize'?")
    // Asking for help is no input, but help(…) is.
    try screen.expect("3> ")
    try screen.leave()
  }

  @Test func undoesAndRedoesExactly() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.enter(
      "var net = Sequential(Flatten(), Dense(10)); let data = digits(300)", shows: "2> ")
    try screen.enter("fit(&net, data, epochs: 1)", shows: "3> ")
    try screen.enter("func print2(x) { print(\"loss is\", x) }; print2(evaluate(net, data).loss)")
    let first = try lineOf("loss is ", screen)
    try screen.enter("fit(&net, data, epochs: 2)", shows: "5> ")
    try screen.enter("print2(evaluate(net, data).loss)")
    let second = try lineOf("loss is ", screen)
    #expect(first != second)
    try screen.expect("6> ")
    try screen.enter(
      ":undo 2", shows: "2 inputs undone, back to: fit(&net, data, epochs: 2)", "4> ")
    try screen.enter(":type net", shows: "Sequential")
    try screen.enter(":redo 2", shows: "2 inputs redone", "6> ")
    try screen.enter("print2(evaluate(net, data).loss)")
    #expect(try lineOf("loss is ", screen) == second)
    try screen.enter(":undo 3", shows: "4> ")
    try screen.enter("print2(evaluate(net, data).loss)")
    #expect(try lineOf("loss is ", screen) == first)
    // A new input in the place of what was undone: there is nothing to redo.
    try screen.enter(":redo", shows: "nothing to redo")
    // The same training again draws the same numbers only under the same number of input.
    try screen.enter(":undo", shows: "4> ")
    try screen.enter("fit(&net, data, epochs: 2)", shows: "5> ")
    try screen.enter("print2(evaluate(net, data).loss)")
    #expect(try lineOf("loss is ", screen) == second)
    try screen.enter(":undo 99", shows: "only 5 inputs to undo")
    try screen.enter(":undo 5", shows: "1> ")
    try screen.enter("net", shows: "no name 'net'")
    // The arrow before the place is no prompt.
    try screen.expect("1> ")
    try screen.leave()
  }

  private func lineOf(_ begin: String, _ screen: Screen) throws -> String {
    try screen.expect("\n" + begin)
    return try screen.expect("\n")
  }

  @Test func savesWhatReplays() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.enter(":seed 42", shows: "1> ")
    try screen.enter("randn(2, 2)", shows: "2> ")
    try screen.enter("nonsense", shows: "error: ")
    try screen.enter("_ * 2 + _1", shows: "3> ")
    try screen.enter("let gone = 1", shows: "4> ")
    try screen.enter(":undo", shows: "3> ")
    try screen.enter(":set digits 2", shows: "3> ")
    try screen.enter("quantize(_1, bits: 4).dequantized()", shows: "4> ")
    try screen.enter(":time 1200 + 34", shows: "1234\n", " s\n")
    try screen.enter(":save \(scratch.path)/kept", shows: "4 cells written to")
    try screen.enter(":reset", shows: "1> ")
    try screen.enter(
      ":load \(scratch.path)/kept.notch", shows: "1> randn(2, 2)", "4> 1200 + 34", "1234\n", "5> ")
    try screen.enter(":save \(scratch.path)/again", shows: "4 cells written to")
    try leave(screen)
    let kept = try scratch.read("kept.notch")
    #expect(kept.hasPrefix("// ---\n// seed: 42\n// ---\n"))
    #expect(!kept.contains("nonsense") && !kept.contains("gone"))
    #expect(try scratch.read("again.notch") == kept)
    #expect(try Run(["replay", scratch.path + "/kept.notch"]).code == 0)
  }

  @Test func refusesAFileOfSeveralSeeds() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.enter("1200 + 34", shows: "2> ")
    try screen.enter(":seed 7")
    try screen.enter("randn(2)", shows: "3> ")
    try screen.enter(":save \(scratch.path)/one", shows: "2 cells written")
    try screen.enter(":seed 8")
    try screen.enter("randn(2)", shows: "4> ")
    try screen.enter(
      ":save \(scratch.path)/two", shows: "inputs 2 and 3 drew random numbers under different seeds"
    )
    try screen.enter(":undo 2", shows: "2> ")
    try screen.enter(":seed", shows: "7\n")
    try leave(screen)
    #expect(try scratch.read("one.notch").hasPrefix("// ---\n// seed: 7\n"))
    #expect(try Run(["replay", scratch.path + "/one.notch"]).code == 0)
  }

  @Test func loadingEndsAtTheFirstFailure() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %% Good\nlet a = 617\n// %% Wrong check=error\nnothing\n//! error: no name 'nothing' here\n"
        + "// %% Bad\na +* 1\n// %% Never\nlet b = 2\n", to: "a.notch")
    let screen = try screen(scratch)
    try screen.enter(":load \(path)", shows: "loading ended at cell 3: Bad", "2> ")
    try screen.enter("a * 2", shows: "1234\n")
    try screen.enter(":load \(scratch.path)/nowhere.notch", shows: "cannot read")
    try screen.enter(":load \(scratch.path)", shows: "it is a folder")
    try leave(screen)
  }

  @Test func tellsOfVariablesAndTypes() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.enter(":vars", shows: "no variables yet")
    try screen.enter(
      "let w = zeros(30, 40); let words = [\"a\", \"b\"]; func f(x) { x }", shows: "2> ")
    try screen.enter(":vars", shows: "name ")
    try screen.waitUntil("no table") { model in
      model.lines.contains {
        $0.hasPrefix("w ") && $0.contains("[30, 40] float32") && $0.contains("4.8 kB")
      }
        && model.lines.contains { $0.hasPrefix("words ") && $0.contains("2 elements") }
        && model.lines.contains { $0.hasPrefix("f ") && $0.contains("f(x)") }
    }
    try screen.enter(":type w @ w.transposed()", shows: "Tensor [30, 30] float32\n")
    try screen.enter(":type print(\"never\" + \" shown\")", shows: "nothing\n")
    #expect(!screen.lines.contains("never shown"))
    try screen.enter(":type w +", shows: "error: ", "2> ")
    try screen.enter(":set", shows: "digits")
    try screen.enter(":set digits 1", shows: "2> ")
    try screen.enter("full([2], 1.26)", shows: "[1.3, 1.3]")
    try screen.enter(":set digits 99", shows: "'digits' is 0 to 17, not '99'")
    try screen.enter(":set digit 3", shows: "did you mean 'digits'?")
    try screen.enter(":help save", shows: ":save file")
    try screen.enter(":help", shows: "quantize(net, bits: 8", ":undo [n]")
    try leave(screen)
  }
}

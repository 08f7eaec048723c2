import Foundation
import Language
import Testing

@testable import Sessions

/// Data sets as a user sees them.
@Suite struct DataTests {
  @Test(arguments: [
    ("tones(20)", "tones: 20 samples of [1, 256], 8 classes"),
    (
      "for (x, y) in tones(9).batches(8) { print(x.shape, y.shape) }",
      "[8, 1, 256] [8]\n[1, 1, 256] [1]"
    ),
    ("moons(5)[1].sample.shape", "[2]"),
    ("digits(5)[1].image.shape", "[1, 28, 28]"),
    ("digits(5).classNames[3]", "\"3\""),
    ("sentences(3)[0..<2].count", "2"),
    ("sentences(3).samples.dtype", ".int32"),
    ("sentences(3).samples.shape", "[3, 16]"),
    ("sentences(1).vocabulary[1]", "\"the\""),
    ("digits(3).vocabulary", "[]"),
    (
      "dataset(zeros(3, 2, 4), [0, 1, 1], classNames: [\"a\", \"b\"], name: \"x\")",
      "x: 3 samples of [2, 4], 2 classes"
    ),
    (
      "Augmentation(shift: 2, noise: 0.1)",
      "Augmentation(shift: 2, rotate: 0.0, flip: false, noise: 0.1)"
    ),
    ("digits(4).rotated(upTo: 10, seed: 3).shifted(upTo: 1).shape", "[1, 28, 28]"),
    ("svd(ones(3, 2)).u.shape", "[3, 2]"),
    ("determinant(eye(3))", "1.0"),
    ("show(spirals(30, classes: 2)).summary", "\"points of 0, 1, from -0.6129 to 0.9112\""),
  ])
  func shows(code: String, text: String) {
    let outcome = Session(seed: 1).run(code)
    #expect(outcome.failure == nil, "\(outcome.message)")
    #expect(outcome.text == text)
  }

  @Test(arguments: [
    ("tones(3).images", "the samples of 'tones' are no images: they have the shape [1, 256]"),
    ("digits(3).texts", "the samples of 'digits' stand for no words"),
    ("spirals(10, classes: 300)", "a dataset has 1 to 256 classes, not 300"),
    ("spirals(10, classes: 0)", "'classes' must be above 0, not 0"),
    ("moons(10, noise: -1)", "a noise is a deviation from 0 to 1000000, not -1.0"),
    ("tones(-1)", "'count' must not be negative, but is -1"),
    ("tones(1000000000)", "1000000000 samples would take 1 TB of memory; the limit is 2.1 GB"),
    ("dataset(zeros(3, 2), [0, 1])", "'samples' has 3 samples but 'labels' has 2 labels"),
    ("dataset(zeros(2), [0, 1.5])", "labels are whole numbers from 0 to 255, not 1.5"),
    ("dataset(zeros(2), [0, 300])", "labels are whole numbers from 0 to 255, not 300.0"),
    ("shifted(moons(3), upTo: 1)", "the samples of 'moons', of shape [2], cannot be changed so"),
    (
      "withNoise(sentences(3), 0.1)",
      "the samples of 'sentences', of shape [16], cannot be changed so"
    ),
    ("rotated(digits(3), upTo: 200)", "an image is turned by 0 to 180 degrees, not 200.0"),
    ("readCSV(\"/nowhere/a.csv\")", "there is no file '/nowhere/a.csv'"),
    ("imageFolder(\"/nowhere\")", "there is no file '/nowhere'"),
    ("imageFolder(\".\", resize: [3])", "'resize' is a height and a width, not 1 numbers"),
    ("readImage(\"/dev/null\")", "cannot read '/dev/null': it is not an ordinary file"),
    (
      "save(zeros(2, 2), \"/nowhere/a.jpg\")",
      "an image is written as .png, not as '/nowhere/a.jpg'"
    ),
    (
      "save(zeros(2, 2), \"/nowhere/a.png\")",
      "cannot write '/nowhere/a.png': no such file or directory"
    ),
    ("inverse(ones(2, 2))", "the matrix [2, 2] is singular: it has no inverse"),
    ("inverse(ones(2, 3))", "an inverse needs a square matrix, not [2, 3]"),
    (
      "solve(eye(2), [1, 2, 3])",
      "the right side [3] does not fit the matrix [2, 2]: it needs 2 rows"
    ),
    ("cholesky(-eye(2))", "the matrix is not positive definite"),
    (
      "cholesky(Tensor([[1, 2], [3, 4]]))",
      "the matrix is not symmetric: the elements at [1, 0] and [0, 1] differ"
    ),
    ("svd(Tensor([[nan]]))", "the matrix holds numbers that are not finite"),
    ("show(moons(0))", "there are no samples to draw"),
    (
      "show(sentences(2))",
      "only images, points and courses in time are drawn; 'texts' has the words of 'sentences'"
    ),
  ])
  func refuses(code: String, message: String) {
    let outcome = Session(seed: 1).run(code)
    #expect(outcome.message == message)
  }

  /// Columns, a dataset and images through the language.
  @Test func readsAndWritesFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "notch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "a"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "x,kind,y\n1,cat,0.5\n2,dog,\n3,cat,0.25\n".write(
      to: folder.appending(path: "t.csv"), atomically: true, encoding: .utf8)
    let session = Session(seed: 1)
    func run(_ code: String) -> String {
      let outcome = session.run(code)
      return outcome.failure == nil ? outcome.text : outcome.message
    }
    _ = run("let t = readCSV(\"\(folder.path)/t.csv\")")
    #expect(
      run("t")
        == """
        t.csv: 3 rows of 3 columns
        x    kind  y
        ───  ────  ────
        1.0  cat   0.5
        2.0  dog   -
        3.0  cat   0.25
        """)
    #expect(run("t[\"kind\"]") == "[\"cat\", \"dog\", \"cat\"]")
    #expect(run("t[\"x\"].sum()") == "6.0")
    #expect(run("t[\"z\"]") == "'t.csv' has no column 'z'")
    #expect(run("t[1]") == "a table is indexed by the name of a column")
    #expect(run("t.select([\"x\"]).numbers.shape") == "[3, 1]")
    #expect(
      run("t.droppingMissing().dataset(label: \"kind\")") == "t.csv: 2 samples of [2], 1 class")
    #expect(
      run("t.dataset(label: \"kind\")") == "'t.csv' has no finite number at row 1 of 'y'")
    _ = run("let image = digits(1)[0].image\nsave(image, \"\(folder.path)/a/1.png\")")
    #expect(run("abs(readImage(\"\(folder.path)/a/1.png\") - image).max()") == "0.0")
    #expect(run("imageFolder(\"\(folder.path)\", resize: [8, 9]).shape") == "[1, 8, 9]")
    #expect(run("imageFolder(\"\(folder.path)\").classNames") == "[\"a\"]")
  }
}

import Foundation
import Testing

/// Whatever is typed or read, the prompt answers and goes on.
@Suite struct BadInputTests {
  private static let inputs: [(typed: String, answer: String)] = [
    ("zeros(3, 4) @ zeros(3, 4)", "cannot multiply [3, 4] by [3, 4]"),
    ("zeros(2) + zeros(3)", "error: "),
    ("rleu(zeros(2))", "did you mean 'relu'?"),
    ("quantize(zeros(2), bitz: 4)", "did you mean 'bits'?"),
    ("quantize(zeros(2), bits: 0)", "error: "),
    ("quantize(zeros(2), bits: 99)", "error: "),
    ("1 / 0", "error: "),
    ("Tensor([[1, 2], [3]])", "error: "),
    ("func f(n) { f(n + 1) }", "> "),
    ("f(0)", "nested too deeply"),
    ("9223372036854775807 + 1", "error: "),
    ("zeros(1000000000, 1000000000)", "error: "),
    ("[1][5]", "error: "),
    ("[1][-9223372036854775807]", "error: "),
    ("\"\\u{110000}\"", "error: "),
    ("\"abc", "error: "),
    (")", "error: "),
    ("let = 3", "error: "),
    ("\u{1}\u{B}😀 +* ∑", "error: "),
    ("digits(-5)", "error: "),
    ("zeros(2).reshape(-1, -1)", "error: "),
    ("arange(0, 1, 0)", "error: "),
    (String(repeating: "(", count: 3_000) + ")", "error: "),
    (":", "error: "),
    (":save /nonexistent/x.notch", "error: "),
  ]

  @Test func thePromptHoldsOut() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    for (typed, answer) in Self.inputs {
      try screen.enter(typed)
      do {
        try screen.expect(answer)
        try screen.expect("> ")
      } catch {
        Issue.record("\(typed): \(error)")
        return
      }
    }
    try screen.enter("print(1 + 1, \"two\")", shows: "2 two\n", "> ")
    try screen.leave()
  }

  /// Files of data that are cut off, damaged or do not fit together.
  @Test func damagedData() throws {
    let scratch = try Scratch()
    func header(_ sizes: [UInt8]) -> [UInt8] {
      [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] }
    }
    let images = Data(header([2, 28, 28]) + [UInt8](repeating: 7, count: 2 * 28 * 28))
    let labels = Data(header([2]) + [1, 2])
    let names = (
      images: ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"],
      labels: ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"]
    )
    func put(images: Data, labels: Data) throws {
      for name in names.images { try scratch.write(images, to: "mnist/\(name)") }
      for name in names.labels { try scratch.write(labels, to: "mnist/\(name)") }
    }
    try put(images: images, labels: labels)
    let screen = try Screen(home: scratch.path, environment: ["NOTCH_DATA": scratch.path])
    try screen.expect("1> ")
    try screen.enter("mnist().train.count * 617", shows: "1234\n")
    let damaged = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0x12, 0x34, 0x56])
    for (bad, other) in [
      (images.prefix(700), labels), (images.prefix(3), labels), (Data(), labels),
      (damaged, labels), (images, Data(header([3]) + [1, 2, 3])), (images, labels.prefix(9)),
      (Data([1, 2, 3, 4, 5, 6, 7, 8, 9]), labels),
    ] {
      try put(images: bad, labels: other)
      try screen.enter("mnist()", shows: "error: ", "2> ")
    }
    try put(images: images, labels: labels)
    try screen.enter("mnist().test.count * 617", shows: "1234\n", "> ")
    try screen.leave()
  }
}

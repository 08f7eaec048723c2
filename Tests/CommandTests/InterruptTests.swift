import Foundation
import Testing

/// Ctrl-C in each kind of work: it stops, and the variables are as before.
@Suite(.serialized) struct InterruptTests {
  private static let net =
    "var net = Sequential(Conv2D(8, kernel: 3, activation: .relu), MaxPool2D(2), Flatten(), Dense(10));"
  private static let works: [(name: String, setup: String, code: String)] = [
    ("a loop", "", "while true {}"),
    ("calls", "func next(n) { n + 1 }", "var n = 0; while true { n = next(n) }"),
    (
      "training", net + " let data = digits(500)",
      "fit(&net, data, epochs: 100000, batchSize: 64)"
    ),
    ("a matrix product", "let a = ones(4096, 4096)", "for i in 0..<1000 { a @ a }"),
    ("elementwise work", "let b = ones(10000000)", "for i in 0..<1000 { exp(b) * b + b }"),
    ("operators", "let b = ones(30000000)", "for i in 0..<1000 { b + b }"),
    ("reductions", "let b = ones(3000, 3000)", "for i in 0..<100000 { b.mean(axis: 0) }"),
    ("random numbers", "", "for i in 0..<1000 { randn(100000000) }"),
    ("drawing digits", "", "for i in 0..<1000 { digits(100000) }"),
    ("evaluation", net + " let data = digits(3000)", "while true { evaluate(net, data) }"),
    (
      "quantization", net + " let data = digits(3000); fit(&net, data.take(64))",
      "while true { quantize(net, bits: 8, calibration: data) }"
    ),
    (
      "sorting", "let l = (0..<200000).map { x in x * 7919 % 100003 }",
      "while true { l.sorted() }"
    ),
    ("a download", "", "mnist()"),
  ]

  @Test(arguments: works.indices) func stops(_ index: Int) throws {
    let (name, setup, code) = Self.works[index]
    let scratch = try Scratch()
    // A download that never comes to an end.
    try scratch.write("#!/bin/sh\nexec sleep 600\n", to: "bin/curl")
    #expect(chmod(scratch.path + "/bin/curl", 0o755) == 0)
    let screen = try Screen(
      ["--quiet"], home: scratch.path,
      environment: ["PATH": scratch.path + "/bin:/usr/bin:/bin", "NOTCH_DATA": ""])
    try screen.expect("1> ")
    try screen.enter("var kept = 617; \(setup.isEmpty ? "1" : setup)")
    try screen.expect("2> ", within: 180)
    try screen.enter("kept = 1; print(\"g\" + \"o\"); \(code)", shows: "go\n")
    usleep(100_000)
    try screen.type("\u{3}")
    try screen.expect("interrupted")
    try screen.expect("2> ")
    try screen.enter("kept * 2", shows: "1234\n", "3> ")
    try screen.type("\u{4}")
    #expect(try screen.end() == 0, "\(name)")
    #expect(!screen.everything.contains("error"), "\(name)")
  }
}

import Networks
import Tensors
import Testing

struct SummaryTests {
  private func article() throws -> Sequential {
    try Sequential(
      Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
      Conv2D(64, kernel: 3, activation: .relu), Flatten(), Dense(10))
  }

  /// The network of the article has 96,266 parameters (numerics.md, "Measures").
  @Test func table() throws {
    let summary = try Summary(article(), input: Shape([1, 28, 28]))
    #expect(
      summary.description == """
        layer                                     output        parameters
        ────────────────────────────────────────  ────────────  ──────────
        Conv2D(32, kernel: 3, activation: .relu)  [32, 26, 26]         320
        MaxPool2D(2)                              [32, 13, 13]           0
        Conv2D(64, kernel: 3, activation: .relu)  [64, 11, 11]      18,496
        Flatten()                                 [7744]                 0
        Dense(10)                                 [10]              77,450
        ────────────────────────────────────────  ────────────  ──────────
        total                                                       96,266
        """)
    #expect(summary.rows.map(\.parameters) == [320, 0, 18_496, 0, 77_450])
    #expect(summary.parameterCount == 96_266)
    #expect(summary.byteCount == 385_064)
  }

  /// A network that has seen data knows its shape; one that has not shows what it knows.
  @Test func shapes() throws {
    let built = try article().built(for: Shape([1, 28, 28]))
    #expect(
      try Summary(built).description == Summary(article(), input: Shape([1, 28, 28])).description)
    let unknown = try Summary(article())
    #expect(unknown.rows.map(\.output) == ["?", "?", "?", "?", "?"])
    #expect(unknown.parameterCount == 0)
    let small = try Summary(article(), input: Shape([3, 10, 10]))
    #expect(small.rows.map(\.output).last == "[10]")
    #expect(small.parameterCount == 32 * 27 + 32 + 18_496 + 2570)
  }

  @Test func aNetworkThatDoesNotFit() {
    expectError(
      "layer 3, Conv2D(64, kernel: 3, activation: .relu): a window of 3 does not fit into 2 "
        + "(with padding) of [1, 32, 2, 2]"
    ) { try Summary(article(), input: Shape([1, 6, 6])) }
  }

  @Test func thousands() {
    #expect(
      [0, 7, 999, 1000, 12_345, 1_234_567, -1000, -999].map(grouped) == [
        "0", "7", "999", "1,000", "12,345", "1,234,567", "-1,000", "-999",
      ])
    #expect(grouped(.min) == "-9,223,372,036,854,775,808")
  }
}

import Tensors
import Testing

/// Golden texts of the printer.
///
/// The columns are those of PyTorch 2 for the same numbers (by
/// its documented rules), the header is ours.
@Suite struct FormatTests {
  private func text(_ tensor: Tensor, _ format: TensorFormat = TensorFormat()) throws -> String {
    try format.render(tensor).text
  }

  @Test func matrixHasHeaderAndAlignedColumns() throws {
    let x = try Tensor([[0.1234, -1.2341, 0.5], [2.0012, -0.6213, 0.5]])
    #expect(
      try text(x) == """
        Tensor [2, 3] float32, min -1.2341, mean 0.2115, max 2.0012
        [[ 0.1234, -1.2341,  0.5000],
         [ 2.0012, -0.6213,  0.5000]]
        """)
    #expect("\(x)" == (try text(x)))
  }

  @Test func scalarsAreOneNumberWithItsType() throws {
    #expect(try text(Tensor(scalar: 0.5)) == "0.5 (float32)")
    #expect(try text(Tensor(scalar: 2)) == "2.0 (float32)")
    #expect(try text(Tensor([Int32(-7)], shape: [])) == "-7 (int32)")
    #expect(try text(Tensor([true], shape: [])) == "true (bool)")
    #expect(try text(Tensor(scalar: .nan)) == "nan (float32)")
  }

  @Test func oneElementNeedsNoStatistics() throws {
    #expect(try text(Tensor([0.25])) == "Tensor [1] float32\n[0.2500]")
  }

  @Test(arguments: [[0], [0, 3], [2, 0, 4]])
  func emptyTensorsAreOneLine(sizes: [Int]) throws {
    let x = try full(sizes, 0)
    #expect(try text(x) == "Tensor \(x.shape) float32, empty")
    #expect(try TensorFormat().body(x).text == "[]")
  }

  @Test func wholeFloatsKeepOneDigit() throws {
    #expect(
      try text(Tensor([1, -2, 30, 1024]))
        == "Tensor [4] float32, min -2.0, mean 263.2500, max 1024.0\n"
        + "[   1.0,   -2.0,   30.0, 1024.0]")
  }

  @Test func specialNumbersAreAligned() throws {
    #expect(
      try text(Tensor([0.5, .nan, -.infinity, 1]))
        == "Tensor [4] float32, min 0.5000, mean 0.7500, max 1.0000, 1 nan, 1 inf\n"
        + "[0.5000,    nan,   -inf, 1.0000]")
    #expect(
      try text(Tensor([.nan, .nan])) == "Tensor [2] float32, 2 nan\n[nan, nan]")
  }

  @Test func scientificOnlyWhereNeeded() throws {
    // PyTorch: tensor([1.0000e-05, 1.0000e+00])
    #expect(
      try TensorFormat().body(Tensor([1e-5, 1])).text == "[1.0000e-05, 1.0000e+00]")
    #expect(try TensorFormat().body(Tensor([0.5, 400])).text == "[  0.5000, 400.0000]")
    #expect(try TensorFormat().body(Tensor([0.5, 600])).text == "[5.0000e-01, 6.0000e+02]")
    #expect(try TensorFormat().body(Tensor([1e8, 1])).text == "[1.0000e+08, 1.0000e+00]")
    #expect(try TensorFormat().body(Tensor([99_999_992, 1])).text == "[99999992.0,        1.0]")
    #expect(try TensorFormat().body(Tensor([0, 0])).text == "[0.0, 0.0]")
  }

  @Test func integersAndBoolsAreExact() throws {
    let codes = try Tensor([Int8(12), -87, 127, 0], shape: [2, 2])
    #expect(
      try text(codes) == """
        Tensor [2, 2] int8, min -87, mean 13.0000, max 127
        [[ 12, -87],
         [127,   0]]
        """)
    #expect(
      try text(Tensor([Int32.min, Int32.max], shape: [2]))
        == "Tensor [2] int32, min -2147483648, mean -0.5000, max 2147483647\n"
        + "[-2147483648,  2147483647]")
    #expect(
      try text(Tensor([true, false, true], shape: [3]))
        == "Tensor [3] bool, 2 of 3 true\n[ true, false,  true]")
  }

  @Test func outerAxesAreApart() throws {
    let x = try arange(0, 8).reshape(2, 2, 2)
    #expect(
      try TensorFormat().body(x).text == """
        [[[0.0, 1.0],
          [2.0, 3.0]],

         [[4.0, 5.0],
          [6.0, 7.0]]]
        """)
  }

  @Test func manyElementsAreCut() throws {
    let x = try arange(0, 10_000).reshape(100, 100)
    #expect(
      try TensorFormat().body(x).text == """
        [[   0.0,    1.0,    2.0, ...,   97.0,   98.0,   99.0],
         [ 100.0,  101.0,  102.0, ...,  197.0,  198.0,  199.0],
         [ 200.0,  201.0,  202.0, ...,  297.0,  298.0,  299.0],
         ...,
         [9700.0, 9701.0, 9702.0, ..., 9797.0, 9798.0, 9799.0],
         [9800.0, 9801.0, 9802.0, ..., 9897.0, 9898.0, 9899.0],
         [9900.0, 9901.0, 9902.0, ..., 9997.0, 9998.0, 9999.0]]
        """)
    #expect(
      try TensorFormat(threshold: 3, edgeItems: 1).body(arange(0, 5)).text == "[0.0, ..., 4.0]")
    // Exactly at the threshold nothing is cut.
    #expect(try !TensorFormat().body(arange(0, 1000)).text.contains("..."))
    #expect(try TensorFormat().body(arange(0, 1001)).text.contains("..."))
  }

  @Test func eightAxesStayShort() throws {
    let x = try full([Int](repeating: 5, count: 8), 0.5)
    let body = try TensorFormat().body(x)
    #expect(body.reals.count <= 1000)
    #expect(body.reals.count >= 256)
  }

  @Test func linesBreakAtTheWidth() throws {
    #expect(
      try TensorFormat(width: 20).body(arange(0, 8)).text == """
        [0.0, 1.0, 2.0,
         3.0, 4.0, 5.0,
         6.0, 7.0]
        """)
    let x = try uniform(7, 53, low: -1, high: 1, seed: 3)
    for line in try TensorFormat().body(x).text.split(separator: "\n") {
      #expect(line.utf8.count <= 80)
    }
  }

  /// The ranges hold the numbers, all of them, and nothing but them.
  @Test func rangesOfRealsParseBack() throws {
    let x = try Tensor([[0.1234, -1.2341, .nan], [2.0012, .infinity, 0.5]])
    let (text, reals) = try TensorFormat().render(x)
    let bytes = Array(text.utf8)
    let numbers = reals.map { Double(String(decoding: bytes[$0], as: UTF8.self)) }
    #expect(numbers.count == 3 + 6)
    #expect(numbers.allSatisfy { $0 != nil })
    let body = numbers.dropFirst(3).compactMap { $0 }
    for (read, element) in zip(body, try x.reals()) {
      #expect(element.isNaN ? read.isNaN : abs(read - element) <= 5e-5 || read == element)
    }
    let whole = try TensorFormat().render(Tensor([Int32(1), 2], shape: [2]))
    #expect(whole.reals.count == 1)
    #expect(try TensorFormat().render(Tensor([true, false], shape: [2])).reals.isEmpty)
    #expect(try TensorFormat().render(Tensor(scalar: 0.1)).reals == [0..<3])
  }

  @Test(arguments: [
    (0.1, "0.1"), (1, "1.0"), (-2.5, "-2.5"), (1e-7, "1e-07"), (1.5e-7, "1.5e-07"),
    (0.000_123_456_78, "0.000123457"), (2.302_585_093, "2.30259"), (123_456.7, "123456.7"),
    (1_234_567, "1234567.0"), (1e8, "1e+08"), (1.234_567_8e12, "1.23457e+12"), (0, "0.0"),
    (-0.0, "-0.0"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
    (0.999_999_99, "1.0"), (.leastNonzeroMagnitude, "4.94066e-324"),
    (1.797_693_134_862_315_7e308, "1.79769e+308"),
    (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333"), (100, "100.0"),
  ])
  func numberHasSixDigits(value: Double, expected: String) {
    #expect(TensorFormat.number(value) == expected)
  }

  /// Ties of the decimal digits that no binary fraction hits go the way of the exact value.
  @Test func roundingIsThatOfTheExactValue() throws {
    // 0.00005 as float32 is 4.99999987e-05, 0.00015 is 1.50000007e-04; 0.03125 is exact.
    #expect(
      try TensorFormat().body(Tensor([0.03125, 0.0625, 0.5])).text == "[0.0312, 0.0625, 0.5000]")
    #expect(
      try TensorFormat(digits: 2).body(Tensor([0.125, 0.375, 0.5])).text == "[0.12, 0.38, 0.50]")
  }

  @Test func hostileOptionsDoNotTrap() throws {
    let x = try uniform(40, 40, seed: 1)
    for extreme in [Int.min, -1, 0, 1, Int.max] {
      let format = TensorFormat(
        digits: extreme, threshold: min(extreme, 2000), edgeItems: extreme, width: extreme)
      #expect(try !format.render(x).text.isEmpty)
    }
  }

  @Test func blockedTensorsPrintInPlainOrder() throws {
    let x = try uniform(1, 16, 5, 5, low: -1, high: 1, seed: 5)
    let w = try uniform(16, 16, 3, 3, low: -1, high: 1, seed: 6)
    let y = try conv2d(x, w)
    #expect(try text(y) == text(Tensor(y.elements(as: Float.self), shape: y.shape)))
  }
}

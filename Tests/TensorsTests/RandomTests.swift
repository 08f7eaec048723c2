import Tensors
import Testing

@Suite struct RandomTests {
  /// Known answers of Random123 (file `kat_vectors`, philox4x32 with 10 rounds).
  @Test func philoxKnownAnswers() {
    let zero = Philox.block(.zero, key: .zero)
    #expect(zero == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox.block(SIMD4(repeating: .max), key: SIMD2(repeating: .max))
    #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox.block(
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: SIMD2(0xa409_3822, 0x299f_31d0))
    #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test(arguments: [1, 3, 4, 5, 63, 257])
  func longerTensorsBeginLikeShorterOnes(count: Int) throws {
    #expect(try randn(count, seed: 7).reals() == Array(randn(300, seed: 7).reals().prefix(count)))
    #expect(
      try uniform(count, seed: 7).reals() == Array(uniform(300, seed: 7).reals().prefix(count)))
    #expect(try randn(3, 100, seed: 7).reals() == randn(300, seed: 7).reals())
  }

  @Test func streamsMoveOnAndAreCopied() throws {
    var stream = RandomStream(seed: 5)
    var copy = stream
    let shape = try Shape([6])
    let first = try Tensor.normal(shape, from: &stream)
    let second = try Tensor.normal(shape, from: &stream)
    #expect(stream.position == 4)
    #expect(try first.reals() != second.reals())
    #expect(try Tensor.normal(shape, from: &copy).reals() == first.reals())
    #expect(try Tensor.normal(shape, from: &copy).reals() == second.reals())
    var later = RandomStream(seed: 5, position: 2)
    #expect(try Tensor.normal(shape, from: &later).reals() == second.reals())
  }

  @Test func streamsAreIndependent() throws {
    let count = 20_000
    func draw(_ seed: UInt64, _ stream: UInt64) throws -> [Double] {
      var source = RandomStream(seed: seed, stream: stream)
      return try Tensor.normal(Shape([count]), from: &source).reals()
    }
    let base = try draw(1, 0)
    for (seed, stream) in [(1, 1), (1, 2), (2, 0), (1, 1 << 40)] as [(UInt64, UInt64)] {
      let other = try draw(seed, stream)
      let correlation = zip(base, other).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
      // Five standard deviations of a correlation of independent numbers.
      #expect(abs(correlation) < 5 / Double(count).squareRoot())
    }
  }

  /// The first four moments, within five standard errors.
  @Test func momentsOfTheNormalDistribution() throws {
    let n = 100_000.0
    let x = try randn(Int(n), seed: 11).reals()
    func moment(_ order: Int) -> Double {
      x.reduce(0) { sum, x in sum + (0..<order).reduce(1.0) { product, _ in product * x } } / n
    }
    for (order, expected, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      #expect(abs(moment(order) - expected) < 5 * (variance / n).squareRoot(), "moment \(order)")
    }
    var stream = RandomStream(seed: 3)
    let moved = try Tensor.normal(Shape([Int(n)]), mean: 4, deviation: 0.5, from: &stream)
    #expect(abs(try moved.mean().item() - 4) < 5 * 0.5 / n.squareRoot())
    #expect(abs(try moved.standardDeviation().item() - 0.5) < 0.01)
  }

  @Test func uniformNumbersFillTheirInterval() throws {
    let count = 100_000
    let x = try uniform(count, low: -1, high: 3, seed: 2).reals()
    #expect(x.allSatisfy { $0 >= -1 && $0 < 3 })
    var bins = [Int](repeating: 0, count: 16)
    for value in x { bins[Int((value + 1) * 4)] += 1 }
    let expected = Double(count) / 16
    let chiSquare =
      bins.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) } / expected
    // The 0.9999 quantile of chi-square with 15 degrees of freedom.
    #expect(chiSquare < 44.3)
  }

  /// 5 + 3 u rounds up to 8 for the largest u.
  @Test func theUpperEndIsNotReached() throws {
    let x = try uniform(1 << 21, low: 16_777_215, high: 16_777_216, seed: 1)
    #expect(try x.max().item() < 16_777_216)
  }

  @Test func wholeNumbersAndOrders() {
    var stream = RandomStream(seed: 9)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<7000 { counts[stream.below(7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    #expect(stream.permutation(100).sorted() == Array(0..<100))
    #expect(stream.permutation(100) != stream.permutation(100))
    #expect(stream.permutation(0) == [])
    let real = stream.uniform()
    #expect(real >= 0 && real < 1)
  }
}

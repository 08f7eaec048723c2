import ReferenceKernels
import Tensors
import Testing

@Suite struct RearrangingTests {
  @Test func partsJoinToTheWhole() throws {
    var dice = Dice(33)
    for trial in 0..<12 {
      let rank = 1 + trial % 4
      let x = dice.wholes(dice.sizes(rank: rank))
      for axis in 0..<rank {
        for dtype in [DType.float32, .int8] {
          let t = try x.tensor(dtype)
          let size = x.sizes[axis]
          for parts in [
            try t.split(size, axis: axis - rank), try t.split(sizes: [0, size], axis: axis),
            try t.split(sizes: [size / 2, size - size / 2], axis: axis),
          ] {
            let whole = try concatenate(parts, axis: axis)
            #expect(whole.dtype == dtype)
            try expectEqual(whole, x)
          }
        }
      }
    }
    expectError("axis 0 of [6, 2] does not divide into 4 equal parts") { try zeros(6, 2).split(4) }
    expectError("axis 0 of [6] does not divide into 0 equal parts") { try zeros(6).split(0) }
    expectError("an axis of size 0 has no 3 parts") { try zeros(0).split(3) }
    expectError("parts of sizes [2, 3] do not fill axis 0 of [6]") {
      try zeros(6).split(sizes: [2, 3])
    }
    expectError(
      "parts of sizes [9223372036854775807, 9223372036854775807] do not fill axis 0 of [6]"
    ) { try zeros(6).split(sizes: [Int.max, Int.max]) }
  }

  @Test func tilesAndBorders() throws {
    var dice = Dice(34)
    for trial in 0..<16 {
      let rank = trial % 4
      let x = dice.wholes(dice.sizes(rank: rank, allowsZero: true))
      let repeats = (0..<(trial % 3 + 1)).map { _ in Int.random(in: 0...3, using: &dice) }
      let count = max(rank, repeats.count)
      let own = [Int](repeating: 1, count: count - rank) + x.sizes
      let all = [Int](repeating: 1, count: count - repeats.count) + repeats
      let wide = x.reshaped(own)
      try expectEqual(
        x.tensor(.int32).tile(repeats),
        Reference(zip(own, all).map(*)) { index in wide[zip(index, own).map { $0 % $1 }] })
      let widths = (0..<rank).map { _ in
        [Int.random(in: 0...2, using: &dice), Int.random(in: 0...2, using: &dice)]
      }
      try expectEqual(
        x.tensor(.int8).pad(widths, with: 7),
        Reference(zip(x.sizes, widths).map { $0 + $1[0] + $1[1] }) { index in
          let place = zip(index, widths).map { $0 - $1[0] }
          let isInside = zip(place, x.sizes).allSatisfy { $0 >= 0 && $0 < $1 }
          return isInside ? x[place] : 7
        })
    }
    expectError("padding [2, 3] needs a pair [before, behind] for each of its 2 axes, not [[1, 1]]")
    {
      try zeros(2, 3).pad([[1, 1]])
    }
    expectError("a size cannot be negative: [0, -1]") { try zeros(2).pad([[0, -1]]) }
    expectError("a tensor of shape [9223372036854775807, 0] is too large for any memory") {
      try zeros(2).pad([[Int.max, 0]])
    }
    expectError("a tensor of shape [9223372036854775807] is too large for any memory") {
      try zeros(2).tile([Int.max])
    }
    expectError("a size cannot be negative: [-1]") { try zeros(2).tile([-1]) }
  }

  @Test func clipping() throws {
    let x = try Tensor([-3, -1, 0.5, 2, .nan, .infinity])
    let y = try x.clip(-1, 1).reals()
    #expect(y[0...3] == [-1, -1, 0.5, 1] && y[4].isNaN && y[5] == 1)
    let whole = try Tensor([Int8(-100), 0, 100], shape: [3]).clip(-1.5, 2.5)
    #expect(try whole.dtype == .int8 && whole.reals() == [-1, 0, 2])
    // The bounds belong to the inside.
    let slope = try valueWithGradient(at: x) { try $0.clip(-1, 1).sum() }.gradient.reals()
    #expect(slope == [0, 1, 1, 0, 0, 0])
    expectError("a lower bound of 2.0 is not below 1.0") { try x.clip(2, 1) }
    expectError("no whole number lies from 0.2 to 0.8") {
      try Tensor([Int32(1)], shape: [1]).clip(0.2, 0.8)
    }
  }

  @Test func cumulativeSums() throws {
    let x = try Tensor([Int32(1), 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(try x.cumulativeSum().reals() == [1, 3, 6, 4, 9, 15])
    #expect(try x.cumulativeSum(axis: 0).reals() == [1, 2, 3, 5, 7, 9])
    #expect(try x.cumulativeSum().dtype == .int32)
    expectError("the sum 2147483648 does not fit into int32") {
      try Tensor([Int32.max, 1], shape: [2]).cumulativeSum()
    }
    expectError("a cumulative sum needs 1 axes, not []") { try Tensor(scalar: 1).cumulativeSum() }
    // Ten million tenths: Float32 alone would end more than 8 % away.
    let many = try full([10_000_000], 0.1).cumulativeSum()[.at(-1)].item()
    #expect(abs(many - 1_000_000) < 0.1)
  }

  /// NumPy 2: np.histogram([0, .1, .5, .5, .9, 1, 2], bins=4, range=(0, 1)), np.percentile.
  @Test func statisticsOfNumPy() throws {
    let x = try Tensor([0, 0.1, 0.5, 0.5, 0.9, 1, 2])
    let (counts, edges) = try x.histogramCounts(bins: 4, low: 0, high: 1)
    #expect(try counts.reals() == [2, 0, 2, 2])
    #expect(try edges.reals() == [0, 0.25, 0.5, 0.75, 1])
    #expect(try Tensor([3, 3]).histogramCounts(bins: 2).counts.reals() == [0, 2])
    #expect(try Tensor([.nan, 1, .infinity]).histogramCounts(bins: 1).counts.reals() == [1])
    #expect(try zeros(0).histogramCounts(bins: 3).counts.reals() == [0, 0, 0])
    let huge = try Tensor([1e30]).histogramCounts(bins: 3)
    #expect(try huge.counts.reals() == [0, 1, 0])
    let wide = try x.histogramCounts(bins: 2, low: -1.7e308, high: 1.7e308)
    #expect(try wide.counts.sum().item() == 7)
    expectError(
      "a histogram from 0.0 to 5e-324 is too narrow or too wide for its bins"
    ) { try x.histogramCounts(low: 0, high: .leastNonzeroMagnitude) }
    try expectEqual(x.percentile(25), Reference([], [0.3]))
    try expectEqual(x.percentile(90), Reference([], [1.4]))
    #expect(try Tensor([[1, 2], [3, 4]]).median(axis: 0).reals() == [2, 3])
    #expect(try x.median(keepDimensions: true).shape.sizes == [1])
    expectError("a percentile is taken at a number from 0 to 100, not 100.5") {
      try x.percentile(100.5)
    }
    expectError("the percentile of no elements is undefined: [0]") { try zeros(0).percentile(50) }
    expectError("a histogram needs at least 1 bin, not 0") { try x.histogramCounts(bins: 0) }
    expectError("a histogram goes from a lower to a higher number, not from 2.0 to 1.0") {
      try x.histogramCounts(low: 2, high: 1)
    }
  }

  @Test func einsumsOfIntegersAndNothing() throws {
    let a = try Tensor([Int32(1), 2, 3, 4], shape: [2, 2])
    #expect(try einsum("ij,jk->ik", a, a).dtype == .int32)
    #expect(try einsum("ij,jk->ik", a, a).reals() == [7, 10, 15, 22])
    #expect(try einsum("ij,ij->ij", a, a).reals() == [1, 4, 9, 16])
    #expect(try einsum("ba", a).reals() == [1, 3, 2, 4])
    #expect(try einsum("ij,jk", a, a).reals() == [7, 10, 15, 22])
    #expect(try einsum("ij,jk->ik", zeros(0, 3), zeros(3, 2)).shape.sizes == [0, 2])
    #expect(try einsum("ij,jk->ik", zeros(2, 0), zeros(0, 1)).reals() == [0, 0])
    #expect(try einsum(",->", Tensor(scalar: 2), Tensor(scalar: 3)).item() == 6)
  }

  @Test(arguments: [
    ("ij,jk->ik", "'ij,jk->ik' is for 2 tensors, not 1"),
    ("ijk", "operand 1 of 'ijk' has 3 axes, not [2, 3]"),
    ("ii", "the letter 'i' of 'ii' has size 2 in operand 1 and 3 in operand 1"),
    (
      "ij->k",
      "'ij->k' is no formula such as 'ij,jk->ik': the result's letter 'k' stands in no operand"
    ),
    ("ij->ii", "'ij->ii' is no formula such as 'ij,jk->ik': the result has the letter 'i' twice"),
    ("i1", "'i1' is no formula such as 'ij,jk->ik': an axis is a letter, not '1'"),
    ("ij->i->j", "'ij->i->j' is no formula such as 'ij,jk->ik': it has more than one '->'"),
    ("ij->i,j", "'ij->i,j' is no formula such as 'ij,jk->ik': it has more than one result"),
    ("", "operand 1 of '' has 0 axes, not [2, 3]"),
  ]) func badFormulas(formula: String, message: String) throws {
    let x = try zeros(2, 3)
    expectError(message) { try einsum(formula, x) }
  }
}

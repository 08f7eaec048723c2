import ReferenceKernels
import Tensors
import Testing

@Suite struct ReductionTests {
  typealias Reduction = (
    name: String, library: (Tensor, Int?, Bool) throws -> Tensor,
    reference: (Reference, Int?) -> Reference
  )

  private let reductions: [Reduction] = [
    ("sum", { try $0.sum(axis: $1, keepDimensions: $2) }, { $0.sum($1) }),
    ("mean", { try $0.mean(axis: $1, keepDimensions: $2) }, { $0.mean($1) }),
    ("variance", { try $0.variance(axis: $1, keepDimensions: $2) }, { $0.variance($1) }),
    (
      "deviation", { try $0.standardDeviation(axis: $1, keepDimensions: $2) },
      { $0.variance($1).map { $0.squareRoot() } }
    ),
    ("max", { try $0.max(axis: $1, keepDimensions: $2) }, { $0.largest($1) }),
    ("min", { try $0.min(axis: $1, keepDimensions: $2) }, { $0.least($1) }),
  ]

  @Test func everyAxisOfEveryRank() throws {
    var dice = Dice(21)
    for trial in 0..<18 {
      let rank = trial % 6
      let x = dice.reals(dice.sizes(rank: rank))
      for (name, library, reference) in reductions {
        for axis in [nil] + (0..<rank).map(Optional.init) {
          let expected = reference(x, axis)
          let given = axis.map { trial % 2 == 0 ? $0 : $0 - rank }
          try expectEqual(library(x.tensor(), given, true), expected, within: 4e-6, name)
          try expectEqual(
            library(x.tensor(), given, false), expected.dropping(axis), within: 4e-6, name)
        }
      }
    }
  }

  @Test func integersStayExact() throws {
    var dice = Dice(22)
    let x = dice.wholes([3, 4, 2])
    for dtype in [DType.int32, .int8] {
      for axis in [nil, 0, 1, 2] {
        let t = try x.tensor(dtype)
        let sum = try t.sum(axis: axis)
        #expect(sum.dtype == .int32)
        try expectEqual(sum, x.sum(axis).dropping(axis))
        #expect(try t.max(axis: axis).dtype == dtype)
        try expectEqual(t.max(axis: axis), x.largest(axis).dropping(axis))
        try expectEqual(t.min(axis: axis), x.least(axis).dropping(axis))
        try expectEqual(t.mean(axis: axis), x.mean(axis).dropping(axis))
      }
    }
    #expect(try Tensor([true, false, true], shape: [3]).sum().item() == 2)
    #expect(try Tensor([true, false, true], shape: [3]).max().item() == 1)
    expectError("the sum 4294967294 does not fit into int32") {
      try Tensor([Int32.max, Int32.max], shape: [2]).sum()
    }
  }

  @Test func positions() throws {
    var dice = Dice(23)
    for trial in 0..<20 {
      let rank = trial % 5
      let x = dice.wholes(dice.sizes(rank: rank), in: -3...3)
      for dtype in [DType.float32, .int32, .int8] {
        let flat = x.reshaped([x.count])
        try expectEqual(x.tensor(dtype).argmax(), flat.position(0, >).dropping(0))
        try expectEqual(x.tensor(dtype).argmin(), flat.position(0, <).dropping(0))
        for axis in 0..<rank {
          try expectEqual(
            x.tensor(dtype).argmax(axis: axis), x.position(axis, >).dropping(axis))
          try expectEqual(
            x.tensor(dtype).argmin(axis: axis - rank), x.position(axis, <).dropping(axis))
        }
      }
    }
    // Neighbours that float32 cannot tell apart.
    let large = try Tensor([Int32(16_777_216), 16_777_217, 16_777_216], shape: [3])
    #expect(try large.argmax().item() == 1)
    #expect(try (-large).argmin().item() == 1)
  }

  @Test func emptyOnes() throws {
    #expect(try zeros(0).sum().item() == 0)
    #expect(try zeros(2, 0).sum(axis: 1).reals() == [0, 0])
    #expect(try zeros(0, 2).sum(axis: 0).reals() == [0, 0])
    expectError("the mean of no elements is undefined: [0]") { try zeros(0).mean() }
    expectError("the maximum of no elements is undefined: [2, 0]") {
      try zeros(2, 0).max(axis: 1)
    }
    expectError("the position of no elements is undefined: [0]") { try zeros(0).argmax() }
  }

  /// A sum in float32 alone would stop growing at 2^24, or drift by much more than this.
  @Test func longSumsStayAccurate() throws {
    let x = try full([1 << 20, 3], 0.1)
    let exact = Double(Float(0.1)) * Double(1 << 20)
    for total in try x.sum(axis: 0).reals() { #expect(abs(total / exact - 1) < 1e-6) }
    #expect(abs(try x.sum().item() / (3 * exact) - 1) < 1e-6)
    #expect(abs(try x.mean().item() / Double(Float(0.1)) - 1) < 1e-6)
  }

  @Test func truths() throws {
    #expect(try Tensor([1, 2]).all())
    #expect(try !Tensor([1, 0]).all())
    #expect(try Tensor([0, 1]).any())
    #expect(try !zeros(3).any())
    #expect(try zeros(0).all())
  }
}

import ReferenceKernels
import Tensors
import Testing

@Suite struct ProductTests {
  @Test func matrices() throws {
    var dice = Dice(31)
    for (m, k, n) in [(1, 1, 1), (3, 4, 5), (1, 7, 1), (16, 16, 16), (17, 33, 9), (2, 1, 3)] {
      let (a, b) = (dice.reals([m, k]), dice.reals([k, n]))
      try expectEqual(a.tensor().matmul(b.tensor()), a.matmul(b), "\(m) \(k) \(n)")
    }
  }

  @Test func batchesBroadcast() throws {
    var dice = Dice(32)
    let batches: [([Int], [Int])] = [
      ([2], [2]), ([2], []), ([], [2]), ([2, 3], [3]), ([2, 1], [3]), ([1], [4]),
      ([2, 1, 2], [3, 1]),
      ([2, 1, 2, 1], [1, 3, 1, 2]), ([1, 2, 1, 1, 2, 1], [2]), ([0], [0]), ([0], [1]),
      ([2, 0], []),
    ]
    for (left, right) in batches {
      let (a, b) = (dice.reals(left + [2, 3]), dice.reals(right + [3, 4]))
      try expectEqual(matmul(a.tensor(), b.tensor()), a.matmul(b), "\(left) \(right)")
    }
  }

  @Test func vectors() throws {
    var dice = Dice(33)
    let (v, w, m) = (dice.reals([3]), dice.reals([3]), dice.reals([2, 3, 4]))
    let dot = try v.tensor().matmul(w.tensor())
    #expect(dot.shape.sizes == [])
    try expectEqual(dot, (v * w).sum(nil).dropping(nil))
    try expectEqual(
      v.tensor().matmul(m.tensor()), v.reshaped([1, 3]).matmul(m).reshaped([2, 4]))
    let u = dice.reals([4])
    try expectEqual(
      m.tensor().matmul(u.tensor()), m.matmul(u.reshaped([4, 1])).reshaped([2, 3]))
  }

  @Test func nothingInside() throws {
    try expectEqual(zeros(2, 0).matmul(zeros(0, 3)), Reference([2, 3], repeating: 0))
    try expectEqual(zeros(0, 2).matmul(zeros(2, 3)), Reference([0, 3], []))
    try expectEqual(zeros(0).matmul(zeros(0)), Reference([], [0]))
  }

  @Test func integersAreExact() throws {
    var dice = Dice(34)
    let (a, b) = (dice.wholes([5, 7], in: -100...100), dice.wholes([7, 3], in: -100...100))
    let product = try a.tensor(.int8).matmul(b.tensor(.int32))
    #expect(product.dtype == .int32)
    try expectEqual(product, a.matmul(b), within: 0)
    expectError("an integer matrix product takes matrices, not batches") {
      try Tensor([Int32(1)], shape: [1, 1, 1]).matmul(Tensor([Int32(1)], shape: [1, 1]))
    }
  }

  @Test func errorsNameTheShapes() {
    expectError("cannot multiply [3, 4] by [3, 4]; the inner sizes 4 and 3 differ") {
      try zeros(3, 4).matmul(zeros(3, 4))
    }
    expectError("cannot multiply [3] by [4]; the inner sizes 3 and 4 differ") {
      try zeros(3).matmul(zeros(4))
    }
    expectError("a matrix product needs at least one axis, not []") {
      try Tensor(scalar: 1).matmul(zeros(1))
    }
    expectError("cannot multiply [2] and [3]; the sizes 2 and 3 differ") {
      try zeros(2, 1, 1).matmul(zeros(3, 1, 1))
    }
  }

  /// The gradient of an outer product reads a column as a row, whose layout a row shares.
  @Test func aRowAfterAColumnThatWasReadAsOne() throws {
    let (column, row) = (try ones(1, 41, 1), try ones(1, 1, 2))
    let (_, gradients) = try valueWithGradient(at: [column, row]) {
      try $0[0].matmul($0[1]).sum()
    }
    #expect(try gradients[1].reals() == [41, 41])
    let product = try ones(41).matmul(ones(2, 41, 2))
    #expect(try product.reals() == [41, 41, 41, 41])
  }
}

import ReferenceKernels
import Tensors
import Testing

@Suite struct TapeTests {
  @Test func valueAndGradientByHand() throws {
    // d/dx (x^2 + 3x) = 2x + 3
    let (value, gradient) = try valueWithGradient(at: Tensor([1, 2])) { x in
      try (x * x + x * 3).sum()
    }
    #expect(try value.item() == 14)
    #expect(try gradient.reals() == [5, 7])
  }

  @Test func whatDoesNotMatterHasNoSlope() throws {
    let (_, gradients) = try valueWithGradient(at: [Tensor([1, 2]), Tensor([3])]) { p in
      try p[0].sum()
    }
    #expect(try gradients[1].reals() == [0])
    let (_, rounded) = try valueWithGradient(at: Tensor([1.25])) { try round($0).sum() }
    #expect(try rounded.reals() == [0])
  }

  /// A gradient that would be zeros for sure is a mistake.
  @Test func constantsHaveNoGradient() throws {
    let x = try Tensor([1.25])
    let constants: [(Tensor) throws -> Tensor] = [
      { try $0.cast(to: .int32).cast(to: .float32).sum() },
      { try Tensor(scalar: $0.item()) },
      { _ in try Tensor(scalar: 3) },
      { try valueWithGradient(at: $0) { try ($0 * $0).sum() }.gradient.sum() },
    ]
    for constant in constants {
      #expect(throws: TensorError.constantValue) { try valueWithGradient(at: x, of: constant) }
    }
    #expect(try valueWithGradient(at: [Tensor]()) { _ in x }.value.item() == 1.25)
  }

  @Test func theValueItselfMayBeThePoint() throws {
    let (value, gradient) = try valueWithGradient(at: Tensor(scalar: 4)) { $0 }
    #expect(try value.item() == 4)
    #expect(try gradient.item() == 1)
  }

  @Test func tensorsThatEscapeAreConstants() throws {
    var escaped = try Tensor([0])
    let (value, gradient) = try valueWithGradient(at: Tensor([2])) { x in
      escaped = try x * 5
      return try escaped.sum()
    }
    #expect(!escaped.isRecorded)
    #expect(!value.isRecorded)
    #expect(!gradient.isRecorded)
    let (_, later) = try valueWithGradient(at: Tensor([3])) { try ($0 * escaped).sum() }
    #expect(try later.reals() == [10])
    let after = try escaped + 1
    #expect(after.trace == nil)
  }

  @Test func aClosedTapeIsEmptyAndAnswersNothing() throws {
    let tape = Tape()
    let x = tape.watch(try Tensor([1]))
    let y = try x * 2
    #expect(x.isRecorded && y.isRecorded)
    #expect(tape.entries.count == 2)
    tape.close()
    #expect(tape.entries.isEmpty)
    #expect(!x.isRecorded && !y.isRecorded)
    #expect(try tape.gradients(of: y, seed: ones(1), withRespectTo: [x]).allSatisfy { $0 == nil })
  }

  /// A gradient inside a gradient: the inner one is right, and a constant for the outer one.
  @Test func theInnerOfTwoTapesRecords() throws {
    var inner: [Double] = []
    let (_, outer) = try valueWithGradient(at: Tensor([3])) { a in
      let (_, slope) = try valueWithGradient(at: Tensor([2])) { b in try (a * b * b).sum() }
      inner = try slope.reals()
      return try (a * a * slope).sum()
    }
    #expect(inner == [12])
    #expect(try outer.reals() == [2 * 3 * 12])
  }

  @Test func twoTapesDoNotMix() throws {
    let (one, two) = (Tape(), Tape())
    defer {
      one.close()
      two.close()
    }
    let (x, y) = (one.watch(try Tensor([2])), two.watch(try Tensor([5])))
    let product = try (x * y).sum()
    let gradients = try two.gradients(of: product, seed: Tensor(scalar: 1), withRespectTo: [y])
    #expect(try gradients[0]?.reals() == [2])
    #expect(try one.gradients(of: product, seed: Tensor(scalar: 1), withRespectTo: [x])[0] == nil)
  }

  /// The seed and the gradients that a caller holds are never written by later additions.
  @Test func heldGradientsAreNotOverwritten() throws {
    let tape = Tape()
    defer { tape.close() }
    let (a, b) = (tape.watch(try Tensor([1, 2])), tape.watch(try Tensor([3, 4])))
    let seed = try Tensor([10, 20])
    let sum = try a + b + a + a
    let gradients = try tape.gradients(of: sum, seed: seed, withRespectTo: [a, b])
    #expect(try seed.reals() == [10, 20])
    #expect(try gradients[0]?.reals() == [30, 60])
    #expect(try gradients[1]?.reals() == [10, 20])
  }

  /// Equal elements share the gradient, so that its sum is kept.
  @Test func tiesShare() throws {
    let (_, g) = try valueWithGradient(at: Tensor([2, 1, 2])) { try $0.max() }
    #expect(try g.reals() == [0.5, 0, 0.5])
    let (_, h) = try valueWithGradient(at: [Tensor([1]), Tensor([1])]) {
      try maximum($0[0], $0[1]).sum()
    }
    #expect(try h[0].item() == 0.5)
    #expect(try h[1].item() == 0.5)
  }

  @Test func kinksHaveTheUsualSlope() throws {
    let (_, g) = try valueWithGradient(at: Tensor([0, -1, 1])) { try relu($0).sum() }
    #expect(try g.reals() == [0, 0, 1])
    let (_, h) = try valueWithGradient(at: Tensor([0, -1, 1])) { try abs($0).sum() }
    #expect(try h.reals() == [0, -1, 1])
    let (_, p) = try valueWithGradient(at: Tensor([0, 2])) { try $0.power(Tensor([0, 0])).sum() }
    #expect(try p.reals() == [0, 0])
    let (_, q) = try valueWithGradient(at: Tensor([0, 3])) { try $0.power(Tensor(scalar: 2)).sum() }
    #expect(try q.reals() == [0, 6])
  }

  @Test func integersTakePartAsConstants() throws {
    let codes = try Tensor([Int8(2), 3], shape: [2])
    let (_, g) = try valueWithGradient(at: Tensor([1, 1])) { try ($0 * codes).sum() }
    #expect(try g.reals() == [2, 3])
    let (_, n) = try valueWithGradient(at: [Tensor([[1, 2], [3, 5]])]) {
      try batchNorm($0[0], scale: codes, shift: codes).y.sum()
    }
    #expect(try n[0].reals().allSatisfy { abs($0) < 1e-5 })
  }

  @Test func emptyTensorsHaveEmptyGradients() throws {
    let (_, g) = try valueWithGradient(at: zeros(0, 3)) { try ($0 * 2).sum() }
    #expect(g.shape.sizes == [0, 3])
    let (_, h) = try valueWithGradient(at: [zeros(0, 2), ones(3, 2), ones(3)]) {
      try dense($0[0], $0[1], bias: $0[2]).sum()
    }
    #expect(try h[2].reals() == [0, 0, 0])
    // A bias that no input is added to still has a slope.
    let (_, k) = try valueWithGradient(at: ones(3)) {
      try dense(zeros(2, 0), zeros(3, 0), bias: $0).sum()
    }
    #expect(try k.reals() == [2, 2, 2])
  }

  @Test func longTapesDoNotRecurse() throws {
    let (value, gradient) = try valueWithGradient(at: Tensor([1])) { x in
      var y = x
      for _ in 0..<20_000 { y = try y + x }
      return try y.sum()
    }
    #expect(try value.item() == 20_001)
    #expect(try gradient.item() == 20_001)
  }
}

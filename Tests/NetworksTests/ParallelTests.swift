import Networks
import ReferenceKernels
import Tensors
import Testing

/// Branches against the same layers one by one.
struct ParallelTests {
  @Test func joinsItsBranches() throws {
    var dice = Dice(31)
    let x = try dice.reals([3, 2, 5, 4]).tensor
    let first = try Conv2D(3, kernel: 1, activation: .relu)
    let second = try Sequential(Conv2D(2, kernel: 3, padding: .same), ReLU(), MaxPool2D(1))
    let net = try Sequential(
      Parallel(first, second, Identity(), Parallel(Identity(), Conv2D(1, kernel: 1))), Flatten(),
      seed: 5
    ).built(for: x.sampleShape).randomized(&dice)
    #expect(try net.outputShape(for: x.sampleShape).sizes == [10 * 20])
    let tensors = net.parameters.map(\.tensor)
    #expect(tensors.count == 6)
    let parts = [
      try relu(conv2d(x, tensors[0], bias: tensors[1])),
      try relu(conv2d(x, tensors[2], bias: tensors[3], padding: .same)), x, x,
      try conv2d(x, tensors[4], bias: tensors[5]),
    ]
    let expected = try concatenate(parts, axis: 1).flatten(from: 1)
    try expectEqual(net(x), expected.reference, within: 1e-6)
  }

  @Test(arguments: [1, -1, 2]) func axes(axis: Int) throws {
    let net = try Sequential(Parallel(Identity(), Identity(), axis: axis))
    var sizes = [2, 3, 4]
    sizes[axis < 0 ? 3 + axis : axis] *= 2
    #expect(try net(zeros(2, 3, 4)).shape.sizes == sizes)
    #expect(try net.outputShape(for: Shape([3, 4])).sizes == Array(sizes.dropFirst()))
  }

  /// The slopes of a network with branches, by central differences in one parameter after another.
  @Test func slopes() throws {
    var dice = Dice(32)
    let x = try dice.reals([4, 3]).tensor
    let net = try Sequential(
      Parallel(Dense(2, activation: .tanh), Residual(Dense(3, activation: .sigmoid))), Dense(2),
      seed: 1
    ).built(for: Shape([3])).randomized(&dice)
    let start = net.parameters.map(\.tensor)
    func loss(_ tensors: [Tensor]) throws -> Tensor {
      try square(net.withParameters(tensors)(x)).sum()
    }
    let (_, slopes) = try valueWithGradient(at: start) { try loss($0) }
    for (which, slope) in slopes.enumerated() {
      for (position, value) in try slope.reals().enumerated() {
        func moved(_ step: Float) throws -> Double {
          var all = start
          try all[which].withMutableElements(Float.self) { $0[position] += step }
          return try loss(all).item()
        }
        let numeric = try (moved(1e-2) - moved(-1e-2)) / 2e-2
        #expect(abs(numeric - value) < 2e-2 * max(1, abs(value)))
      }
    }
  }

  @Test func wordsAndTables() throws {
    let parallel = try Parallel(Dense(2), Sequential(ReLU(), Dense(3)), axis: -1)
    #expect("\(parallel)" == "Parallel(Dense(2), Sequential(ReLU(), Dense(3)), axis: -1)")
    let table = try Summary(Sequential([parallel]), input: Shape([4]))
    #expect(table.rows.map(\.output) == ["[4]", "[2]", "[4]", "[4]", "[3]", "[5]"])
    #expect(table.parameterCount == 10 + 15)
  }

  @Test func errors() throws {
    expectError("the number of branches must be at least 2, not 1") { try Parallel(ReLU()) }
    expectError("branches are not joined along the axis of the batch, 0") {
      try Parallel(ReLU(), ReLU(), axis: 0)
    }
    let uneven = try Sequential(Parallel(Conv2D(1, kernel: 3), Identity()))
    expectError(
      "layer 5, Join(): the branches of a Parallel give [1, 2, 2] and [1, 4, 4], which differ "
        + "beside axis 1, along which they are joined"
    ) { try uneven.outputShape(for: Shape([1, 4, 4])) }
    expectRefused { try uneven(zeros(1, 1, 4, 4)) }
    expectRefused { try Sequential(Parallel(Identity(), Identity(), axis: 4))(zeros(2, 3)) }
    expectRefused { try Sequential(Parallel(Identity(), Identity(), axis: -2))(zeros(2, 3)) }
    expectRefused { try Sequential(Parallel(Flatten(), Identity()))(zeros(2, 3, 2)) }
  }
}

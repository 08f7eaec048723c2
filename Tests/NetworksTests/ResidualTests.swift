import Tensors
import Testing

@testable import Networks

/// Layers with a shortcut around them.
struct ResidualTests {
  @Test func addsWhatGoesIn() throws {
    let weights = try Tensor([[0, 1], [-2, 0]])
    let body = try Dense(weights: weights, bias: Tensor([0.5, 0]))
    let x = try Tensor([[1, 2], [-3, 4]])
    let plain = try Sequential(Residual(body, activation: .none))(x)
    #expect(try plain.elements() == [3.5, 0, 1.5, 10] as [Float])
    let bent = try Sequential(Residual(body))(x)
    #expect(try bent.elements() == [3.5, 0, 1.5, 10] as [Float])
    #expect(try Sequential(Residual(body))(-x).elements() == [0, 0, 0, 0] as [Float])
  }

  @Test func isTakenApart() throws {
    let net = try Sequential(
      Dense(3), Residual(Dense(3), Residual(ReLU(), activation: .none)), Dense(2), seed: 1)
    #expect(
      net.layers.map(\.description) == [
        "Dense(3)", "Fork()", "Dense(3)", "Fork()", "ReLU()", "Add()", "Add(activation: .relu)",
        "Dense(2)",
      ])
    #expect(try net.outputShape(for: Shape([7])).sizes == [2])
    #expect(
      try Residual(Dense(3), activation: .tanh).description
        == "Residual(Dense(3), activation: .tanh)")
    #expect(try Residual(Dense(3)).outputShape(for: Shape([3])).sizes == [3])
  }

  /// The gradient reaches x both ways, and the parameters of the layers.
  @Test func gradients() throws {
    let net = try Sequential(
      Dense(4), Residual(Dense(4, activation: .tanh), activation: .none), Dense(1), seed: 3
    ).built(for: Shape([3]))
    let x = try randn(5, 3, seed: 2)
    func loss(_ net: Sequential) throws -> Tensor { try square(net(x)).sum() }
    let (_, gradient) = try valueWithGradient(at: net, of: loss)
    let parameters = net.parameters.map(\.tensor)
    for (index, parameter) in parameters.enumerated() {
      let position = parameter.count / 2
      func moved(_ step: Float) throws -> Double {
        var values: [Float] = try parameter.elements()
        values[position] += step
        var all = parameters
        all[index] = try Tensor(values, shape: parameter.shape)
        return try loss(net.withParameters(all)).item()
      }
      let slope = try (moved(1e-2) - moved(-1e-2)) / 2e-2
      #expect(abs(try gradient.tensors[index].reals()[position] - slope) < 2e-2 * (1 + abs(slope)))
    }
  }

  @Test func shapesMustBeTheSame() throws {
    #expect(throws: NetworkError.self) {
      try Sequential(Residual(Dense(4))).built(for: Shape([3]))
    }
    do {
      _ = try Sequential(Dense(3), Residual(Dense(4))).outputShape(for: Shape([3]))
      Issue.record("a sum of [4] and [3] has no shape")
    } catch let error as NetworkError {
      #expect(
        error.description.contains("the layers of a Residual give [4], but [3] goes into them"))
    }
    #expect(throws: NetworkError.noLayers) { try Residual([]) }
  }

  @Test func globalMeans() throws {
    let x = try randn(3, 2, 4, 5, seed: 1)
    let y = try Sequential(GlobalAveragePool2D())(x)
    let expected = try x.reshape(3, 2, 20).mean(axis: 2)
    #expect(y.shape.sizes == [3, 2])
    #expect(try abs(y - expected).max().item() < 1e-6)
    #expect(throws: NetworkError.self) { try Sequential(GlobalAveragePool2D())(zeros(2, 3)) }
    #expect(throws: NetworkError.self) { try Sequential(GlobalAveragePool2D())(zeros(1, 2, 0, 3)) }
  }
}

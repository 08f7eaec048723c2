package import Tensors

/// What is applied to a layer's output.
public enum Activation: String, CaseIterable, Sendable {
  case none, relu, tanh, sigmoid, gelu, silu, leakyRelu, elu, selu, softplus, mish, hardSwish
  case hardSigmoid

  package func apply(_ x: Tensor) throws -> Tensor {
    switch self {
    case .none: x
    case .relu: try rectify(x)
    case .tanh: try Tensors.tanh(x)
    case .sigmoid: try Tensors.sigmoid(x)
    case .gelu: try Tensors.gelu(x)
    case .silu: try Tensors.silu(x)
    case .leakyRelu: try Tensors.leakyRelu(x)
    case .elu: try Tensors.elu(x)
    case .selu: try Tensors.selu(x)
    case .softplus: try Tensors.softplus(x)
    case .mish: try Tensors.mish(x)
    case .hardSwish: try Tensors.hardSwish(x)
    case .hardSigmoid: try Tensors.hardSigmoid(x)
    }
  }
}

import Language
import Networks
import Tensors

extension Library {
  static let activations: [Builtin] = [
    activation(
      "gelu", "x (1 + erf(x / sqrt(2))) / 2 of each element.", Example("gelu(zeros(2))[0]", "0.0")
    ) { try gelu($0) },
    activation(
      "silu", "x sigmoid(x) of each element, also called swish.",
      Example("silu(zeros(2))[0]", "0.0")
    ) {
      try silu($0)
    },
    activation("mish", "x tanh(softplus(x)) of each element.", Example("mish(zeros(2))[0]", "0.0"))
    {
      try mish($0)
    },
    activation(
      "softplus", "log(1 + exp(x)) of each element.",
      Example("softplus(Tensor([-1000, 1000])).list()", "[0.0, 1000.0]")
    ) { try softplus($0) },
    Builtin(
      "leakyRelu", "x where it is above 0, else a small part of it.",
      Parameter("_ x", "a tensor or a number"),
      Parameter("slope", "the part below 0", default: 0.01),
      examples: [Example("leakyRelu(Tensor([-2, 4]), slope: 0.5).list()", "[-1.0, 4.0]")]
    ) { (_: Session, x: Tensor, slope: Double) -> Tensor in try leakyRelu(x, slope: slope) },
    Builtin(
      "elu", "x where it is above 0, else alpha (exp(x) - 1).",
      Parameter("_ x", "a tensor or a number"),
      Parameter("alpha", "minus the limit below 0", default: 1.0),
      examples: [Example("elu(Tensor([-1000, 4]), alpha: 2).list()", "[-2.0, 4.0]")]
    ) { (_: Session, x: Tensor, alpha: Double) -> Tensor in try elu(x, alpha: alpha) },
    activation(
      "selu", "An elu with constants that keep mean 0 and variance 1.",
      Example("selu(zeros(2))[0]", "0.0")
    ) { try selu($0) },
    activation(
      "hardSwish", "x min(max(x + 3, 0), 6) / 6 of each element.",
      Example("hardSwish(Tensor([0, 3])).list()", "[0.0, 3.0]")
    ) { try hardSwish($0) },
    activation(
      "hardSigmoid", "min(max(x + 3, 0), 6) / 6 of each element.",
      Example("hardSigmoid(Tensor([-3, 0, 3])).list()", "[0.0, 0.5, 1.0]")
    ) { try hardSigmoid($0) },
    activation("erf", "The error function of each element.", Example("erf(zeros(2))[0]", "0.0")) {
      try erf($0)
    },
  ]

  private static func activation(
    _ name: String, _ summary: String, _ example: Example,
    _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Builtin {
    Builtin(name, summary, Parameter("_ x", "a tensor or a number"), examples: [example]) {
      (_: Session, x: Tensor) -> Tensor in try body(x)
    }
  }
}

extension Initializer: Choice {}

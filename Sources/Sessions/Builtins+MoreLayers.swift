import Language
import Networks
import Tensors

extension Library {
  static let moreLayers: [Builtin] = [
    Builtin(
      "Conv1D", "A convolution layer along one axis: [N, C, L] -> [N, filters, L'].",
      Parameter("_ filters", "output channels", .positive),
      Parameter("kernel", "length of the kernel", default: 3, .positive),
      Parameter("stride", "step of the window", default: 1, .positive),
      Parameter("padding", "what happens at the ends", default: Padding.valid),
      Parameter("dilation", "distance of a kernel's neighbours", default: 1, .positive),
      Parameter("groups", "groups of channels", default: 1, .positive),
      Parameter("activation", "applied to the output", default: Activation.none),
      Parameter("bias", "whether a bias is added", default: true),
      Parameter("initializer", "how weights start", default: Initializer.glorotUniform),
      examples: [Example("Conv1D(8, kernel: 3)(zeros(1, 2, 10)).shape", "[1, 8, 8]")]
    ) {
      (
        _: Session, filters: Int, kernel: Int, stride: Int, padding: Padding, dilation: Int,
        groups: Int, activation: Activation, bias: Bool, initializer: Initializer
      ) -> LayerValue in
      LayerValue(
        try Conv1D(
          filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
          groups: groups, activation: activation, bias: bias, initializer: initializer))
    },
    Builtin(
      "LayerNorm", "Normalises each sample along its last axis, then scales and shifts it.",
      Parameter("epsilon", "added to the variance", default: 1e-5),
      examples: [Example("LayerNorm()(ones(2, 3)).sum()", "0.0")]
    ) { (_: Session, epsilon: Double) -> LayerValue in
      LayerValue(try LayerNorm(epsilon: epsilon))
    },
    Builtin(
      "Embedding", "A trained vector for each of some numbers: [N, ...] -> [N, ..., size].",
      Parameter("_ count", "how many numbers there are", .positive),
      Parameter("size", "length of a vector", .positive),
      examples: [Example("Embedding(10, size: 4)(Tensor([[1, 2, 3]])).shape", "[1, 3, 4]")]
    ) { (_: Session, count: Int, size: Int) -> LayerValue in
      LayerValue(try Embedding(count, size: size))
    },
  ]
}

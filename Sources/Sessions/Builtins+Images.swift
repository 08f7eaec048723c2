import Language
import Networks
import Tensors

extension Library {
  static let moreImages: [Builtin] = [
    Builtin(
      "Parallel", "Branches side by side, whose outputs are joined along an axis.",
      Parameter("_ branches", "layers or networks, each of which gets the input"),
      Parameter("axis", "1 for the channels, -1 for the last", default: 1),
      examples: [
        Example(
          "let net = Sequential(Parallel(Dense(3), Sequential(ReLU(), Dense(4))))\nnet(ones(1, 2)).shape",
          "[1, 7]")
      ]
    ) { (_: Session, branches: Variadic<LayerValue>, axis: Int) -> LayerValue in
      LayerValue(try Parallel(branches.values.map(\.layer), axis: axis))
    },
    Builtin(
      "Identity", "What it is given, as it is: a branch that does nothing.",
      examples: [Example("Identity()(ones(2, 3)).shape", "[2, 3]")]
    ) { (_: Session) -> LayerValue in LayerValue(Identity()) },
    Builtin(
      "convTranspose2d",
      "A transposed convolution: [N, C, H, W] * [C, K / groups, kh, kw] -> [N, K, H', W'].",
      Parameter("_ x", "images [N, C, H, W]"), Parameter("_ weights", "kernels"),
      Parameter("bias", "added to each output channel, [K]", default: Tensor?.none),
      Parameter("stride", "how far apart the kernels are laid down", default: 1, .positive),
      Parameter("padding", "rows and columns taken off each side", default: 0, .notNegative),
      Parameter(
        "outputPadding", "rows and columns added behind, below the stride", default: 0,
        .notNegative),
      Parameter("dilation", "distance of a kernel's neighbours", default: 1, .positive),
      Parameter("groups", "groups of channels", default: 1, .positive),
      examples: [
        Example(
          "convTranspose2d(ones(1, 1, 3, 3), ones(1, 2, 2, 2), stride: 2).shape", "[1, 2, 6, 6]")
      ]
    ) {
      (
        _: Session, x: Tensor, weights: Tensor, bias: Tensor?, stride: Int, padding: Int,
        outputPadding: Int, dilation: Int, groups: Int
      ) -> Tensor in
      try convTranspose2d(
        x, weights, bias: bias, stride: [stride, stride], padding: [padding, padding],
        outputPadding: [outputPadding, outputPadding], dilation: [dilation, dilation],
        groups: groups)
    },
    Builtin(
      "ConvTranspose2D", "A layer that enlarges images: [N, C, H, W] -> [N, channels, H', W'].",
      Parameter("_ channels", "output channels", .positive),
      Parameter("kernel", "side of the kernel", default: 3, .positive),
      Parameter("stride", "how far apart the kernels are laid down", default: 1, .positive),
      Parameter("padding", "rows and columns taken off each side", default: 0, .notNegative),
      Parameter(
        "outputPadding", "rows and columns added behind, below the stride", default: 0,
        .notNegative),
      Parameter("dilation", "distance of a kernel's neighbours", default: 1, .positive),
      Parameter("groups", "groups of channels", default: 1, .positive),
      Parameter("activation", "applied to the output", default: Activation.none),
      Parameter("bias", "whether a bias is added", default: true),
      Parameter("initializer", "how weights start", default: Initializer.glorotUniform),
      examples: [
        Example(
          "ConvTranspose2D(8, kernel: 4, stride: 2, padding: 1)(zeros(1, 2, 7, 7)).shape",
          "[1, 8, 14, 14]")
      ]
    ) {
      (
        _: Session, channels: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int,
        dilation: Int, groups: Int, activation: Activation, bias: Bool, initializer: Initializer
      ) -> LayerValue in
      LayerValue(
        try ConvTranspose2D(
          channels, kernel: kernel, stride: stride, padding: padding,
          outputPadding: outputPadding, dilation: dilation, groups: groups,
          activation: activation, bias: bias, initializer: initializer))
    },
  ]
}

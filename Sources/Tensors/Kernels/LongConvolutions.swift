/// Convolutions in several calls where one would take long, so that a wish to stop is heard between.
///
/// The engine cannot be stopped in the middle of a call. What a call may do depends on sizes alone, so
/// the numbers do not depend on the machine.
extension ConvolutionSizes {
  /// Products of one call: some tens of milliseconds.
  private static let productsOfACall = 1 << 32

  /// The samples of each call; nil where all fit into one, or one sample is too much for itself.
  var samplesOfACall: Int? {
    let samples = input[0]
    let (products, overflow) = (output[1...] + kernel.suffix(3)).reduce((1, false)) { sum, size in
      let (product, overflow) = sum.0.multipliedReportingOverflow(by: max(size, 1))
      return (product, sum.1 || overflow)
    }
    let most = overflow ? 1 : max(1, Self.productsOfACall / products)
    return most < samples ? most : nil
  }

  /// The sizes for fewer samples.
  fileprivate func samples(_ count: Int) -> ConvolutionSizes {
    var sizes = self
    sizes.input[0] = count
    sizes.output[0] = count
    return sizes
  }
}

extension Engine {
  /// The results of a convolution, or the gradients of its input, one below the other.
  static func stacked(
    _ x: Tensor, samples: Int, sizes: ConvolutionSizes,
    _ body: (_ part: Tensor, _ sizes: ConvolutionSizes) throws -> Tensor
  ) throws -> Tensor {
    var results: [Tensor] = []
    try inCalls(x, samples: samples) { part, _ in
      results.append(try body(part, sizes.samples(part.shape[0])))
    }
    return try concatenate(results)
  }

  /// The gradients of weights and bias, summed over the calls.
  static func summed(
    _ x: Tensor, _ gradient: Tensor, samples: Int, sizes: ConvolutionSizes,
    _ body: (_ x: Tensor, _ gradient: Tensor, _ sizes: ConvolutionSizes) throws -> (
      weights: Tensor, bias: Tensor?
    )
  ) throws -> (weights: Tensor, bias: Tensor?) {
    var total: (weights: Tensor, bias: Tensor?)?
    let gradient = try gradient.detached().plain()
    try inCalls(x, samples: samples) { part, range in
      let addend = try body(part, gradient.slice([range]), sizes.samples(part.shape[0]))
      if total == nil {
        total = addend
      } else {
        try total?.weights.accumulate(addend.weights)
        if let bias = addend.bias { try total?.bias?.accumulate(bias) }
      }
    }
    guard let total else { preconditionFailure("no call for no samples") }
    return total
  }

  private static func inCalls(
    _ x: Tensor, samples: Int, _ body: (_ part: Tensor, _ range: TensorIndex) throws -> Void
  ) throws {
    let x = try x.detached().plain()
    for start in stride(from: 0, to: x.shape[0], by: samples) {
      try Stop.check()
      let range = TensorIndex.range(lower: start, upper: min(start + samples, x.shape[0]))
      try body(x.slice([range]), range)
    }
  }
}

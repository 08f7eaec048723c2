import Tensors

/// The least time that the engine's convolutions of one training step can take.
///
/// Each convolution is timed on both ways to use the cores, the whole batch on all of them or parts
/// of 8 to 64 images with one core each, every tensor lying as the engine likes it best; the fastest
/// way of each counts. What a step does besides (pooling, the last layer, the loss, the optimizer) is
/// not in it.
struct ConvolutionFloor {
  let width: Int

  /// Seconds of the five convolutions of one step: two forward, two gradients of weights, and one
  /// gradient of an input.
  func secondsOfStep(_ batch: Int) throws -> Double {
    let first = Case(channels: 1, side: 28, kernels: width, hasInputGradient: false)
    let second = Case(channels: width, side: 13, kernels: 2 * width, hasInputGradient: true)
    return try first.seconds(batch) + second.seconds(batch)
  }

  private struct Case {
    let channels: Int
    let side: Int
    let kernels: Int
    let hasInputGradient: Bool

    func seconds(_ batch: Int) throws -> Double {
      let sizes = [8, 16, 32, 64].filter { $0 < batch && batch % $0 == 0 }
      var total = 0.0
      for operation in Operation.allCases where operation != .inputGradient || hasInputGradient {
        var best = try fastest(operation, part: batch, parts: 1)
        for size in sizes {
          best = min(best, try fastest(operation, part: size, parts: batch / size))
        }
        total += best
      }
      return total
    }

    private enum Operation: CaseIterable { case forward, weightGradient, inputGradient }

    private func fastest(_ operation: Operation, part: Int, parts: Int) throws -> Double {
      let weights = try randn(kernels, channels, 3, 3, seed: 1)
      let bias = try Tensor(repeating: 0, shape: Shape([kernels]))
      let inputs = try (0..<parts).map { number in
        try randn(part, channels, side, side, seed: UInt64(number))
      }
      let sizes = try ConvolutionSizes(
        input: inputs[0].shape, weights: weights.shape,
        window: Padding.valid.window(kernel: [3, 3], stride: [1, 1], height: side, width: side),
        groups: 1)
      let outputs = try inputs.map {
        try Engine.convolve($0, weights, bias: bias, sizes: sizes, relu: true)
      }
      let body: @Sendable (Int) throws -> Void = { part in
        switch operation {
        case .forward:
          _ = try Engine.convolve(inputs[part], weights, bias: bias, sizes: sizes, relu: true)
        case .weightGradient:
          _ = try Engine.convolveBackwardWeights(
            inputs[part], outputs[part], weightShape: weights.shape, hasBias: true, sizes: sizes)
        case .inputGradient:
          _ = try Engine.convolveBackwardData(outputs[part], weights: weights, sizes: sizes)
        }
      }
      var best = Double.infinity
      for _ in 0..<30 {
        best = min(
          best,
          try duration { if parts == 1 { try body(0) } else { try Workers.run(parts, body) } })
      }
      return best
    }
  }
}

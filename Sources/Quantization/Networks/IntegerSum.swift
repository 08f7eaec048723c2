import Networks
import Tensors

/// The sum of a Residual on codes: those of its layers, and those that its fork kept.
struct IntegerSum: Sendable {
  let branch: QuantizationParameters
  let shortcut: QuantizationParameters
  let activation: Activation
  let requantization: Requantization

  init(
    _ quantized: QuantizedLayer, branch: QuantizationParameters, shortcut: QuantizationParameters
  ) {
    self.branch = branch
    self.shortcut = shortcut
    activation = quantized.activation
    requantization = quantized.policy.requantization
  }

  /// How the sum becomes a code of the next layer.
  func requantizer(to output: QuantizationParameters, number: Int) throws -> SumRequantizer {
    let scale = output.scales[0]
    let factors = [branch.scales[0] / scale, shortcut.scales[0] / scale]
    guard factors.allSatisfy({ $0 > 0 && $0 < 0x1p20 }) else {
      throw QuantizedNetworkError.scale(layer: number, "the sum of a Residual")
    }
    return try SumRequantizer(
      factors: factors, inputZeroPoints: [branch.zeroPoints[0], shortcut.zeroPoints[0]],
      zeroPoint: output.zeroPoints[0], type: output.type, rectified: activation == .relu,
      family: requantization)
  }

  /// The codes of the sums of two batches of the same shape.
  static func codes(
    _ branch: CodeBatch, _ shortcut: CodeBatch, _ rule: SumRequantizer
  ) throws -> CodeBatch {
    guard branch.samples == shortcut.samples, branch.sample == shortcut.sample else {
      throw TensorError.cannotBroadcast(branch.sample, shortcut.sample, "add")
    }
    // Features that are the pixels of an image are put in the order of the sample first.
    let (a, b) = (try branch.inOrder, try shortcut.inOrder)
    guard a.high == nil, b.high == nil, rule.high <= 255 else {
      let (low, high) = try withExtendedLifetime((a, b)) {
        let (left, right) = ((a.storage.codes, a.high?.codes), (b.storage.codes, b.high?.codes))
        return try CodeBatch.halves(of: a.count) {
          rule(CodeBatch.code(left.0, left.1, $0), CodeBatch.code(right.0, right.1, $0))
        }
      }
      return CodeBatch(
        storage: low, high: rule.high > 255 ? high : nil, samples: a.samples, sample: a.sample)
    }
    let result = try Storage(byteCount: a.count)
    withExtendedLifetime((a.storage, b.storage)) {
      let (left, right, target) = (a.storage.codes, b.storage.codes, result.codes)
      for i in 0..<a.count {
        target[i] = UInt8(truncatingIfNeeded: rule(Int32(left[i]), Int32(right[i])))
      }
    }
    return CodeBatch(storage: result, samples: a.samples, sample: a.sample)
  }
}

extension CodeBatch {
  /// The same codes with features in the order of the sample's own axes.
  var inOrder: CodeBatch {
    get throws {
      guard image != nil else { return self }
      return try ordered()
    }
  }
}

import Tensors

/// Quantizes a tensor and dequantizes it again, so that training feels what quantization does.
///
///     y = s (clamp(round(x / s) + z, qmin, qmax) - z)
///
/// Equal to `quantize(x, ...).dequantized()`, to the bit. Backward it lets the gradient through
/// where the rounded value was within the range, else 0: the straight-through estimator with
/// PyTorch's mask. Binary codes let it through where |x| <= 1 (BinaryConnect, arXiv 1511.00363),
/// ternary ones everywhere. Scale and zero point count as constants.
public func fakeQuantize(
  _ x: Tensor, bits: Int = 8, scheme: Scheme = .symmetric, per granularity: Granularity = .tensor,
  rounding: RoundingMode = .halfEven, signed: Bool? = nil, range: RangeRule = .minMax,
  seed: UInt64 = 0
) throws -> Tensor {
  let parameters = try QuantizationParameters(
    for: x.detached(), bits: bits, scheme: scheme, per: granularity, signed: signed, range: range)
  return try fakeQuantize(x, with: parameters, rounding: rounding, seed: seed)
}

/// Fake quantization with given scales and zero points; see `fakeQuantize(_:bits:)`.
///
/// Per tensor, a blocked tensor stays in its layout.
public func fakeQuantize(
  _ x: Tensor, with parameters: QuantizationParameters, rounding: RoundingMode = .halfEven,
  seed: UInt64 = 0
) throws -> Tensor {
  let rounder = Rounder(rounding, RandomStream(seed: seed))
  let input = try x.cast(to: .float32)
  let source = input.detached()
  let result = try parameters.fake(source, rounder)
  return result.recorded(
    .custom(
      CustomDerivative("fake quantization") { gradient, _ in
        [try parameters.straightThrough(gradient, at: source, rounder)]
      }), input)
}

extension QuantizationParameters {
  /// Whether elements may be visited in any order, and padding, which is 0, stays 0.
  private func mayKeepLayout(_ rounder: Rounder) -> Bool {
    granularity == .tensor && rounder.mode != .stochastic && !type.isOdd
  }

  func fake(_ x: Tensor, _ rounder: Rounder) throws -> Tensor {
    let partition = try partition(of: x.shape)
    var sawNaN = false
    let result: Tensor
    if let layout = x.layout, mayKeepLayout(rounder) {
      let storage = try Storage(byteCount: layout.byteCount)
      withExtendedLifetime((x.storage, storage)) {
        sawNaN = GridKernel.fake(
          x.storage.pointer.assumingMemoryBound(to: Float.self),
          storage.pointer.bindMemory(to: Float.self, capacity: layout.byteCount / 4),
          layout.byteCount / 4, grid(0), rounder, first: 0)
      }
      result = Tensor(shape: x.shape, dtype: .float32, storage: storage, layout: layout)
    } else {
      result = try x.withElements(Float.self) { source in
        try Tensor(shape: x.shape, writing: Float.self) { target in
          guard let from = source.baseAddress, let to = target.baseAddress else { return }
          try partition.forEachRun { start, count, set in
            if GridKernel.fake(from + start, to + start, count, grid(set), rounder, first: start) {
              sawNaN = true
            }
          }
        }
      }
    }
    if sawNaN { throw try x.firstElement(where: \.isNaN, QuantizationError.notANumber) }
    return result
  }

  /// The gradient's way back: the mask is found again from x rather than kept.
  func straightThrough(_ gradient: Tensor, at x: Tensor, _ rounder: Rounder) throws -> Tensor {
    if let layout = x.layout, layout === gradient.layout, gradient.shape == x.shape,
      mayKeepLayout(rounder)
    {
      let storage = try Storage(byteCount: layout.byteCount)
      withExtendedLifetime((x.storage, gradient.storage, storage)) {
        GridKernel.straightThrough(
          x.storage.pointer.assumingMemoryBound(to: Float.self),
          gradient.storage.pointer.assumingMemoryBound(to: Float.self),
          storage.pointer.bindMemory(to: Float.self, capacity: layout.byteCount / 4),
          layout.byteCount / 4, grid(0), rounder, first: 0)
      }
      return Tensor(shape: x.shape, dtype: .float32, storage: storage, layout: layout)
    }
    let partition = try partition(of: x.shape)
    let gradient = try gradient.reshape(x.shape.sizes)
    return try x.withElements(Float.self) { source in
      try gradient.withElements(Float.self) { incoming in
        try Tensor(shape: x.shape, writing: Float.self) { target in
          guard let from = source.baseAddress, let g = incoming.baseAddress,
            let to = target.baseAddress
          else { return }
          try partition.forEachRun { start, count, set in
            GridKernel.straightThrough(
              from + start, g + start, to + start, count, grid(set), rounder, first: start)
          }
        }
      }
    }
  }
}

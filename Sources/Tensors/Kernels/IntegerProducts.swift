import COneDNN

extension Layout {
  /// The channels of a pixel side by side: sizes `[N, C, H, W]` in the order N, H, W, C.
  package static func channelsLast(_ sizes: [Int], _ dtype: DType) throws -> Layout {
    let (channels, height, width) = (sizes[1], sizes[2], sizes[3])
    let strides = [channels * height * width, 1, channels * width, channels]
    guard
      let handle = notch_layout_strided(
        4, sizes.map(Int64.init), strides.map(Int64.init), dtype.oneDNN)
    else { throw TensorError.engine("a layout of \(sizes)", Engine.reason) }
    return intern(handle, sizes: sizes, dtype: dtype)
  }
}

extension Engine {
  /// Sums of code times weight under each window: uint8 `[N, H, W, C]` to int32 `[N, H', W', K]`.
  ///
  /// Weights are int8 `[K, C / groups, kh, kw]`. Padding counts as code 0. On processors without
  /// VNNI the library may saturate in between: see `IntegerEngine`.
  static func convolveCodes(
    _ codes: Storage, _ weights: Tensor, sizes: ConvolutionSizes
  ) throws -> Storage {
    let source = try Layout.channelsLast(sizes.input, .uint8)
    let result = try Layout.channelsLast(sizes.output, .int32)
    let primitive = try primitive("a convolution of codes", sizes.numbers) {
      LayoutWish.any(sizes.kernel, .int8).withHandle { weights in
        sizes.window.withC { notch_conv_codes(source.handle, weights, result.handle, $0) }
      }
    }
    let weightLayout = try primitive.layout(of: NOTCH_WEIGHTS, sizes: sizes.kernel, dtype: .int8)
    let storage = try Storage(byteCount: result.byteCount)
    try primitive.run([
      (NOTCH_SRC, codes), (NOTCH_WEIGHTS, try weights.storage(in: weightLayout)),
      (NOTCH_DST, storage),
    ])
    return storage
  }

  /// Sums of code times weight over features: uint8 `[N, F]` and int8 `[K, F]` to int32 `[N, K]`.
  static func multiplyCodes(
    _ codes: Storage, _ weights: Tensor, samples: Int
  ) throws -> Storage {
    let (outputs, features) = (weights.shape[0], weights.shape[1])
    let source = try Layout.plain([samples, features], .uint8)
    let result = try Layout.plain([samples, outputs], .int32)
    let primitive = try primitive("a product of codes", [samples, features, outputs]) {
      LayoutWish.any([outputs, features], .int8).withHandle {
        notch_inner_codes(source.handle, $0, result.handle)
      }
    }
    let weightLayout = try primitive.layout(
      of: NOTCH_WEIGHTS, sizes: weights.shape.sizes, dtype: .int8)
    let storage = try Storage(byteCount: result.byteCount)
    try primitive.run([
      (NOTCH_SRC, codes), (NOTCH_WEIGHTS, try weights.storage(in: weightLayout)),
      (NOTCH_DST, storage),
    ])
    return storage
  }
}

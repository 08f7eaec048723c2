/// Sums of products of whole numbers, exact on every processor.
///
/// oneDNN's u8 x s8 kernels are the fast way where they keep every bit, which takes VNNI: older
/// processors add pairs of products in 16 bits and saturate. That is found out once, by trying.
/// Elsewhere codes are multiplied as float32, which is exact while every partial sum stays below
/// 2^24, and where even the halves of a code are too large for that, by the scalar reference.
package enum IntegerEngine {
  /// How sums are computed.
  package enum Path: CaseIterable, Sendable {
    case library, reals, halves, reference
  }

  /// Whether oneDNN's integer kernels keep every bit on this processor.
  package static let isExact: Bool = (try? findExactness()) ?? false

  /// The fastest exact way when no sum of magnitudes is larger than `bound` for 8-bit codes.
  package static func path(bound: Int) -> Path {
    if isExact { return .library }
    if bound < 1 << 24 { return .reals }
    return bound / 17 < (1 << 24) - 1 ? .halves : .reference
  }

  /// Sums under each window: uint8 `[N, H, W, C]` to int32 `[N, H', W', K]`; see the reference.
  ///
  /// Padding counts as code 0, and there is no zero point: the caller adds -z * sum(w).
  package static func convolve(
    _ codes: Storage, _ weights: Tensor, sizes: ConvolutionSizes, path: Path
  ) throws -> Storage {
    switch path {
    case .library: return try Engine.convolveCodes(codes, weights, sizes: sizes)
    case .reals, .halves:
      return try viaReals(codes, count: sizes.input.reduce(1, *), path) { reals in
        let x = Tensor(
          shape: Shape(trusted: sizes.input), dtype: .float32, storage: reals,
          layout: try Layout.channelsLast(sizes.input, .float32))
        let y = try Engine.convolve(x, weights.asReals(), bias: nil, sizes: sizes, relu: false)
        return try y.storage(in: Layout.channelsLast(sizes.output, .float32))
      }
    case .reference:
      let result = try Storage(byteCount: sizes.output.reduce(4, *))
      try weights.withElements(Int8.self) { w in
        guard let w = w.baseAddress else { return }
        withExtendedLifetime(codes) {
          IntegerReference.convolve(
            codes.codes, w, zeroPoint: 0, sizes: sizes, result.sums)
        }
      }
      return result
    }
  }

  /// Sums over features: uint8 `[N, F]` and int8 `[K, F]` to int32 `[N, K]`.
  package static func multiply(
    _ codes: Storage, _ weights: Tensor, samples: Int, path: Path
  ) throws -> Storage {
    let (outputs, features) = (weights.shape[0], weights.shape[1])
    switch path {
    case .library: return try Engine.multiplyCodes(codes, weights, samples: samples)
    case .reals, .halves:
      return try viaReals(codes, count: samples * features, path) { reals in
        let x = Tensor(
          shape: Shape(trusted: [samples, features]), dtype: .float32, storage: reals)
        return try Engine.inner(
          x, weights.asReals(), bias: nil, sizes: InnerSizes(x: x, outputs: outputs), relu: false
        ).plain().storage
      }
    case .reference:
      let result = try Storage(byteCount: samples * outputs * 4)
      try weights.withElements(Int8.self) { w in
        guard let w = w.baseAddress else { return }
        withExtendedLifetime(codes) {
          IntegerReference.multiply(
            codes.codes, w, zeroPoint: 0, samples: samples, features: features,
            outputs: outputs, result.sums)
        }
      }
      return result
    }
  }

  /// Runs a product on codes as float32: whole, or 16 times the high half plus the low half.
  private static func viaReals(
    _ codes: Storage, count: Int, _ path: Path, _ product: (Storage) throws -> Storage
  ) throws -> Storage {
    func sums(_ shift: UInt8, _ mask: UInt8) throws -> Storage {
      let reals = try Storage(byteCount: count * 4)
      let target = reals.pointer.bindMemory(to: Float.self, capacity: count)
      withExtendedLifetime(codes) {
        let source = codes.codes
        for i in 0..<count { target[i] = Float((source[i] &>> shift) & mask) }
      }
      let products = try product(reals)
      let length = products.byteCount / 4
      let result = try Storage(byteCount: products.byteCount)
      withExtendedLifetime(products) {
        let source = products.pointer.assumingMemoryBound(to: Float.self)
        let whole = result.sums
        // Exact sums of a bounded size: no trap is possible.
        for i in 0..<length { whole[i] = Int32(exactly: source[i]) ?? 0 }
      }
      return result
    }
    guard path == .halves else { return try sums(0, 255) }
    let (high, low) = (try sums(4, 15), try sums(0, 15))
    withExtendedLifetime(high) {
      let (target, addend) = (low.sums, high.sums)
      for i in 0..<low.byteCount / 4 { target[i] = target[i] &+ 16 &* addend[i] }
    }
    return low
  }

  /// Compares the library with the reference on the largest codes, for each kind of kernel.
  private static func findExactness() throws -> Bool {
    for (channels, filters, groups) in [(16, 16, 1), (1, 32, 1), (16, 16, 16), (3, 5, 1)] {
      let window = Window(
        kernel: [3, 3], stride: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
      let weights = try extremes([filters, channels / groups, 3, 3])
      let sizes = try ConvolutionSizes(
        input: Shape([2, channels, 6, 6]), weights: weights.shape, window: window, groups: groups)
      let codes = try largest(2 * channels * 36)
      guard
        equal(
          try convolve(codes, weights, sizes: sizes, path: .library),
          try convolve(codes, weights, sizes: sizes, path: .reference))
      else { return false }
    }
    for (samples, outputs) in [(1, 10), (32, 16)] {
      let weights = try extremes([outputs, 256])
      let codes = try largest(samples * 256)
      guard
        equal(
          try multiply(codes, weights, samples: samples, path: .library),
          try multiply(codes, weights, samples: samples, path: .reference))
      else { return false }
    }
    return true
  }

  private static func largest(_ count: Int) throws -> Storage {
    let storage = try Storage(byteCount: count)
    storage.codes.update(repeating: 255, count: count)
    return storage
  }

  /// Rows of weights that are all 127, all -127, or change sign every four.
  private static func extremes(_ sizes: [Int]) throws -> Tensor {
    let shape = try Shape(sizes)
    let row = shape.elementCount / max(sizes[0], 1)
    return try Tensor(shape: shape, writing: Int8.self) { weights in
      for i in weights.indices {
        let isNegative = (i / row) % 3 == 1 || ((i / row) % 3 == 2 && i / 4 % 2 == 0)
        weights[i] = isNegative ? -127 : 127
      }
    }
  }

  private static func equal(_ a: Storage, _ b: Storage) -> Bool {
    withExtendedLifetime((a, b)) {
      let (left, right) = (a.sums, b.sums)
      return a.byteCount == b.byteCount
        && (0..<a.byteCount / 4).allSatisfy { left[$0] == right[$0] }
    }
  }
}

extension Storage {
  /// The bytes as codes.
  package var codes: UnsafeMutablePointer<UInt8> {
    pointer.bindMemory(to: UInt8.self, capacity: byteCount)
  }
  /// The bytes as float32.
  var reals: UnsafeMutablePointer<Float> {
    pointer.bindMemory(to: Float.self, capacity: byteCount / 4)
  }
  /// The bytes as int32 sums.
  package var sums: UnsafeMutablePointer<Int32> {
    pointer.bindMemory(to: Int32.self, capacity: byteCount / 4)
  }
}

extension Tensor {
  /// These weights as float32, made once.
  fileprivate func asReals() throws -> Tensor {
    try storage.derived(Storage.Derivation("reals")) { try cast(to: .float32) }
      .reshape(shape.sizes)
  }
}

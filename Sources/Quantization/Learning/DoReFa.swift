import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The weights of DoReFa-Net: squeezed into [-1, 1], then on the grid of 2^k numbers between.
///
///     w^ = 2 Qk(tanh(w) / (2 max|tanh(w)|) + 1/2) - 1,   Qk(r) = round((2^k - 1) r) / (2^k - 1)
///
/// The grid is (2j - (2^k - 1)) / (2^k - 1) for j = 0 ... 2^k - 1: odd codes with the scale
/// 1 / (2^k - 1). The largest magnitude is that of the whole layer. Source: arXiv 1606.06160.
enum DoReFa {
  /// tanh(w) / max|tanh(w)|, from -1 to 1; weights that are all 0 stay so.
  static func squeezed(_ weights: Tensor) throws -> Tensor {
    let weights = try weights.detached().cast(to: .float32)
    _ = try weights.finiteRanges(.tensor)
    let bent = try tanh(weights)
    let largest = try Float(abs(bent).max().item())
    guard largest > 0 else { return bent }
    // x / x is 1 exactly, so the largest weight lies on the outermost code.
    return try bent / Tensor([largest], shape: [])
  }

  /// The gradient's way back through the squeezing; the rounding lets it through.
  ///
  /// With t = tanh(w) and M = |t_m| the largest: dw_i = g_i (1 - t_i^2) / M, and the weight of the
  /// largest magnitude loses sign(t_m) (1 - t_m^2) sum(g t) / M^2.
  static func gradient(_ gradient: Tensor, at weights: Tensor) throws -> Tensor {
    let g = try gradient.reshape(weights.shape.sizes)
    return try weights.withElements(Float.self) { w in
      try g.withElements(Float.self) { g in
        try Tensor(shape: weights.shape, writing: Float.self) { result in
          var (largest, at, product) = (Float(0), 0, 0.0)
          for i in 0..<w.count {
            let bent = tanhf(w[i])
            result[i] = bent
            product += Double(g[i]) * Double(bent)
            if Swift.abs(bent) > largest { (largest, at) = (Swift.abs(bent), i) }
          }
          guard largest > 0 else {
            for i in 0..<w.count { result[i] = g[i] }
            return
          }
          let top = result[at]
          for i in 0..<w.count { result[i] = g[i] * (1 - result[i] * result[i]) / largest }
          let share = Float(product / (Double(largest) * Double(largest)))
          result[at] -= (top < 0 ? -1 : 1) * (1 - top * top) * share
        }
      }
    }
  }
}

import CKernels

/// The numbers of one step of Adam, the same for all parameters.
package struct AdamStep {
  private let step: notch_adam_step

  /// `rate` is the learning rate by 1 - b1^t, and `root` is 1 / sqrt(1 - b2^t).
  package init(beta1: Double, beta2: Double, rate: Double, root: Double, epsilon: Double) {
    step = notch_adam_step(
      beta1: Float(beta1), share1: Float(1 - beta1), beta2: Float(beta2),
      share2: Float(1 - beta2), rate: Float(rate), root: Float(root), epsilon: Float(epsilon))
  }

  /// Moves weights along a gradient, and the moments with them, in one pass; all have the same count.
  package func apply(
    _ gradient: UnsafeBufferPointer<Float>, means: UnsafeMutableBufferPointer<Float>,
    squares: UnsafeMutableBufferPointer<Float>, weights: UnsafeMutableBufferPointer<Float>
  ) {
    guard let g = gradient.baseAddress, let m = means.baseAddress, let v = squares.baseAddress,
      let w = weights.baseAddress
    else { return }
    withUnsafePointer(to: step) { notch_adam(g, weights.count, $0, m, v, w) }
  }
}

/// An operation on the tape, with what its derivative needs.
package enum Operation: Sendable {
  /// A tensor whose gradient is wanted.
  case leaf
  /// An operation whose gradient has been taken.
  case spent
  case unary(UnaryFunction, x: Tensor)
  case binary(BinaryFunction, a: Tensor, b: Tensor)
  case select(mask: Tensor)
  case sum(input: Shape, axis: Int?)
  case extremum(x: Tensor, y: Tensor, axis: Int?)
  case reshape(input: Shape)
  case permute([Int])
  case broadcast(input: Shape)
  case concatenate(axis: Int, sizes: [Int])
  case slice(input: Shape, indices: [TensorIndex])
  /// A slice written over; `value` is the shape of what was written.
  case assign(indices: [TensorIndex], value: Shape)
  case rows(input: Shape, positions: [Int])
  case gather(input: Shape, axis: Int, positions: Tensor)
  case scatter(axis: Int, positions: Tensor, adding: Bool)
  case cumulativeSum(axis: Int)
  case matmul(a: Tensor, b: Tensor)
  /// `y` is the output where a ReLU was fused, else nil.
  case convolution(x: Tensor, weights: Tensor, y: Tensor?, hasBias: Bool, sizes: ConvolutionSizes)
  case transposedConvolution(x: Tensor, weights: Tensor, sizes: ConvolutionSizes)
  case inner(x: Tensor, weights: Tensor, y: Tensor?, hasBias: Bool, sizes: InnerSizes)
  case relu(y: Tensor)
  case pool(
    Pooling, input: Shape, layout: Layout?, workspace: Storage?, window: Window, output: Shape)
  /// A max pooling of blocked images, perhaps with a ReLU.
  case blockedPool(BlockedPooling, which: Storage)
  /// A convolution with a max pooling of blocked images behind it, perhaps with a ReLU.
  case pooledConvolution(
    x: Tensor, weights: Tensor, hasBias: Bool, sizes: ConvolutionSizes, pooling: BlockedPooling,
    which: Storage)
  case softmax(y: Tensor, axis: Int)
  case logSoftmax(y: Tensor, axis: Int)
  case crossEntropy(probabilities: Tensor, labels: [Int32])
  case batchNorm(normalized: Tensor, scale: Tensor, deviation: Tensor)
  /// A derivative given by the caller, such as the straight-through estimator's.
  case custom(CustomDerivative)
}

/// A derivative that a caller supplies: from the output's gradient to the inputs' gradients.
package struct CustomDerivative: Sendable {
  package let name: String
  package let derivative: @Sendable (_ gradient: Tensor, _ wanted: [Bool]) throws -> [Tensor?]
  package init(
    _ name: String,
    _ derivative: @escaping @Sendable (_ gradient: Tensor, _ wanted: [Bool]) throws -> [Tensor?]
  ) {
    self.name = name
    self.derivative = derivative
  }
}

import ReferenceKernels
import Testing

@testable import Tensors

/// A tensor `[2, channels, 6, 5]` as a convolution leaves it: blocked where the machine does so.
func blockedTensor(channels: Int, _ dice: inout Dice) throws -> Tensor {
  let x = try dice.reals([2, 16, 8, 7]).tensor()
  let w = try dice.reals([channels, 16, 3, 3], in: -0.2...0.2).tensor()
  return try conv2d(x, w)
}

/// The same tensor in blocks of 16 channels, on every machine.
func inBlocks(_ x: Tensor) throws -> Tensor {
  let layout = try Layout.blocked(x.shape.sizes)
  var result = try Tensor(
    shape: x.shape, storage: x.storage(in: layout), engineLayout: layout)
  result.trace = x.trace
  return result
}

/// The same numbers in plain order, without any tie to the blocked tensor.
func plainCopy(_ tensor: Tensor) throws -> Tensor {
  try Tensor(tensor.elements(as: Float.self), shape: tensor.shape)
}

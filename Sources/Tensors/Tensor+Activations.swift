/// The error function 2/sqrt(pi) times the integral of exp(-t^2) from 0 to each element.
public func erf(_ x: Tensor) throws -> Tensor { try x.unary(.erf) }

/// log(1 + exp(x)) of each element, without overflow.
public func softplus(_ x: Tensor) throws -> Tensor { try x.unary(.softplus) }

/// x Phi(x) with the distribution function of N(0, 1): x (1 + erf(x / sqrt(2))) / 2.
///
/// Source: Hendrycks, Gimpel, arXiv 1606.08415; exact, as PyTorch and Keras have it by default.
public func gelu(_ x: Tensor) throws -> Tensor {
  try x * (1 + erf(x * 0.5.squareRoot())) * 0.5
}

/// x sigmoid(x) of each element, also called swish.
///
/// Source: arXiv 1702.03118.
public func silu(_ x: Tensor) throws -> Tensor { try x * sigmoid(x) }

/// x tanh(softplus(x)) of each element.
///
/// Source: Misra, arXiv 1908.08681.
public func mish(_ x: Tensor) throws -> Tensor { try x * tanh(softplus(x)) }

/// x where it is above 0, else `slope` x.
///
/// Source: Maas, Hannun, Ng (2013).
public func leakyRelu(_ x: Tensor, slope: Double = 0.01) throws -> Tensor {
  try select(Tensor.compare(.greater, x.detached(), Tensor(scalar: 0)), x, x * slope)
}

/// x where it is above 0, else `alpha` (exp(x) - 1).
///
/// Source: arXiv 1511.07289.
public func elu(_ x: Tensor, alpha: Double = 1) throws -> Tensor {
  // NaN is not below, and stays.
  let below = try Tensor.compare(.lessEqual, x.detached(), Tensor(scalar: 0))
  // What is not chosen must not overflow: its gradient would be 0 times infinity.
  let low = try select(below, x, Tensor(scalar: 0))
  return try select(below, (exp(low) - 1) * alpha, x)
}

/// scale (x where it is above 0, else alpha (exp(x) - 1)), which keeps mean 0 and variance 1.
///
/// Source: Klambauer et al., arXiv 1706.02515.
public func selu(_ x: Tensor) throws -> Tensor {
  try elu(x, alpha: 1.6732632423543772) * 1.0507009873554805
}

/// x min(max(x + 3, 0), 6) / 6 of each element.
///
/// Source: Howard et al., arXiv 1905.02244.
public func hardSwish(_ x: Tensor) throws -> Tensor { try x * hardSigmoid(x) }

/// min(max(x + 3, 0), 6) / 6 of each element, as PyTorch has it.
///
/// Its slope is 0 at the corners.
public func hardSigmoid(_ x: Tensor) throws -> Tensor {
  let inside = try Tensor.compare(.less, abs(x.detached()), Tensor(scalar: 3))
  return try select(inside, (x + 3) / 6, (x.detached() + 3).clip(0, 6) / 6)
}

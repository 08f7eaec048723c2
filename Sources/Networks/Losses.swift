public import Tensors

/// Cross-entropy against labels that are softened toward all classes alike.
///
///     (1 - s) mean(-log p[label]) + s mean(-log p),  p = softmax(logits)
///
/// With smoothing s the target of a row is 1 - s at its label, plus s / classes everywhere: a network
/// is kept from growing ever surer. Shapes: logits `[N, classes]`, labels `[N]`. Errors: a smoothing
/// that is not in 0 ... 1. Source: Szegedy et al., arXiv 1512.00567, section 7.
public func crossEntropy(_ logits: Tensor, _ labels: Tensor, smoothing: Double) throws -> Tensor {
  guard smoothing >= 0, smoothing <= 1 else {
    throw NetworkError.badRate("a label smoothing is from 0 to 1", smoothing)
  }
  let hard = try crossEntropy(logits, labels)
  guard smoothing > 0 else { return hard }
  let even = try -logSoftmax(logits).mean()
  return try hard * (1 - smoothing) + even * smoothing
}

/// The mean cross-entropy of independent yes-or-no questions.
///
///     -mean(t log p + (1 - t) log(1 - p)),  p = sigmoid(logits)
///
/// It is computed as max(x, 0) - x t + log(1 + exp(-|x|)), which overflows nowhere. With
/// `fromLogits: false` the first argument holds the chances p themselves, which are kept 1e-7 away
/// from 0 and 1. Shapes: both the same; targets from 0 to 1.
public func binaryCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, fromLogits: Bool = true
) throws -> Tensor {
  let (x, t) = try pair(logits, targets)
  guard
    try Tensor.both(
      Tensor.compare(.greaterEqual, t, Tensor(scalar: 0)),
      Tensor.compare(.lessEqual, t, Tensor(scalar: 1))
    ).all()
  else {
    throw TensorError.badArgument("a target of binary cross-entropy is from 0 to 1")
  }
  if !fromLogits {
    let p = try x.clip(1e-7, 1 - 1e-7)
    return try -(t * log(p) + (1 - t) * log(1 - p)).mean()
  }
  let (score, target) = (x.detached(), t.detached())
  let losses = try maximum(score, Tensor(scalar: 0)) - score * target + log(1 + exp(-abs(score)))
  // Written by hand: the parts have kinks at 0 that cancel in the sum.
  let rule = CustomDerivative("binary cross-entropy") { g, wanted in
    [
      wanted[0] ? try g * (sigmoid(score) - target) : nil,
      wanted[1] ? try -(g * score) : nil,
    ]
  }
  return try losses.recorded(.custom(rule), x, t).mean()
}

/// The mean of the squared differences of two tensors of one shape.
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor) throws -> Tensor {
  let (a, b) = try pair(predictions, targets)
  return try square(a - b).mean()
}

/// The mean of d^2 / 2 for small differences d and delta (|d| - delta / 2) for large ones.
///
/// An outlier pulls no harder than one at a distance of delta. Shapes: both the same. Errors: a delta
/// that is not above 0. Source: Huber, Annals of Mathematical Statistics 35 (1964).
public func huberLoss(
  _ predictions: Tensor, _ targets: Tensor, delta: Double = 1
) throws -> Tensor {
  guard delta > 0, delta.isFinite else {
    throw NetworkError.badRate("the delta of a Huber loss is a number above 0", delta)
  }
  let (a, b) = try pair(predictions, targets)
  let difference = try a - b
  let bounded = try difference.clip(-delta, delta)
  return try (bounded * (difference - bounded * 0.5)).mean()
}

/// How far one distribution is from another, both given by logits, in a mean over the rows.
///
///     T^2 sum(p (log p - log q)),  p = softmax(targets / T), q = softmax(logits / T)
///
/// A temperature T above 1 makes both softer; T^2 keeps the size of the gradient. Shapes: both
/// `[N, classes]`. Errors: a temperature that is not above 0. Source: arXiv 1503.02531.
public func klDivergence(
  _ logits: Tensor, _ targets: Tensor, temperature: Double = 1
) throws -> Tensor {
  guard temperature > 0, temperature.isFinite else {
    throw NetworkError.badRate("a temperature is a number above 0", temperature)
  }
  let (own, other) = try pair(logits, targets)
  guard own.rank == 2 else { throw TensorError.needsRank("logits", 2, own.shape) }
  let target = try logSoftmax(other / temperature)
  let answer = try logSoftmax(own / temperature)
  return try (exp(target) * (target - answer)).sum()
    * (temperature * temperature / Double(own.shape[0]))
}

/// Two tensors of one shape as float32, which must hold elements.
private func pair(_ a: Tensor, _ b: Tensor) throws -> (Tensor, Tensor) {
  guard a.shape == b.shape else {
    throw TensorError.badArgument(
      "predictions of shape \(a.shape) do not fit targets of shape \(b.shape)")
  }
  guard a.count > 0 else { throw TensorError.emptyReduction("mean", a.shape) }
  return (try a.cast(to: .float32), try b.cast(to: .float32))
}

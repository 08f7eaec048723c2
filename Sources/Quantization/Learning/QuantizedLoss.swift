public import Networks
public import Tensors

/// The quantized loss L(Q(W), Q(X), Q(Y)) of a prepared network on a batch.
///
///     let (loss, gradient) = try valueWithGradient(at: net) { net in
///       try quantizedLoss(net, images, labels)
///     }
///
/// The weights and the input of each layer are quantized in simulation, and the mean cross-entropy
/// against the labels is taken; the labels, one of a few classes, are whole numbers already. With
/// `teacher`, the logits of another network on the same images, it is the mean of two losses: see
/// `distillationLoss`. The penalties of learned clips are added.
///
/// Shapes: images `[N, ...]`, labels `[N]`, teacher `[N, classes]`; the result is a scalar.
/// Errors: a network that is not prepared, a range that was never observed.
public func quantizedLoss(
  _ network: Sequential, _ images: Tensor, _ labels: Tensor, teacher: Tensor? = nil,
  temperature: Double = 4, alpha: Double = 0.5
) throws -> Tensor {
  try network.checkPrepared("quantizedLoss")
  var context = Context(.training)
  let logits = try network.forward(images, &context)
  var loss =
    try teacher.map {
      try distillationLoss(
        logits, labels, teacher: $0, temperature: temperature, alpha: alpha)
    } ?? crossEntropy(logits, labels)
  for parameter in network.parameters where parameter.decay > 0 {
    loss = try loss + square(parameter.tensor).sum() * parameter.decay
  }
  return loss
}

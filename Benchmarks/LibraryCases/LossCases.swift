import Networks
import Tensors

/// Activations as functions of a tensor, at 0 too, where some have a kink.
func activationCases() throws -> [LibraryCase] {
  var writer = CaseWriter("activations")
  for seed in 0..<4 {
    var x = try normal(5, 1 + 20 * seed, seed: seed) * Double(1 + 2 * seed)
    if seed == 3 { try x.setSlice([.at(0)], to: Tensor(scalar: 0)) }
    for activation in Activation.allCases where activation != .none {
      try writer.add(activation.rawValue, ["x": x]) { try activation.apply($0[0]) }
    }
    for axis in [0, 1] {
      try writer.add("softmax", ["x": x], ["axis": .integer(axis)]) {
        try softmax($0[0], axis: axis)
      }
      try writer.add("logSoftmax", ["x": x], ["axis": .integer(axis)]) {
        try logSoftmax($0[0], axis: axis)
      }
    }
  }
  return writer.cases
}

/// The losses; also far from 0, where a naive formula overflows.
func lossCases() throws -> [LibraryCase] {
  var writer = CaseWriter("losses")
  for seed in 0..<5 {
    let (rows, classes) = ([1, 4, 16, 3, 64][seed], [2, 10, 5, 1, 33][seed])
    let scale = seed == 2 ? 40.0 : 1.5
    let logits = try normal(rows, classes, seed: seed) * scale
    let other = try normal(rows, classes, seed: seed + 20) * scale
    let classNumbers = try labels(rows, below: classes, seed: seed)
    for smoothing in [0, 0.1, 0.6] {
      try writer.add(
        "crossEntropy", ["logits": logits], constants: ["labels": classNumbers],
        ["smoothing": .real(smoothing)]
      ) { try crossEntropy($0[0], classNumbers, smoothing: smoothing) }
    }
    let chances = try sigmoid(other * (1 / scale))
    try writer.add(
      "binaryCrossEntropy", ["logits": logits, "targets": chances], ["fromLogits": true]
    ) { try binaryCrossEntropy($0[0], $0[1]) }
    try writer.add(
      "binaryCrossEntropy", ["logits": sigmoid(logits * (1 / scale)), "targets": chances],
      ["fromLogits": false]
    ) { try binaryCrossEntropy($0[0], $0[1], fromLogits: false) }
    try writer.add("meanSquaredError", ["a": logits, "b": other]) {
      try meanSquaredError($0[0], $0[1])
    }
    for delta in [1, 0.3, 5] {
      try writer.add("huberLoss", ["a": logits, "b": other], ["delta": .real(delta)]) {
        try huberLoss($0[0], $0[1], delta: delta)
      }
    }
    for temperature in [1, 4, 0.5] {
      try writer.add(
        "klDivergence", ["logits": logits, "targets": other], ["temperature": .real(temperature)]
      ) { try klDivergence($0[0], $0[1], temperature: temperature) }
      try writer.add(
        "distillationLoss", ["logits": logits],
        constants: ["labels": classNumbers, "teacher": other],
        ["temperature": .real(temperature), "alpha": 0.3]
      ) {
        try distillationLoss(
          $0[0], classNumbers, teacher: other, temperature: temperature, alpha: 0.3)
      }
    }
  }
  return writer.cases
}

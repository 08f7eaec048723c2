import Networks
import Tensors

/// What the parameters are after some steps along given gradients.
func optimizerCases() throws -> [LibraryCase] {
  var writer = CaseWriter("optimizers")
  let rules: [(String, [String: Setting], any Optimizer)] = [
    ("SGD", ["rate": 0.05], try SGD(0.05)),
    ("SGD", ["rate": 0.05, "weightDecay": 0.1], try SGD(0.05, weightDecay: 0.1)),
    ("SGD, momentum", ["rate": 0.05, "momentum": 0.9], try SGD(0.05, momentum: 0.9)),
    (
      "SGD, momentum", ["rate": 0.05, "momentum": 0.7, "weightDecay": 0.01],
      try SGD(0.05, momentum: 0.7, weightDecay: 0.01)
    ),
    (
      "SGD, Nesterov", ["rate": 0.05, "momentum": 0.9, "nesterov": true, "weightDecay": 0.01],
      try SGD(0.05, momentum: 0.9, weightDecay: 0.01, nesterov: true)
    ),
    ("Adam", ["rate": 0.01, "beta1": 0.9, "beta2": 0.999], try Adam(0.01)),
    (
      "Adam", ["rate": 0.1, "beta1": 0.5, "beta2": 0.9],
      try Adam(0.1, beta1: 0.5, beta2: 0.9)
    ),
    (
      "AdamW", ["rate": 0.01, "beta1": 0.9, "beta2": 0.999, "weightDecay": 0.01], try AdamW(0.01)
    ),
    (
      "AdamW", ["rate": 0.1, "beta1": 0.9, "beta2": 0.99, "weightDecay": 0.2],
      try AdamW(0.1, weightDecay: 0.2, beta2: 0.99)
    ),
    ("RMSProp", ["rate": 0.01, "decay": 0.99, "momentum": 0.0], try RMSProp(0.01)),
    (
      "RMSProp", ["rate": 0.01, "decay": 0.9, "momentum": 0.8],
      try RMSProp(0.01, decay: 0.9, momentum: 0.8)
    ),
  ]
  for (row, settings, start) in rules {
    for (seed, steps) in [1, 5, 60].enumerated() {
      var optimizer = start
      var parameters = [try normal(3, 4, seed: seed), try normal(5, seed: seed + 10)]
      var inputs = ["w0": parameters[0], "w1": parameters[1]]
      for step in 0..<steps {
        let gradients = [
          try normal(3, 4, seed: 100 + step), try normal(5, seed: 200 + step) * 3,
        ]
        try optimizer.step(&parameters, along: gradients)
        inputs["g0.\(step)"] = gradients[0]
        inputs["g1.\(step)"] = gradients[1]
      }
      var all = settings
      all["steps"] = .integer(steps)
      try writer.addForward(
        row, inputs, all, outputs: ["w0": parameters[0], "w1": parameters[1]])
    }
  }
  try addClipping(&writer)
  return writer.cases
}

/// Gradients shortened to a norm, and one that is short enough.
private func addClipping(_ writer: inout CaseWriter) throws {
  for (seed, limit) in [0.5, 3, 1000].enumerated() {
    let network = try Sequential(Dense(4, seed: 1), Dense(2, seed: 2)).built(for: Shape([3]))
    let x = try normal(5, 3, seed: seed) * 4
    let gradient = try valueWithGradient(at: network) { try square($0(x)).sum() }.gradient
    let clipped = try gradient.clipped(to: limit)
    var (inputs, outputs): ([String: Tensor], [String: Tensor]) = ([:], [:])
    for (index, pair) in zip(gradient.tensors, clipped.tensors).enumerated() {
      inputs["g\(index)"] = pair.0
      outputs["g\(index)"] = pair.1
    }
    try writer.addForward("clipNorm", inputs, ["limit": .real(limit)], outputs: outputs)
  }
}

/// The factors of the learning rate, step by step.
func scheduleCases() throws -> [LibraryCase] {
  var writer = CaseWriter("schedules")
  func add(_ row: String, _ settings: [String: Setting], _ schedule: Schedule) throws {
    let factors = (0..<60).map { schedule.factor(at: $0, of: 60) }
    try writer.addForward(
      row, [:], settings, outputs: ["factors": Tensor(factors.map { Float($0) })])
  }
  try add("warmUp", ["warmUp": 10], .warmUp(10))
  try add("warmUp", ["warmUp": 1], .warmUp(1))
  try add("stepDecay", ["every": 7, "factor": 0.5], .steps(every: 7, factor: 0.5))
  try add("stepDecay", ["every": 20, "factor": 0.1], .steps(every: 20))
  try add(
    "stepDecay", ["every": 7, "factor": 0.5, "warmUp": 5],
    .steps(every: 7, factor: 0.5, warmUp: 5))
  try add("cosineDecay", ["over": 60, "end": 0.0], .cosine())
  try add("cosineDecay", ["over": 60, "end": 0.25], .cosine(over: 60, end: 0.25))
  try add(
    "cosineDecay", ["over": 50, "end": 0.1, "warmUp": 10], .cosine(end: 0.1, warmUp: 10))
  return writer.cases
}

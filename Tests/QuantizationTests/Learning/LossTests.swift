import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// The quantized loss, and learning from a teacher.
@Suite struct LossTests {
  private func network() throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, stride: 2, activation: .relu), MaxPool2D(2), Flatten(),
      Dense(16, activation: .relu), Dense(10), seed: 3
    ).built(for: Shape([1, 28, 28]))
  }

  /// The article's loss, written out for one layer: L(Q(W), Q(X), Y).
  @Test func isWhatAUserWouldWrite() throws {
    let x = try Samples.normal([8, 6], seed: 1)
    let labels = try Tensor([0, 1, 2, 0, 1, 2, 0, 1] as [Int32], shape: [8])
    let float = try Sequential(Dense(3), seed: 2).built(for: Shape([6]))
    let prepared = try NetworkSamples.observed(prepare(float, weights: 4, activations: 4), x)
    let (value, gradient) = try valueWithGradient(at: prepared) {
      try quantizedLoss($0, x, labels)
    }
    let (w, b) = (float.parameters[0].tensor, float.parameters[1].tensor)
    let (other, gradients) = try Tensors.valueWithGradient(at: [w, b]) { p in
      let logits = try dense(
        fakeQuantize(x, bits: 4, scheme: .affine), fakeQuantize(p[0], bits: 4, per: .channel),
        bias: p[1])
      return try crossEntropy(logits, labels)
    }
    #expect(try value.item() == other.item())
    for (a, b) in zip(gradient.tensors, gradients) {
      #expect(try NetworkSamples.differences(a, b) == 0)
    }
  }

  @Test func holdsThePenaltyOfClips() throws {
    let data = try Digits.make(count: 16, seed: 2)
    let net = try prepare(
      network(), weights: 4, activations: 4, method: .pact, firstAndLast: 4, calibration: data)
    let (images, labels) = try (data.images(), data.labelTensor())
    var context = Context(.training)
    let plain = try crossEntropy(net.forward(images, &context), labels).item()
    let clips = net.parameters.filter { $0.name.hasSuffix("inputClip") }
    #expect(clips.count == 3)
    let penalty = try clips.reduce(0.0) { try $0 + 0.0002 * square($1.tensor).sum().item() }
    #expect(abs(try quantizedLoss(net, images, labels).item() - plain - penalty) < 1e-5)
    // fit adds the gradient of the same penalty: one step of plain descent agrees.
    let (_, gradient) = try valueWithGradient(at: net) { try quantizedLoss($0, images, labels) }
    var (byHand, fitted) = (net, net)
    var optimizer = try SGD(0.1)
    try optimizer.update(&byHand, along: gradient)
    try fit(&fitted, data, batchSize: 16, optimizer: SGD(0.1))
    for (a, b) in zip(byHand.parameters, fitted.parameters) {
      #expect(try abs(a.tensor - b.tensor).max().item() < 1e-4, "\(a.name)")
    }
  }

  @Test func needsAPreparedNetwork() throws {
    #expect(throws: QuantizedNetworkError.notPrepared("quantizedLoss")) {
      try quantizedLoss(network(), zeros(1, 1, 28, 28), Tensor([0]))
    }
  }

  /// (1 - a) CE + a T^2 KL, in Float64 from its definition.
  @Test(arguments: [(1.0, 0.0), (1.0, 1.0), (4.0, 0.7), (0.5, 0.2)])
  func distillationByDefinition(_ temperature: Double, _ alpha: Double) throws {
    let student = try Samples.normal([5, 4], seed: 1, deviation: 2)
    let teacher = try Samples.normal([5, 4], seed: 2, deviation: 2)
    let labels: [Int32] = [0, 3, 1, 2, 2]
    func softmax(_ z: ArraySlice<Double>, _ t: Double) -> [Double] {
      let powers = z.map { exp64($0 / t) }
      let total = powers.reduce(0, +)
      return powers.map { $0 / total }
    }
    func loss(_ s: [Double]) throws -> Double {
      let t = try teacher.reals()
      var total = 0.0
      for row in 0..<5 {
        let range = row * 4..<row * 4 + 4
        total -= (1 - alpha) * log64(softmax(s[range], 1)[Int(labels[row])])
        let (p, q) = (softmax(t[range], temperature), softmax(s[range], temperature))
        for (p, q) in zip(p, q) {
          total += alpha * temperature * temperature * p * (log64(p) - log64(q))
        }
      }
      return total / 5
    }
    let (value, gradient) = try valueWithGradient(at: student) {
      try distillationLoss(
        $0, Tensor(labels, shape: [5]), teacher: teacher, temperature: temperature, alpha: alpha)
    }
    let point = try student.reals()
    #expect(abs(try value.item() - loss(point)) < 1e-5)
    for (index, own) in try gradient.reals().enumerated() {
      var (up, down) = (point, point)
      up[index] += 1e-5
      down[index] -= 1e-5
      #expect(abs(own - (try loss(up) - loss(down)) / 2e-5) < 5e-4)
    }
  }

  @Test func distillationInTraining() throws {
    let data = try Digits.make(count: 120, seed: 1)
    var teacher = try network()
    try fit(&teacher, data, epochs: 8, batchSize: 16, optimizer: Adam(0.01))
    let loss = try distillation(from: teacher, on: data, temperature: 3, alpha: 0.9)
    var student = try prepare(
      teacher, weights: 2, activations: 4, method: .lsq, calibration: data)
    let history = try fit(
      &student, data, epochs: 4, batchSize: 16, optimizer: Adam(0.003), loss: loss)
    #expect(try #require(history.epochs.last).loss < (try #require(history.epochs.first)).loss)
    #expect(try accuracy(student, data) > 0.5)
    // The teacher itself has nothing left to learn from its own answers.
    let alone = try distillation(from: teacher, on: data, temperature: 3, alpha: 1)
    let images = try data.samples(at: 5..<9)
    let own = try alone(teacher(images), data.labels(at: 5..<9), [5, 6, 7, 8])
    #expect(abs(try own.item()) < 1e-5)
    // An integer network teaches as well.
    _ = try distillation(from: convert(student), on: data)
  }

  @Test func hostileNumbers() throws {
    let data = try Digits.make(count: 4, seed: 1)
    let (z, y) = (try zeros(2, 3), try Tensor([0, 1]))
    for temperature in [0, -1, .nan, .infinity] {
      #expect(throws: NetworkError.self) {
        try distillationLoss(z, y, teacher: z, temperature: temperature)
      }
      #expect(throws: NetworkError.self) {
        try distillation(from: network(), on: data, temperature: temperature)
      }
    }
    for alpha in [-0.1, 1.1, .nan] {
      #expect(throws: NetworkError.self) { try distillationLoss(z, y, teacher: z, alpha: alpha) }
    }
    #expect(throws: TensorError.self) { try distillationLoss(z, y, teacher: zeros(2, 4)) }
    #expect(throws: NetworkError.self) { try distillation(from: network(), on: data.take(0)) }
    var net = try network()
    #expect(throws: TensorError.self) {
      try fit(&net, data, optimizer: Adam(), loss: BatchLoss { logits, _, _ in logits })
    }
  }

  private func exp64(_ x: Double) -> Double {
    var (term, total) = (1.0, 1.0)
    for n in 1..<80 {
      term *= x / Double(n)
      total += term
    }
    return total
  }

  private func log64(_ x: Double) -> Double {
    // Newton's method on exp(y) = x.
    var y = x - 1
    for _ in 0..<60 { y += 2 * (x - exp64(y)) / (x + exp64(y)) }
    return y
  }
}

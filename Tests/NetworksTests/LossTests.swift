import Networks
import ReferenceKernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Losses and their slopes against Float64 formulas, and against numbers of PyTorch.
struct LossTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: [Reference]
    let library: @Sendable ([Tensor]) throws -> Tensor
    let reference: @Sendable ([Reference]) -> Double
  }

  private static func mean(
    _ a: Reference, _ b: Reference, _ f: (Double, Double) -> Double
  ) -> Double {
    zip(a.elements, b.elements).reduce(0) { $0 + f($1.0, $1.1) } / Double(a.count)
  }

  static let cases: [Case] = {
    var dice = Dice(61)
    var cases: [Case] = []
    for sizes in [[4], [2, 3], [1, 1], [2, 1, 3]] {
      let (x, t) = (dice.reals(sizes, in: -3...3), dice.reals(sizes, in: 0...1))
      let p = dice.reals(sizes, in: 0.05...0.95)
      cases += [
        Case(testDescription: "binary \(sizes)", inputs: [x, t]) {
          try binaryCrossEntropy($0[0], $0[1])
        } reference: {
          Self.mean($0[0], $0[1]) { x, t in
            let p = 1 / (1 + exp(-x))
            return -t * log(p) - (1 - t) * log(1 - p)
          }
        },
        Case(testDescription: "binary of chances \(sizes)", inputs: [p, t]) {
          try binaryCrossEntropy($0[0], $0[1], fromLogits: false)
        } reference: {
          Self.mean($0[0], $0[1]) { p, t in -t * log(p) - (1 - t) * log(1 - p) }
        },
        Case(testDescription: "squared \(sizes)", inputs: [x, t]) {
          try meanSquaredError($0[0], $0[1])
        } reference: {
          Self.mean($0[0], $0[1]) { ($0 - $1) * ($0 - $1) }
        },
        Case(testDescription: "huber \(sizes)", inputs: [x, t]) {
          try huberLoss($0[0], $0[1], delta: 1.3)
        } reference: {
          Self.mean($0[0], $0[1]) { a, b in
            let d = abs(a - b)
            return d <= 1.3 ? d * d / 2 : 1.3 * (d - 0.65)
          }
        },
      ]
    }
    for sizes in [[1, 2], [3, 4]] {
      let (x, t) = (dice.reals(sizes, in: -2...2), dice.reals(sizes, in: -2...2))
      let labels = dice.classes(sizes[0], below: sizes[1])
      for temperature in [1, 3.5] {
        cases.append(
          Case(testDescription: "divergence \(sizes) \(temperature)", inputs: [x, t]) {
            try klDivergence($0[0], $0[1], temperature: temperature)
          } reference: {
            let p = $0[1].map { $0 / temperature }.softmax(1)
            let q = $0[0].map { $0 / temperature }.softmax(1)
            let sum = zip(p.elements, q.elements).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
            return sum * temperature * temperature / Double(sizes[0])
          })
      }
      for smoothing in [0, 0.1, 1] {
        cases.append(
          Case(testDescription: "smoothed \(sizes) \(smoothing)", inputs: [x]) {
            try crossEntropy($0[0], tensor(labels: labels), smoothing: smoothing)
          } reference: {
            let p = $0[0].softmax(1)
            var total = 0.0
            for (row, label) in labels.enumerated() {
              for column in 0..<sizes[1] {
                let target = smoothing / Double(sizes[1]) + (column == label ? 1 - smoothing : 0)
                total -= target * log(p[[row, column]])
              }
            }
            return total / Double(sizes[0])
          })
      }
    }
    return cases
  }()

  @Test(arguments: cases) func valueAndSlope(_ example: Case) throws {
    let points = try example.inputs.map { try $0.tensor }
    let (value, gradients) = try valueWithGradient(at: points, of: example.library)
    let expected = example.reference(example.inputs)
    #expect(abs(try value.item() - expected) < 3e-6 * max(1, abs(expected)))
    for (which, gradient) in gradients.enumerated() {
      let slopes = try gradient.reals()
      let scale = slopes.reduce(1e-2) { max($0, abs($1)) }
      for position in slopes.indices {
        func loss(_ step: Double) -> Double {
          var inputs = example.inputs
          inputs[which].elements[position] += step
          return example.reference(inputs)
        }
        let slope = (loss(1e-6) - loss(-1e-6)) / 2e-6
        #expect(abs(slope - slopes[position]) < 1e-3 * scale, "input \(which) at \(position)")
      }
    }
  }

  /// F.binary_cross_entropy_with_logits: 100 for 100 against 0, log 2 at 0 with slope 1/2 - t.
  @Test func extremes() throws {
    #expect(try binaryCrossEntropy(Tensor([100]), Tensor([0])).item() == 100)
    #expect(try binaryCrossEntropy(Tensor([-1000]), Tensor([0])).item() == 0)
    let (value, slope) = try valueWithGradient(at: Tensor([0])) {
      try binaryCrossEntropy($0, Tensor([1]))
    }
    #expect(abs(try value.item() - 0.693147) < 1e-6)
    #expect(try slope.reals() == [-0.5])
    #expect(try binaryCrossEntropy(Tensor([0]), Tensor([1]), fromLogits: false).item() < 20)
  }

  @Test func errors() throws {
    let x = try zeros(2, 3)
    expectError("predictions of shape [2, 3] do not fit targets of shape [2]") {
      try meanSquaredError(x, zeros(2))
    }
    expectError("the mean of no elements is undefined: [0]") {
      try huberLoss(zeros(0), zeros(0))
    }
    expectError("the delta of a Huber loss is a number above 0, not 0.0") {
      try huberLoss(x, x, delta: 0)
    }
    expectError("a target of binary cross-entropy is from 0 to 1") {
      try binaryCrossEntropy(x, full([2, 3], 2))
    }
    expectError("a target of binary cross-entropy is from 0 to 1") {
      try binaryCrossEntropy(x, full([2, 3], .nan))
    }
    expectError("a temperature is a number above 0, not -1.0") {
      try klDivergence(x, x, temperature: -1)
    }
    expectError("logits needs 2 axes, not [3]") { try klDivergence(zeros(3), zeros(3)) }
    expectError("a label smoothing is from 0 to 1, not 1.5") {
      try crossEntropy(x, tensor(labels: [0, 1]), smoothing: 1.5)
    }
  }
}

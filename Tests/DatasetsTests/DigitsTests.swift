import Foundation
import Testing

@testable import Datasets

@Suite struct DigitsTests {
  /// The images must not change between versions: lessons show what networks make of them.
  @Test func areTheSameForever() throws {
    #expect(try String(hash(Digits.make(count: 20, seed: 1)), radix: 16) == "5713282aaa3e23a6")
    #expect(try String(hash(Digits.make(count: 20, seed: 2)), radix: 16) == "601f225e40f20aec")
  }

  @Test func beginAlike() throws {
    // More than two pieces of 64, so that the long one is drawn on several cores.
    let many = try Digits.make(count: 300, seed: 5)
    #expect(try many.take(10) == Digits.make(count: 10, seed: 5))
    #expect(try many.take(131) == Digits.make(count: 131, seed: 5))
    #expect(try Digits.make(count: 10, seed: 6) != many.take(10))
  }

  @Test func areBalancedInRandomOrder() throws {
    let labels = (0..<1000).map { Digits.label(at: $0, seed: 3) }
    for start in stride(from: 0, to: 1000, by: 10) {
      #expect(labels[start..<start + 10].sorted() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
    let orders = Set(stride(from: 0, to: 1000, by: 10).map { Array(labels[$0..<$0 + 10]) })
    #expect(orders.count == 100)
  }

  /// Ink that is neither a speck nor a blot, with a free ring around it and one or two strokes.
  @Test func areInkOnPaper() throws {
    let data = try Digits.make(count: 100, seed: 8)
    #expect(data.count == 100 && data.sampleShape == [1, 28, 28])
    for position in 0..<data.count {
      let image = try data.image(at: position)
      for place in 0..<28 {
        let ring = [place, 27 * 28 + place, 28 * place, 28 * place + 27].map { image[$0] }
        #expect(ring == [0, 0, 0, 0])
      }
      let inked = image.count { $0 > 60 }
      #expect((15...350).contains(inked), "image \(position) has ink on \(inked) pixels")
      #expect((image.max() ?? 0) > 120)
      // Two strokes may miss each other by the hand's unsteadiness, three never occur.
      #expect((1...2).contains(pieces(of: image)), "image \(position)")
    }
  }

  @Test func noTwoAreAlike() throws {
    let data = try Digits.make(count: 100, seed: 9)
    let images = Set(try (0..<100).map { try data.image(at: $0) })
    #expect(images.count == 100)
  }

  /// Softmax regression, the best that a template for each class can do, learns much and not all.
  ///
  /// Measured elsewhere: trained on 10,000 images it reaches 92 % of 5,000 others, while two
  /// convolutions reach 99 %.
  @Test func templatesAreNotEnough() throws {
    let train = try Digits.make(count: 2000, seed: 1)
    let test = try Digits.make(count: 500, seed: 2)
    var model = SoftmaxRegression()
    for epoch in 0..<6 {
      for batch in try train.batches(1, shuffle: UInt64(epoch)) {
        let position = batch[batch.startIndex]
        model.learn(try train.image(at: position), try train.label(at: position), rate: 0.02)
      }
    }
    let right = try (0..<test.count).count {
      try model.classify(test.image(at: $0)) == test.label(at: $0)
    }
    #expect(right > 400, "\(right) of 500")
    #expect(right < 475, "\(right) of 500")
  }

  @Test func refuseImpossibleCounts() throws {
    #expect(try Digits.make(count: 0, seed: 1).isEmpty)
    #expect(throws: DatasetError.self) { try Digits.make(count: -1, seed: 1) }
    #expect(throws: DatasetError.self) { try Digits.make(count: .max, seed: 1) }
    let error = #expect(throws: DatasetError.self) {
      try Digits.make(count: 1_000_000_000_000, seed: 1)
    }
    #expect(
      error?.description
        == "1000000000000 images would take 784 TB of memory; the limit is 2.1 GB")
  }

  @Test func stopWhenCancelled() {
    #expect(throws: DatasetError.cancelled) {
      try Digits.make(count: 100_000, seed: 1, isCancelled: { true })
    }
  }

  @Test func everyShapeCanBeDrawn() {
    #expect(DigitShape.all.count == 10)
    for shape in DigitShape.all.joined() {
      #expect(shape.share > 0)
      for stroke in shape.strokes {
        #expect(stroke.count >= 2)
        #expect(stroke.allSatisfy { (0...60).contains($0.x) && (0...100).contains($0.y) })
      }
    }
  }

  /// FNV-1a in 64 bits over the pixels and the labels.
  private func hash(_ data: Dataset) throws -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for position in 0..<data.count {
      for byte in try data.image(at: position) + [UInt8(data.label(at: position))] {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return hash
  }

  /// Number of connected pieces of ink, diagonal neighbours included.
  private func pieces(of image: [UInt8]) -> Int {
    var left = Set(image.indices.filter { image[$0] > 30 })
    var count = 0
    while let start = left.popFirst() {
      count += 1
      var stack = [start]
      while let place = stack.popLast() {
        for step in [-29, -28, -27, -1, 1, 27, 28, 29] where left.remove(place + step) != nil {
          stack.append(place + step)
        }
      }
    }
    return count
  }
}

@Suite struct PenTests {
  @Test func passesThroughItsPoints() {
    let points: [PenPoint] = [.to(0, 0), .to(10, 30), .turn(40, 30), .to(60, 0), .to(30, 90)]
    var path = PenPath()
    path.draw(points, radius: 2, pressure: (1, 0.5))
    for point in points {
      let distances = path.spots.map { abs($0.x - point.x) + abs($0.y - point.y) }
      #expect((distances.min() ?? 1) < 1e-3)
    }
    #expect(path.spots.filter(\.isStart).count == 1)
    #expect(path.spots.first?.radius == 2)
    #expect(path.spots.last?.radius == 1)
  }

  @Test func drawsTwoPointsAsALine() {
    var path = PenPath()
    path.draw([.to(0, 0), .to(30, 60)], radius: 1, pressure: (1, 1))
    #expect(path.spots.allSatisfy { abs($0.y - 2 * $0.x) < 1e-4 })
  }

  @Test func survivesPointsInOnePlace() {
    var path = PenPath()
    path.draw([.to(5, 5), .to(5, 5), .to(5, 5)], radius: 1, pressure: (1, 1))
    path.draw([.to(5, 5)], radius: 1, pressure: (1, 1))
    #expect(path.spots.allSatisfy { abs($0.x - 5) < 1e-5 && abs($0.y - 5) < 1e-5 })
  }
}

/// Softmax regression by stochastic gradient descent, one image a step.
private struct SoftmaxRegression {
  var weights = [[Double]](repeating: [Double](repeating: 0, count: 10), count: 785)

  /// The inked pixels with their values, and the bias; most pixels are zero and cost nothing.
  private func inputs(_ image: [UInt8]) -> [(Int, Double)] {
    image.enumerated().compactMap { $1 == 0 ? nil : ($0, Double($1) / 255) } + [(784, 1)]
  }

  private func logits(_ inputs: [(Int, Double)]) -> [Double] {
    var sums = [Double](repeating: 0, count: 10)
    for (place, value) in inputs {
      for digit in 0..<10 { sums[digit] += weights[place][digit] * value }
    }
    return sums
  }

  func classify(_ image: [UInt8]) -> Int {
    let sums = logits(inputs(image))
    return sums.indices.max { sums[$0] < sums[$1] } ?? 0
  }

  mutating func learn(_ image: [UInt8], _ label: Int, rate: Double) {
    let inputs = inputs(image)
    let sums = logits(inputs)
    let peak = sums.max() ?? 0
    let powers = sums.map { exp($0 - peak) }
    let total = powers.reduce(0, +)
    var steps = powers.map { -rate * $0 / total }
    steps[label] += rate
    for (place, value) in inputs {
      for digit in 0..<10 { weights[place][digit] += steps[digit] * value }
    }
  }
}

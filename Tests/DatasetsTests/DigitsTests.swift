import Testing

@testable import Datasets

@Suite struct DigitsTests {
  /// The images must not change between versions: lessons show what networks make of them.
  @Test func areTheSameForever() throws {
    #expect(try String(hash(Digits.make(count: 20, seed: 1)), radix: 16) == "a")
    #expect(try String(hash(Digits.make(count: 20, seed: 2)), radix: 16) == "b")
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
    #expect(data.count == 100 && data.height == 28 && data.width == 28 && data.channels == 1)
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

  /// Comparing with the mean image of each class gets 67 % right, measured: far above chance, so the
  /// images show their class, and far from all, so they want more than a template. (A linear
  /// classifier trained on 10,000 reaches 92 %, two convolutions 99 %.)
  @Test func templatesAreNotEnough() throws {
    let train = try Digits.make(count: 300, seed: 1)
    let test = try Digits.make(count: 200, seed: 2)
    var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
    for position in 0..<train.count {
      let label = try train.label(at: position)
      for (place, pixel) in try train.image(at: position).enumerated() {
        means[label][place] += Float(pixel) / 30
      }
    }
    var right = 0
    for position in 0..<test.count {
      let image = try test.image(at: position).map { Float($0) }
      let distances = means.map { mean in
        zip(image, mean).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      if nearest == (try test.label(at: position)) { right += 1 }
    }
    #expect(right > 100)
    #expect(right < 170)
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
      try Digits.make(count: 1_000_000, seed: 1, isCancelled: { true })
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

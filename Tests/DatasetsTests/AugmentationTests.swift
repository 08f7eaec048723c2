import Tensors
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
  private func bright(_ data: Dataset, _ position: Int) throws -> [UInt8] {
    try data.image(at: position)
  }

  /// One bright pixel in the middle of each of many images.
  private func dots(_ count: Int, side: Int = 9, at place: (Int, Int) = (4, 4)) throws -> Dataset {
    var bytes = [UInt8](repeating: 0, count: count * side * side)
    for index in 0..<count { bytes[index * side * side + place.0 * side + place.1] = 200 }
    return try Dataset(
      name: "dots", pixels: ImageBytes(bytes, count: count, height: side, width: side),
      labels: (0..<count).map { UInt8($0 % 3) }, classCount: 3)
  }

  @Test func nothingChangesNothing() throws {
    let data = try Digits.make(count: 20, seed: 1)
    #expect(try data.augmented(by: Augmentation(), seed: 3) == data)
  }

  @Test func shiftsByWholePixelsToEveryPlace() throws {
    let data = try dots(400).augmented(by: Augmentation(shift: 2), seed: 1)
    var places: Set<Int> = []
    for position in 0..<400 {
      let image = try data.image(at: position)
      let lit = image.indices.filter { image[$0] > 0 }
      #expect(lit.count == 1 && image[lit[0]] == 200)
      #expect(abs(lit[0] / 9 - 4) <= 2 && abs(lit[0] % 9 - 4) <= 2)
      places.insert(lit[0])
    }
    #expect(places.count == 25)
  }

  @Test func shiftsOutOfTheImageLeaveNothing() throws {
    let data = try dots(50, side: 1, at: (0, 0)).augmented(by: Augmentation(shift: 4096), seed: 1)
    #expect(try data.samples().sum().item() <= 200.0 / 255 + 1e-6)
  }

  /// The centre stays where it is; a dot at a distance stays at that distance, with its light.
  @Test func turnsAboutTheCentre() throws {
    let still = try dots(20).augmented(by: Augmentation(rotate: 180), seed: 5)
    for position in 0..<20 { #expect(abs(Int(try still.image(at: position)[40]) - 200) <= 1) }
    let turned = try dots(100, side: 21, at: (10, 16)).augmented(
      by: Augmentation(rotate: 40), seed: 5)
    var angles: Set<Int> = []
    for position in 0..<100 {
      let image = try turned.image(at: position).map(Double.init)
      let light = image.reduce(0, +)
      #expect(abs(light - 200) < 60)
      let x = image.indices.reduce(0) { $0 + image[$1] * Double($1 % 21 - 10) } / light
      let y = image.indices.reduce(0) { $0 + image[$1] * Double($1 / 21 - 10) } / light
      #expect(abs((x * x + y * y).squareRoot() - 6) < 0.35)
      // Six pixels away, 40 degrees are less than 4 pixels up or down.
      #expect(x > 4 && abs(y) < 4.2)
      angles.insert(Int(y.rounded()))
    }
    #expect(angles.count >= 6)
  }

  @Test func mirrorsAboutHalfOfThem() throws {
    let data = try dots(400, at: (4, 1)).augmented(by: Augmentation(flip: true), seed: 2)
    let right = try (0..<400).filter { try data.image(at: $0)[4 * 9 + 7] == 200 }.count
    let left = try (0..<400).filter { try data.image(at: $0)[4 * 9 + 1] == 200 }.count
    #expect(left + right == 400 && abs(left - 200) < 60)
  }

  @Test func noiseHasItsDeviationAndStaysInBounds() throws {
    let x = try Tensor([Float](repeating: 0, count: 8000), shape: [8, 1000])
    let data = try Dataset(
      name: "zeros", samples: x, labels: [UInt8](repeating: 0, count: 8), classCount: 1)
    let noisy = try data.augmented(by: Augmentation(noise: 0.5), seed: 1).samples().reals()
    let mean = noisy.reduce(0, +) / 8000
    let deviation = (noisy.reduce(0) { $0 + $1 * $1 } / 8000 - mean * mean).squareRoot()
    #expect(abs(mean) < 0.03 && abs(deviation - 0.5) < 0.02)
    let images = try dots(10).augmented(by: Augmentation(noise: 3), seed: 1).samples().reals()
    #expect(images.allSatisfy { (0...1).contains($0) })
    #expect(Set(images).count > 50)
  }

  /// Whatever part of a dataset is changed, a position gets what is its own.
  @Test func isAFunctionOfSeedAndPosition() throws {
    let augmentation = try Augmentation(shift: 3, rotate: 20, flip: true, noise: 0.1)
    let data = try Digits.make(count: 12, seed: 1)
    let whole = try augmentation.applied(to: data.samples(), at: 0..<12, seed: 9, limits: true)
    for position in [0, 5, 11] {
      let alone = try augmentation.applied(
        to: data.samples(at: position..<position + 1), at: [position], seed: 9, limits: true)
      #expect(
        try alone.reals() == whole.slice([.range(lower: position, upper: position + 1)]).reals())
    }
    let again = try augmentation.applied(to: data.samples(), at: 0..<12, seed: 10, limits: true)
    #expect(try whole.reals() != again.reals())
  }

  @Test func makesCopies() throws {
    let data = try Digits.make(count: 10, seed: 1)
    let many = try data.augmented(by: Augmentation(shift: 2), copies: 3, seed: 1)
    #expect(many.count == 30 && many.labels == data.labels + data.labels + data.labels)
    #expect(try many.take(10) != many.drop(10).take(10))
    #expect(try many.take(10) == data.augmented(by: Augmentation(shift: 2), seed: 1))
    let tones = try Tones.make(count: 4, seed: 1)
    let loud = try tones.augmented(by: Augmentation(noise: 0.1), copies: 2, seed: 1)
    #expect(loud.sampleShape == [1, 256] && loud.count == 8)
    #expect(loud.classNames == tones.classNames)
  }

  @Test func refusesWhatCannotBe() throws {
    #expect(throws: DatasetError.badShift(-1)) { try Augmentation(shift: -1) }
    #expect(throws: DatasetError.badAngle(181)) { try Augmentation(rotate: 181) }
    #expect(throws: DatasetError.self) { try Augmentation(rotate: .nan) }
    #expect(throws: DatasetError.self) { try Augmentation(noise: .infinity) }
    let words = try Sentences.make(count: 3, seed: 0)
    #expect(throws: DatasetError.cannotAugment(name: "sentences", shape: [16])) {
      try words.augmented(by: Augmentation(noise: 0.1), seed: 0)
    }
    let points = try Points.moons(count: 3, seed: 0)
    #expect(throws: DatasetError.cannotAugment(name: "moons", shape: [2])) {
      try points.augmented(by: Augmentation(shift: 1), seed: 0)
    }
    #expect(throws: DatasetError.badCopies(0)) {
      try points.augmented(by: Augmentation(), copies: 0, seed: 0)
    }
    #expect(throws: DatasetError.self) {
      try points.augmented(by: Augmentation(), copies: .max, seed: 0)
    }
  }
}

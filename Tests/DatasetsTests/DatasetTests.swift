import Tensors
import Testing

@testable import Datasets

/// Images of 2 x 3 whose pixels tell their position: image i begins with 10 i.
private func sample(_ count: Int = 12) throws -> Dataset {
  let bytes = (0..<count).flatMap { image in (0..<6).map { UInt8(10 * image + $0) } }
  return try Dataset(
    name: "sample", pixels: ImageBytes(bytes, count: count, height: 2, width: 3),
    labels: (0..<count).map { UInt8($0 % 4) }, classCount: 4)
}

@Suite struct DatasetTests {
  @Test func tellsItsSizes() throws {
    let data = try sample()
    #expect(data.count == 12)
    #expect(data.sampleShape == [1, 2, 3])
    #expect(data.pixels?.stride == 6)
    #expect(data.classCounts == [3, 3, 3, 3])
    #expect(data.description == "sample: 12 images of 2 x 3, 4 classes")
    #expect(try data.image(at: 2) == [20, 21, 22, 23, 24, 25])
    #expect(try data.label(at: 6) == 2)
  }

  @Test func takesAndDrops() throws {
    let data = try sample()
    #expect(try data.take(3).indices == [0, 1, 2])
    #expect(try data.drop(10).indices == [10, 11])
    #expect(try data.drop(4).take(2).labels == [0, 1])
    #expect(try data.take(.max) == data)
    #expect(try data.drop(.max).isEmpty)
    #expect(try data.drop(3).drop(3).take(1).image(at: 0) == data.image(at: 6))
  }

  @Test func picksPositions() throws {
    let data = try sample()
    let picked = try data.subset([7, 0, 7])
    #expect(picked.indices == [7, 0, 7])
    #expect(picked.labels == [3, 0, 3])
    #expect(try picked.take(2).drop(1).image(at: 0) == data.image(at: 0))
    #expect(try data.subset(3..<5).indices == [3, 4])
    #expect(try picked.subset([2, 1]).indices == [7, 0])
  }

  @Test func shufflesByASeed() throws {
    let data = try sample()
    let shuffled = data.shuffled(seed: 9)
    #expect(shuffled.indices.sorted() == data.indices)
    #expect(shuffled == data.shuffled(seed: 9))
    #expect(shuffled != data)
    for position in 0..<12 {
      #expect(try shuffled.image(at: position).first == UInt8(10 * shuffled.indices[position]))
      #expect(try shuffled.label(at: position) == shuffled.indices[position] % 4)
    }
  }

  @Test(arguments: [0, 0.1, 0.5, 0.75, 1.0])
  func splits(fraction: Double) throws {
    let data = try sample().shuffled(seed: 1)
    let (left, right) = try data.split(at: fraction)
    #expect(left.count == Int((12 * fraction).rounded()))
    #expect(left.indices + right.indices == data.indices)
  }

  @Test func filtersByLabel() throws {
    let data = try sample()
    #expect(try data.filter(label: 1).indices == [1, 5, 9])
    #expect(try data.drop(2).filter(label: 1).indices == [5, 9])
    #expect(throws: DatasetError.noSuchLabel(4, classCount: 4)) { try data.filter(label: 4) }
    #expect(throws: DatasetError.noSuchLabel(-1, classCount: 4)) { try data.filter(label: -1) }
  }

  /// Random chains of selections against the same on a plain array.
  @Test func selectionsAgreeWithArrays() throws {
    var generator = HashGenerator(seed: 77)
    for _ in 0..<50 {
      var data = try sample()
      var model = Array(0..<12)
      for _ in 0..<6 {
        let n = Int(generator.below(8))
        switch generator.below(4) {
        case 0: (data, model) = (try data.drop(n % 3), Array(model.dropFirst(n % 3)))
        case 1: (data, model) = (try data.take(5 + n), Array(model.prefix(5 + n)))
        case 2:
          let order = try permutation(model.count, seed: UInt64(n))
          (data, model) = (data.shuffled(seed: UInt64(n)), order.map { model[$0] })
        default:
          let picks = (0..<model.count).filter { $0 % 4 != n }
          (data, model) = (try data.subset(picks), picks.map { model[$0] })
        }
      }
      #expect(data.indices == model)
      #expect(data.labels == model.map { UInt8($0 % 4) })
    }
  }

  @Test func refusesWhatIsNotThere() throws {
    let data = try sample()
    #expect(throws: DatasetError.self) { try data.take(-1) }
    #expect(throws: DatasetError.self) { try data.drop(.min) }
    #expect(throws: DatasetError.noSuchSample(position: 12, count: 12)) { try data.image(at: 12) }
    #expect(throws: DatasetError.noSuchSample(position: -1, count: 12)) { try data.label(at: -1) }
    #expect(throws: DatasetError.noSuchSample(position: 12, count: 12)) { try data.subset(0..<13) }
    #expect(throws: DatasetError.noSuchSample(position: -2, count: 12)) { try data.subset(-2..<3) }
    #expect(throws: DatasetError.noSuchSample(position: 99, count: 12)) {
      try data.subset([0, 99])
    }
    for fraction in [-0.1, 1.1, .nan, .infinity] {
      #expect(throws: DatasetError.self) { try data.split(at: fraction) }
    }
  }

  @Test func refusesWhatDoesNotBelongTogether() throws {
    #expect(throws: DatasetError.wrongByteCount(shape: [2, 1, 2, 2], expected: 8, found: 7)) {
      try ImageBytes([UInt8](repeating: 0, count: 7), count: 2, height: 2, width: 2)
    }
    #expect(throws: DatasetError.self) {
      try ImageBytes([], count: .max, channels: .max, height: 2, width: 2)
    }
    #expect(throws: DatasetError.self) {
      try ImageBytes([], count: 0, channels: .max, height: .max, width: 2)
    }
    let empty = try ImageBytes([], count: 0, channels: .max, height: .max, width: 0)
    #expect(empty.stride == 0)
    #expect(throws: DatasetError.self) { try ImageBytes([], count: -1, height: 2, width: 2) }
    let pixels = try ImageBytes([1, 2], count: 2, height: 1, width: 1)
    #expect(throws: DatasetError.self) { try Dataset(name: "x", pixels: pixels, labels: [1]) }
    #expect(
      throws: DatasetError.labelOutOfRange(file: "x", position: 1, label: 10, classCount: 10)
    ) {
      try Dataset(name: "x", pixels: pixels, labels: [1, 10])
    }
    #expect(throws: DatasetError.badClassCount(0)) {
      try Dataset(name: "x", pixels: pixels, labels: [0, 0], classCount: 0)
    }
  }
}

@Suite struct GatherTests {
  /// Every byte becomes the float that a true division gives, for lengths with and without a rest.
  @Test(arguments: [1, 15, 16, 17, 256])
  func dividesEveryByteBy255(width: Int) throws {
    let count = 256 / width + 1
    let bytes = (0..<count * width).map { UInt8(truncatingIfNeeded: $0) }
    let data = try Dataset(
      name: "bytes", pixels: ImageBytes(bytes, count: count, height: 1, width: width),
      labels: [UInt8](repeating: 0, count: count))
    let expected = bytes.map { Float($0) / 255 }
    #expect(try data.samples().elements() == expected)
    #expect(try data.subset(Array(0..<count)).samples().elements() == expected)
    let reversed = Array((0..<count).reversed())
    let gathered: [Float] = try data.samples(at: reversed[...]).elements()
    #expect(gathered == reversed.flatMap { expected[$0 * width..<($0 + 1) * width] })
  }

  @Test func gathersThroughSelections() throws {
    let data = try sample().shuffled(seed: 4).drop(3)
    let part = 2..<7
    let expected = try part.flatMap { try data.image(at: $0) }
    #expect(try data.samples(at: part).elements() == expected.map { Float($0) / 255 })
    let wanted = data.labels[part].map(Int32.init)
    #expect(try data.labels(at: part).elements() == wanted)
    #expect(try data.labels(at: Array(part)[...]).elements() == wanted)
  }
}

/// Datasets of numbers that are no images.
@Suite struct NumberDatasetTests {
  private let labels: [UInt8] = [0, 1, 2, 0, 1]

  @Test(arguments: [DType.float32, .int32]) func givesItsSamplesBack(dtype: DType) throws {
    let x = try Tensor((0..<30).map { Float($0) }, shape: [5, 2, 3]).cast(to: dtype)
    let data = try Dataset(
      name: "points", samples: x, labels: labels, classCount: 3, classNames: ["a", "b", "c"])
    #expect(data.description == "points: 5 samples of [2, 3], 3 classes")
    #expect(data.sampleShape == [2, 3] && data.pixels == nil)
    let all = try data.samples()
    #expect(all.dtype == dtype && all.shape == x.shape)
    #expect(try all.reals() == (0..<30).map(Double.init))
    let picked = data.shuffled(seed: 3)
    for (place, index) in picked.indices.enumerated() {
      #expect(
        try picked.samples(at: place..<place + 1).reals()
          == (0..<6).map { Double(6 * index + $0) })
      #expect(try picked.label(at: place) == Int(labels[index]))
    }
    #expect(try data.samples(at: [4, 0][...]).reals().first == 24)
    #expect(picked.classNames == ["a", "b", "c"])
    #expect(try data.filter(label: 1).indices == [1, 4])
    #expect(try data == data.subset(0..<5) && data != data.drop(1))
  }

  @Test func numbersOfAnotherTypeAreOtherData() throws {
    let x = try Tensor((0..<5).map { Float($0) }, shape: [5, 1])
    func data(_ samples: Tensor) throws -> Dataset {
      try Dataset(name: "x", samples: samples, labels: labels, classCount: 3)
    }
    #expect(try data(x) == data(x))
    #expect(try data(x) != data(x.cast(to: .int32)))
    #expect(try data(x) != data(x + 1))
  }

  @Test func refusesWhatIsNoDataset() throws {
    let x = try Tensor((0..<5).map { Float($0) }, shape: [5, 1])
    let data = try Dataset(name: "points", samples: x, labels: labels, classCount: 3)
    #expect(throws: DatasetError.noImages(name: "points", shape: [1])) { try data.images() }
    #expect(throws: DatasetError.noImages(name: "points", shape: [1])) { try data.image(at: 0) }
    #expect(throws: DatasetError.nameCount(names: 1, classes: 3)) {
      try Dataset(name: "x", samples: x, labels: labels, classCount: 3, classNames: ["a"])
    }
    #expect(throws: DatasetError.self) {
      try Dataset(name: "x", samples: x, labels: [0], classCount: 3)
    }
    #expect(throws: TensorError.self) {
      try Dataset(name: "x", samples: Tensor(scalar: 1), labels: [0], classCount: 3)
    }
    #expect(throws: TensorError.self) {
      try Dataset(
        name: "x", samples: x.cast(to: .uint8), labels: labels, classCount: 3)
    }
  }
}

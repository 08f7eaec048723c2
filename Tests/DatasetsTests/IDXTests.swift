import Testing

@testable import Datasets

@Suite struct IDXTests {
  /// A file written out by hand after the description of the format.
  static let small: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]

  @Test func readsAFile() throws {
    let array = try IDX.read(Self.small)
    #expect(array.shape == [2, 1, 3])
    #expect(Array(array.elements) == [1, 2, 3, 4, 5, 6])
    #expect(IDX.write(array) == Self.small)
  }

  @Test func writesWhatItReads() throws {
    var generator = HashGenerator(seed: 8)
    for rank in 1...8 {
      let shape = (0..<rank).map { _ in Int(generator.below(4)) }
      let count = shape.reduce(1, *)
      let elements = (0..<count).map { _ in UInt8(generator.below(256)) }
      let array = try IDXArray(shape: shape, elements: elements[...])
      #expect(try IDX.read(IDX.write(array)) == array)
    }
  }

  /// Every file that is cut short is an error, never a crash.
  @Test func refusesEveryPrefix() {
    for length in 0..<Self.small.count {
      #expect(throws: DatasetError.self, "\(length) bytes") {
        try IDX.read(Array(Self.small[..<length]))
      }
    }
  }

  @Test func saysWhatIsWrong() {
    func message(_ bytes: [UInt8]) -> String {
      do {
        return "\(try IDX.read(bytes, name: "a"))"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message(Array(Self.small.dropLast())) == "'a' is cut short: expected 22 bytes, found 21")
    #expect(message(Self.small + [0]) == "'a' is too long: expected 22 bytes, found 23")
    #expect(
      message([31, 139, 8, 3])
        == "'a' is not an IDX file: it should begin with the bytes 0 0, not 31 139")
    #expect(
      message([0, 0, 13, 1, 0, 0, 0, 0])
        == "'a' holds elements of IDX type 13, not unsigned bytes (type 8)")
    #expect(message([0, 0, 8, 0]) == "'a' has 0 dimensions, not 1 to 8")
    #expect(message([0, 0, 8, 9]) == "'a' has 9 dimensions, not 1 to 8")
    #expect(message([0, 0, 8, 2] + [UInt8](repeating: 255, count: 8)).contains("claims the shape"))
    #expect(
      message([0, 0, 8, 8] + [UInt8](repeating: 255, count: 32)).contains(
        "more than memory can address"))
  }

  /// Damaged headers give an error or an array that fits its bytes, never a crash.
  @Test func survivesDamage() {
    var generator = HashGenerator(seed: 21)
    for _ in 0..<2000 {
      var bytes = Self.small
      for _ in 0...generator.below(3) {
        bytes[Int(generator.below(UInt64(bytes.count)))] = UInt8(generator.below(256))
      }
      if let array = try? IDX.read(bytes) {
        #expect(array.elements.count == array.shape.reduce(1, *))
      }
    }
  }

  @Test func refusesArraysThatDoNotFit() {
    #expect(throws: DatasetError.self) { try IDXArray(shape: [], elements: []) }
    #expect(throws: DatasetError.self) { try IDXArray(shape: [2], elements: [1]) }
    #expect(throws: DatasetError.self) { try IDXArray(shape: [-1], elements: [1]) }
    #expect(throws: DatasetError.self) { try IDXArray(shape: [1 << 40, 0], elements: []) }
  }

  @Test func joinsImagesAndLabels() throws {
    let images = try IDX.read(Self.small)
    let data = try Dataset(
      name: "x", images: images, labels: IDXArray(shape: [2], elements: [9, 0]))
    #expect(data.labels == [9, 0])
    #expect(try data.image(at: 1) == [4, 5, 6])
    #expect(
      throws: DatasetError.countMismatch(
        images: "images", imageCount: 2, labels: "labels", labelCount: 3)
    ) {
      try Dataset(name: "x", images: images, labels: IDXArray(shape: [3], elements: [1, 2, 3]))
    }
    #expect(
      throws: DatasetError.labelOutOfRange(file: "labels", position: 1, label: 12, classCount: 10)
    ) {
      try Dataset(name: "x", images: images, labels: IDXArray(shape: [2], elements: [1, 12]))
    }
    #expect(throws: DatasetError.wrongRank(file: "labels", expected: 1...1, found: 3)) {
      try Dataset(name: "x", images: images, labels: images)
    }
    let flat = try IDXArray(shape: [1], elements: [1])
    #expect(throws: DatasetError.wrongRank(file: "images", expected: 3...4, found: 1)) {
      try Dataset(name: "x", images: flat, labels: flat)
    }
  }

  @Test func takesChannelsFromTheSecondSize() throws {
    let images = try IDXArray(shape: [1, 3, 1, 2], elements: [1, 2, 3, 4, 5, 6])
    let data = try Dataset(name: "x", images: images, labels: IDXArray(shape: [1], elements: [0]))
    #expect(data.sampleShape[0] == 3)
    #expect(data.description == "x: 1 image of 1 x 2 x 3, 10 classes")
  }
}

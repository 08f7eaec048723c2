import Tensors
import Testing

@testable import Datasets

@Suite struct ImageFileTests {
  private func random(_ height: Int, _ width: Int, _ channels: Int, seed: UInt64 = 1) throws
    -> PNGImage
  {
    var generator = HashGenerator(seed: seed)
    return try PNGImage(
      height: height, width: width, channels: channels,
      bytes: (0..<height * width * channels).map { _ in UInt8(generator.below(256)) })
  }

  @Test(arguments: [1, 3], [[1, 1], [3, 5], [28, 28], [1, 300]])
  func readsWhatItWrites(channels: Int, sides: [Int]) throws {
    let image = try random(sides[0], sides[1], channels)
    #expect(try PNGImage.decode(image.encoded()) == image)
    #expect(try PNGImage(image.tensor()) == image)
  }

  /// The smallest PNG files, written byte by byte: grey of 1 bit, a palette, 16 bits, with opacity.
  @Test(arguments: [
    // 2 x 1 pixels of 1 bit: 0, 1
    (kind: [1, 0] as [UInt8], extra: [] as [[UInt8]], row: [0x40] as [UInt8], bytes: [0, 255]),
    // 16 bits of grey: 0, 65535
    ([16, 0], [], [0, 0, 255, 255], [0, 255]),
    // a palette of red and blue, in 8 bits
    ([8, 3], [[255, 0, 0, 0, 0, 255]], [0, 1], [255, 0, 0, 0, 0, 255]),
    // grey with opacity: white that is all there, white that is not
    ([8, 4], [], [255, 255, 255, 0], [255, 0]),
  ])
  func readsOtherKinds(kind: [UInt8], extra: [[UInt8]], row: [UInt8], bytes: [UInt8]) throws {
    let file = Self.file(width: 2, height: 1, kind: kind, palette: extra.first, rows: [0] + row)
    #expect(try PNGImage.decode(file).bytes == bytes)
  }

  @Test func refusesDamage() throws {
    let file = try random(9, 7, 3).encoded()
    for end in file.indices.dropLast(12) {
      #expect(throws: DatasetError.self) { try PNGImage.decode(Array(file[..<end])) }
    }
    for index in stride(from: 0, to: file.count, by: 3) {
      var damaged = file
      damaged[index] ^= 0x10
      _ = try? PNGImage.decode(damaged)
    }
    #expect(throws: DatasetError.self) { try PNGImage.decode([]) }
    #expect(throws: DatasetError.self) { try PNGImage.decode(Array("GIF89a".utf8)) }
  }

  /// A header that claims a picture beyond memory is not believed.
  @Test(arguments: [(1 << 30, 1 << 30), (100_000, 100_000), (0, 1), (1 << 31, 1)])
  func refusesHugeSides(width: Int, height: Int) {
    let file = Self.file(width: width, height: height, kind: [8, 0], palette: nil, rows: [0, 1])
    #expect(throws: DatasetError.self) { try PNGImage.decode(file) }
  }

  @Test func refusesWhatIsNoImage() throws {
    #expect(throws: DatasetError.badImage(shape: [0, 1, 1])) {
      try PNGImage(height: 0, width: 1, channels: 1, bytes: [])
    }
    #expect(throws: DatasetError.badImage(shape: [2, 1, 1])) { try PNGImage(zeros(2, 1, 1)) }
    #expect(throws: TensorError.self) { try PNGImage(zeros(1, 1, 1, 1)) }
    #expect(throws: TensorError.notFinite("the image")) { try PNGImage(full([1, 1], .nan)) }
    #expect(try PNGImage(full([2, 2], 7)).bytes == [255, 255, 255, 255])
    #expect(try PNGImage(full([2, 2], -7)).bytes == [0, 0, 0, 0])
  }

  @Test func resizingKeepsWhatIsEven() throws {
    let even = try PNGImage(
      height: 5, width: 8, channels: 3,
      bytes: (0..<40).flatMap { _ in [10, 200, 77] as [UInt8] })
    for (height, width) in [(1, 1), (2, 3), (5, 8), (13, 20)] {
      let other = try ImageResizing.resize(even, height: height, width: width)
      #expect(other.height == height && other.width == width)
      #expect(other.bytes == (0..<height * width).flatMap { _ in [10, 200, 77] as [UInt8] })
    }
  }

  /// Halving takes (1, 3, 3, 1) / 8 of four neighbours; at the ends what is there.
  @Test func resizingWeighsByTriangles() throws {
    let line = try PNGImage(height: 1, width: 4, channels: 1, bytes: [0, 80, 160, 240])
    let half = try ImageResizing.resize(line, height: 1, width: 2)
    // (3 * 0 + 3 * 80 + 160) / 7 and (80 + 3 * 160 + 3 * 240) / 7
    #expect(half.bytes == [57, 183])
    let double = try ImageResizing.resize(line, height: 1, width: 8)
    #expect(double.bytes == [0, 20, 60, 100, 140, 180, 220, 240])
  }

  @Test func foldersAreClasses() throws {
    let folder = try TemporaryFolder()
    for (name, seeds) in [("dog", [1, 2]), ("cat", [3])] {
      try Files.makeDirectory(folder.path("photos/\(name)"))
      for seed in seeds {
        try random(4, 6, 1, seed: UInt64(seed))
          .write(to: folder.path("photos/\(name)/\(seed).png"))
      }
    }
    try Files.write([1], to: folder.path("photos/dog/notes.txt"))
    try Files.write([1], to: folder.path("photos/readme.txt"))
    let data = try ImageFolder.read(folder.path("photos"))
    #expect(data.classNames == ["cat", "dog"] && data.labels == [0, 1, 1])
    #expect(data.description == "photos: 3 images of 4 x 6, 2 classes")
    #expect(try data.image(at: 0) == random(4, 6, 1, seed: 3).bytes)
    #expect(try ImageFolder.read(folder.path("photos"), resize: (2, 3)).sampleShape == [1, 2, 3])
    let colours = try ImageFolder.read(folder.path("photos"), channels: 3)
    let grey = try random(4, 6, 1, seed: 3).bytes
    #expect(colours.sampleShape == [3, 4, 6])
    #expect(try colours.image(at: 0) == grey + grey + grey)

    try random(5, 6, 3).write(to: folder.path("photos/cat/4.png"))
    #expect(throws: DatasetError.self) { try ImageFolder.read(folder.path("photos")) }
    let mixed = try ImageFolder.read(folder.path("photos"), resize: (4, 6))
    #expect(mixed.sampleShape == [3, 4, 6] && mixed.labels == [0, 0, 1, 1])
  }

  @Test func refusesFoldersWithoutImages() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DatasetError.noClassFolders(folder: folder.path("."), found: 0)) {
      try ImageFolder.read(folder.path("."))
    }
    try Files.makeDirectory(folder.path("a"))
    #expect(throws: DatasetError.noImageFiles(folder: folder.path("./a"))) {
      try ImageFolder.read(folder.path("."))
    }
    try Files.write(Array("no".utf8), to: folder.path("a/1.PNG"))
    #expect(throws: DatasetError.self) { try ImageFolder.read(folder.path(".")) }
    #expect(throws: DatasetError.missing(file: folder.path("b"))) {
      try ImageFolder.read(folder.path("b"))
    }
    #expect(throws: DatasetError.self) { try ImageFolder.read(folder.path("."), resize: (0, 4)) }
    #expect(throws: DatasetError.self) { try ImageFolder.read(folder.path("."), channels: 2) }
  }

  /// Red comes first, and within it row by row.
  @Test func readsCIFAR() throws {
    let folder = try TemporaryFolder()
    let environment = ["NOTCH_DATA": folder.path("."), "XDG_CACHE_HOME": folder.path("none")]
    #expect(throws: DatasetError.self) { try CIFAR10.load(environment: environment) }
    let directory = folder.path("./cifar-10-batches-bin")
    try Files.makeDirectory(directory)
    var generator = HashGenerator(seed: 1)
    for (index, name) in (CIFAR10.trainFiles + CIFAR10.testFiles).enumerated() {
      let records = (0..<2).flatMap { record in
        [UInt8(index + record)] + (0..<3072).map { _ in UInt8(generator.below(256)) }
      }
      try Files.write(records, to: "\(directory)/\(name)")
      if index == 2 {
        #expect(throws: DatasetError.self) { try CIFAR10.load(environment: environment) }
      }
    }
    let (train, test) = try CIFAR10.load(environment: environment)
    #expect(train.count == 10 && test.count == 2 && train.sampleShape == [3, 32, 32])
    #expect(train.labels == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5])
    #expect(train.classNames?[5] == "dog")
    let bytes = try Files.read("\(directory)/data_batch_2.bin")
    #expect(try train.image(at: 3) == Array(bytes[3074...]))

    try Files.write(Array(bytes.dropLast()), to: "\(directory)/data_batch_2.bin")
    #expect(
      throws: DatasetError.brokenRecords(
        file: "\(directory)/data_batch_2.bin", size: 3073, found: 6145)
    ) { try CIFAR10.load(environment: environment) }
    try Files.write([10] + [UInt8](repeating: 0, count: 3072), to: "\(directory)/data_batch_2.bin")
    #expect(throws: DatasetError.self) { try CIFAR10.load(environment: environment) }
    try Files.write([], to: "\(directory)/data_batch_2.bin")
    #expect(throws: DatasetError.self) { try CIFAR10.load(environment: environment) }
  }

  @Test func readsFashion() throws {
    let folder = try TemporaryFolder()
    let environment = ["NOTCH_DATA": folder.path("."), "XDG_CACHE_HOME": folder.path("none")]
    do {
      _ = try FashionMNIST.load(environment: environment)
      Issue.record("nothing is there")
    } catch let error as DatasetError {
      #expect(error.fact == "the files of Fashion-MNIST are not there")
      #expect(error.advice?.contains("train-images-idx3-ubyte.gz") == true)
      #expect(error.advice?.contains("/fashion-mnist'") == true)
    }
    let directory = folder.path("./fashion-mnist")
    try Files.makeDirectory(directory)
    for (file, count) in zip(MNIST.files, [4, 4, 2, 2]) {
      let isImages = file.name.contains("images")
      let array = try IDXArray(
        shape: isImages ? [count, 28, 28] : [count],
        elements: [UInt8](repeating: 9, count: isImages ? count * 784 : count)[...])
      try Files.write(IDX.write(array), to: "\(directory)/\(file.name)")
    }
    let (train, test) = try FashionMNIST.load(environment: environment)
    #expect(train.count == 4 && test.count == 2 && train.name == "fashion-mnist train")
    #expect(train.classNames?[9] == "ankle boot")
    #expect(FashionMNIST.state(environment: environment).split(separator: "\n").count == 4)
  }

  /// A PNG file, written without libpng.
  private static func file(
    width: Int, height: Int, kind: [UInt8], palette: [UInt8]?, rows: [UInt8]
  ) -> [UInt8] {
    func big(_ number: Int) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + data
      var sum = UInt32.max
      for byte in body {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
      }
      return big(data.count) + body + big(Int(~sum))
    }
    var (a, b) = (1, 0)
    for byte in rows {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    let length = [UInt8(rows.count & 0xFF), UInt8(rows.count >> 8)]
    let stream: [UInt8] =
      [0x78, 1, 1] + length + length.map { ~$0 } + rows + big(b << 16 | a)
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", big(width) + big(height) + kind + [0, 0, 0])
      + (palette.map { chunk("PLTE", $0) } ?? []) + chunk("IDAT", stream) + chunk("IEND", [])
  }
}

import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Random changes that leave a sample's class as it is, drawn anew for each sample.
///
///     let wide = try train.augmented(by: Augmentation(shift: 2, rotate: 10), copies: 4, seed: 1)
///     try fit(&net, train, optimizer: Adam(), augment: Augmentation(shift: 2, noise: 0.05))
///
/// A pixel of the changed image is taken from where the turn, the shift and the mirror lead back to,
/// between four pixels by bilinear interpolation; what comes from outside is 0. Then noise is added
/// and the result cut to [0, 1]. An image that is not turned keeps its pixels exactly.
///
/// What a sample gets is a pure function of a seed and the sample's position (Philox).
public struct Augmentation: Sendable, Hashable {
  /// Pixels that an image moves at most, down or up and to either side; whole numbers.
  public let shift: Int
  /// Degrees that it turns at most, either way, about its centre.
  public let rotate: Double
  /// Whether every other image, on average, is mirrored left to right.
  public let flip: Bool
  /// Deviation of what is added to each number.
  public let noise: Double

  /// Errors: a negative shift or one above 4096, an angle outside 0 to 180, a noise that is not from 0
  /// to a million.
  public init(
    shift: Int = 0, rotate: Double = 0, flip: Bool = false, noise: Double = 0
  ) throws {
    guard (0...4096).contains(shift) else { throw DatasetError.badShift(shift) }
    guard rotate >= 0, rotate <= 180 else { throw DatasetError.badAngle(rotate) }
    try Synthetic.check(noise: noise)
    self.shift = shift
    self.rotate = rotate
    self.flip = flip
    self.noise = noise
  }

  /// Whether pixels change their places.
  private var moves: Bool { shift > 0 || rotate > 0 || flip }

  /// Throws unless samples of a dataset can be changed so.
  package func check(_ data: Dataset) throws {
    let shape = data.sampleShape
    guard !data.holdsIntegers, !moves || shape.count == 3 else {
      throw DatasetError.cannotAugment(name: data.name, shape: shape)
    }
  }

  /// Samples `[N, ...]` of a dataset, changed as their positions and a seed say.
  ///
  /// `limits` is whether the numbers stay within [0, 1], as those of images do.
  package func applied(
    to samples: Tensor, at positions: some Collection<Int>, seed: UInt64, limits: Bool
  ) throws -> Tensor {
    let sizes = Array(samples.shape.sizes.dropFirst())
    let size = sizes.reduce(1, *)
    let window = sizes.count == 3 ? (sizes[1], sizes[2]) : (1, size)
    return try samples.withElements(Float.self) { source in
      try Tensor(shape: samples.shape, writing: Float.self) { target in
        for (index, position) in positions.enumerated() {
          var stream = RandomStream(seed: seed, stream: UInt64(bitPattern: Int64(position)))
          let place = index * size..<(index + 1) * size
          let from = UnsafeBufferPointer(rebasing: source[place])
          let to = UnsafeMutableBufferPointer(rebasing: target[place])
          if moves {
            let motion = Motion(self, from: &stream, height: window.0, width: window.1)
            motion.apply(from, to)
          } else {
            _ = to.update(from: from)
          }
          if noise > 0 { addNoise(to, from: stream, limits: limits) }
        }
      }
    }
  }

  /// Two numbers a block of the stream, each the sum of four uniform ones: nearly normal, and the
  /// same on every machine.
  private func addNoise(
    _ numbers: UnsafeMutableBufferPointer<Float>, from stream: RandomStream, limits: Bool
  ) {
    let scale = Float(noise) * 1.7320508
    for index in numbers.indices {
      let block = stream.block(at: UInt64(index / 2))
      let (a, b) = index % 2 == 0 ? (block.x, block.y) : (block.z, block.w)
      let sum = Float(a & 0xFFFF) + Float(a >> 16) + Float(b & 0xFFFF) + Float(b >> 16)
      let value = numbers[index] + (sum * 0x1p-16 - 2) * scale
      numbers[index] = limits ? min(max(value, 0), 1) : value
    }
  }
}

/// One turn, shift and mirror, drawn for one image.
private struct Motion {
  let height: Int
  let width: Int
  let down: Int
  let right: Int
  let isMirrored: Bool
  /// Cosine and sine of the turn; nil where there is none.
  let turn: (Float, Float)?

  init(
    _ augmentation: Augmentation, from stream: inout RandomStream, height: Int, width: Int
  ) {
    self.height = height
    self.width = width
    let reach = augmentation.shift
    down = stream.below(2 * reach + 1) - reach
    right = stream.below(2 * reach + 1) - reach
    isMirrored = stream.uniform() < 0.5 && augmentation.flip
    let angle = (2 * stream.uniform() - 1) * augmentation.rotate * Double.pi / 180
    turn = augmentation.rotate > 0 ? (Float(cos(angle)), Float(sin(angle))) : nil
  }

  /// Moves each channel.
  func apply(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
    let plane = height * width
    guard plane > 0 else { return }
    for start in stride(from: 0, to: source.count, by: plane) {
      for row in 0..<height {
        for column in 0..<width {
          target[start + row * width + column] =
            if let turn {
              between(source, start, row: row, column: column, turn)
            } else {
              pixel(source, start, row: row - down, column: mirrored(column - right))
            }
        }
      }
    }
  }

  private func mirrored(_ column: Int) -> Int { isMirrored ? width - 1 - column : column }

  private func pixel(
    _ source: UnsafeBufferPointer<Float>, _ start: Int, row: Int, column: Int
  ) -> Float {
    guard row >= 0, row < height, column >= 0, column < width else { return 0 }
    return source[start + row * width + column]
  }

  /// The value where a turned pixel comes from, between four pixels.
  private func between(
    _ source: UnsafeBufferPointer<Float>, _ start: Int, row: Int, column: Int,
    _ turn: (cosine: Float, sine: Float)
  ) -> Float {
    let (middleX, middleY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    let (x, y) = (Float(column - right) - middleX, Float(row - down) - middleY)
    let fromX = turn.cosine * x - turn.sine * y + middleX
    let fromY = turn.sine * x + turn.cosine * y + middleY
    let (left, top) = (fromX.rounded(.down), fromY.rounded(.down))
    let (u, v) = (fromX - left, fromY - top)
    let (i, j) = (Int(top), Int(left))
    func at(_ row: Int, _ column: Int) -> Float {
      // The mirror acts on the image as it was.
      pixel(source, start, row: row, column: mirrored(column))
    }
    let above = at(i, j) * (1 - u) + at(i, j + 1) * u
    let below = at(i + 1, j) * (1 - u) + at(i + 1, j + 1) * u
    return above * (1 - v) + below * v
  }
}

extension Dataset {
  /// Whether its samples are codes and no quantities.
  var holdsIntegers: Bool {
    if case .numbers(let samples) = content { samples.dtype == .int32 } else { false }
  }

  /// As many copies of each sample as wanted, each changed in its own way.
  ///
  /// All samples in order, then all again. Images stay images of bytes.
  ///
  /// Errors: fewer than one copy, more than 2 GiB of them, moved samples that are no images, changed
  /// samples that are whole numbers.
  public func augmented(
    by augmentation: Augmentation, copies: Int = 1, seed: UInt64,
    isCancelled: () -> Bool = { false }
  ) throws -> Dataset {
    try augmentation.check(self)
    guard copies >= 1 else { throw DatasetError.badCopies(copies) }
    let size = sampleShape.reduce(1, *)
    let bytes = pixels == nil ? 4 : 1
    guard let total = checkedProduct([copies, count]),
      let room = checkedProduct([total, size, bytes]), room <= Synthetic.limit
    else {
      throw DatasetError.tooMany(
        what: "copies", count: copies,
        bytes: Double(copies) * Double(count) * Double(size) * Double(bytes),
        limit: Synthetic.limit)
    }
    let labels = Array(repeatElement(self.labels, count: copies).joined())
    /// Calls a closure with changed samples, a few at a time, and their place among all.
    func eachPart(_ body: (Tensor, Int) throws -> Void) throws {
      for copy in 0..<copies {
        for start in stride(from: 0, to: count, by: 64) {
          if isCancelled() { throw DatasetError.cancelled }
          let range = start..<min(start + 64, count)
          let first = copy * count + start
          try body(
            augmentation.applied(
              to: samples(at: range), at: first..<first + range.count, seed: seed,
              limits: pixels != nil), first * size)
        }
      }
    }
    if let pixels {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(room)
      try eachPart { part, _ in
        try part.withElements(Float.self) { numbers in
          for number in numbers { bytes.append(UInt8((number * 255).rounded())) }
        }
      }
      return try Dataset(
        name: name,
        pixels: ImageBytes(
          bytes, count: total, channels: pixels.channels, height: pixels.height,
          width: pixels.width), labels: labels, classCount: classCount, classNames: classNames)
    }
    let tensor = try Tensor(shape: Shape([total] + sampleShape), writing: Float.self) { target in
      try eachPart { part, place in
        try part.withElements(Float.self) { numbers in
          _ = UnsafeMutableBufferPointer(rebasing: target[place...]).update(from: numbers)
        }
      }
    }
    return try Dataset(
      name: name, samples: tensor, labels: labels, classCount: classCount, classNames: classNames)
  }
}

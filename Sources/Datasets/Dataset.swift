public import Tensors

/// Samples of one shape with the class of each: a value.
///
///     let (train, test) = try MNIST.load()
///     let few = try train.shuffled(seed: 1).take(512)
///
/// A sample is an image of bytes, which is given as float32 in [0, 1], or a tensor of float32 or
/// int32: a point, a sound, the numbers of the words of a sentence. A part of a dataset (`take`,
/// `shuffled`, `filter`, …) is a list of positions over the same bytes, so that it costs no samples.
public struct Dataset: Sendable {
  /// What it is called: `mnist train`.
  public let name: String
  /// Number of classes; labels go from 0 to `classCount - 1`.
  public let classCount: Int
  /// What the classes are called, where they have names.
  public let classNames: [String]?
  /// The words that the numbers of a sample stand for, where they stand for words.
  public let vocabulary: [String]?
  /// The stored samples, of which this dataset selects some.
  let content: Content
  /// The labels of all stored samples.
  let storedLabels: ArraySlice<UInt8>
  let selection: Selection

  /// The samples themselves.
  enum Content: Sendable {
    case images(ImageBytes)
    /// Float32 or int32; the first axis counts the samples.
    case numbers(Tensor)
  }

  /// Images with as many labels.
  ///
  /// Errors: another number of labels than images, a label that is not below `classCount`, and a
  /// class count outside 1 to 256.
  public init(
    name: String, pixels: ImageBytes, labels: ArraySlice<UInt8>, classCount: Int = 10,
    classNames: [String]? = nil
  ) throws {
    try self.init(
      name: name, content: .images(pixels), count: pixels.count, labels: labels,
      classCount: classCount, classNames: classNames, vocabulary: nil)
  }

  /// Images with as many labels, given as an array.
  public init(
    name: String, pixels: ImageBytes, labels: [UInt8], classCount: Int = 10,
    classNames: [String]? = nil
  ) throws {
    try self.init(
      name: name, pixels: pixels, labels: labels[...], classCount: classCount,
      classNames: classNames)
  }

  /// The samples of a tensor, float32 or int32, whose first axis counts them.
  ///
  ///     try Dataset(name: "points", samples: x, labels: [0, 1, 1], classCount: 2)
  ///
  /// Errors: those of images, a tensor without axes or of other elements, and another number of
  /// names than classes.
  public init(
    name: String, samples: Tensor, labels: [UInt8], classCount: Int, classNames: [String]? = nil,
    vocabulary: [String]? = nil
  ) throws {
    guard samples.rank > 0 else { throw TensorError.needsRank("a dataset", 1, samples.shape) }
    guard samples.dtype == .float32 || samples.dtype == .int32 else {
      throw TensorError.needsDType("a dataset holds float32 or int32", samples.dtype)
    }
    guard Int32(exactly: samples.shape[0]) != nil else {
      throw DatasetError.sizeOverflow(what: name, shape: samples.shape.sizes)
    }
    try self.init(
      name: name, content: .numbers(samples.detached().plain()), count: samples.shape[0],
      labels: labels[...], classCount: classCount, classNames: classNames, vocabulary: vocabulary)
  }

  private init(
    name: String, content: Content, count: Int, labels: ArraySlice<UInt8>, classCount: Int,
    classNames: [String]?, vocabulary: [String]?
  ) throws {
    guard (1...256).contains(classCount) else {
      throw DatasetError.badClassCount(classCount)
    }
    if let classNames, classNames.count != classCount {
      throw DatasetError.nameCount(names: classNames.count, classes: classCount)
    }
    guard labels.count == count else {
      throw DatasetError.countMismatch(
        images: name, imageCount: count, labels: "labels", labelCount: labels.count)
    }
    if let wrong = labels.firstIndex(where: { Int($0) >= classCount }) {
      throw DatasetError.labelOutOfRange(
        file: name, position: wrong - labels.startIndex, label: Int(labels[wrong]),
        classCount: classCount)
    }
    self.name = name
    self.content = content
    self.classCount = classCount
    self.classNames = classNames
    self.vocabulary = vocabulary
    storedLabels = labels
    selection = .range(0..<count)
  }

  /// Other positions of what a dataset stores.
  init(_ data: Dataset, selecting selection: Selection) {
    name = data.name
    content = data.content
    classCount = data.classCount
    classNames = data.classNames
    vocabulary = data.vocabulary
    storedLabels = data.storedLabels
    self.selection = selection
  }

  /// Number of samples.
  public var count: Int { selection.count }
  /// Whether there is no sample.
  public var isEmpty: Bool { count == 0 }
  /// The stored images, of which this dataset selects some; nil where the samples are no images.
  public var pixels: ImageBytes? {
    if case .images(let pixels) = content { pixels } else { nil }
  }

  /// The sizes of one sample; `[channels, height, width]` of an image.
  public var sampleShape: [Int] {
    switch content {
    case .images(let pixels): [pixels.channels, pixels.height, pixels.width]
    case .numbers(let samples): Array(samples.shape.sizes.dropFirst())
    }
  }

  /// The class of each sample, in order; takes time in proportion to the count.
  public var labels: [UInt8] {
    let start = storedLabels.startIndex
    switch selection {
    case .range(let range):
      return Array(storedLabels[start + range.lowerBound..<start + range.upperBound])
    case .list(let list):
      return list.map { storedLabels[start + Int($0)] }
    }
  }

  /// The stored position of each sample, in order.
  public var indices: [Int] {
    switch selection {
    case .range(let range): Array(range)
    case .list(let list): list.map(Int.init)
    }
  }

  /// The pixels of one image, channels x height x width.
  ///
  /// Errors: a position that is not there, and samples that are no images.
  public func image(at position: Int) throws -> [UInt8] {
    let pixels = try imageBytes()
    try check(position)
    return Array(pixels.image(at: selection[position]))
  }

  /// The stored images; throws where the samples are no images.
  func imageBytes() throws -> ImageBytes {
    guard let pixels else { throw DatasetError.noImages(name: name, shape: sampleShape) }
    return pixels
  }

  /// The class of one sample.
  public func label(at position: Int) throws -> Int {
    try check(position)
    return Int(storedLabels[storedLabels.startIndex + selection[position]])
  }

  private func check(_ position: Int) throws {
    guard position >= 0, position < count else {
      throw DatasetError.noSuchSample(position: position, count: count)
    }
  }

  /// How many samples each class has.
  public var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classCount)
    for label in labels { counts[Int(label)] += 1 }
    return counts
  }
}

/// Which stored samples a dataset holds, in which order.
enum Selection: Sendable {
  case range(Range<Int>)
  case list(ArraySlice<Int32>)

  var count: Int {
    switch self {
    case .range(let range): range.count
    case .list(let list): list.count
    }
  }

  /// The stored index of a position.
  subscript(position: Int) -> Int {
    switch self {
    case .range(let range): range.lowerBound + position
    case .list(let list): Int(list[list.startIndex + position])
    }
  }

  /// The part at a range of positions.
  subscript(positions: Range<Int>) -> Selection {
    switch self {
    case .range(let range):
      .range(range.lowerBound + positions.lowerBound..<range.lowerBound + positions.upperBound)
    case .list(let list):
      .list(list[list.startIndex + positions.lowerBound..<list.startIndex + positions.upperBound])
    }
  }
}

extension Dataset: Equatable {
  /// Whether two datasets have the same samples with the same labels in the same order.
  public static func == (left: Dataset, right: Dataset) -> Bool {
    guard
      left.count == right.count, left.classCount == right.classCount,
      left.sampleShape == right.sampleShape, left.labels == right.labels
    else { return false }
    switch (left.content, right.content) {
    case (.images(let one), .images(let other)):
      return (0..<left.count).allSatisfy {
        one.image(at: left.selection[$0]) == other.image(at: right.selection[$0])
      }
    case (.numbers(let one), .numbers(let other)):
      guard one.dtype == other.dtype, let one = try? left.samples().reals(),
        let other = try? right.samples().reals()
      else { return false }
      return one == other
    default: return false
    }
  }
}

extension Dataset: CustomStringConvertible {
  /// One line: `mnist train: 60000 images of 28 x 28, 10 classes`.
  public var description: String {
    switch content {
    case .images(let pixels):
      let colours = pixels.channels == 1 ? "" : " x \(pixels.channels)"
      let size = "\(pixels.height) x \(pixels.width)\(colours)"
      return "\(name): \(counted(count, "image")) of \(size), \(classes)"
    case .numbers:
      return "\(name): \(counted(count, "sample")) of \(sampleShape), \(classes)"
    }
  }

  private var classes: String { counted(classCount, "class", "classes") }
}

/// A number with what it counts: `1 row`, `2 rows`.
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? one + "s")"
}

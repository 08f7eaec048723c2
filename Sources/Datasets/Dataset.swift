/// Images with the class of each: a value.
///
///     let (train, test) = try MNIST.load()
///     let few = try train.shuffled(seed: 1).take(512)
///
/// A part of a dataset (`take`, `shuffled`, `filter`, …) is a list of positions over the same bytes,
/// so that it costs no pixels.
public struct Dataset: Sendable {
  /// What it is called: `mnist train`.
  public let name: String
  /// The stored images, of which this dataset selects some.
  public let pixels: ImageBytes
  /// Number of classes; labels go from 0 to `classCount - 1`.
  public let classCount: Int
  /// The labels of all stored images.
  let storedLabels: ArraySlice<UInt8>
  let selection: Selection

  /// Images with as many labels.
  ///
  /// Errors: another number of labels than images, a label that is not below `classCount`, and a
  /// class count outside 1 to 256.
  public init(
    name: String, pixels: ImageBytes, labels: ArraySlice<UInt8>, classCount: Int = 10
  ) throws {
    guard (1...256).contains(classCount) else {
      throw DatasetError.badClassCount(classCount)
    }
    guard labels.count == pixels.count else {
      throw DatasetError.countMismatch(
        images: name, imageCount: pixels.count, labels: name, labelCount: labels.count)
    }
    if let wrong = labels.firstIndex(where: { Int($0) >= classCount }) {
      throw DatasetError.labelOutOfRange(
        file: name, position: wrong - labels.startIndex, label: Int(labels[wrong]),
        classCount: classCount)
    }
    self.init(
      name: name, pixels: pixels, classCount: classCount, storedLabels: labels,
      selection: .range(0..<pixels.count))
  }

  /// Images with as many labels, given as an array.
  public init(
    name: String, pixels: ImageBytes, labels: [UInt8], classCount: Int = 10
  ) throws {
    try self.init(name: name, pixels: pixels, labels: labels[...], classCount: classCount)
  }

  init(
    name: String, pixels: ImageBytes, classCount: Int, storedLabels: ArraySlice<UInt8>,
    selection: Selection
  ) {
    self.name = name
    self.pixels = pixels
    self.classCount = classCount
    self.storedLabels = storedLabels
    self.selection = selection
  }

  /// Number of images.
  public var count: Int { selection.count }
  /// Whether there is no image.
  public var isEmpty: Bool { count == 0 }
  /// Rows of an image.
  public var height: Int { pixels.height }
  /// Columns of an image.
  public var width: Int { pixels.width }
  /// Bytes of a pixel: 1 is grey.
  public var channels: Int { pixels.channels }
  /// Pixels of one image: channels x height x width.
  public var imageSize: Int { pixels.stride }

  /// The class of each image, in order; takes time in proportion to the count.
  public var labels: [UInt8] {
    let start = storedLabels.startIndex
    switch selection {
    case .range(let range):
      return Array(storedLabels[start + range.lowerBound..<start + range.upperBound])
    case .list(let list):
      return list.map { storedLabels[start + Int($0)] }
    }
  }

  /// The stored position of each image, in order.
  public var indices: [Int] {
    switch selection {
    case .range(let range): Array(range)
    case .list(let list): list.map(Int.init)
    }
  }

  /// The pixels of one image, channels x height x width.
  public func image(at position: Int) throws -> [UInt8] {
    guard position >= 0, position < count else {
      throw DatasetError.noSuchImage(position: position, count: count)
    }
    return Array(pixels.image(at: selection[position]))
  }

  /// The class of one image.
  public func label(at position: Int) throws -> Int {
    guard position >= 0, position < count else {
      throw DatasetError.noSuchImage(position: position, count: count)
    }
    return Int(storedLabels[storedLabels.startIndex + selection[position]])
  }

  /// How many images each class has.
  public var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classCount)
    for label in labels { counts[Int(label)] += 1 }
    return counts
  }
}

/// Which stored images a dataset holds, in which order.
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
  /// Whether two datasets have the same images with the same labels in the same order.
  public static func == (left: Dataset, right: Dataset) -> Bool {
    guard
      left.count == right.count, left.classCount == right.classCount,
      left.channels == right.channels, left.height == right.height, left.width == right.width,
      left.labels == right.labels
    else { return false }
    return (0..<left.count).allSatisfy {
      left.pixels.image(at: left.selection[$0]) == right.pixels.image(at: right.selection[$0])
    }
  }
}

extension Dataset: CustomStringConvertible {
  /// One line: `mnist train: 60000 images of 28 x 28, 10 classes`.
  public var description: String {
    let colours = channels == 1 ? "" : " x \(channels)"
    return "\(name): \(count) images of \(height) x \(width)\(colours), \(classCount) classes"
  }
}

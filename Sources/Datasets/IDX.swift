/// An array of bytes with a shape, as an IDX file holds it.
public struct IDXArray: Hashable, Sendable {
  /// Its sizes, outermost first; never empty.
  public let shape: [Int]
  /// Its elements in row-major order.
  public let elements: ArraySlice<UInt8>

  /// Elements in row-major order with their sizes.
  ///
  /// Errors: a rank outside 1 to 8, a size outside 0 to 2^32 - 1, and another number of elements
  /// than the shape says.
  public init(shape: [Int], elements: ArraySlice<UInt8>) throws {
    guard IDX.ranks.contains(shape.count) else {
      throw DatasetError.wrongRank(file: "array", expected: IDX.ranks, found: shape.count)
    }
    guard shape.allSatisfy({ UInt32(exactly: $0) != nil }), let count = checkedProduct(shape) else {
      throw DatasetError.sizeOverflow(what: "array", shape: shape)
    }
    guard elements.count == count else {
      throw DatasetError.wrongByteCount(shape: shape, expected: count, found: elements.count)
    }
    self.shape = shape
    self.elements = elements
  }
}

/// The IDX format of the MNIST files, for unsigned bytes.
///
/// Two zero bytes, the type of an element (8), the rank, then each size as four bytes, highest
/// first, then the elements. Source: LeCun, Cortes, Burges, "The MNIST database".
public enum IDX {
  static let ranks = 1...8
  private static let unsignedByte: UInt8 = 8

  /// Reads a whole file, which errors call `name`.
  ///
  /// Errors: not an IDX file, elements that are not unsigned bytes, a rank outside 1 to 8, fewer or
  /// more bytes than the shape says.
  public static func read(_ bytes: [UInt8], name: String = "data") throws -> IDXArray {
    guard bytes.count >= 4 else {
      throw DatasetError.truncated(file: name, expected: 4, found: bytes.count)
    }
    guard bytes[0] == 0, bytes[1] == 0 else {
      throw DatasetError.wrongMagic(file: name, found: Array(bytes[..<2]))
    }
    guard bytes[2] == unsignedByte else {
      throw DatasetError.wrongElement(file: name, code: bytes[2])
    }
    let rank = Int(bytes[3])
    guard ranks.contains(rank) else {
      throw DatasetError.wrongRank(file: name, expected: ranks, found: rank)
    }
    let header = 4 + 4 * rank
    guard bytes.count >= header else {
      throw DatasetError.truncated(file: name, expected: header, found: bytes.count)
    }
    let shape = (0..<rank).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    guard let count = checkedProduct(shape), count <= Int.max - header else {
      throw DatasetError.sizeOverflow(what: name, shape: shape)
    }
    let expected = header + count
    if bytes.count < expected {
      throw DatasetError.truncated(file: name, expected: expected, found: bytes.count)
    }
    if bytes.count > expected {
      throw DatasetError.excess(file: name, expected: expected, found: bytes.count)
    }
    return try IDXArray(shape: shape, elements: bytes[header...])
  }

  /// The file of an array; `read` gives the array back.
  public static func write(_ array: IDXArray) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, unsignedByte, UInt8(array.shape.count)]
    bytes.reserveCapacity(4 + 4 * array.shape.count + array.elements.count)
    for size in array.shape {
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
    }
    bytes.append(contentsOf: array.elements)
    return bytes
  }
}

extension Dataset {
  /// Joins an image file and a label file, `[N, H, W]` or `[N, C, H, W]` and `[N]`.
  ///
  /// Errors: other ranks, different counts, labels not below `classCount`.
  public init(
    name: String, images: IDXArray, labels: IDXArray, classCount: Int = 10,
    imageFile: String = "images", labelFile: String = "labels", classNames: [String]? = nil
  ) throws {
    guard (3...4).contains(images.shape.count) else {
      throw DatasetError.wrongRank(file: imageFile, expected: 3...4, found: images.shape.count)
    }
    guard labels.shape.count == 1 else {
      throw DatasetError.wrongRank(file: labelFile, expected: 1...1, found: labels.shape.count)
    }
    guard images.shape[0] == labels.shape[0] else {
      throw DatasetError.countMismatch(
        images: imageFile, imageCount: images.shape[0], labels: labelFile,
        labelCount: labels.shape[0])
    }
    let sides = images.shape.suffix(2)
    let pixels = try ImageBytes(
      images.elements, count: images.shape[0],
      channels: images.shape.count == 4 ? images.shape[1] : 1,
      height: sides[sides.startIndex], width: sides[sides.startIndex + 1])
    do {
      try self.init(
        name: name, pixels: pixels, labels: labels.elements, classCount: classCount,
        classNames: classNames)
    } catch DatasetError.labelOutOfRange(_, let position, let label, let classCount) {
      throw DatasetError.labelOutOfRange(
        file: labelFile, position: position, label: label, classCount: classCount)
    }
  }
}

/// What can go wrong with a dataset: facts, from which `fact` and `advice` make prose.
public enum DatasetError: Error, Hashable, Sendable {
  // Files
  case missing(file: String)
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  case tooLarge(file: String, limit: Int)

  // Gzip
  case damagedGzip(file: String, reason: String)
  case truncatedGzip(file: String)

  // IDX
  case wrongMagic(file: String, found: [UInt8])
  case wrongElement(file: String, code: UInt8)
  case wrongRank(file: String, expected: ClosedRange<Int>, found: Int)
  case sizeOverflow(what: String, shape: [Int])
  case truncated(file: String, expected: Int, found: Int)
  case excess(file: String, expected: Int, found: Int)

  // Images and labels that do not belong together
  case wrongByteCount(shape: [Int], expected: Int, found: Int)
  case countMismatch(images: String, imageCount: Int, labels: String, labelCount: Int)
  case labelOutOfRange(file: String, position: Int, label: Int, classCount: Int)

  // Selections
  case negativeCount(what: String, found: Int)
  case badFraction(Double)
  case badClassCount(Int)
  case badNoise(Double)
  case badBatchSize(Int)
  case noSuchSample(position: Int, count: Int)
  case noSuchLabel(Int, classCount: Int)
  case tooMany(what: String, count: Int, bytes: Double, limit: Int)
  case noImages(name: String, shape: [Int])
  case noVocabulary(name: String)
  case nameCount(names: Int, classes: Int)

  // Downloads
  case wrongChecksum(file: String, expected: String, found: String)
  case noDownloader(directory: String)
  case downloadFailed(file: String, reason: String, directory: String)
  case incomplete(directory: String, missing: [String])
  case cancelled
}

extension DatasetError: CustomStringConvertible {
  /// One phrase: what is wrong and, where there is something to do, what to do.
  public var description: String {
    guard let advice else { return fact }
    return "\(fact); \(advice)"
  }

  /// What is wrong: the file or number, what was expected and what was found.
  public var fact: String {
    switch self {
    case .missing(let file):
      "there is no file '\(file)'"
    case .unreadable(let file, let reason):
      "cannot read '\(file)': \(reason)"
    case .unwritable(let file, let reason):
      "cannot write '\(file)': \(reason)"
    case .tooLarge(let file, let limit):
      "'\(file)' holds more than \(ByteCount(limit)), which is the limit"
    case .damagedGzip(let file, let reason):
      "'\(file)' is damaged: \(reason)"
    case .truncatedGzip(let file):
      "'\(file)' is cut short: its gzip data has no end"
    case .wrongMagic(let file, let found):
      "'\(file)' is not an IDX file: it should begin with the bytes 0 0, not \(listed(found))"
    case .wrongElement(let file, let code):
      "'\(file)' holds elements of IDX type \(code), not unsigned bytes (type 8)"
    case .wrongRank(let file, let expected, let found):
      "'\(file)' has \(found) dimensions, not \(ranged(expected))"
    case .sizeOverflow(let what, let shape):
      "'\(what)' claims the shape \(shape), which is more than memory can address"
    case .truncated(let file, let expected, let found):
      "'\(file)' is cut short: expected \(expected) bytes, found \(found)"
    case .excess(let file, let expected, let found):
      "'\(file)' is too long: expected \(expected) bytes, found \(found)"
    case .wrongByteCount(let shape, let expected, let found):
      "images of shape \(shape) take \(expected) bytes, not \(found)"
    case .countMismatch(let images, let imageCount, let labels, let labelCount):
      "'\(images)' has \(imageCount) images but '\(labels)' has \(labelCount) labels"
    case .labelOutOfRange(let file, let position, let label, let classCount):
      "'\(file)' has label \(label) at position \(position), not one of 0 to \(classCount - 1)"
    case .negativeCount(let what, let found):
      "\(what) must not be negative, not \(found)"
    case .badFraction(let found):
      "a fraction lies between 0 and 1, not \(found)"
    case .badClassCount(let found):
      "a dataset has 1 to 256 classes, not \(found)"
    case .badNoise(let found):
      "a noise is a deviation from 0 to 1000000, not \(found)"
    case .badBatchSize(let found):
      "a batch holds at least 1 sample, not \(found)"
    case .noSuchSample(let position, let count):
      "there is no sample \(position) in a dataset of \(count)"
    case .noSuchLabel(let label, let classCount):
      "there is no label \(label) among the classes 0 to \(classCount - 1)"
    case .tooMany(let what, let count, let bytes, let limit):
      "\(count) \(what) would take \(ByteCount(bytes)) of memory; the limit is \(ByteCount(limit))"
    case .noImages(let name, let shape):
      "the samples of '\(name)' are no images: they have the shape \(shape)"
    case .noVocabulary(let name):
      "the samples of '\(name)' stand for no words"
    case .nameCount(let names, let classes):
      "\(names) names do not fit \(classes) classes"
    case .wrongChecksum(let file, let expected, let found):
      "'\(file)' is not the file it should be: expected SHA-256 \(expected), found \(found)"
    case .noDownloader:
      "cannot download MNIST without the program 'curl'"
    case .downloadFailed(let file, let reason, _):
      "cannot download '\(file)': \(reason)"
    case .incomplete(let directory, let missing):
      "'\(directory)' lacks \(missing.joined(separator: " and "))"
    case .cancelled:
      "stopped before the data was complete"
    }
  }

  /// What would help, if something certain would.
  public var advice: String? {
    switch self {
    case .damagedGzip(let file, _), .truncatedGzip(let file):
      "delete '\(file)' and fetch it again"
    case .wrongChecksum:
      "the server may be wrong or the download damaged: try again later, or use digits(2000)"
    case .noDownloader(let directory):
      "install curl, or \(Self.placement(in: directory))"
    case .downloadFailed(_, _, let directory):
      Self.placement(in: directory)
    case .incomplete:
      "put the four files of MNIST there, with or without '.gz'"
    case .noSuchSample(_, let count) where count > 0:
      "positions go from 0 to \(count - 1)"
    default:
      nil
    }
  }

  private static func placement(in directory: String) -> String {
    let names = MNIST.files.map(\.compressedName).joined(separator: ", ")
    return """
      put \(names) into '\(directory)', or into the folder 'mnist' of a directory named by the \
      variable NOTCH_DATA, or use the built-in digits(2000)
      """
  }
}

private func listed(_ bytes: [UInt8]) -> String {
  bytes.isEmpty ? "nothing" : bytes.map(String.init).joined(separator: " ")
}

private func ranged(_ range: ClosedRange<Int>) -> String {
  range.lowerBound == range.upperBound
    ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
}

/// A number of bytes as people read it: `784 TB`.
private struct ByteCount: CustomStringConvertible {
  let bytes: Double
  init(_ bytes: Double) { self.bytes = bytes }
  init(_ bytes: Int) { self.bytes = Double(bytes) }

  var description: String {
    var value = bytes
    var unit = 0
    let units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB", "ZB"]
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let tenths = (value * 10).rounded() / 10
    let whole = tenths.rounded()
    return whole == tenths && whole < 1e6
      ? "\(Int(whole)) \(units[unit])" : "\(tenths) \(units[unit])"
  }
}

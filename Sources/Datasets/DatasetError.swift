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

  // Tables
  case badCSV(file: String, line: Int, reason: String)
  case badSeparator(String)
  case noSuchColumn(String, table: String, names: [String])
  case columnTwice(String)
  case noFeatures(table: String, label: String)
  case columnOfTexts(String, table: String)
  case missingNumber(row: Int, column: String, table: String)

  // Images and known data sets
  case damagedPNG(file: String, reason: String)
  case badImage(shape: [Int])
  case imageSizes(file: String, found: [Int], expected: [Int])
  case noClassFolders(folder: String, found: Int)
  case noImageFiles(folder: String)
  case brokenRecords(file: String, size: Int, found: Int)
  case lacking(directory: String, missing: [String])
  case noData(title: String, files: [String], folder: String)

  // Changed samples
  case badShift(Int)
  case badAngle(Double)
  case badCopies(Int)
  case cannotAugment(name: String, shape: [Int])

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
      "'\(images)' has \(imageCount) samples but '\(labels)' has \(labelCount) labels"
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
    case .badCSV(let file, let line, let reason):
      "'\(file)', line \(line): \(reason)"
    case .badSeparator(let found):
      "fields are separated by one ASCII character, not '\(found)'"
    case .noSuchColumn(let column, let table, _):
      "'\(table)' has no column '\(column)'"
    case .columnTwice(let column):
      "the column '\(column)' is asked for twice"
    case .columnOfTexts(let column, let table):
      "the column '\(column)' of '\(table)' holds texts, not numbers"
    case .missingNumber(let row, let column, let table):
      "'\(table)' has no finite number at row \(row) of '\(column)'"
    case .noFeatures(let table, let label):
      "'\(table)' has no column beside the label '\(label)'"
    case .damagedPNG(let file, let reason):
      "'\(file)' is no PNG file, or a damaged one: \(reason)"
    case .badImage(let shape):
      "an image has sides above 0 and 1 or 3 channels, not \(shape)"
    case .imageSizes(let file, let found, let expected):
      "'\(file)' has \(found[0]) x \(found[1]) pixels, the first image \(expected[0]) x \(expected[1])"
    case .noClassFolders(let folder, let found):
      "'\(folder)' should hold 1 to 256 folders, one for each class, but has \(found)"
    case .noImageFiles(let folder):
      "'\(folder)' holds no PNG files"
    case .brokenRecords(let file, let size, let found):
      "'\(file)' is no list of records of \(size) bytes: it has \(found) bytes"
    case .lacking(let directory, let missing):
      "'\(directory)' lacks \(missing.joined(separator: " and "))"
    case .noData(let title, _, _):
      "the files of \(title) are not there"
    case .badShift(let found):
      "an image is shifted by 0 to 4096 pixels, not \(found)"
    case .badAngle(let found):
      "an image is turned by 0 to 180 degrees, not \(found)"
    case .badCopies(let found):
      "there is at least 1 copy of a sample, not \(found)"
    case .cannotAugment(let name, let shape):
      "the samples of '\(name)', of shape \(shape), cannot be changed so"
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
    case .imageSizes:
      "give all images one size with resize: [height, width]"
    case .noImageFiles:
      "only PNG is read; convert others first"
    case .noData(_, let files, let folder):
      "put \(files.joined(separator: ", ")) into '\(folder)', or name a directory by NOTCH_DATA"
    case .noSuchColumn(_, _, let names):
      "it has " + names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    case .missingNumber:
      "leave such rows out with droppingMissing()"
    case .columnOfTexts:
      "choose columns of numbers with select"
    case .cannotAugment:
      "images can be moved, and noise be added to numbers that are no codes"
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

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// CIFAR-10: 50,000 images to train and 10,000 to test, 32 x 32 in colour, ten classes.
///
/// Read from the binary version: a record is a label and 3,072 bytes, first all red, then all green,
/// then all blue. Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
public enum CIFAR10 {
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  static let trainFiles = (1...5).map { "data_batch_\($0).bin" }
  static let testFiles = ["test_batch.bin"]
  private static let folders = ["cifar-10-batches-bin", "cifar10"]
  /// The six files in a folder of data.
  package static let fileNames = (trainFiles + testFiles).map { "\(folders[0])/\($0)" }
  private static let recordSize = 3073

  /// The training and the test images.
  ///
  /// The six files are looked for in the folders `cifar-10-batches-bin` (as the archive has it) and
  /// `cifar10` of `$NOTCH_DATA` and of the user's cache folder. Errors: files that are missing, cut
  /// short or not CIFAR-10.
  public static func load() throws -> (train: Dataset, test: Dataset) {
    try load(environment: ProcessInfo.processInfo.environment)
  }

  /// The same with the environment given.
  package static func load(
    environment: [String: String]
  ) throws -> (train: Dataset, test: Dataset) {
    try read(
      from: DataFolders.find(
        "CIFAR-10", folders,
        files: { name in
          (trainFiles + testFiles).filter { !Files.exists("\(name)/\($0)") }
        }, count: 6, environment))
  }

  /// Reads the six files from one directory.
  public static func read(from directory: String) throws -> (train: Dataset, test: Dataset) {
    (
      try dataset("cifar10 train", trainFiles.map { "\(directory)/\($0)" }),
      try dataset("cifar10 test", testFiles.map { "\(directory)/\($0)" })
    )
  }

  private static func dataset(_ name: String, _ paths: [String]) throws -> Dataset {
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for path in paths {
      let bytes = try Files.read(path)
      guard !bytes.isEmpty, bytes.count % recordSize == 0 else {
        throw DatasetError.brokenRecords(file: path, size: recordSize, found: bytes.count)
      }
      for start in stride(from: 0, to: bytes.count, by: recordSize) {
        guard bytes[start] < 10 else {
          throw DatasetError.labelOutOfRange(
            file: path, position: start / recordSize, label: Int(bytes[start]), classCount: 10)
        }
        labels.append(bytes[start])
        pixels += bytes[start + 1..<start + recordSize]
      }
    }
    return try Dataset(
      name: name,
      pixels: ImageBytes(pixels, count: labels.count, channels: 3, height: 32, width: 32),
      labels: labels, classCount: 10, classNames: classNames)
  }

  /// The files that loading would find, with their sizes and times.
  package static func state(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    DataFolders.candidates(folders, environment).flatMap { folder in
      (trainFiles + testFiles).map { "\(folder)/\($0)" }.filter(Files.exists)
        .map { "\($0) \(Files.mark(of: $0))" }
    }.joined(separator: "\n")
  }
}

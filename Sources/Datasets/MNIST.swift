#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The MNIST handwritten digits: 60,000 images to train and 10,000 to test, 28 x 28, ten classes.
///
/// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits" (CC BY-SA 3.0).
public enum MNIST {
  /// The training and the test images.
  ///
  /// The four files are looked for in `$NOTCH_DATA/mnist`, then in the user's cache folder, with and
  /// without `.gz`; what is missing is downloaded into the cache by `curl` and checked. A directory
  /// named by `NOTCH_DATA` is trusted as it is.
  ///
  /// - Parameters:
  ///   - progress: told what share of the download is done, 0 to 1, and how many bytes came.
  ///   - isCancelled: polled during a download; true stops it with `DatasetError.cancelled`.
  public static func load(
    progress: (_ fraction: Double, _ bytes: Int) -> Void = { _, _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> (train: Dataset, test: Dataset) {
    try load(
      environment: ProcessInfo.processInfo.environment, mirrors: mirrors, progress: progress,
      isCancelled: isCancelled)
  }

  /// The same with the environment and the servers given.
  package static func load(
    environment: [String: String], mirrors: [String], progress: (Double, Int) -> Void = { _, _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> (train: Dataset, test: Dataset) {
    if let data = environment["NOTCH_DATA"], !data.isEmpty {
      let directory = "\(data)/mnist"
      let absent = files.filter { $0.path(in: directory) == nil }
      if absent.isEmpty { return try read(from: directory) }
      // Some of the four files are a mistake; none of them is another place to look.
      if absent.count < files.count {
        throw DatasetError.incomplete(directory: directory, missing: absent.map(\.name))
      }
    }
    let cache = cacheDirectory(environment)
    let absent = files.filter { $0.path(in: cache) == nil }
    if !absent.isEmpty {
      try Files.makeDirectory(cache)
      try Download(directory: cache, mirrors: mirrors, environment: environment)
        .fetch(absent, progress: progress, isCancelled: isCancelled)
    }
    return try read(from: cache)
  }

  /// Reads the four files from one directory, with or without `.gz`.
  public static func read(from directory: String) throws -> (train: Dataset, test: Dataset) {
    try read(from: directory, as: "mnist", classNames: nil)
  }

  /// Reads four files with the names of MNIST's.
  static func read(
    from directory: String, as name: String, classNames: [String]?
  ) throws -> (train: Dataset, test: Dataset) {
    (
      try dataset("\(name) train", trainImages, trainLabels, in: directory, classNames),
      try dataset("\(name) test", testImages, testLabels, in: directory, classNames)
    )
  }

  /// The files that loading would find or could find later, with their sizes and times: one text
  /// that changes when they do.
  package static func state(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    state(of: DataFolders.candidates(["mnist"], environment))
  }

  /// The same of some folders.
  static func state(of directories: [String]) -> String {
    directories.flatMap { directory in
      files.compactMap { file in
        file.path(in: directory).map { "\($0) \(Files.mark(of: $0))" }
      }
    }.joined(separator: "\n")
  }

  /// Where downloaded files are kept.
  static func cacheDirectory(_ environment: [String: String]) -> String {
    "\(DataFolders.cache(environment))/mnist"
  }

  private static func dataset(
    _ name: String, _ images: File, _ labels: File, in directory: String, _ classNames: [String]?
  ) throws -> Dataset {
    let (imageFile, imageArray) = try array(images, in: directory)
    let (labelFile, labelArray) = try array(labels, in: directory)
    return try Dataset(
      name: name, images: imageArray, labels: labelArray, imageFile: imageFile,
      labelFile: labelFile, classNames: classNames)
  }

  private static func array(
    _ file: File, in directory: String
  ) throws -> (path: String, array: IDXArray) {
    guard let path = file.path(in: directory) else {
      throw DatasetError.incomplete(directory: directory, missing: [file.name])
    }
    let bytes = try Files.read(path)
    let isCompressed = Gzip.isCompressed(bytes)
    return (path, try IDX.read(isCompressed ? Gzip.inflate(bytes, name: path) : bytes, name: path))
  }
}

extension MNIST {
  /// One of the four files.
  struct File: Sendable {
    let name: String
    /// Size of the file on the servers, for the share of a download that is done.
    let compressedSize: Int
    /// Size of what is inside.
    let size: Int
    /// SHA-256 of what is inside, since the same digits are about in more than one compression.
    let checksum: String

    var compressedName: String { name + ".gz" }

    /// Where the file is in a directory, with or without `.gz`; nil where it is not.
    func path(in directory: String) -> String? {
      ["\(directory)/\(compressedName)", "\(directory)/\(name)"].first(where: Files.exists)
    }
  }

  static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ]

  static let files = [trainImages, trainLabels, testImages, testLabels]

  /// The four files in a folder of data.
  package static let fileNames = files.map { "mnist/\($0.name)" }

  // Checksums: `gunzip --stdout FILE.gz | sha256sum` over the files that LeCun, Cortes and Burges
  // published; sizes: theirs too.
  static let trainImages = File(
    name: "train-images-idx3-ubyte", compressedSize: 9_912_422, size: 47_040_016,
    checksum: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
  static let trainLabels = File(
    name: "train-labels-idx1-ubyte", compressedSize: 28_881, size: 60_008,
    checksum: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")
  static let testImages = File(
    name: "t10k-images-idx3-ubyte", compressedSize: 1_648_877, size: 7_840_016,
    checksum: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")
  static let testLabels = File(
    name: "t10k-labels-idx1-ubyte", compressedSize: 4_542, size: 10_008,
    checksum: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")
}

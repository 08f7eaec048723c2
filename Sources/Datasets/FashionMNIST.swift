#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Fashion-MNIST: 60,000 images of clothes to train and 10,000 to test, 28 x 28, ten classes.
///
/// Four files with the names and the format of MNIST's. Source: Xiao, Rasul, Vollgraf,
/// arXiv 1708.07747.
public enum FashionMNIST {
  public static let classNames = [
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]
  private static let folders = ["fashion-mnist"]
  /// The four files in a folder of data.
  package static let fileNames = MNIST.files.map { "\(folders[0])/\($0.name)" }

  /// The training and the test images.
  ///
  /// The four files are looked for in the folder `fashion-mnist` of `$NOTCH_DATA` and of the user's
  /// cache folder, with and without `.gz`. Errors: files that are missing, damaged or not IDX.
  public static func load() throws -> (train: Dataset, test: Dataset) {
    try load(environment: ProcessInfo.processInfo.environment)
  }

  /// The same with the environment given.
  package static func load(
    environment: [String: String]
  ) throws -> (train: Dataset, test: Dataset) {
    try read(
      from: DataFolders.find(
        "Fashion-MNIST", folders,
        files: { name in
          MNIST.files.filter { $0.path(in: name) == nil }.map(\.compressedName)
        }, count: MNIST.files.count, environment))
  }

  /// Reads the four files from one directory, with or without `.gz`.
  public static func read(from directory: String) throws -> (train: Dataset, test: Dataset) {
    try MNIST.read(from: directory, as: "fashion-mnist", classNames: classNames)
  }

  /// The files that loading would find, with their sizes and times.
  package static func state(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    MNIST.state(of: DataFolders.candidates(folders, environment))
  }
}

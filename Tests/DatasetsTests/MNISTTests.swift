import Foundation
import Testing

@testable import Datasets

/// A directory that is gone when the test is over.
private final class Scratch {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Four small files in the shape of MNIST: 3 images to train, 2 to test.
private func writeSmall(to directory: String, compressed: (String) -> Bool) throws {
  try Files.makeDirectory(directory)
  for (images, labels, count) in [
    (MNIST.trainImages, MNIST.trainLabels, 3), (MNIST.testImages, MNIST.testLabels, 2),
  ] {
    let pixels = (0..<count * 784).map { UInt8(truncatingIfNeeded: $0) }
    let parts = [
      (images.name, try IDXArray(shape: [count, 28, 28], elements: pixels[...])),
      (labels.name, try IDXArray(shape: [count], elements: (0..<UInt8(count)).map { $0 }[...])),
    ]
    for (name, array) in parts {
      let bytes = IDX.write(array)
      let isCompressed = compressed(name)
      try Files.write(
        isCompressed ? deflated(bytes) : bytes,
        to: "\(directory)/\(name)" + (isCompressed ? ".gz" : ""))
    }
  }
}

@Suite struct MNISTTests {
  @Test(arguments: [true, false])
  func readsADirectoryNamedByTheEnvironment(compressed: Bool) throws {
    let scratch = try Scratch()
    try writeSmall(to: scratch.path + "/mnist") { _ in compressed }
    let (train, test) = try MNIST.load(environment: ["NOTCH_DATA": scratch.path], mirrors: [])
    #expect(train.name == "mnist train" && test.name == "mnist test")
    #expect(train.labels == [0, 1, 2] && test.labels == [0, 1])
    #expect(try train.image(at: 1)[0] == UInt8(784 & 255))
  }

  /// The first bytes tell whether a file is compressed, not its name.
  @Test func believesBytesNotNames() throws {
    let scratch = try Scratch()
    try writeSmall(to: scratch.path) { $0.contains("images") }
    let plain = scratch.path + "/" + MNIST.trainLabels.name
    try Files.move(plain, to: plain + ".gz")
    #expect(try MNIST.read(from: scratch.path).train.count == 3)
  }

  @Test func readsTheCache() throws {
    let scratch = try Scratch()
    try writeSmall(to: scratch.path + "/notch/mnist") { _ in true }
    let environment = ["XDG_CACHE_HOME": scratch.path, "NOTCH_DATA": scratch.path + "/nowhere"]
    #expect(try MNIST.load(environment: environment, mirrors: []).test.count == 2)
  }

  @Test func choosesTheCacheFolder() {
    #expect(MNIST.cacheDirectory(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/notch/mnist")
    #if os(Linux)
      #expect(MNIST.cacheDirectory(["HOME": "/h"]) == "/h/.cache/notch/mnist")
      // The XDG specification: a relative path is to be ignored.
      #expect(
        MNIST.cacheDirectory(["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache/notch/mnist")
    #endif
  }

  @Test func saysWhichFileIsMissing() throws {
    let scratch = try Scratch()
    try writeSmall(to: scratch.path + "/mnist") { _ in true }
    Files.remove(scratch.path + "/mnist/" + MNIST.testLabels.compressedName)
    let error = #expect(throws: DatasetError.self) {
      try MNIST.load(environment: ["NOTCH_DATA": scratch.path], mirrors: [])
    }
    #expect(error?.fact == "'\(scratch.path)/mnist' lacks t10k-labels-idx1-ubyte")
  }

  @Test func saysWhatToDoWithoutANetwork() throws {
    let scratch = try Scratch()
    let error = #expect(throws: DatasetError.self) {
      try MNIST.load(
        environment: ["XDG_CACHE_HOME": scratch.path, "PATH": "/usr/bin:/bin"],
        mirrors: ["file://\(scratch.path)/nothing/"])
    }
    let text = error?.description ?? ""
    for word in MNIST.files.map(\.compressedName) + ["NOTCH_DATA", scratch.path, "digits(2000)"] {
      #expect(text.contains(word), "\(word) in \(text)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/notch/mnist") == [])
  }

  @Test func namesADamagedFile() throws {
    let scratch = try Scratch()
    try writeSmall(to: scratch.path) { _ in true }
    let path = scratch.path + "/" + MNIST.trainImages.compressedName
    try Files.write(Array(Files.read(path).dropLast(20)), to: path)
    #expect(throws: DatasetError.truncatedGzip(file: path)) { try MNIST.read(from: scratch.path) }
    try Files.write([0, 0, 8, 3], to: path)
    #expect(throws: DatasetError.truncated(file: path, expected: 16, found: 4)) {
      try MNIST.read(from: scratch.path)
    }
  }

  /// Runs where NOTCH_DATA names a directory with the real files.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["NOTCH_DATA"]?.isEmpty == false))
  func readsTheRealFiles() throws {
    let (train, test) = try MNIST.load()
    #expect(train.count == 60_000 && test.count == 10_000)
    // Known from the description of the database.
    #expect(Array(train.labels.prefix(10)) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    #expect(train.classCounts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(test.classCounts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  }
}

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
struct DownloadTests {
  /// A file that holds `abc`, whose SHA-256 is the first example of FIPS 180-2.
  private let file = MNIST.File(
    name: "abc", compressedSize: GzipTests.abc.count, size: 3,
    checksum: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")

  private func download(into scratch: Scratch, from mirrors: [String]) -> Download {
    Download(
      directory: scratch.path, mirrors: mirrors.map { "file://\(scratch.path)/\($0)/" },
      environment: ["PATH": "/usr/bin:/bin"])
  }

  private func serve(_ bytes: [UInt8], at name: String, in scratch: Scratch) throws {
    try Files.makeDirectory("\(scratch.path)/\(name)")
    try Files.write(bytes, to: "\(scratch.path)/\(name)/abc.gz")
  }

  @Test func fetchesFromTheFirstServerThatHasIt() throws {
    let scratch = try Scratch()
    try serve(GzipTests.abc, at: "good", in: scratch)
    var seen: [Double] = []
    try download(into: scratch, from: ["none", "good"])
      .fetch([file], progress: { fraction, _ in seen.append(fraction) }, isCancelled: { false })
    #expect(try Files.read(scratch.path + "/abc.gz") == GzipTests.abc)
    #expect(seen.last == 1)
    #expect(seen.allSatisfy { (0...1).contains($0) })
    #expect(seen == seen.sorted())
  }

  @Test func refusesAnotherFile() throws {
    let scratch = try Scratch()
    try serve(deflated(Array("abd".utf8)), at: "bad", in: scratch)
    let error = #expect(throws: DatasetError.self) {
      try download(into: scratch, from: ["bad"])
        .fetch([file], progress: { _, _ in }, isCancelled: { false })
    }
    // `printf abd | sha256sum`
    #expect(
      error
        == .wrongChecksum(
          file: "abc.gz", expected: file.checksum,
          found: "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["bad"])
  }

  @Test func goesOnToAServerWithTheRightFile() throws {
    let scratch = try Scratch()
    try serve([1, 2, 3], at: "bad", in: scratch)
    try serve(GzipTests.abc, at: "good", in: scratch)
    try download(into: scratch, from: ["bad", "good"])
      .fetch([file], progress: { _, _ in }, isCancelled: { false })
    #expect(Files.exists(scratch.path + "/abc.gz"))
  }

  @Test func stopsWhenCancelled() throws {
    let scratch = try Scratch()
    try serve(GzipTests.abc, at: "good", in: scratch)
    // At the second question a program runs that would run for a minute.
    let slow = scratch.path + "/slow"
    try Files.write(Array("#!/bin/sh\nexec sleep 60\n".utf8), to: slow)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: slow)
    var download = download(into: scratch, from: ["good"])
    download.program = slow
    var questions = 0
    #expect(throws: DatasetError.cancelled) {
      try download.fetch([file], progress: { _, _ in }) {
        questions += 1
        return questions > 2
      }
    }
    #expect(!Files.exists(scratch.path + "/abc.gz"))
  }

  @Test func saysWhenThereIsNoDownloader() throws {
    let scratch = try Scratch()
    var download = download(into: scratch, from: ["good"])
    download.program = "notch-has-no-such-program"
    let error = #expect(throws: DatasetError.self) {
      try download.fetch([file], progress: { _, _ in }, isCancelled: { false })
    }
    #expect(error?.fact == "cannot download MNIST without the program 'curl'")
    #expect(error?.advice?.hasPrefix("install curl, or put train-images") == true)
  }
}

@Suite struct FilesTests {
  @Test func writesWholeFiles() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/a"
    try Files.write([1, 2, 3], to: path)
    try Files.write([4], to: path)
    #expect(try Files.read(path) == [4])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a"])
  }

  @Test func makesDirectoriesWithinDirectories() throws {
    let scratch = try Scratch()
    try Files.makeDirectory(scratch.path + "/a/b/c")
    try Files.makeDirectory(scratch.path + "/a/b/c")
    try Files.write([1], to: scratch.path + "/a/b/c/d")
    #expect(throws: DatasetError.self) { try Files.makeDirectory(scratch.path + "/a/b/c/d/e") }
  }

  @Test func saysWhatCannotBeRead() throws {
    let scratch = try Scratch()
    #expect(throws: DatasetError.missing(file: scratch.path + "/x")) {
      try Files.read(scratch.path + "/x")
    }
    #expect(
      throws: DatasetError.unreadable(
        file: scratch.path, reason: "it is not an ordinary file")
    ) { try Files.read(scratch.path) }
    try Files.write([1, 2, 3], to: scratch.path + "/a")
    #expect(throws: DatasetError.self) { try Files.read(scratch.path + "/a", limit: 2) }
    #expect(throws: DatasetError.self) { try Files.write([1], to: scratch.path + "/x/y") }
    #expect(!Files.exists(scratch.path))
  }
}

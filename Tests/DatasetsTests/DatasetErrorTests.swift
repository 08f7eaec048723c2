import Testing

@testable import Datasets

@Suite struct DatasetErrorTests {
  private static let all: [DatasetError] = [
    .missing(file: "f"), .unreadable(file: "f", reason: "r"), .unwritable(file: "f", reason: "r"),
    .tooLarge(file: "f", limit: 1), .damagedGzip(file: "f", reason: "r"), .truncatedGzip(file: "f"),
    .wrongMagic(file: "f", found: []), .wrongElement(file: "f", code: 9),
    .wrongRank(file: "f", expected: 1...8, found: 9), .sizeOverflow(what: "f", shape: [1]),
    .truncated(file: "f", expected: 2, found: 1), .excess(file: "f", expected: 1, found: 2),
    .wrongByteCount(shape: [1], expected: 1, found: 2),
    .countMismatch(images: "f", imageCount: 1, labels: "g", labelCount: 2),
    .labelOutOfRange(file: "f", position: 1, label: 12, classCount: 10),
    .negativeCount(what: "a count", found: -1), .badFraction(2), .badClassCount(0), .badNoise(-1),
    .badCSV(file: "f", line: 2, reason: "r"), .badSeparator("ab"), .columnTwice("a"),
    .noSuchColumn("a", table: "f", names: ["b"]), .columnOfTexts("a", table: "f"),
    .missingNumber(row: 0, column: "a", table: "f"), .noFeatures(table: "f", label: "a"),
    .damagedPNG(file: "f", reason: "r"), .badImage(shape: [0, 1]),
    .imageSizes(file: "f", found: [1, 2], expected: [2, 1]), .noImageFiles(folder: "f"),
    .noClassFolders(folder: "f", found: 0), .brokenRecords(file: "f", size: 2, found: 3),
    .lacking(directory: "d", missing: ["f"]), .noData(title: "f", files: ["g"], folder: "d"),

    .badShift(-1), .badAngle(200), .badCopies(0),
    .cannotAugment(name: "f", shape: [2]),
    .badBatchSize(0), .noImages(name: "f", shape: [2]), .noVocabulary(name: "f"),
    .nameCount(names: 1, classes: 2),
    .noSuchSample(position: 3, count: 3), .noSuchSample(position: 0, count: 0),
    .noSuchLabel(12, classCount: 10), .tooMany(what: "images", count: 1, bytes: 1e30, limit: 1),
    .wrongChecksum(file: "f", expected: "a", found: "b"), .noDownloader(directory: "d"),
    .downloadFailed(file: "f", reason: "r", directory: "d"),
    .incomplete(directory: "d", missing: ["f", "g"]), .cancelled,
  ]

  /// One lower-case phrase on one line, without a full stop.
  @Test(arguments: all) func speaksInOnePhrase(error: DatasetError) {
    let text = error.description
    #expect(!text.contains("\n") && !text.hasSuffix(".") && !text.isEmpty)
    #expect(text.first?.isUppercase == false)
    #expect(text.hasPrefix(error.fact))
    if let advice = error.advice { #expect(text.hasSuffix("; " + advice)) }
  }

  @Test func countsBytesAsPeopleDo() {
    func limit(_ bytes: Int) -> String { DatasetError.tooLarge(file: "f", limit: bytes).fact }
    #expect(limit(999) == "'f' holds more than 999 bytes, which is the limit")
    #expect(limit(1500) == "'f' holds more than 1.5 KB, which is the limit")
    #expect(limit(1 << 30) == "'f' holds more than 1.1 GB, which is the limit")
    #expect(
      DatasetError.tooMany(what: "images", count: 1, bytes: .infinity, limit: 1).fact
        == "1 images would take inf ZB of memory; the limit is 1 bytes")
  }
}

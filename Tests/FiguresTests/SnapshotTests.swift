import Foundation
import Testing

@testable import Figures

/// Whole drawings, compared with files; `NOTCH_RECORD=1 swift test` writes them anew.
@Suite struct SnapshotTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots")

  private func compare(_ text: String, with name: String) throws {
    let file = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["NOTCH_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    #expect(text == stored, "\(name) differs")
  }

  @Test func theGalleryAsText() throws {
    let pages = try Gallery.all().map { "== \($0.name)\n\($0.figure.text())\n" }
    try compare(pages.joined(separator: "\n"), with: "text.txt")
  }

  @Test func theGalleryInASCII() throws {
    let pages = try Gallery.all().map {
      "== \($0.name)\n\($0.figure.text(width: 60, style: .ascii))\n"
    }
    try compare(pages.joined(separator: "\n"), with: "ascii.txt")
  }

  @Test func theGalleryOnNarrowPaper() throws {
    let pages = try Gallery.all().map { "== \($0.name)\n\($0.figure.text(width: 20, height: 4))\n" }
    try compare(pages.joined(separator: "\n"), with: "narrow.txt")
  }

  @Test(arguments: ["lines", "signed", "histogram", "groups", "image", "panels", "lying", "log"])
  func asSVG(name: String) throws {
    let figure = try #require(try Gallery.all().first { $0.name == name }).figure
    try compare(figure.svg(), with: "\(name).svg")
  }
}

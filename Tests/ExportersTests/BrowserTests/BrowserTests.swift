import Foundation
import Notebooks
import Sessions
import Testing

@testable import Exporters

/// Pages in a real browser, where one is installed.
@Suite(.serialized) struct BrowserTests {
  static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// A page of a lesson in a folder that is gone afterwards, and what the browser made of it.
  private func look(
    _ lesson: Lesson, width: Int, height: Int = 2000, isDark: Bool
  ) throws -> (messages: String, picture: Screenshot) {
    let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(HTMLExporter().text(of: lesson).utf8).write(
      to: URL(filePath: folder + "/page.html"))
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.browser))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
      "--user-data-dir=\(folder)/profile", "--enable-logging=stderr", "--v=0",
      "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--window-size=\(width),\(height)",
      "--screenshot=\(folder)/page.png", "file://\(folder)/page.html",
    ]
    let log = folder + "/log"
    try Data().write(to: URL(filePath: log))
    process.standardError = FileHandle(forWritingAtPath: log)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let messages = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    let data = try Data(contentsOf: URL(filePath: folder + "/page.png"))
    return (messages, try Screenshot(png: data))
  }

  @Test(
    .enabled(if: browser != nil, "no Chromium is installed, so pages are not looked at"),
    arguments: [(1280, false), (1280, true), (390, false), (390, true)])
  func rendersWithoutErrors(width: Int, isDark: Bool) throws {
    let file = try #require(try tutorials().first { $0.name.hasPrefix("02") })
    let (messages, picture) = try look(Lesson(file), width: width, isDark: isDark)
    #expect(!messages.contains("CONSOLE"), "\(messages)")
    #expect(picture.width == width && picture.height == 2000)
    // The corner is paper, and enough of the page is not.
    let paper = picture.shade(x: 2, y: 2)
    #expect(isDark ? paper < 60 : paper > 240)
    #expect(picture.share { abs($0 - paper) > 60 } > 0.01)
    // The digits are drawn: somewhere a dozen rows have long runs of ink.
    #expect(picture.rows { row in Self.longestRun(in: row) { abs($0 - paper) > 150 } >= 8 } > 40)
    // Nothing reaches over the right edge.
    for y in stride(from: 0, to: picture.height, by: 7) {
      #expect(abs(picture.shade(x: width - 3, y: y) - paper) < 20)
    }
  }

  /// Code that goes on behind the edge of its box has a shadow there; code that fits has none.
  @Test(
    .enabled(if: browser != nil, "no Chromium is installed, so pages are not looked at"),
    arguments: [false, true])
  func edgesAreShadedWhereThereIsMore(isDark: Bool) throws {
    func shadedRows(lineLength: Int) throws -> Int {
      let line = "let a = \"" + String(repeating: "a", count: lineLength) + "\"\n"
      let text = "// %%\n" + line + String(repeating: "a\n", count: 8)
      let (_, picture) = try look(
        Lesson(try CellFile(text)), width: 500, height: 600, isDark: isDark)
      return (0..<picture.height).count {
        abs(picture.shade(x: 480, y: $0) - picture.shade(x: 440, y: $0)) > 12
      }
    }
    #expect(try shadedRows(lineLength: 100) > 100)
    #expect(try shadedRows(lineLength: 3) < 40)
  }

  /// Figures of a lesson that was run: their bars and lines are on the screen in either colour scheme.
  @Test(
    .enabled(if: browser != nil, "no Chromium is installed, so pages are not looked at"),
    arguments: [(1280, false), (1280, true), (390, false), (390, true)])
  func figuresShow(width: Int, isDark: Bool) throws {
    let file = try CellFile(
      "// %%\nbars([3, 1, 2], labels: [\"a\", \"b\", \"c\"], title: \"Bars\")\n"
        + "// %%\nplot([1, 4, 9, 16], title: \"Squares\")\n")
    let lesson = try Lesson(running: file, with: Session(stop: Stop()))
    let html = HTMLExporter().text(of: lesson)
    #expect(html.components(separatedBy: "<svg").count == 3)
    let (messages, picture) = try look(lesson, width: width, height: 1200, isDark: isDark)
    #expect(!messages.contains("CONSOLE"), "\(messages)")
    let paper = picture.shade(x: 2, y: 2)
    // The longest bar is a block of one shade: many rows with one long run of it.
    let bars = picture.rows { row in
      Self.longestRun(in: row) { abs($0 - paper) > 60 } >= min(width, 520) / 8
    }
    #expect(bars > 30)
    // Without its figures the page has nothing of the kind.
    let (_, bare) = try look(Lesson(file), width: width, height: 1200, isDark: isDark)
    let others = bare.rows { row in
      Self.longestRun(in: row) { abs($0 - paper) > 60 } >= min(width, 520) / 8
    }
    #expect(others < bars / 2)
    for y in stride(from: 0, to: picture.height, by: 7) {
      #expect(abs(picture.shade(x: width - 3, y: y) - paper) < 20)
    }
  }

  private static func longestRun(in row: [Int], where holds: (Int) -> Bool) -> Int {
    var (longest, run) = (0, 0)
    for shade in row {
      run = holds(shade) ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}

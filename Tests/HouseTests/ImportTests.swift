import Foundation
import Testing

/// The structure that ARCHITECTURE.md draws, held against the sources.
@Suite struct ImportTests {
  /// What each house may import of ours.
  ///
  /// A house stands above all that it may import.
  static let allowed: [String: Set<String>] = [
    "Tensors": ["COneDNN", "CKernels", "CLAPACK"],
    "Datasets": ["Tensors", "CZlib", "CPNG"],
    "Networks": ["Tensors", "Datasets"],
    "Quantization": ["Tensors", "Datasets", "Networks", "COneDNN"],
    "Language": [],
    "Figures": [],
    "Sessions": ["Language", "Figures", "Tensors", "Datasets", "Networks", "Quantization"],
    "Notebooks": ["Sessions", "Language"],
    "Exporters": ["Notebooks", "Sessions", "Language", "Figures"],
    "Terminal": ["Notebooks", "Sessions", "Language", "Figures", "CReadline"],
    "notch": ["Terminal", "Exporters", "Notebooks", "Sessions", "Language"],
  ]

  static let order = [
    "Tensors", "Datasets", "Networks", "Quantization", "Language", "Figures", "Sessions",
    "Notebooks", "Exporters", "Terminal", "notch",
  ]

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file below a folder, as path relative to the repository and text.
  static func files(below folder: String) throws -> [(path: String, text: String)] {
    let base = root.appending(path: folder)
    let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String }
    return try (names ?? []).filter { $0.hasSuffix(".swift") }.sorted().map {
      ("\(folder)/\($0)", try String(contentsOf: base.appending(path: $0), encoding: .utf8))
    }
  }

  /// The modules that a file imports.
  static func imports(of text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
        words[..<position].allSatisfy({
          ["public", "package", "internal", "private", "fileprivate", "@testable"].contains($0)
        })
      else { return nil }
      return String(words[position + 1].prefix { $0 != "." })
    }
  }

  @Test func everyHouseIsKnown() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "Sources").path)
    let houses = Set(folders.filter { !$0.hasPrefix("C") && !$0.hasPrefix(".") })
    #expect(houses == Set(Self.order))
  }

  @Test func allowedImportsRunDownwardsOnly() throws {
    for (position, house) in Self.order.enumerated() {
      let ours = try #require(Self.allowed[house]).intersection(Self.order)
      #expect(ours.isSubset(of: Self.order[..<position]), "\(house) imports upwards")
    }
  }

  @Test(arguments: order) func importsRunDownwards(house: String) throws {
    let allowed = try #require(Self.allowed[house])
    let ours = Set(Self.order).union([
      "COneDNN", "CKernels", "CLAPACK", "CReadline", "CZlib", "CPNG",
    ])
    let files = try Self.files(below: "Sources/\(house)")
    #expect(!files.isEmpty)
    for (path, text) in files {
      for name in Self.imports(of: text) where ours.contains(name) {
        #expect(allowed.contains(name), "\(path) imports \(name)")
      }
    }
  }

  /// System libraries are called from one place each.
  @Test(arguments: [
    ("COneDNN", ["Sources/Tensors/Kernels/"]),
    ("CLAPACK", ["Sources/Tensors/Kernels/"]),
    ("CReadline", ["Sources/Terminal/"]),
    ("CZlib", ["Sources/Datasets/"]),
    ("CPNG", ["Sources/Datasets/"]),
  ])
  func shimsHaveOneCaller(shim: String, places: [String]) throws {
    for (path, text) in try Self.files(below: "Sources") where Self.imports(of: text).contains(shim)
    {
      #expect(places.contains { path.hasPrefix($0) }, "\(path) imports \(shim)")
    }
  }

  /// A library that a session knows nothing of cannot name a value of the language.
  @Test func onlySessionsKnowBothLanguageAndLibrary() throws {
    for (path, text) in try Self.files(below: "Sources") {
      let names = Set(Self.imports(of: text))
      guard names.contains("Language"),
        !names.isDisjoint(with: ["Tensors", "Networks", "Quantization", "Datasets"])
      else { continue }
      #expect(path.hasPrefix("Sources/Sessions/"), "\(path) knows both sides")
    }
  }

  @Test(arguments: ["Sources", "Tests", "Benchmarks"]) func filesAreShort(folder: String) throws {
    for (path, text) in try Self.files(below: folder) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= 600, "\(path) has \(lines) lines")
    }
  }
}

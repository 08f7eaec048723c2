import Tensors
import Testing

@testable import Datasets

/// What all made data sets promise.
@Suite struct SyntheticTests {
  struct Source: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shape: [Int]
    let make: @Sendable (Int, UInt64) throws -> Dataset
  }

  static let sources = [
    Source(testDescription: "spirals", shape: [2]) { try Points.spirals(count: $0, seed: $1) },
    Source(testDescription: "moons", shape: [2]) { try Points.moons(count: $0, seed: $1) },
    Source(testDescription: "tones", shape: [1, 256]) { try Tones.make(count: $0, seed: $1) },
    Source(testDescription: "sentences", shape: [16]) { try Sentences.make(count: $0, seed: $1) },
  ]

  @Test(arguments: sources) func isAFunctionOfSeedAndPosition(source: Source) throws {
    let data = try source.make(60, 7)
    #expect(data.count == 60 && data.sampleShape == source.shape)
    #expect(try data.take(11) == source.make(11, 7))
    #expect(try data != source.make(60, 8))
    #expect(try data.samples().reals().allSatisfy(\.isFinite))
    #expect(try source.make(0, 1).isEmpty)
  }

  @Test(arguments: sources) func classesAreBalanced(source: Source) throws {
    let data = try source.make(400, 3)
    let counts = data.classCounts
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    // Each run of as many samples as classes has each class once.
    let first = data.labels.prefix(data.classCount)
    #expect(Set(first).count == data.classCount)
    if let names = data.classNames { #expect(names.count == data.classCount) }
  }

  @Test(arguments: sources) func refusesImpossibleCounts(source: Source) {
    #expect(throws: DatasetError.self) { try source.make(-1, 0) }
    #expect(throws: DatasetError.self) { try source.make(.max, 0) }
  }

  @Test func stopsWhenAsked() {
    #expect(throws: DatasetError.cancelled) {
      try Tones.make(count: 10, seed: 0, isCancelled: { true })
    }
  }

  @Test func refusesImpossiblePoints() {
    for noise in [-0.1, .nan, .infinity, 1e7] {
      #expect(throws: DatasetError.self) { try Points.moons(count: 2, noise: noise, seed: 0) }
    }
    for classes in [0, -1, 257] {
      #expect(throws: DatasetError.badClassCount(classes)) {
        try Points.spirals(count: 2, classes: classes, seed: 0)
      }
    }
  }

  @Test func spiralsLieOnTheirArms() throws {
    let data = try Points.spirals(count: 90, classes: 5, noise: 0, seed: 2)
    let xy = try data.samples().reals()
    for index in 0..<90 {
      let (x, y) = (xy[2 * index], xy[2 * index + 1])
      let radius = (x * x + y * y).squareRoot()
      #expect(radius >= 0.0999 && radius < 1.0001)
      // On the arm 0 a point of radius r has the angle 4.2 (r - 0.1) / 0.9.
      let angle = 4.2 * (radius - 0.1) / 0.9 + 2 * Double.pi * Double(data.labels[index]) / 5
      let (c, s) = (Self.cosine(angle), Self.cosine(angle - Double.pi / 2))
      #expect(abs(x - radius * c) < 1e-5 && abs(y - radius * s) < 1e-5)
    }
  }

  @Test func moonsLieOnHalfCircles() throws {
    let data = try Points.moons(count: 50, noise: 0, seed: 2)
    let xy = try data.samples().reals()
    for index in 0..<50 {
      let (x, y) = (xy[2 * index], xy[2 * index + 1])
      let isLower = data.labels[index] == 1
      let (u, v) = isLower ? (x - 1, y - 0.5) : (x, y)
      #expect(abs(u * u + v * v - 1) < 1e-5)
      #expect(isLower ? v < 1e-5 : v > -1e-5)
    }
  }

  @Test func tonesAreAsLoudAsTheySay() throws {
    let data = try Tones.make(count: 160, seed: 5)
    #expect(data.classNames == Tones.classNames && Tones.classNames.count == 8)
    let waves = try data.samples().reals()
    for index in 0..<160 {
      let wave = waves[index * 256..<(index + 1) * 256]
      let power = (wave.reduce(0) { $0 + $1 * $1 } / 256).squareRoot()
      #expect((0.1...1.1).contains(power))
    }
  }

  /// A sentence is read by other code than wrote it: the reading must agree with the label.
  @Test func sentencesMeanWhatTheirClassSays() throws {
    let data = try Sentences.make(count: 500, seed: 4)
    #expect(
      data.vocabulary?.first == "" && Set(data.vocabulary ?? []).count == data.vocabulary?.count)
    let good: Set = ["good", "lovely", "great", "wonderful", "charming", "warm"]
    let bad: Set = ["bad", "awful", "poor", "terrible", "boring", "cold"]
    func feeling(_ words: ArraySlice<Substring>) -> Int? {
      let found = words.compactMap { word -> Int? in
        good.contains(String(word)) ? 1 : bad.contains(String(word)) ? 0 : nil
      }
      guard found.count == 1, let plain = found.first else { return nil }
      return words.contains("not") ? 1 - plain : plain
    }
    for (text, label) in zip(try data.texts(), data.labels) {
      let words = text.split(separator: " ")
      #expect(words.count <= Sentences.length)
      let starts = words.indices.filter { words[$0] == "the" }
      let first = words[..<(starts.count > 1 ? starts[1] : words.endIndex)]
      let second = starts.count > 1 ? words[starts[1]...] : []
      let counts =
        words.contains("but") || (words.firstIndex(of: "although") ?? .max) < starts[0]
        ? second : first
      #expect(feeling(counts) == Int(label), "\(text)")
      if words.contains("and") { #expect(feeling(second) == feeling(first)) }
    }
  }

  @Test func onlyWordsHaveTexts() {
    #expect(throws: DatasetError.noVocabulary(name: "moons")) {
      try Points.moons(count: 2, seed: 0).texts()
    }
  }

  /// The Taylor series, so that the points are not held against the function that made them.
  private static func cosine(_ angle: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for n in 1..<40 {
      term *= -angle * angle / Double((2 * n - 1) * 2 * n)
      sum += term
    }
    return sum
  }
}

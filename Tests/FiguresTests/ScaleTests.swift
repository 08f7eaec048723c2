import Testing

@testable import Figures

@Suite struct ScaleTests {
  @Test(arguments: [
    ([0.0, 10], 6, ["0", "2", "4", "6", "8", "10"]),
    ([0.0, 1.5], 4, ["0.0", "0.5", "1.0", "1.5"]),
    ([-0.3, 0.3], 4, ["-0.2", "0.0", "0.2"]),
    ([1e9, 3e9], 3, ["1e9", "2e9", "3e9"]),
    ([1.5e-7, 4.5e-7], 4, ["2e-7", "3e-7", "4e-7"]),
    ([999_999.5, 1_000_000.5], 3, ["999999.5", "1000000.0", "1000000.5"]),
    ([7.0, 7], 3, ["6", "7", "8"]),
    ([.nan], 3, ["0.0", "0.5", "1.0"]),
  ])
  func labels(values: [Double], count: Int, expected: [String]) {
    #expect(Scale(of: values).ticks(count).map(\.label) == expected)
  }

  @Test(arguments: [
    ([1.0, 1000], 4, ["1", "10", "100", "1000"]),
    ([1e-6, 1], 4, ["1e-6", "1e-4", "1e-2", "1e0"]),
    ([0.0, -3, 2, 9], 5, ["2", "4", "6", "8"]),
  ])
  func logarithmicLabels(values: [Double], count: Int, expected: [String]) {
    #expect(Scale(of: values, isLogarithmic: true).ticks(count).map(\.label) == expected)
  }

  /// Whatever the range: a few ticks, in order, inside, equally far apart, and labelled with the
  /// number that stands there.
  @Test(arguments: 0..<400) func ticksAreSound(seed: UInt64) throws {
    var random = Xorshift(seed)
    let exponent = Double(Int(random.next() % 600)) - 300
    let size = try #require(Double("1e\(Int(exponent))"))
    let center = random.normal() * size * (seed % 3 == 0 ? 1000 : 1)
    let values = [center, center + random.normal() * size]
    let count = 2 + Int(random.next() % 12)
    for scale in [Scale(of: values), Scale(of: values).rounded(ticks: count)] {
      let ticks = scale.ticks(count)
      #expect(ticks.count >= 2, "\(values)")
      #expect(ticks.count <= max(count, 12) + 1, "\(values)")
      let places = ticks.map(\.place)
      #expect(places.allSatisfy { $0 >= 0 && $0 <= 1 })
      let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
      if let first = gaps.first {
        #expect(gaps.allSatisfy { abs($0 - first) < 1e-6 && $0 > 0 }, "\(values): \(places)")
      }
      #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks.map(\.label))")
      for tick in ticks {
        let value = try #require(Double(tick.label))
        let place = try #require(scale.place(value))
        #expect(abs(place - tick.place) < 1e-6, "\(tick.label) in \(values)")
      }
      for value in values { #expect(try #require(scale.place(value)) >= 0) }
    }
  }

  @Test func aRoundedScaleBeginsAndEndsWithATick() {
    let ticks = Scale(of: [0.07, 2.31]).rounded(ticks: 6).ticks(6)
    #expect(ticks.first?.place == 0)
    #expect(ticks.last?.place == 1)
    #expect(ticks.map(\.label) == ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"])
  }

  @Test func whatHasNoPlace() {
    #expect(Scale(of: [0, 1]).place(.nan) == nil)
    #expect(Scale(of: [0, 1]).place(.infinity) == nil)
    #expect(Scale(of: [0, 1]).place(5) == 1)
    #expect(Scale(of: [1, 10], isLogarithmic: true).place(0) == nil)
    #expect(Scale(of: [1, 100], isLogarithmic: true).place(10) == 0.5)
  }

  @Test(arguments: [
    (3.0, "3"), (0.25, "0.25"), (-1.5, "-1.5"), (1234.5678, "1235"), (0.0000123456, "1.235e-5"),
    (1e300, "1e300"), (.nan, "nan"), (-.infinity, "-inf"), (0, "0"), (0.98765, "0.9877"),
    (1_234_567, "1234567"),
  ])
  func shortNumbers(value: Double, text: String) { #expect(NumberText.short(value) == text) }
}

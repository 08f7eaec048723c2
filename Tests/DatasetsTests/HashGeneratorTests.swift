import Testing

@testable import Datasets

@Suite struct HashGeneratorTests {
  /// The first numbers of the authors' splitmix64.c (prng.di.unimi.it) for the state 1234567.
  @Test func givesTheReferenceStream() {
    var generator = HashGenerator(state: 1_234_567)
    let numbers = (0..<5).map { _ in generator.next() }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func boundedNumbersAreEvenlySpread() {
    var generator = HashGenerator(seed: 3)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<7000 { counts[Int(generator.below(7))] += 1 }
    // Standard deviation 29; six of them leave no doubt.
    #expect(counts.allSatisfy { abs($0 - 1000) < 175 })
  }

  @Test func unitAndBellStayInTheirRange() {
    var generator = HashGenerator(seed: 4, index: 9)
    var sum: Float = 0
    var squares: Float = 0
    for _ in 0..<4000 {
      let unit = generator.unit()
      #expect(unit >= 0 && unit < 1)
      let bell = generator.bell()
      #expect(abs(bell) <= 3.4642)
      sum += bell
      squares += bell * bell
    }
    #expect(abs(sum / 4000) < 0.1)
    #expect(abs(squares / 4000 - 1) < 0.15)
  }

  @Test func streamsOfNeighboursDiffer() {
    var seen: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      for index in 0..<20 as Range<UInt64> {
        var generator = HashGenerator(seed: seed, index: index)
        seen.insert(generator.next())
      }
    }
    #expect(seen.count == 400)
  }
}

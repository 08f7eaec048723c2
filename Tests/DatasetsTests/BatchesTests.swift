import Testing

@testable import Datasets

@Suite struct BatchesTests {
  @Test(arguments: [(0, 1), (1, 1), (10, 3), (12, 3), (5, 64), (64, 64), (129, 64)])
  func coverEveryPositionOnce(count: Int, size: Int) throws {
    for seed in [nil, 1, 2] as [UInt64?] {
      let batches = try Batches(count: count, size: size, shuffle: seed)
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
      #expect(batches.count == (count + size - 1) / size)
      #expect(batches.dropLast().allSatisfy { $0.count == size })
      if let last = batches.last { #expect((1...size).contains(last.count)) }
    }
  }

  @Test func keepOrderWithoutASeed() throws {
    let batches = try Batches(count: 7, size: 3)
    #expect(batches.map(Array.init) == [[0, 1, 2], [3, 4, 5], [6]])
    #expect((0..<3).map(batches.range) == [0..<3, 3..<6, 6..<7])
  }

  @Test func shuffleIsTheSeedsAlone() throws {
    let one = try Batches(count: 100, size: 8, shuffle: 5)
    let again = try Batches(count: 100, size: 8, shuffle: 5)
    let other = try Batches(count: 100, size: 8, shuffle: 6)
    #expect(one.map(Array.init) == again.map(Array.init))
    #expect(one.map(Array.init) != other.map(Array.init))
  }

  @Test func refuseImpossibleSizes() {
    #expect(throws: DatasetError.badBatchSize(0)) { try Batches(count: 3, size: 0) }
    #expect(throws: DatasetError.badBatchSize(.min)) { try Batches(count: 3, size: .min) }
    #expect(throws: DatasetError.self) { try Batches(count: -1, size: 1) }
    #expect(throws: DatasetError.self) { try Batches(count: .max, size: 1) }
  }

  @Test func hugeBatchHoldsAll() throws {
    #expect(try Batches(count: 3, size: .max).map(Array.init) == [[0, 1, 2]])
  }
}

@Suite struct PermutationTests {
  @Test(arguments: [0, 1, 2, 17, 1000])
  func holdsEveryNumberOnce(count: Int) throws {
    let order = try permutation(count, seed: 11)
    #expect(order.sorted() == Array(0..<count))
  }

  @Test func isFixedForASeed() throws {
    #expect(try permutation(50, seed: 1) == permutation(50, seed: 1))
    #expect(try permutation(50, seed: 1) != permutation(50, seed: 2))
    #expect(try permutation(50, seed: 1) != Array(0..<50))
  }

  /// All six orders of three things come equally often.
  @Test func isEvenlySpread() throws {
    var counts: [[Int]: Int] = [:]
    for seed in 0..<3000 as Range<UInt64> {
      counts[try permutation(3, seed: seed), default: 0] += 1
    }
    #expect(counts.count == 6)
    // Standard deviation 20.
    #expect(counts.values.allSatisfy { abs($0 - 500) < 125 })
  }

  @Test func refusesImpossibleLengths() {
    #expect(throws: DatasetError.self) { try permutation(-1, seed: 0) }
    #expect(throws: DatasetError.self) { try permutation(1 << 40, seed: 0) }
  }
}

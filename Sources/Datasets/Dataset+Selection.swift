extension Dataset {
  /// The first samples, at most `count`; all of them where there are fewer.
  public func take(_ count: Int) throws -> Dataset {
    guard count >= 0 else {
      throw DatasetError.negativeCount(what: "the number of samples to take", found: count)
    }
    return part(0..<min(count, self.count))
  }

  /// All but the first `count` samples; none where there are fewer.
  public func drop(_ count: Int) throws -> Dataset {
    guard count >= 0 else {
      throw DatasetError.negativeCount(what: "the number of samples to drop", found: count)
    }
    return part(min(count, self.count)..<self.count)
  }

  /// The samples at a range of positions.
  public func subset(_ positions: Range<Int>) throws -> Dataset {
    guard positions.lowerBound >= 0 else {
      throw DatasetError.noSuchSample(position: positions.lowerBound, count: count)
    }
    guard positions.upperBound <= count else {
      throw DatasetError.noSuchSample(position: positions.upperBound - 1, count: count)
    }
    return part(positions)
  }

  /// The samples at a list of positions, in its order; a position may come more than once.
  public func subset(_ positions: some Sequence<Int>) throws -> Dataset {
    let stored = try positions.map { position -> Int32 in
      guard position >= 0, position < count else {
        throw DatasetError.noSuchSample(position: position, count: count)
      }
      return Int32(selection[position])
    }
    return with(.list(stored[...]))
  }

  /// The samples in random order, the same for the same seed.
  public func shuffled(seed: UInt64) -> Dataset {
    with(.list(permutation32(count, seed: seed).map { Int32(selection[Int($0)]) }[...]))
  }

  /// Two parts, the first with `fraction` of the samples, rounded to the nearest.
  ///
  ///     let (train, validation) = try data.split(at: 0.9)
  public func split(at fraction: Double) throws -> (Dataset, Dataset) {
    guard fraction >= 0, fraction <= 1 else { throw DatasetError.badFraction(fraction) }
    let border = min(count, Int((Double(count) * fraction).rounded()))
    return (part(0..<border), part(border..<count))
  }

  /// The samples of one class, in order.
  public func filter(label: Int) throws -> Dataset {
    guard label >= 0, label < classCount else {
      throw DatasetError.noSuchLabel(label, classCount: classCount)
    }
    let start = storedLabels.startIndex
    let stored = (0..<count).lazy.map { selection[$0] }
      .filter { Int(storedLabels[start + $0]) == label }
    return with(.list(stored.map { Int32($0) }[...]))
  }

  private func part(_ positions: Range<Int>) -> Dataset { with(selection[positions]) }

  private func with(_ selection: Selection) -> Dataset { Dataset(self, selecting: selection) }
}

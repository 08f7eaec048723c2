import ReferenceKernels
import Tensors
import Testing

@Suite struct PositionTests {
  @Test func sortingEveryAxisOfEveryRank() throws {
    var dice = Dice(31)
    for trial in 0..<16 {
      let rank = 1 + trial % 4
      let x = dice.wholes(dice.sizes(rank: rank, allowsZero: true), in: -4...4)
      for axis in 0..<rank {
        for dtype in [DType.float32, .int32, .int8] {
          let t = try x.tensor(dtype)
          let (values, positions) = try t.sort(axis: axis - rank)
          #expect(values.dtype == dtype)
          try expectEqual(values, x.lines(axis) { $0.sorted() })
          // Equal numbers keep their order: so say position and number together.
          try expectEqual(
            positions,
            x.lines(axis) { line in
              line.indices.sorted { (line[$0], $0) < (line[$1], $1) }.map(Double.init)
            })
          try expectEqual(
            t.argsort(axis: axis, descending: true),
            x.lines(axis) { line in
              line.indices.sorted { (-line[$0], $0) < (-line[$1], $1) }.map(Double.init)
            })
        }
      }
    }
  }

  @Test func notANumberIsLargest() throws {
    let x = try Tensor([2, .nan, -.infinity, .infinity, .nan, 1])
    #expect(try x.argsort().reals() == [2, 5, 0, 3, 1, 4])
    #expect(try x.argsort(descending: true).reals() == [1, 4, 3, 0, 5, 2])
    #expect(try x.topK(2, largest: false).positions.reals() == [2, 5])
    #expect(try x.percentile(50).item().isNaN)
    #expect(try Tensor([-.infinity, 0, .infinity]).median().item() == 0)
  }

  @Test func positionsCountFromBothEnds() throws {
    var dice = Dice(32)
    for trial in 0..<12 {
      let rank = 1 + trial % 3
      let sizes = dice.sizes(rank: rank)
      let x = dice.reals(sizes)
      for axis in 0..<rank {
        var target = sizes
        target[axis] = 3
        let size = sizes[axis]
        let given = dice.wholes(target, in: -size...size - 1)
        let places = given.map { $0 < 0 ? $0 + Double(size) : $0 }
        try expectEqual(
          x.tensor().gather(given.tensor(), axis: axis), x.gathered(places, axis))
        let values = dice.wholes(target)
        for dtype in [DType.float32, .int32, .int8] {
          let whole = dice.wholes(sizes)
          try expectEqual(
            whole.tensor(dtype).scatter(values.tensor(dtype), at: given.tensor(), axis: axis),
            whole.scattered(values, places, axis, adding: false))
        }
        try expectEqual(
          x.tensor().scatter(values.tensor(), at: given.tensor(), axis: axis, adding: true),
          x.scattered(values, places, axis, adding: true))
      }
    }
  }

  @Test func masks() throws {
    let x = try Tensor([[1, 2], [3, 4], [5, 6]])
    let rows = try Tensor([true, false, true], shape: [3])
    #expect(try x.masked(rows).shape.sizes == [2, 2])
    #expect(try x.masked(rows).reals() == [1, 2, 5, 6])
    var y = x
    try y.setMasked(rows, to: Tensor([7, 8]))
    #expect(try y.reals() == [7, 8, 3, 4, 7, 8])
    #expect(try x.reals() == [1, 2, 3, 4, 5, 6])
    #expect(try x.masked(Tensor([Bool](repeating: false, count: 3), shape: [3])).count == 0)
    let none = try Tensor([Bool](), shape: [0])
    #expect(try zeros(0, 2).masked(none).shape.sizes == [0, 2])
    let flags = (try Tensor.both(rows, rows), try Tensor.either(rows, Tensor([true], shape: [])))
    #expect(try flags.0.reals() == [1, 0, 1] && flags.1.reals() == [1, 1, 1])
    #expect(flags.0.dtype == .bool)
    expectError("a mask of shape [2] does not fit [3, 2]: it needs the sizes of the first axes") {
      try x.masked(Tensor([true, false], shape: [2]))
    }
    expectError("a mask is a bool tensor, not float32") { try x.masked(x) }
  }

  @Test func oneHotRows() throws {
    let x = try oneHot(Tensor([2, 0]), classes: 3)
    #expect(try x.reals() == [0, 0, 1, 1, 0, 0] && x.shape.sizes == [2, 3])
    #expect(try oneHot(Tensor([[1], [0]]), classes: 2).shape.sizes == [2, 1, 2])
    expectError("label 3 is out of range for 3 classes") { try oneHot(Tensor([3]), classes: 3) }
    expectError("a label is a whole number, not 0.5") { try oneHot(Tensor([0.5]), classes: 3) }
    expectError("a size cannot be negative: [1, -2]") { try oneHot(Tensor([0]), classes: -2) }
  }

  @Test func errorsNameTheShapes() throws {
    let x = try zeros(3, 5)
    expectError("positions of shape [2, 4] do not fit [3, 5] along axis 1: the other sizes differ")
    {
      try x.gather(zeros(2, 4), axis: 1)
    }
    expectError("index 5 is out of range for axis 1 of size 5") {
      try x.gather(full([3, 1], 5), axis: -1)
    }
    expectError("a position is a whole number, not nan") {
      try x.gather(full([3, 1], .nan), axis: 1)
    }
    expectError("topK takes 0 to 5 elements along axis 1 of [3, 5], not 6") { try x.topK(6) }
    expectError("sorting needs 1 axes, not []") { try Tensor(scalar: 1).argsort() }
    expectError("cannot broadcast [2] and [3, 1]; the shapes differ") {
      try x.scatter(zeros(2), at: zeros(3, 1), axis: 1)
    }
    expectError("adding at positions needs float32 or int32 elements, not int8") {
      try x.cast(to: .int8).scatter(x, at: x, axis: 0, adding: true)
    }
  }
}

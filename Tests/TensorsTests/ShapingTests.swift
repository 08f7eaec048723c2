import ReferenceKernels
import Tensors
import Testing

@Suite struct ShapingTests {
  /// Positions along an axis and the index that names them.
  private func randomIndex(_ size: Int, _ dice: inout Dice) -> (TensorIndex, [Int], keeps: Bool) {
    if size > 0, Int.random(in: 0..<3, using: &dice) == 0 {
      let position = Int.random(in: 0..<size, using: &dice)
      return (.at(Bool.random(using: &dice) ? position : position - size), [position], false)
    }
    let low = Int.random(in: 0...size, using: &dice)
    let high = Int.random(in: low...size, using: &dice)
    let step = Int.random(in: 1...3, using: &dice)
    let positions = Array(stride(from: low, to: high, by: step))
    switch Int.random(in: 0..<3, using: &dice) {
    case 0 where high < size:
      return (.range(lower: low, upper: high - size, step: step), positions, true)
    case 1:
      return (
        .range(lower: low, upper: nil, step: step),
        Array(stride(from: low, to: size, by: step)), true
      )
    default: return (.range(lower: low, upper: high, step: step), positions, true)
    }
  }

  @Test(arguments: [DType.float32, .int32, .int8, .uint8, .bool])
  func slicing(dtype: DType) throws {
    var dice = Dice(11)
    for trial in 0..<60 {
      let sizes = dice.sizes(rank: trial % 6, allowsZero: trial % 4 == 0)
      let x = dice.wholes(sizes, in: 0...(dtype == .bool ? 1 : 100))
      let used = Int.random(in: 0...sizes.count, using: &dice)
      let choices = sizes.prefix(used).map { randomIndex($0, &dice) }
      let positions = choices.map(\.1) + sizes.dropFirst(used).map { Array(0..<$0) }
      let kept = positions.indices.filter { $0 >= used || choices[$0].keeps }
      let expected = x.taking(positions).reshaped(kept.map { positions[$0].count })
      let part = try x.tensor(dtype).slice(choices.map(\.0))
      #expect(part.dtype == dtype)
      try expectEqual(part, expected, "\(sizes) \(choices)")
      // Writing what was read changes nothing; writing zeros changes what was read.
      var copy = try x.tensor(dtype)
      try copy.setSlice(choices.map(\.0), to: part)
      try expectEqual(copy, x)
      try copy.setSlice(choices.map(\.0), to: Tensor(scalar: 0))
      try expectEqual(
        copy, x.replacing(positions, with: Reference(positions.map(\.count), repeating: 0)))
    }
  }

  @Test func subscriptsReadAsTheyAreWritten() throws {
    let x = try arange(0, 12).reshape(3, 4)
    #expect(try x[.at(-1), .range(lower: 1, upper: 3)].reals() == [9, 10])
    #expect(try x[.at(0)].shape.sizes == [4])
    #expect(try x[.at(1), .at(2)].item() == 6)
  }

  @Test func writingBroadcasts() throws {
    var x = try zeros(2, 3)
    try x.setSlice([.range(lower: nil, upper: nil), .at(1)], to: Tensor([5, 6]))
    #expect(try x.reals() == [0, 5, 0, 0, 6, 0])
    try x.setSlice([], to: Tensor([1, 2, 3]))
    #expect(try x.reals() == [1, 2, 3, 1, 2, 3])
    expectError("cannot broadcast [2] and [3]; the sizes 2 and 3 differ") {
      try x.setSlice([.at(0)], to: Tensor([1, 2]))
    }
    var codes = try Tensor([Int8(1), 2], shape: [2])
    try codes.setSlice([.at(0)], to: Tensor(scalar: 1000))
    #expect(try codes.reals() == [127, 2])
  }

  @Test(arguments: [DType.float32, .int32, .int8, .uint8, .bool])
  func transposing(dtype: DType) throws {
    var dice = Dice(12)
    for trial in 0..<30 {
      let sizes = dice.sizes(rank: trial % 6, allowsZero: trial % 5 == 0)
      let x = dice.wholes(sizes, in: 0...(dtype == .bool ? 1 : 100))
      let order = Array(0..<sizes.count).shuffled(using: &dice)
      let given = order.map { Bool.random(using: &dice) ? $0 : $0 - sizes.count }
      try expectEqual(x.tensor(dtype).transposed(given), x.transposed(order), "\(sizes) \(order)")
      try expectEqual(x.tensor(dtype).transposed(), x.transposed((0..<sizes.count).reversed()))
    }
  }

  @Test func reshaping() throws {
    let x = try arange(0, 12)
    #expect(try x.reshape(3, -1).shape.sizes == [3, 4])
    #expect(try x.reshape(-1).shape.sizes == [12])
    #expect(try x.reshape(2, 3, 2).flatten(from: 1).shape.sizes == [2, 6])
    #expect(try x.reshape(2, 3, 2).flatten(from: -1).shape.sizes == [2, 3, 2])
    #expect(try Tensor(scalar: 3).flatten().shape.sizes == [1])
    #expect(try Tensor(scalar: 3).reshape(1, 1).shape.sizes == [1, 1])
    #expect(try zeros(0, 3).reshape(3, 0).shape.sizes == [3, 0])
    #expect(try zeros(0, 3).reshape(-1, 3).shape.sizes == [0, 3])
  }

  @Test func broadcasting() throws {
    var dice = Dice(13)
    for trial in 0..<30 {
      let sizes = dice.sizes(rank: trial % 6, allowsZero: true)
      let x = dice.reals(dice.operand(of: sizes))
      try expectEqual(x.tensor().broadcast(to: Shape(sizes)), x.broadcast(to: sizes))
    }
  }

  @Test func joining() throws {
    var dice = Dice(14)
    for trial in 0..<40 {
      let rank = trial % 5 + 1
      var sizes = dice.sizes(rank: rank, allowsZero: trial % 4 == 0)
      let axis = Int.random(in: 0..<rank, using: &dice)
      let parts = (0..<3).map { _ in
        sizes[axis] = Int.random(in: 0...3, using: &dice)
        return dice.wholes(sizes)
      }
      let tensors = try parts.map { try $0.tensor() }
      let expected = Reference.concatenate(parts, axis: axis)
      try expectEqual(concatenate(tensors, axis: axis), expected)
      try expectEqual(concatenate(tensors, axis: axis - rank), expected)
    }
    let a = try Tensor([1, 2])
    #expect(try stack([a, a]).shape.sizes == [2, 2])
    #expect(try stack([a, a * 2], axis: -1).reals() == [1, 2, 2, 4])
    #expect(try stack([Tensor(scalar: 1), Tensor(scalar: 2)]).reals() == [1, 2])
    let mixed = try concatenate([Tensor([Int8(3)], shape: [1]), a])
    #expect(mixed.dtype == .float32)
    #expect(try mixed.reals() == [3, 1, 2])
    let whole = try concatenate([Tensor([Int8(3)], shape: [1]), Tensor([UInt8(200)], shape: [1])])
    #expect(whole.dtype == .int32)
    #expect(try whole.reals() == [3, 200])
  }

  @Test func rowsInAnyOrder() throws {
    let x = try arange(0, 6).reshape(3, 2)
    #expect(try x.rows(at: [2, 0, 2]).reals() == [4, 5, 0, 1, 4, 5])
    #expect(try x.rows(at: []).shape.sizes == [0, 2])
    #expect(try zeros(3, 0).rows(at: [1]).shape.sizes == [1, 0])
  }

  /// A blocked tensor gives what its plain copy gives, whatever is done to it.
  @Test(arguments: [3, 16, 17, 32])
  func blockedTensorsAreTensors(channels: Int) throws {
    var dice = Dice(15)
    let x = try blockedTensor(channels: channels, &dice)
    let p = try plainCopy(x)
    let same: [(String, (Tensor) throws -> Tensor)] = [
      ("reshape", { try $0.reshape(-1) }), ("flatten", { try $0.flatten(from: 1) }),
      ("halves", { try $0.reshape(4, -1) }),
      (
        "slice", { try $0[.at(1), .range(lower: 1, upper: 3), .range(lower: 0, upper: 6, step: 2)] }
      ),
      ("transposed", { try $0.transposed(0, 2, 3, 1) }), ("rows", { try $0.rows(at: [1, 1, 0]) }),
      ("concatenate", { try concatenate([$0, $0], axis: 1) }), ("sum", { try $0.sum(axis: 1) }),
      ("max", { try $0.max() }), ("argmax", { try $0.argmax(axis: 1) }),
      ("add", { try $0 + $0 }), ("softmax", { try softmax($0, axis: 1) }),
      ("reshaped add", { try $0.reshape(-1) + $0.reshape(-1) }),
      ("reshaped relu", { try relu($0.reshape(4, -1)) }),
      ("cast", { try $0.cast(to: .int8) }), ("compare", { try Tensor.compare(.less, $0, $0 * 2) }),
      ("swapped", { try $0.reshape(channels, 2, 6, 5) + 1 }),
      (
        "pool of a reshaped one",
        { try pool2d(.max, $0.reshape(channels, 2, 6, 5), size: [2, 2]) }
      ),
      (
        "conv of a reshaped one",
        {
          try conv2d(
            $0.reshape(channels, 2, 6, 5), Tensor(repeating: 1, shape: Shape([1, 2, 2, 2])))
        }
      ),
      (
        "dense of a reshaped one",
        { try dense($0.reshape(4, -1), ones(3, channels * 15)) }
      ),
    ]
    for (name, operation) in same {
      try expectEqual(operation(x), operation(p).reference, within: 1e-5, name)
    }
    var written = x
    try written.setSlice([.at(0), .at(1)], to: Tensor(scalar: 9))
    var expected = p
    try expected.setSlice([.at(0), .at(1)], to: Tensor(scalar: 9))
    try expectEqual(written, expected.reference)
    try expectEqual(x, p.reference, "the original is unchanged")
  }
}

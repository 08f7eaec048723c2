import Tensors
import Testing

/// Tensors are values: no copy sees what is written into another.
@Suite struct ValueTests {
  @Test func copiesDoNotAlias() throws {
    let a = try arange(0, 6).reshape(2, 3)
    var b = a
    try b.setSlice([.at(0), .at(0)], to: Tensor(scalar: 9))
    #expect(try a.reals() == [0, 1, 2, 3, 4, 5])
    #expect(try b.reals() == [9, 1, 2, 3, 4, 5])
    var c = try a.reshape(6)
    try c.setSlice([.at(1)], to: Tensor(scalar: 8))
    #expect(try a.reals() == [0, 1, 2, 3, 4, 5])
  }

  @Test func anUnsharedTensorIsWrittenInPlace() throws {
    var a = try zeros(1000)
    let before = a.storage.pointer
    try a.setSlice([.at(3)], to: Tensor(scalar: 1))
    #expect(a.storage.pointer == before)
    let copy = a
    try a.setSlice([.at(4)], to: Tensor(scalar: 1))
    #expect(a.storage.pointer != before)
    #expect(copy.storage.pointer == before)
  }

  @Test func writingReadsTheOldValue() throws {
    var a = try arange(0, 4)
    try a.setSlice([.range(lower: 1, upper: 4)], to: a[.range(lower: 0, upper: 3)])
    #expect(try a.reals() == [0, 0, 1, 2])
    var b = try arange(0, 4)
    try b.setSlice([], to: b)
    #expect(try b.reals() == [0, 1, 2, 3])
  }

  /// Other layouts of the numbers are kept beside them and must not outlive a write.
  @Test func keptLayoutsAreForgotten() throws {
    var dice = Dice(51)
    let x = try dice.reals([1, 16, 6, 6]).tensor()
    var w = try dice.reals([16, 16, 3, 3]).tensor()
    _ = try conv2d(x, w)  // w now keeps a blocked copy of itself
    try w.setSlice([.at(3)], to: Tensor(scalar: 0))
    let y = try conv2d(x, w)
    #expect(try y[.at(0), .at(3)].reals().allSatisfy { $0 == 0 })
    var blocked = y
    _ = try blocked.plain()
    try blocked.setSlice([], to: Tensor(scalar: 5))
    #expect(try (blocked + 0).reals().allSatisfy { $0 == 5 })
    #expect(try y[.at(0), .at(3)].reals().allSatisfy { $0 == 0 })
    var plain = try y.plain()
    try plain.setSlice([], to: Tensor(scalar: 7))
    #expect(try y.plain()[.at(0), .at(3)].reals().allSatisfy { $0 == 0 })
  }

  @Test func manyMayReadAtOnce() async throws {
    var dice = Dice(52)
    let blocked = try blockedTensor(channels: 32, &dice)
    let expected = try plainCopy(blocked).reals()
    let results = await withTaskGroup(of: Bool.self) { group in
      for i in 0..<32 {
        group.addTask {
          do {
            var mine = blocked
            if i % 2 == 0 { try mine.setSlice([.at(0)], to: Tensor(scalar: Double(i))) }
            _ = try conv2d(blocked, ones(4, 32, 3, 3))
            let sums = try blocked.reals() == expected
            return try sums
              && (i % 2 == 1 || mine[.at(0), .at(0), .at(0), .at(0)].item() == Double(i))
          } catch {
            return false
          }
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(results.count == 32)
    #expect(results.allSatisfy { $0 })
  }

  @Test func elementsConvert() throws {
    let x = try Tensor([1.5, -2.5])
    #expect(try x.elements(as: Int32.self) == [1, -2])
    #expect(try x.cast(to: .bool).elements(as: Bool.self) == [true, true])
    #expect(try x.cast(to: .float32).storage === x.storage)
    #expect(try Tensor([[1, 2]]).shape.sizes == [1, 2])
    #expect(try eye(2).reals() == [1, 0, 0, 1])
    #expect(try linspace(0, 1, 5).reals() == [0, 0.25, 0.5, 0.75, 1])
    #expect(try linspace(2, 3, 1).reals() == [2])
    #expect(try arange(0, 1, by: 0.25).reals() == [0, 0.25, 0.5, 0.75])
    #expect(try arange(3, 0, by: -1).reals() == [3, 2, 1])
    #expect(try arange(0, 3, dtype: .int8).dtype == .int8)
    #expect(try arange(3, 0).count == 0)
  }
}

/// The wish to stop is the process's, so each of these runs in a process of its own.
@Suite struct StopTests {
  @Test func aWishToStopEndsLongWork() async {
    await #expect(processExitsWith: .success) { try StopTests.stopAtOnce() }
  }

  private static func stopAtOnce() throws {
    let product = try Tensor([Int32](repeating: 1, count: 1 << 14), shape: [128, 128])
    Stop.request()
    #expect(Stop.isRequested)
    #expect(throws: TensorError.interrupted) { try randn(1 << 20, seed: 1) }
    #expect(throws: TensorError.interrupted) { try uniform(1 << 20, seed: 1) }
    #expect(throws: TensorError.interrupted) { try product.matmul(product) }
    #expect(throws: TensorError.interrupted) { try Stop.check() }
    Stop.clear()
    #expect(try randn(4, seed: 1).count == 4)
  }

  /// From another thread, while the work is under way.
  @Test func aWishFromAnotherThreadIsHeard() async {
    await #expect(processExitsWith: .success) { try await StopTests.stopFromOutside() }
  }

  private static func stopFromOutside() async throws {
    let request = Task.detached {
      try await Task.sleep(for: .milliseconds(20))
      Stop.request()
    }
    #expect(throws: TensorError.interrupted) {
      while true { _ = try randn(1 << 20, seed: 1) }
    }
    try await request.value
  }
}

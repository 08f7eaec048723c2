import ReferenceKernels
import Tensors
import Testing

/// Arguments that nobody should pass.
///
/// Each must end in an error that names it, none in a trap.
@Suite struct HostileTests {
  @Test func sizes() {
    expectError("a tensor has at most 8 axes, not 9") { try full([Int](repeating: 1, count: 9), 0) }
    expectError("a size cannot be negative: [2, -1]") { try zeros(2, -1) }
    expectError("a size cannot be negative: [-9223372036854775808]") { try zeros(.min) }
    expectError("a tensor of shape [9223372036854775807, 2] is too large for any memory") {
      try zeros(.max, 2)
    }
    // No elements, yet strides that overflow.
    expectError("a tensor of shape [0, 9223372036854775807, 3] is too large for any memory") {
      try zeros(0, .max, 3)
    }
    expectError("a tensor of shape [4611686018427387904, 4, 0] is too large for any memory") {
      try zeros(1 << 62, 4, 0)
    }
    expectError("no memory for a tensor of 2199023255552 bytes") { try zeros(1 << 39) }
    expectError("a tensor of shape [4294967296, 4294967296] is too large for any memory") {
      try eye(1 << 32)
    }
    expectError("shape [3] needs 3 elements, not 2") { try Tensor([Float(1), 2], shape: [3]) }
    expectError(
      "a list of uneven rows is no tensor: row 0 has 2 elements, row 1 has 1"
    ) { try Tensor([[1, 2], [3]]) }
  }

  @Test func memoryIsCountedNotTried() throws {
    let million = try zeros(1 << 20, 1)
    expectError("no memory for a tensor of 4398046511104 bytes") { try dense(million, million) }
    expectError("no memory for a tensor of 4398046511104 bytes") {
      try million.matmul(million.transposed())
    }
    expectError("no memory for a tensor of 4398046511104 bytes") {
      try million + million.reshape(-1)
    }
    #expect(throws: TensorError.self) {
      try conv2d(million.reshape(1 << 20, 1, 1, 1), million.reshape(1 << 20, 1, 1, 1))
    }
  }

  /// All tensors together are counted, not each alone; in a process of its own.
  @Test func memoryEndsInAnError() async {
    await #expect(processExitsWith: .success) { try HostileTests.fillMemory() }
  }

  private static func fillMemory() throws {
    var hoard: [Tensor] = []
    let part = Pool.memoryLimit / 16 / 4
    #expect(throws: TensorError.outOfMemory(bytes: part * 4)) {
      for _ in 0..<32 {
        hoard.append(try Tensor(shape: Shape([part]), writing: Float.self) { _ in })
      }
    }
    #expect(hoard.count > 8)
    hoard = []
    #expect(try zeros(1000).count == 1000)
  }

  @Test func axes() throws {
    let x = try zeros(2, 3)
    expectError("axis 2 does not exist in [2, 3]; use -2 to 1") { try x.sum(axis: 2) }
    expectError("axis 0 does not exist: the tensor is a scalar") {
      try Tensor(scalar: 1).max(axis: 0)
    }
    for axis in [Int.min, .min + 1, -3, 2, .max] {
      let wrong = TensorError.noSuchAxis(axis, x.shape)
      #expect(throws: wrong) { try x.sum(axis: axis) }
      #expect(throws: wrong) { try x.mean(axis: axis) }
      #expect(throws: wrong) { try x.variance(axis: axis) }
      #expect(throws: wrong) { try x.max(axis: axis) }
      #expect(throws: wrong) { try x.argmax(axis: axis) }
      #expect(throws: wrong) { try softmax(x, axis: axis) }
      #expect(throws: wrong) { try logSoftmax(x, axis: axis) }
      #expect(throws: wrong) { try x.flatten(from: axis) }
      #expect(throws: wrong) { try x.transposed(axis, 0) }
      #expect(throws: wrong) { try concatenate([x, x], axis: axis) }
      #expect(!wrong.description.isEmpty)
    }
    for axis in [Int.min, -4, 3, .max] {
      #expect(throws: TensorError.noSuchAxis(axis, x.shape)) { try stack([x, x], axis: axis) }
    }
    expectError("[0, 0] is not a permutation of the 2 axes of [2, 3]") { try x.transposed(0, 0) }
    expectError("[0] is not a permutation of the 2 axes of [2, 3]") { try x.transposed(0) }
  }

  @Test func shapes() throws {
    let x = try zeros(2, 3)
    expectError("cannot reshape [2, 3] (6 elements) to [4, -1]") { try x.reshape(4, -1) }
    expectError("cannot reshape [2, 3] (6 elements) to [-1, -1]") { try x.reshape(-1, -1) }
    expectError("cannot reshape [2, 3] (6 elements) to [5]") { try x.reshape(5) }
    expectError("cannot reshape [2, 3] (6 elements) to [-1, 0]") { try x.reshape(-1, 0) }
    expectError("cannot reshape [0] (0 elements) to [-1, 0]") { try zeros(0).reshape(-1, 0) }
    expectError("a size cannot be negative: [-2, -3]") { try x.reshape(-2, -3) }
    #expect(throws: TensorError.self) { try x.reshape(-1, .max) }
    #expect(throws: TensorError.self) { try x.reshape(.min, -1) }
    expectError("cannot add [2, 3] and [4]; the sizes 3 and 4 differ") { try x + zeros(4) }
    expectError("cannot broadcast [2, 3] and [3]; the shapes differ") {
      try x.broadcast(to: Shape([3]))
    }
    expectError("cannot join [2, 3] and [2, 4] along axis 0: the other sizes differ") {
      try concatenate([x, zeros(2, 4)])
    }
    expectError("cannot join [2, 3] and [3] along axis 0: the other sizes differ") {
      try concatenate([x, zeros(3)])
    }
    expectError("nothing to join") { try concatenate([]) }
    expectError("nothing to join") { try stack([]) }
    expectError("cannot join [2, 3] and [3, 2] along axis 0: the other sizes differ") {
      try stack([x, zeros(3, 2)])
    }
    expectError("a tensor of shape [2, 3] is not one number") { try x.item() }
    #expect(throws: TensorError.self) {
      try stack([full([Int](repeating: 1, count: 8), 0)])
    }
    // Broadcasting can make shapes that no memory holds.
    let (a, b) = (try zeros(1 << 21, 1), try zeros(1, 1 << 21))
    expectError("a tensor of shape [2097152, 2097152] is too large for any memory") { try a + b }
    expectError("a tensor of shape [2097152, 2097152] is too large for any memory") {
      try Tensor.compare(.less, a, b)
    }
  }

  @Test func indices() throws {
    let x = try zeros(2, 3)
    for index in [Int.min, .min + 1, -3, 2, .max] {
      let wrong = TensorError.indexOutOfRange(index, axis: 0, size: 2)
      #expect(throws: wrong) { try x[.at(index)] }
      #expect(throws: TensorError.self) { try x.rows(at: [index]) }
    }
    expectError("index 2 is out of range for axis 0 of size 2") { try x[.at(2)] }
    expectError("index -1 is out of range for axis 0 of size 2") { try x.rows(at: [-1]) }
    expectError("3 indices are too many for shape [2, 3]") { try x[.at(0), .at(0), .at(0)] }
    expectError("the range 2..<1 does not fit an axis of size 2") {
      try x[.range(lower: 2, upper: 1)]
    }
    expectError("the range 0..<9 does not fit an axis of size 2") {
      try x[.range(lower: 0, upper: 9)]
    }
    expectError("a slice needs a step above 0") { try x[.range(lower: 0, upper: 2, step: 0)] }
    expectError("a slice needs a step above 0") { try x[.range(lower: 0, upper: 2, step: .min)] }
    #expect(try x[.range(lower: 0, upper: 2, step: .max)].shape.sizes == [1, 3])
    #expect(try x[.range(lower: 2, upper: 2, step: .max)].shape.sizes == [0, 3])
    #expect(try x[.range(lower: 2, upper: nil), .at(1)].shape.sizes == [0])
    for bound in [Int.min, .max, -3] {
      #expect(throws: TensorError.self) { try x[.range(lower: bound, upper: bound)] }
      #expect(throws: TensorError.self) { try x[.range(lower: nil, upper: bound)] }
    }
    expectError("taking rows needs 1 axes, not []") { try Tensor(scalar: 1).rows(at: [0]) }
    var written = x
    expectError("index 5 is out of range for axis 1 of size 3") {
      try written.setSlice([.at(0), .at(5)], to: x)
    }
  }

  @Test func sequences() throws {
    for (start, end, step) in [
      (0.0, 1.0, 0.0), (.nan, 1, 1), (0, .infinity, 1), (0, 1, .nan), (-.infinity, 0, 1),
    ] {
      expectError("a range needs finite bounds and a step that is not 0") {
        try arange(start, end, by: step)
      }
    }
    expectError("a range of 1e+300 numbers is too large") { try arange(0, 1, by: 1e-300) }
    #expect(throws: TensorError.self) { try arange(0, 1, by: .leastNonzeroMagnitude) }
    #expect(throws: TensorError.self) { try arange(-1e308, 1e308) }
    #expect(throws: TensorError.self) { try arange(0, 1e12) }
    #expect(try arange(1e308, -1e308).count == 0)
    #expect(try arange(1, -1e300).count == 0)
    #expect(try arange(0, 1e300, by: 1e299, dtype: .int32).elements(as: Int32.self).last == .max)
    expectError("a size cannot be negative: [-1]") { try linspace(0, 1, -1) }
    #expect(throws: TensorError.self) { try linspace(0, 1, .max) }
    #expect(try linspace(0, 1, 0).count == 0)
    #expect(try linspace(.nan, .infinity, 3).reals()[0].isNaN)
    #expect(try linspace(-1e308, 1e308, 2).reals() == [-.infinity, .infinity])
    #expect(throws: TensorError.self) { try eye(-1) }
    #expect(try eye(0).count == 0)
  }

  @Test func windows() throws {
    let x = try zeros(1, 1, 3, 3)
    let w = try zeros(1, 1, 2, 2)
    expectError("a window of 4 does not fit into 3 (with padding) of [1, 1, 3, 3]") {
      try conv2d(x, zeros(1, 1, 4, 4))
    }
    expectError("a window of 4 does not fit into 3 (with padding) of [1, 1, 3, 3]") {
      try pool2d(.max, x, size: [1, 4])
    }
    expectError(
      "a window needs two sizes and two strides from 1 to 16777216, not [2, 2] and [0, 1]"
    ) { try conv2d(x, w, stride: [0, 1]) }
    for wrong in [[Int.max, 1], [.min, 1], [0, 0], [1], [], [1, 1, 1], [-1, 1]] {
      #expect(throws: TensorError.self) { try conv2d(x, w, stride: wrong, padding: .same) }
      #expect(throws: TensorError.self) { try pool2d(.max, x, size: wrong) }
      #expect(throws: TensorError.self) {
        try pool2d(.average, x, size: wrong, stride: [1, 1], padding: .same)
      }
      #expect(throws: TensorError.self) { try pool2d(.max, x, size: [1, 1], stride: wrong) }
    }
    #expect(try pool2d(.max, x, size: [2, 2], stride: [1 << 24, 1 << 24]).count == 1)
    #expect(try conv2d(x, w, stride: [1 << 24, 1], padding: .same).shape.sizes == [1, 1, 1, 3])
    for wrong in [[Int.max, 1], [.min, 1], [0, 0], [1], [], [1, 1, 1], [-1, 1], [1 << 24, 1]] {
      #expect(throws: TensorError.self) { try conv2d(x, w, padding: .same, dilation: wrong) }
    }
    expectError("a window of 4 does not fit into 3 (with padding) of [1, 1, 3, 3]") {
      try conv2d(x, w, dilation: [3, 1])
    }
    expectError("a dilation of [8388608, 1] reaches too far over [1, 1, 3, 3] for the engine") {
      try conv2d(x, w, padding: .same, dilation: [1 << 23, 1])
    }
    #expect(try conv2d(x, w, padding: .same, dilation: [1 << 16, 9]).shape.sizes == [1, 1, 3, 3])
    // The formula of a window is public: whatever it is given, it must not trap.
    for extreme in [Int.min, -1, 0, 1, .max] {
      let window = Padding.same.window(
        kernel: [extreme, 1], stride: [extreme, extreme], height: 5, width: .max)
      #expect(window.paddingLow[1] == 0)
    }
    expectError("a convolution needs 4 axes, not [3]") { try conv2d(zeros(3), w) }
    expectError("a kernel needs 4 axes, not [3]") { try conv2d(x, zeros(3)) }
    expectError("pooling needs 4 axes, not [3]") { try pool2d(.max, zeros(3), size: [1, 1]) }
    expectError("the input [1, 1, 3, 3] has 1 channels, but the kernel [1, 2, 2, 2] takes 2") {
      try conv2d(x, zeros(1, 2, 2, 2))
    }
    for groups in [Int.min, -1, 0, 2, .max] {
      #expect(throws: TensorError.channels(input: x.shape, weights: w.shape, groups: groups)) {
        try conv2d(x, w, groups: groups)
      }
    }
    expectError("a bias for 1 outputs has shape [1], not [2]") { try conv2d(x, w, bias: zeros(2)) }
    #expect(throws: TensorError.self) { try conv2d(x, zeros(1, 1, 0, 2)) }
  }

  /// A kernel far larger than the image, which only padding makes room for.
  @Test func windowsLargerThanTheImage() throws {
    var dice = Dice(61)
    let x = dice.reals([1, 2, 3, 2])
    let w = dice.reals([2, 2, 9, 8])
    let window = ReferenceWindow.same([3, 2], kernel: [9, 8], stride: [1, 1])
    try expectEqual(
      conv2d(x.tensor(), w.tensor(), padding: .same), x.conv2d(w, nil, window), within: 1e-5)
    try expectEqual(
      pool2d(.max, x.tensor(), size: [9, 8], stride: [1, 1], padding: .same),
      x.maxPool2d([9, 8], window))
  }

  @Test func layers() throws {
    let x = try zeros(2, 3)
    expectError("a dense layer's input needs 2 axes, not [3]") { try dense(zeros(3), x) }
    expectError("its weights needs 2 axes, not [3]") { try dense(x, zeros(3)) }
    expectError("the input [2, 3] has 3 features, but the weights [2, 4] take 4") {
      try dense(x, zeros(2, 4))
    }
    // A wrong bias after a right one of the same layer: the engine's operation is there already.
    #expect(try dense(x, zeros(5, 3), bias: zeros(5)).count == 10)
    expectError("a bias for 5 outputs has shape [5], not [1]") {
      try dense(x, zeros(5, 3), bias: zeros(1))
    }
    expectError("logits needs 2 axes, not [3]") { try crossEntropy(zeros(3), zeros(3)) }
    expectError("1 labels for 2 rows") { try crossEntropy(x, zeros(1)) }
    expectError("2 labels for 2 rows") { try crossEntropy(x, zeros(2, 1)) }
    expectError("the mean of no elements is undefined: [0, 3]") {
      try crossEntropy(zeros(0, 3), zeros(0))
    }
    for label in [Int32.min, -1, 3, .max] {
      expectError("label \(label) is out of range for 3 classes") {
        try crossEntropy(x, Tensor([label, 0], shape: [2]))
      }
    }
    expectError("a label is a whole number, not nan") { try crossEntropy(x, Tensor([.nan, 0])) }
    expectError("a label is a whole number, not 1.5") { try crossEntropy(x, Tensor([0, 1.5])) }
    #expect(throws: TensorError.self) { try crossEntropy(x, Tensor([.infinity, 0])) }
    expectError("normalising by channel needs 2 axes, not [3]") {
      try batchNorm(zeros(3), scale: zeros(3), shift: zeros(3))
    }
    expectError("[2, 3] has 3 channels, but scale and shift have shape [2]") {
      try batchNorm(x, scale: zeros(3), shift: zeros(2))
    }
    expectError("the mean of no elements is undefined: [0, 3]") {
      try batchNorm(zeros(0, 3), scale: zeros(3), shift: zeros(3))
    }
  }

  @Test func gradients() throws {
    expectError("a gradient needs a function with one number as its value, not shape [2]") {
      try valueWithGradient(at: zeros(2)) { $0 }
    }
    expectError("a gradient needs a float32 value, not int32") {
      try valueWithGradient(at: zeros(2)) { try $0.cast(to: .int32).sum() }
    }
    expectError("a gradient is taken at float32 numbers, not int32") {
      try valueWithGradient(at: Tensor([Int32(1)], shape: [1])) { try $0.sum() }
    }
  }

  /// Random programs over hostile shapes: anything may be thrown, nothing may trap.
  @Test func randomPrograms() throws {
    var dice = Dice(62)
    let dtypes = DType.allCases
    var (succeeded, refused) = (0, 0)
    for _ in 0..<1500 {
      func operand() throws -> Tensor {
        let rank = Int.random(in: 0...5, using: &dice)
        let sizes = dice.sizes(rank: rank, allowsZero: true)
        let range = Bool.random(using: &dice) ? 0.0...1 : -3e9...3e9
        return try dice.reals(sizes, in: range).tensor(dtypes.randomElement(using: &dice) ?? .bool)
      }
      let (a, b, c) = (try operand(), try operand(), try operand())
      let n = Int.random(in: -2...5, using: &dice)
      do {
        let result: Tensor =
          switch Int.random(in: 0..<22, using: &dice) {
          case 0: try a + b
          case 1: try a / b
          case 2: try a.power(b)
          case 3: try a.matmul(b)
          case 4: try a.transposed(n, 0)
          case 5: try a.reshape(n, -1)
          case 6: try concatenate([a, b, c], axis: n)
          case 7: try stack([a, a], axis: n)
          case 8: try conv2d(a, b, bias: c, padding: .same)
          case 9: try conv2d(a, b, groups: n)
          case 10: try pool2d(.max, a, size: [n, 2], padding: .same)
          case 11: try pool2d(.average, a, size: [2, n])
          case 12: try dense(a, b, bias: c)
          case 13: try softmax(a, axis: n)
          case 14: try a.variance(axis: n)
          case 15: try crossEntropy(a, b)
          case 16: try batchNorm(a, scale: b, shift: c).y
          case 17: try a[.at(n), .range(lower: n, upper: nil, step: 2)]
          case 18: try a.rows(at: [n, 0])
          case 19: try select(a, b, c)
          case 20: try a.argmax(axis: n)
          default: try a.unary(UnaryFunction.allCases.randomElement(using: &dice) ?? .exp)
          }
        _ = try result.reals()
        #expect(!result.description.isEmpty)
        succeeded += 1
      } catch is TensorError {
        refused += 1
      }
    }
    #expect(succeeded > 200)
    #expect(refused > 200)
  }
}

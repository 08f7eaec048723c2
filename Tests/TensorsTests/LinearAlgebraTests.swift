import Tensors
import Testing

/// LAPACK's results put back into the equations that define them.
@Suite struct LinearAlgebraTests {
  private func random(_ sizes: Int..., seed: UInt64 = 1) throws -> Tensor {
    var stream = RandomStream(seed: seed)
    return try Tensor.normal(Shape(sizes), from: &stream)
  }

  private func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
    #expect(a.shape == b.shape)
    return try abs(a - b).max().item()
  }

  /// A well-conditioned matrix: random numbers and a heavy diagonal.
  private func heavy(_ n: Int, seed: UInt64 = 1) throws -> Tensor {
    try random(n, n, seed: seed) + eye(n) * (3 * Double(n).squareRoot())
  }

  @Test(arguments: [1, 2, 3, 7, 40]) func inverseTimesMatrixIsIdentity(n: Int) throws {
    let a = try heavy(n)
    #expect(try difference(a.matmul(a.inverse()), eye(n)) < 1e-5)
    #expect(try difference(a.inverse().matmul(a), eye(n)) < 1e-5)
  }

  @Test(arguments: [1, 2, 5, 30]) func solutionsSolve(n: Int) throws {
    let a = try heavy(n)
    let (b, many) = (try random(n, seed: 2), try random(n, 4, seed: 3))
    #expect(try difference(a.matmul(a.solve(b)), b) < 1e-5)
    #expect(try difference(a.matmul(a.solve(many)), many) < 1e-5)
  }

  /// Cramer's rule and cofactors, for what can be written down.
  @Test func goldenValues() throws {
    let a = try Tensor([[1, 2], [3, 4]])
    #expect(try a.exactDeterminant() == -2)
    #expect(try difference(a.inverse(), Tensor([[-2, 1], [1.5, -0.5]])) < 1e-6)
    #expect(try difference(a.solve(Tensor([5, 11])), Tensor([1, 2])) < 1e-6)
    let b = try Tensor([[2, 0, 1], [1, 3, 2], [1, 1, 1]])
    // 2 (3 - 2) - 0 + 1 (1 - 3)
    #expect(try Swift.abs(b.exactDeterminant()) < 1e-12)
    let exchanged = try Tensor([[0, 1], [1, 0]])
    #expect(try exchanged.determinant().item() == -1)
    let c = try Tensor([[25, 15, -5], [15, 18, 0], [-5, 0, 11]])
    #expect(try c.cholesky().reals() == [5, 0, 0, 3, 3, 0, -1, 1, 3])
  }

  @Test func determinantOfAProductIsTheProduct() throws {
    let (a, b) = (try heavy(6), try heavy(6, seed: 2))
    let (left, right) = (
      try a.matmul(b).determinant().item(), try (a.determinant() * b.determinant()).item()
    )
    #expect(Swift.abs(left / right - 1) < 1e-5)
  }

  @Test(arguments: [1, 2, 6, 33]) func choleskyTimesItsTransposeIsTheMatrix(n: Int) throws {
    let x = try random(n + 4, n)
    let a = try x.transposed().matmul(x)
    let l = try a.cholesky()
    #expect(try difference(l.matmul(l.transposed()), a) < 1e-4)
    let elements = try l.reals()
    for i in 0..<n {
      for j in (i + 1)..<Swift.max(n, i + 1) { #expect(elements[i * n + j] == 0) }
    }
  }

  @Test(arguments: [[1, 1], [5, 3], [3, 5], [20, 20], [1, 6], [6, 1]])
  func singularValuesPutTheMatrixTogether(sizes: [Int]) throws {
    let a = try random(sizes[0], sizes[1])
    let k = try #require(sizes.min())
    let (u, s, vt) = try a.svd()
    #expect(u.shape.sizes == [sizes[0], k] && s.shape.sizes == [k])
    #expect(vt.shape.sizes == [k, sizes[1]])
    #expect(try difference((u * s).matmul(vt), a) < 1e-5)
    #expect(try difference(u.transposed().matmul(u), eye(k)) < 1e-5)
    #expect(try difference(vt.matmul(vt.transposed()), eye(k)) < 1e-5)
    let values = try s.reals()
    #expect(values == values.sorted(by: >) && values.allSatisfy { $0 >= 0 })
    // The largest element of each column of U is positive.
    let columns = try u.transposed().reals()
    for i in 0..<k {
      let column = columns[i * sizes[0]..<(i + 1) * sizes[0]]
      #expect((column.max() ?? 0) >= -(column.min() ?? 0))
    }
  }

  /// The residual of the least squares stands upright on the columns.
  @Test(arguments: [[8, 3], [4, 4], [3, 8]]) func leastSquaresAreLeast(sizes: [Int]) throws {
    let a = try random(sizes[0], sizes[1])
    let b = try random(sizes[0], 2, seed: 5)
    let x = try a.leastSquares(b)
    #expect(x.shape.sizes == [sizes[1], 2])
    let residual = try a.matmul(x) - b
    #expect(try abs(a.transposed().matmul(residual)).max().item() < 1e-4)
    let one = try a.leastSquares(b.transposed().slice([.at(1)]))
    #expect(try difference(one, x.transposed().slice([.at(1)])) < 1e-5)
  }

  @Test func leastSquaresOfEqualColumnsAreTheShortest() throws {
    let a = try Tensor([[1, 1], [2, 2], [3, 3]])
    #expect(try difference(a.leastSquares(Tensor([2, 4, 6])), Tensor([1, 1])) < 1e-5)
  }

  /// A function, and where its gradient is compared with differences.
  struct Slope: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let points: [[Int]]
    let function: @Sendable ([Tensor]) throws -> Tensor
  }

  static let slopes: [Slope] = {
    var slopes: [Slope] = []
    func add(
      _ name: String, _ points: [Int]..., function: @escaping @Sendable ([Tensor]) throws -> Tensor
    ) {
      slopes.append(Slope(testDescription: name, points: points, function: function))
    }
    for n in [1, 2, 3, 5] {
      let diagonal: @Sendable () throws -> Tensor = { try eye(n) * 4 }
      add("inverse", [n, n]) { p in try (p[0] + diagonal()).inverse() }
      add("solve", [n, n], [n]) { p in try (p[0] + diagonal()).solve(p[1]) }
      add("solve", [n, n], [n, 2]) { p in try (p[0] + diagonal()).solve(p[1]) }
      add("determinant", [n, n]) { p in try p[0].determinant() }
      add("cholesky", [n, n]) { p in
        let sum = try p[0] + p[0].transposed()
        return try (sum + diagonal() * 2).cholesky()
      }
    }
    for sizes in [[3, 3], [5, 3], [2, 4], [4, 1], [1, 3]] {
      add("singular values", sizes) { p in try (p[0] + leaning(sizes)).svd().s }
      for rightSide in [[sizes[0]], [sizes[0], 2]] {
        add("leastSquares", sizes, rightSide) { p in
          try (p[0] + leaning(sizes)).leastSquares(p[1])
        }
      }
    }
    return slopes
  }()

  /// A matrix with a growing diagonal, whose singular values are far apart.
  private static func leaning(_ sizes: [Int]) throws -> Tensor {
    var result = try full(sizes, 0)
    for i in 0..<(sizes.min() ?? 0) {
      try result.setSlice([.at(i), .at(i)], to: Tensor(scalar: Double(3 * i + 3)))
    }
    return result
  }

  @Test(arguments: slopes) func gradientsAgreeWithDifferences(_ slope: Slope) throws {
    var stream = RandomStream(seed: 5)
    let points = try slope.points.map { try Tensor.normal(Shape($0), from: &stream) }
    let weights = try Tensor.normal(slope.function(points).shape, from: &stream)
    func loss(_ points: [Tensor]) throws -> Tensor {
      try (slope.function(points) * weights).sum()
    }
    let (_, gradients) = try valueWithGradient(at: points, of: loss)
    for (index, gradient) in gradients.enumerated() {
      let (found, elements) = (try gradient.reals(), try points[index].reals())
      let scale = found.reduce(1) { Swift.max($0, Swift.abs($1)) }
      for place in elements.indices {
        func moved(_ step: Double) throws -> Double {
          var changed = elements.map { Float($0) }
          changed[place] += Float(step)
          var moved = points
          moved[index] = try Tensor(changed, shape: points[index].shape)
          return try loss(moved).item()
        }
        let slope = try (moved(0.01) - moved(-0.01)) / 0.02
        #expect(Swift.abs(slope - found[place]) < 2e-3 * scale, "\(index) at \(place)")
      }
    }
  }

  /// The matrix of cofactors, which needs no inverse.
  @Test(
    arguments: [
      ([[1, 2], [3, 4]], [[4, -3], [-2, 1]]),
      ([[0, 1], [1, 0]], [[0, -1], [-1, 0]]),
      ([[1, 2], [2, 4]], [[4, -2], [-2, 1]]),
      ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
      ([[0]], [[1]]), ([[-7]], [[1]]),
      ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]),
      ([[2, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
      ([[0, 0, 5], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
      ([[0, 0, 5], [0, 0, 0], [3, 0, 0]], [[0, 0, 0], [0, -15, 0], [0, 0, 0]]),
    ] as [([[Float]], [[Float]])])
  func gradientOfADeterminant(a: [[Float]], cofactors: [[Float]]) throws {
    let (value, gradient) = try valueWithGradient(at: Tensor(a)) { try $0.determinant() }
    #expect(value.shape == .scalar)
    #expect(try Swift.abs(value.item() - Tensor(a).exactDeterminant()) < 1e-6)
    #expect(try difference(gradient, Tensor(cofactors)) < 1e-5)
  }

  /// The determinant is linear in each element, so that a difference is exact at any step.
  @Test(arguments: [2, 3, 6, 12]) func gradientOfASingularDeterminant(n: Int) throws {
    let a = try random(n, n - 1).matmul(random(n - 1, n, seed: 2))
    let (_, gradient) = try valueWithGradient(at: a) { try $0.determinant() }
    for i in 0..<n {
      for j in 0..<n {
        var moved = a
        let here = try a[.at(i), .at(j)]
        try moved.setSlice([.at(i), .at(j)], to: here + 1)
        let slope = try moved.exactDeterminant() - a.exactDeterminant()
        let step = try moved[.at(i), .at(j)].item() - here.item()
        let largest = try abs(gradient).max().item()
        let found = try gradient[.at(i), .at(j)].item()
        #expect(Swift.abs(slope / step - found) < 1e-5 * largest)
      }
    }
  }

  @Test func gradientsByHand() throws {
    let (_, root) = try valueWithGradient(at: Tensor([[16]])) { try $0.cholesky().sum() }
    #expect(try root.item() == 1.0 / 8)
    // l10 = a10 / sqrt(a00): half of its slope at a10 goes to a01, and a00 has -a10 / (2 a00^1.5).
    let (_, pair) = try valueWithGradient(at: Tensor([[4, 2], [2, 5]])) {
      try $0.cholesky()[.at(1), .at(0)]
    }
    #expect(try difference(pair, Tensor([[-0.125, 0.25], [0.25, 0]])) < 1e-6)
    let (_, values) = try valueWithGradient(at: Tensor([[3, 0], [0, -4]])) { try $0.svd().s.sum() }
    #expect(try difference(values, Tensor([[1, 0], [0, -1]])) < 1e-6)
    let (_, mean) = try valueWithGradient(at: Tensor([3, 5])) {
      try Tensor([[1], [1]]).leastSquares($0).sum()
    }
    #expect(try difference(mean, Tensor([0.5, 0.5])) < 1e-6)
  }

  /// What has no gradient says so where one is wanted, and only there.
  @Test func refusesGradients() throws {
    let a = try random(3, 2)
    #expect(throws: TensorError.notDifferentiable("the u of svd")) {
      try valueWithGradient(at: a) { try $0.svd().u.sum() }
    }
    #expect(throws: TensorError.notDifferentiable("the vt of svd")) {
      try valueWithGradient(at: a) { p in
        let (u, s, vt) = try p.svd()
        return try (u.detached() * s).matmul(vt).sum()
      }
    }
    let equal = try Tensor([[1, 1], [2, 2], [3, 3]])
    #expect(
      throws: TensorError.notDifferentiable("leastSquares of a matrix [3, 2] of rank 1")
    ) {
      try valueWithGradient(at: equal) { try $0.leastSquares(Tensor([2, 4, 7])).sum() }
    }
    let (_, gradient) = try valueWithGradient(at: Tensor([2, 4, 7])) {
      try equal.leastSquares($0).sum()
    }
    // The pseudo-inverse is the transpose over its squares, 28.
    #expect(try difference(gradient, Tensor([1, 2, 3]) / 14) < 1e-6)
  }

  @Test func refusesWhatHasNoAnswer() throws {
    let flat = try Tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    #expect(throws: TensorError.singular(flat.shape)) { try flat.inverse() }
    #expect(throws: TensorError.singular(flat.shape)) { try flat.solve(Tensor([1, 2, 3])) }
    #expect(throws: TensorError.singular(try Shape([2, 2]))) { try zeros(2, 2).inverse() }
    #expect(throws: TensorError.notPositiveDefinite) {
      try Tensor([[1, 2], [2, 1]]).cholesky()
    }
    #expect(throws: TensorError.notSymmetric(row: 1, column: 0)) {
      try Tensor([[1, 2], [3, 9]]).cholesky()
    }
    let wide = try zeros(2, 3)
    #expect(throws: TensorError.notSquare("an inverse", wide.shape)) { try wide.inverse() }
    #expect(throws: TensorError.self) { try wide.determinant() }
    #expect(throws: TensorError.self) { try zeros(3).inverse() }
    #expect(throws: TensorError.self) { try zeros(0, 0).inverse() }
    #expect(throws: TensorError.self) { try zeros(0, 3).svd() }
    #expect(throws: TensorError.self) { try zeros(2, 2, 2).svd() }
    let large = try zeros(3000, 3000)
    #expect(throws: TensorError.matrixTooLarge(large.shape)) { try large.svd() }
    #expect(throws: TensorError.matrixTooLarge(large.shape)) { try large.inverse() }
    #expect(throws: TensorError.self) { try zeros(2, 2).leastSquares(zeros(2, 1 << 26)) }
    #expect(throws: TensorError.self) { try eye(2).solve(zeros(3)) }
    #expect(throws: TensorError.self) { try eye(2).solve(zeros(2, 0)) }
    #expect(throws: TensorError.self) { try eye(2).leastSquares(zeros(3)) }
    for odd in [Float.nan, .infinity] {
      let a = try Tensor([[1, odd], [0, 1]])
      #expect(throws: TensorError.notFinite("the matrix")) { try a.inverse() }
      #expect(throws: TensorError.notFinite("the matrix")) { try a.svd() }
      #expect(throws: TensorError.notFinite("the right side")) {
        try eye(2).solve(Tensor([odd, 1]))
      }
    }
  }

  /// Numbers near the ends of Float32 do not disturb Float64, and come back as infinities at worst.
  @Test func extremes() throws {
    let tiny = try eye(3) * 1e-30
    #expect(try difference(tiny.matmul(tiny.inverse()), eye(3)) < 1e-5)
    #expect(try Swift.abs(tiny.exactDeterminant() / 1e-90 - 1) < 1e-5)
    #expect(throws: TensorError.notFinite("the determinant in float32")) {
      try (eye(3) * 1e30).determinant()
    }
  }
}

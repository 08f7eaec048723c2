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
    #expect(try a.determinant() == -2)
    #expect(try difference(a.inverse(), Tensor([[-2, 1], [1.5, -0.5]])) < 1e-6)
    #expect(try difference(a.solve(Tensor([5, 11])), Tensor([1, 2])) < 1e-6)
    let b = try Tensor([[2, 0, 1], [1, 3, 2], [1, 1, 1]])
    // 2 (3 - 2) - 0 + 1 (1 - 3)
    #expect(try Swift.abs(b.determinant()) < 1e-12)
    let exchanged = try Tensor([[0, 1], [1, 0]])
    #expect(try exchanged.determinant() == -1)
    let c = try Tensor([[25, 15, -5], [15, 18, 0], [-5, 0, 11]])
    #expect(try c.cholesky().reals() == [5, 0, 0, 3, 3, 0, -1, 1, 3])
  }

  @Test func determinantOfAProductIsTheProduct() throws {
    let (a, b) = (try heavy(6), try heavy(6, seed: 2))
    let (left, right) = (try a.matmul(b).determinant(), try a.determinant() * b.determinant())
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

  @Test func gradientsAgreeWithDifferences() throws {
    let (a, b) = (try heavy(3), try random(3, 2, seed: 4))
    let weights = try random(3, 3, seed: 6)
    let side = try random(3, 2, seed: 7)
    func loss(_ a: Tensor, _ b: Tensor) throws -> Tensor {
      try (a.inverse() * weights).sum() + (a.solve(b) * side).sum()
    }
    let tape = Tape()
    defer { tape.close() }
    let (x, y) = (tape.watch(a), tape.watch(b))
    let gradients = try tape.gradients(
      of: loss(x, y), seed: Tensor(scalar: 1), withRespectTo: [x, y])
    for (index, start) in [a, b].enumerated() {
      let found = try #require(gradients[index]).reals()
      let elements = try start.reals()
      for place in elements.indices {
        func moved(_ step: Double) throws -> Double {
          var changed = elements.map { Float($0) }
          changed[place] += Float(step)
          let tensor = try Tensor(changed, shape: start.shape)
          return try (index == 0 ? loss(tensor, b) : loss(a, tensor)).item()
        }
        let slope = try (moved(0.01) - moved(-0.01)) / 0.02
        #expect(Swift.abs(slope - found[place]) < 2e-3)
      }
    }
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
    #expect(try Swift.abs(tiny.determinant() / 1e-90 - 1) < 1e-5)
  }
}

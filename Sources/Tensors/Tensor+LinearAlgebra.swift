// Linear algebra by LAPACK. Matrices are float32, the computations are in Float64 and rounded in the
// end, so that a matrix whose condition number is 1e8 still has an inverse.

extension Tensor {
  /// The inverse of a square matrix: `[n, n] -> [n, n]`.
  ///
  ///     let identity = try a.matmul(a.inverse())
  ///
  /// Errors: a matrix that is not square, not finite or singular in Float64, and one of more than
  /// some 2,500 rows: LAPACK cannot be stopped.
  public func inverse() throws -> Tensor {
    let n = try squareSide("an inverse")
    let factors = try factorization()
    // The inverse of the transpose, column by column, is the inverse row by row.
    let result = try Tensor(factors.inverse().map { Float($0) }, shape: Shape([n, n]))
    let derivative = CustomDerivative("inverse") { gradient, _ in
      let turned = try result.transposed()
      return [try -turned.matmul(gradient).matmul(turned)]
    }
    return result.recorded(.custom(derivative), self)
  }

  /// x with A x = b: `[n, n]` and `[n]` or `[n, k]` give the shape of b.
  ///
  /// Errors: those of `inverse`, and sides that do not fit.
  public func solve(_ b: Tensor) throws -> Tensor {
    let n = try squareSide("a system of equations", rightSides: b.rightSides)
    guard b.rank == 1 || b.rank == 2, b.shape[0] == n else {
      throw TensorError.cannotSolve(shape, b.shape)
    }
    let columns = try b.columns("the right side")
    let factors = try factorization()
    let x = try factors.solveTransposed(columns.elements, columns: columns.count)
    let result = try Tensor(x, columns: columns.count, shape: b.shape)
    let matrix = detached()
    let derivative = CustomDerivative("solve") { gradient, wanted in
      let right = try matrix.transposed().solve(gradient)
      guard wanted[0] else { return [nil, right] }
      let (left, other) = (
        try right.reshape([n, columns.count]), try result.reshape([n, columns.count])
      )
      return [try -left.matmul(other.transposed()), right]
    }
    return result.recorded(.custom(derivative), self, b)
  }

  /// The determinant of a square matrix, a scalar.
  ///
  /// Its gradient is the matrix of cofactors, det(A) A^-T, which a singular matrix has, too. Errors:
  /// those of `exactDeterminant`, and a determinant beyond Float32.
  public func determinant() throws -> Tensor {
    let value = Float(try exactDeterminant())
    guard value.isFinite else { throw TensorError.notFinite("the determinant in float32") }
    let matrix = detached()
    let derivative = CustomDerivative("determinant") { gradient, _ in
      [try gradient * matrix.cofactors()]
    }
    return try Tensor([value], shape: .scalar).recorded(.custom(derivative), self)
  }

  /// The determinant of a square matrix in Float64, without a gradient.
  ///
  /// Errors: a matrix that is not square, not finite or too large, a determinant beyond
  /// Float64.
  public func exactDeterminant() throws -> Double {
    let n = try squareSide("a determinant")
    let value = try LAPACK.Factorization(finiteReals("the matrix"), n).determinant
    guard value.isFinite else { throw TensorError.notFinite("the determinant") }
    return value
  }

  /// The cofactors of a square matrix A = U diag(s) V^T: det(U) det(V) U diag(p) V^T.
  ///
  /// p_i is the product of all s but s_i, so that no singular value is divided by.
  private func cofactors() throws -> Tensor {
    let (u, s, vt) = try decomposition()
    let n = s.count
    let sign = try [u, vt].reduce(1) { try $0 * LAPACK.Factorization($1, n).determinant }
    var products = [Double](repeating: sign < 0 ? -1 : 1, count: n)
    for i in 0..<n {
      for j in 0..<n where j != i { products[i] *= s[j] }
    }
    return try (real(u, [n, n]) * real(products, [n])).matmul(real(vt, [n, n]))
  }

  /// The lower triangular L with A = L L^T, of a symmetric positive definite matrix.
  ///
  /// Its gradient is symmetric, L^-T P L^-1: P is half of L^T g in its lower triangle, and mirrored.
  /// Errors: a matrix that is not square, not finite, not symmetric (by more than 1e-5 of its largest
  /// element), not positive definite or too large.
  public func cholesky() throws -> Tensor {
    let n = try squareSide("a Cholesky factorization")
    let elements = try finiteReals("the matrix")
    let largest = elements.reduce(0) { Swift.max($0, Swift.abs($1)) }
    for i in 0..<n {
      for j in 0..<i where Swift.abs(elements[i * n + j] - elements[j * n + i]) > 1e-5 * largest {
        throw TensorError.notSymmetric(row: i, column: j)
      }
    }
    // The lower triangle, row by row, is the upper one column by column.
    guard let factor = try LAPACK.cholesky(elements, n) else {
      throw TensorError.notPositiveDefinite
    }
    let result = try Tensor(shape: shape, writing: Float.self) { target in
      for i in 0..<n {
        for j in 0..<n { target[i * n + j] = j <= i ? Float(factor[i * n + j]) : 0 }
      }
    }
    let derivative = CustomDerivative("cholesky") { gradient, _ in
      let product: [Float] = try result.transposed().matmul(gradient).elements()
      let half = try Tensor(shape: result.shape, writing: Float.self) { target in
        for i in 0..<n {
          for j in 0..<n { target[i * n + j] = product[Swift.max(i, j) * n + Swift.min(i, j)] / 2 }
        }
      }
      let inverse = try result.inverse()
      return [try inverse.transposed().matmul(half).matmul(inverse)]
    }
    return result.recorded(.custom(derivative), self)
  }

  /// The thin singular value decomposition A = U diag(s) V^T: `[m, n]` gives U `[m, k]`, s `[k]` and
  /// V^T `[k, n]` with k = min(m, n), s from the largest.
  ///
  /// In each column of U the element of greatest magnitude is positive; so the signs do not depend on
  /// the library. The gradient of s is U diag(g) V^T. Errors: a matrix that is not finite, empty or
  /// too large, a gradient that goes through U or V^T.
  public func svd() throws -> (u: Tensor, s: Tensor, vt: Tensor) {
    let (left, values, right) = try decomposition()
    let k = values.count
    let (u, vt) = (try real(left, [shape[0], k]), try real(right, [k, shape[1]]))
    let derivative = CustomDerivative("svd") { gradient, _ in [try (u * gradient).matmul(vt)] }
    return (
      u.withoutDerivative("the u of svd", self),
      try real(values, [k]).recorded(.custom(derivative), self),
      vt.withoutDerivative("the vt of svd", self)
    )
  }

  /// U, s and V^T in Float64, row by row; see `svd`.
  private func decomposition() throws -> (u: [Double], s: [Double], vt: [Double]) {
    let (m, n) = try sides("a singular value decomposition")
    let k = Swift.min(m, n)
    // The transpose, column by column: A^T = V diag(s) U^T.
    var (vt, s, u) = try LAPACK.svd(finiteReals("the matrix"), n, m)
    for i in 0..<k {
      var largest = 0.0
      for j in 0..<m where Swift.abs(u[j * k + i]) > Swift.abs(largest) { largest = u[j * k + i] }
      guard largest < 0 else { continue }
      for j in 0..<m { u[j * k + i].negate() }
      for j in 0..<n { vt[i * n + j].negate() }
    }
    return (u, s, vt)
  }

  /// The x that makes |A x - b| least, the shortest of them: `[m, n]` and `[m]` or `[m, k]` give
  /// `[n]` or `[n, k]`.
  ///
  /// Singular values below max(m, n) 2^-24 of the greatest count as 0. Errors: a matrix that is not
  /// finite, empty or too large, sides that do not fit, a gradient at a matrix that lacks rank: the
  /// least x jumps there.
  public func leastSquares(_ b: Tensor) throws -> Tensor {
    let (m, n) = try sides("least squares", rightSides: b.rightSides)
    guard b.rank == 1 || b.rank == 2, b.shape[0] == m else {
      throw TensorError.cannotSolve(shape, b.shape)
    }
    let columns = try b.columns("the right side")
    let (x, rank) = try LAPACK.leastSquares(
      transposed().finiteReals("the matrix"), m, n, columns.elements, columns: columns.count)
    let result = try Tensor(
      x, columns: columns.count, shape: Shape(b.rank == 1 ? [n] : [n, columns.count]))
    let (matrix, rightSide) = (detached(), b.detached())
    let derivative = CustomDerivative("leastSquares") { gradient, wanted in
      let turned = try matrix.transposed()
      // A^+T g
      let right = try turned.leastSquares(gradient)
      guard wanted[0] else { return [nil, right] }
      guard rank == Swift.min(m, n) else {
        throw TensorError.notDifferentiable("leastSquares of a matrix \(shape) of rank \(rank)")
      }
      func outer(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        try a.reshape([m, columns.count]).matmul(b.reshape([n, columns.count]).transposed())
      }
      var left = try -outer(right, result)
      if m > n {
        // The residual turns with the columns of A: (b - A x) (A^+ A^+T g)^T.
        left = try left + outer(rightSide - matrix.matmul(result), matrix.leastSquares(right))
      } else if m < n {
        // So does what x has no part in: (A^+T x) (g - A^T A^+T g)^T.
        left = try left + outer(turned.leastSquares(result), gradient - turned.matmul(right))
      }
      return [left, right]
    }
    return result.recorded(.custom(derivative), self, b)
  }

  // MARK: - Ways to LAPACK and back

  /// The factors of the transpose, as row-major elements are read column by column.
  private func factorization() throws -> LAPACK.Factorization {
    let factors = try LAPACK.Factorization(finiteReals("the matrix"), shape[0])
    guard !factors.isSingular else { throw TensorError.singular(shape) }
    return factors
  }

  private func sides(_ what: String, rightSides: Int = 0) throws -> (Int, Int) {
    guard rank == 2 else { throw TensorError.needsRank(what, 2, shape) }
    guard count > 0 else { throw TensorError.noElements(what, shape) }
    try LAPACK.check(shape, rightSides: rightSides)
    return (shape[0], shape[1])
  }

  private func squareSide(_ what: String, rightSides: Int = 0) throws -> Int {
    let (rows, columns) = try sides(what, rightSides: rightSides)
    guard rows == columns else { throw TensorError.notSquare(what, shape) }
    return rows
  }

  /// How many problems the columns of a right side are.
  private var rightSides: Int { rank == 2 ? shape[1] : 1 }

  /// The columns of a vector or matrix, one after the other.
  private func columns(_ what: String) throws -> (elements: [Double], count: Int) {
    if rank == 1 {
      return (try finiteReals(what), 1)
    }
    guard shape[1] > 0 else { throw TensorError.noElements(what, shape) }
    return (try transposed().finiteReals(what), shape[1])
  }

  private func finiteReals(_ what: String) throws -> [Double] {
    let elements = try reals()
    guard elements.allSatisfy(\.isFinite) else { throw TensorError.notFinite(what) }
    return elements
  }

  /// Numbers in row-major order, rounded.
  private func real(_ elements: [Double], _ sizes: [Int]) throws -> Tensor {
    try Tensor(elements.map { Float($0) }, shape: sizes)
  }

  /// Notes that this tensor came from another, and that no gradient goes that way.
  private func withoutDerivative(_ name: String, _ source: Tensor) -> Tensor {
    let derivative = CustomDerivative(name) { _, _ in throw TensorError.notDifferentiable(name) }
    return recorded(.custom(derivative), source)
  }

  /// A matrix from its columns, one after the other.
  private init(_ elements: [Double], columns: Int, shape: Shape) throws {
    let rows = shape[0]
    try self.init(shape: shape, writing: Float.self) { target in
      for column in 0..<columns {
        for row in 0..<rows {
          target[row * columns + column] = Float(elements[column * rows + row])
        }
      }
    }
  }
}

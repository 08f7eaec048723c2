import CLAPACK

/// Matrices in Float64 for LAPACK: column-major, with sides that are not 0.
///
/// LAPACK has no way to stop, so that work is limited: what is allowed takes a minute or so at most.
package enum LAPACK {
  /// Most elements of a matrix: they are copied to Float64.
  private static let mostElements = 1 << 26
  /// Most products of a long side, a short side and either a short side or the right sides.
  private static let mostWork = 1 << 34

  /// Throws where a matrix with some right sides is too large.
  package static func check(_ shape: Shape, rightSides: Int = 0) throws {
    let (m, n) = (shape[0], shape[1])
    let depth = max(min(m, n), rightSides)
    // The products fit: two sides of a tensor multiplied do, and the depth is one more side.
    guard m * n <= mostElements, max(m, n) * depth <= mostElements,
      (m * n).multipliedReportingOverflow(by: depth).overflow == false, m * n * depth <= mostWork
    else { throw TensorError.matrixTooLarge(shape) }
  }

  /// Finds the library; throws where there is none.
  package static func load() throws {
    guard notch_lapack_load() != 0 else {
      throw TensorError.noLAPACK(String(cString: notch_lapack_reason()))
    }
  }

  /// A square matrix as P L U, which solves systems and gives determinant and inverse.
  package struct Factorization {
    private var lu: [Double]
    private var pivots: [Int32]
    private let size: Int
    /// Reciprocal of the condition number; 0 for a singular matrix.
    package let reciprocalCondition: Double

    /// Factorizes an n x n matrix, column by column.
    package init(_ matrix: [Double], _ n: Int) throws {
      try LAPACK.load()
      size = n
      var lu = matrix
      var pivots = [Int32](repeating: 0, count: n)
      var rcond = 0.0
      let info = notch_lapack_factor(Int32(n), &lu, &pivots, &rcond)
      // A pivot that is 0 is no failure here: the determinant is 0 then.
      if info < 0 { throw LAPACK.failure("a factorization", info) }
      reciprocalCondition = info > 0 ? 0 : rcond
      self.lu = lu
      self.pivots = pivots
    }

    /// Whether the matrix is singular as far as Float64 can tell.
    package var isSingular: Bool { !(reciprocalCondition > Double(size) * 0x1p-53) }

    /// The product of the pivots, with the sign of the exchanges.
    package var determinant: Double {
      (0..<size).reduce(1) { product, index in
        let pivot = lu[index * size + index]
        return product * (Int(pivots[index]) == index + 1 ? pivot : -pivot)
      }
    }

    package func inverse() throws -> [Double] {
      var result = lu
      let info = notch_lapack_invert(Int32(size), &result, pivots)
      guard info == 0 else { throw LAPACK.failure("an inverse", info) }
      return result
    }

    /// x with A^T x = b for each of some columns.
    package func solveTransposed(_ b: [Double], columns: Int) throws -> [Double] {
      var result = b
      let info = notch_lapack_solve_transposed(Int32(size), Int32(columns), lu, pivots, &result)
      guard info == 0 else { throw LAPACK.failure("a solution", info) }
      return result
    }
  }

  /// The upper factor U of A = U^T U in the upper triangle; nil where A is not positive definite.
  package static func cholesky(_ matrix: [Double], _ n: Int) throws -> [Double]? {
    try load()
    var result = matrix
    let info = notch_lapack_cholesky(Int32(n), &result)
    if info < 0 { throw failure("a Cholesky factorization", info) }
    return info == 0 ? result : nil
  }

  /// The thin singular value decomposition of an m x n matrix.
  package static func svd(
    _ matrix: [Double], _ m: Int, _ n: Int
  ) throws -> (u: [Double], s: [Double], vt: [Double]) {
    try load()
    let k = min(m, n)
    var a = matrix
    var u = [Double](repeating: 0, count: m * k)
    var s = [Double](repeating: 0, count: k)
    var vt = [Double](repeating: 0, count: k * n)
    let info = notch_lapack_svd(Int32(m), Int32(n), &a, &s, &u, &vt)
    guard info == 0 else { throw failure("a singular value decomposition", info) }
    return (u, s, vt)
  }

  /// The shortest x, in n rows, that makes |A x - b| least for each column of b, and A's rank.
  package static func leastSquares(
    _ matrix: [Double], _ m: Int, _ n: Int, _ b: [Double], columns: Int
  ) throws -> (x: [Double], rank: Int) {
    try load()
    var a = matrix
    let rows = max(m, n)
    var x = [Double](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      for row in 0..<m { x[column * rows + row] = b[column * m + row] }
    }
    var rank: Int32 = 0
    // What Float32 cannot tell from 0: the elements come from there.
    let cut = Double(rows) * 0x1p-24
    let info = notch_lapack_least_squares(
      Int32(m), Int32(n), Int32(columns), &a, &x, cut, &rank)
    guard info == 0 else { throw failure("least squares", info) }
    return ((0..<columns).flatMap { x[$0 * rows..<$0 * rows + n] }, Int(rank))
  }

  private static func failure(_ what: String, _ info: Int32) -> TensorError {
    info == NOTCH_LAPACK_NO_MEMORY ? .lapack(what, "no memory") : .lapack(what, "code \(info)")
  }
}

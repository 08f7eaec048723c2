import Tensors

/// Inverses, systems of equations and factorizations.
func linearAlgebraCases() throws -> [LibraryCase] {
  var writer = CaseWriter("linear algebra")
  for (seed, n) in [1, 2, 5, 20].enumerated() {
    // A heavy diagonal, so that rounding stays small.
    let a = try normal(n, n, seed: seed) + eye(n) * (3 * Double(n).squareRoot())
    try writer.add("inverse", ["a": a]) { try $0[0].inverse() }
    for sizes in [[n], [n, 3]] {
      try writer.add("solve", ["a": a, "b": normal(sizes, seed: seed + 10)]) {
        try $0[0].solve($0[1])
      }
    }
    try writer.add("determinant", ["a": a]) { try $0[0].determinant() }
    try writer.add("cholesky", ["a": a.matmul(a.transposed())]) { try $0[0].cholesky() }
  }
  for (seed, sizes) in [[5, 3], [3, 5], [20, 20], [1, 6]].enumerated() {
    let a = try normal(sizes, seed: seed)
    let (u, s, vt) = try a.svd()
    try writer.addForward("svd", ["a": a], outputs: ["u": u, "s": s, "vt": vt])
    try writer.add("svd, singular values", ["a": a]) { try $0[0].svd().s }
    for rightSide in [[sizes[0]], [sizes[0], 3]] {
      let b = try normal(rightSide, seed: seed + 10)
      try writer.add("leastSquares", ["a": a, "b": b]) { try $0[0].leastSquares($0[1]) }
    }
  }
  return writer.cases
}

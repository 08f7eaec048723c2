import Language
import Tensors

extension Library {
  static let linearAlgebra: [Builtin] = [
    Builtin(
      "inverse", "The inverse of a square matrix, by LAPACK.", Parameter("_ a", "[n, n]"),
      examples: [Example("inverse(Tensor([[2, 1], [1, 1]])).list()", "[[1.0, -1.0], [-1.0, 2.0]]")]
    ) { (_: Session, a: Tensor) -> Tensor in try a.inverse() },
    Builtin(
      "solve", "The x with a @ x == b.", Parameter("_ a", "[n, n]"),
      Parameter("_ b", "[n], or [n, k] for k systems"),
      examples: [Example("solve(Tensor([[2, 0], [0, 4]]), [2, 2]).list()", "[1.0, 0.5]")]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try a.solve(b) },
    Builtin(
      "determinant", "The determinant of a square matrix.", Parameter("_ a", "[n, n]"),
      examples: [Example("determinant(Tensor([[1, 2], [3, 4]]))", "-2.0")]
    ) { (_: Session, a: Tensor) -> WideNumber in
      a.isRecorded ? .tensor(try a.determinant()) : .number(try a.exactDeterminant())
    },
    Builtin(
      "cholesky", "The lower triangular l with a == l @ l.transposed().",
      Parameter("_ a", "[n, n], symmetric and positive definite"),
      examples: [Example("cholesky(Tensor([[4, 2], [2, 5]])).list()", "[[2.0, 0.0], [1.0, 2.0]]")]
    ) { (_: Session, a: Tensor) -> Tensor in try a.cholesky() },
    Builtin(
      "svd", "The singular value decomposition: a is u times s in a diagonal times vt.",
      Parameter("_ a", "[m, n]"), gives: ["u", "s", "vt"],
      examples: [
        Example("svd(Tensor([[3, 0], [0, 4]])).s.list()", "[4.0, 3.0]"),
        Example(
          "let a = randn(4, 3, seed: 1)\nlet (u, s, vt) = svd(a)\nabs((u * s) @ vt - a).max() < 0.00001",
          "true"),
      ]
    ) { (_: Session, a: Tensor) -> (Tensor, Tensor, Tensor) in try a.svd() },
    Builtin(
      "leastSquares", "The x that makes the squares of a @ x - b least.",
      Parameter("_ a", "[m, n]"), Parameter("_ b", "[m], or [m, k] for k problems"),
      examples: [
        Example(
          "leastSquares(Tensor([[1, 0], [1, 1], [1, 2]]), [1, 3, 5]).list().map { round($0) }",
          "[1.0, 2.0]")
      ]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try a.leastSquares(b) },
  ]
}

/// A number in all of Float64's range, or a scalar tensor where a gradient is taken.
private enum WideNumber: Bridged {
  case number(Double)
  case tensor(Tensor)
  static var typeName: String { Tensor.typeName }
  static var wanted: String { Tensor.wanted }
  static func accepts(_ value: Value) -> Bool { Tensor.accepts(value) }
  static func from(_ value: Value, in session: Session) throws -> WideNumber {
    .tensor(try Tensor.from(value, in: session))
  }
  func bridged(in session: Session) throws -> Value {
    switch self {
    case .number(let number): .double(number)
    case .tensor(let tensor): try tensor.bridged(in: session)
    }
  }
}

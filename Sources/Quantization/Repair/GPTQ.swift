public import Datasets
public import Networks
import Tensors

/// The prepared network with weights rounded one column after the other, each making good what those
/// before it did to the output.
///
///     let net = try gptq(net, bits: 4, calibration: train.take(512))
///     let small = try convert(net)
///
/// With X what enters a layer, H = 2 X X^T + 0.01 mean(diag) I and U the upper Cholesky factor of
/// H^-1: column j is rounded, and (w_j - q_j) / U_jj times row j of U is taken from the columns that
/// are left. Scales are those of the largest weights. Columns of a wide layer that lie in different
/// blocks of 512 count as independent of each other. Source: arXiv 2210.17323, algorithm 1.
///
/// `activations: nil` leaves the activations in float32; `inputBits` and `range` are those of
/// `prepare`. What is returned has its weights on the
/// grid; its scales are held, so that it may be trained on or converted as it is.
///
/// Errors: widths that are not 2 to 8 bits, empty calibration data, no layer to quantize.
public func gptq(
  _ network: Sequential, bits: Int = 8, activations: Int? = 8, inputBits: Int? = nil,
  calibration: Dataset, range: RangeRule = .minMax
) throws -> Sequential {
  try Repair.reround(
    network, bits: bits, activations: activations, inputBits: inputBits, calibration, range
  ) { rows, x, _, type in try GPTQ.rounded(rows, on: x, type: type) }
}

/// Rounding with compensation by second-order information.
enum GPTQ {
  static let damping = 0.01
  static let blockSize = 512

  /// The rows of weights on their grids.
  static func rounded(_ rows: WeightRows, on x: Tensor, type: CodeType) throws -> [Float] {
    var weights = rows.values.map(Double.init)
    var result = rows.values
    for start in stride(from: 0, to: rows.columns, by: blockSize) {
      try Stop.check()
      let block = start..<min(start + blockSize, rows.columns)
      let factor = try factor(of: x, block)
      let size = block.count
      for row in 0..<rows.rows {
        let grid = Grid(scale: rows.scales[row], zeroPoint: 0, type: type)
        let base = row * rows.columns + start
        for j in 0..<size {
          let weight = weights[base + j]
          let rounded = grid.nearest(Float(weight))
          result[base + j] = rounded
          let error = (weight - Double(rounded)) / factor[j * size + j]
          for k in (j + 1)..<max(size, j + 1) {
            weights[base + k] -= error * factor[j * size + k]
          }
        }
      }
    }
    return result
  }

  /// U with H^-1 = U^T U, for some columns of X, row by row.
  ///
  /// H = R R^T with R upper triangular, found from the last column to the first; then U = R^-1.
  static func factor(of x: Tensor, _ columns: Range<Int>) throws -> [Double] {
    let part = try x.slice([
      .range(lower: nil, upper: nil),
      .range(lower: columns.lowerBound, upper: columns.upperBound),
    ])
    var h = try part.transposed().matmul(part).reals().map { $0 * 2 }
    let size = columns.count
    let mean = (0..<size).reduce(0.0) { $0 + h[$1 * size + $1] } / Double(size)
    // Inputs that are all 0 say nothing: every rounding is as good.
    let extra = mean > 0 ? damping * mean : 1
    for i in 0..<size { h[i * size + i] += extra }
    return try Triangular.inverse(ofFactor: &h, size)
  }
}

/// Square matrices in Float64, row by row.
enum Triangular {
  /// R^-1 for the upper triangular R with H = R R^T; H is overwritten.
  ///
  /// Throws if H is not positive definite.
  static func inverse(ofFactor h: inout [Double], _ size: Int) throws -> [Double] {
    var inverse = [Double](repeating: 0, count: size * size)
    var column = [Double](repeating: 0, count: size)
    try h.withUnsafeMutableBufferPointer { h in
      for j in stride(from: size - 1, through: 0, by: -1) {
        let pivot = h[j * size + j]
        guard pivot > 0, pivot.isFinite else {
          throw TensorError.badArgument(
            "the inputs of a layer are not finite numbers; look at the calibration data")
        }
        let root = pivot.squareRoot()
        for i in 0..<j { column[i] = h[i * size + j] / root }
        for i in 0..<j {
          let factor = column[i]
          h[i * size + j] = factor
          // Only the upper triangle of what is left is needed.
          for k in i..<j { h[i * size + k] -= factor * column[k] }
        }
        h[j * size + j] = root
      }
      // Row i of the inverse from those below it: R_ii U_i = e_i - sum over k > i of R_ik U_k.
      inverse.withUnsafeMutableBufferPointer { u in
        for i in stride(from: size - 1, through: 0, by: -1) {
          for k in (i + 1)..<max(size, i + 1) {
            let factor = h[i * size + k]
            for j in k..<size { u[i * size + j] -= factor * u[k * size + j] }
          }
          u[i * size + i] = 1
          let diagonal = h[i * size + i]
          for j in i..<size { u[i * size + j] /= diagonal }
        }
      }
    }
    return inverse
  }
}

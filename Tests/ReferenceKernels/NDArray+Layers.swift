/// How far a window moves, and the zeros around the image: height, then width.
public struct ReferenceWindow: Sendable {
  public var stride: [Int]
  public var low: [Int]
  public var high: [Int]
  /// Steps in the image from one element of a kernel to the next.
  public var dilation: [Int]

  public init(
    stride: [Int] = [1, 1], low: [Int] = [0, 0], high: [Int] = [0, 0], dilation: [Int] = [1, 1]
  ) {
    self.stride = stride
    self.low = low
    self.high = high
    self.dilation = dilation
  }

  /// Zeros so that the output has ceil(size / stride) places, the odd one behind.
  public static func same(
    _ sizes: [Int], kernel: [Int], stride: [Int], dilation: [Int] = [1, 1]
  ) -> ReferenceWindow {
    let totals = (0..<2).map { axis in
      var outputs = 0
      while outputs * stride[axis] < sizes[axis] { outputs += 1 }
      return max(
        0, (outputs - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - sizes[axis])
    }
    return ReferenceWindow(
      stride: stride, low: totals.map { $0 / 2 }, high: totals.map { $0 - $0 / 2 },
      dilation: dilation)
  }

  func outputs(_ size: Int, _ kernel: Int, axis: Int) -> Int {
    (size + low[axis] + high[axis] - (kernel - 1) * dilation[axis] - 1) / stride[axis] + 1
  }
}

extension NDArray {
  /// `[..., m, k] x [..., k, n] -> [..., m, n]`, batch axes broadcast.
  public func matmul(_ other: NDArray) -> NDArray {
    let (m, k, n) = (sizes[rank - 2], sizes[rank - 1], other.sizes[other.rank - 1])
    precondition(other.sizes[other.rank - 2] == k)
    let batch = NDArray.broadcast(Array(sizes.dropLast(2)), Array(other.sizes.dropLast(2)))
    let left = broadcast(to: batch + [m, k])
    let right = other.broadcast(to: batch + [k, n])
    var result = NDArray(batch + [m, n], repeating: 0)
    for b in 0..<batch.reduce(1, *) {
      for i in 0..<m {
        for j in 0..<n {
          for p in 0..<k {
            result.elements[(b * m + i) * n + j] +=
              left.elements[(b * m + i) * k + p] * right.elements[(b * k + p) * n + j]
          }
        }
      }
    }
    return result
  }

  /// x w^T + b, with the weights `[outputs, features]`.
  public func dense(_ weights: NDArray, _ bias: NDArray?) -> NDArray {
    let product = matmul(weights.transposed([1, 0]))
    return bias.map { product + $0 } ?? product
  }

  /// y[n, k, i, j] = b[k] + sum of x[n, c, i s + u d - p, j s + v d - p] w[k, c, u, v].
  public func conv2d(
    _ weights: NDArray, _ bias: NDArray?, _ window: ReferenceWindow = ReferenceWindow(),
    groups: Int = 1
  ) -> NDArray {
    let (height, width) = (sizes[2], sizes[3])
    let (outputs, inputs) = (weights.sizes[0], weights.sizes[1])
    let (kh, kw) = (weights.sizes[2], weights.sizes[3])
    let result = [
      sizes[0], outputs, window.outputs(height, kh, axis: 0), window.outputs(width, kw, axis: 1),
    ]
    return NDArray(result) { index in
      let (n, k) = (index[0], index[1])
      let firstChannel = k / (outputs / groups) * inputs
      var total = bias?.elements[k] ?? 0
      for c in 0..<inputs {
        for u in 0..<kh {
          let row = index[2] * window.stride[0] + u * window.dilation[0] - window.low[0]
          guard row >= 0, row < height else { continue }
          for v in 0..<kw {
            let column = index[3] * window.stride[1] + v * window.dilation[1] - window.low[1]
            guard column >= 0, column < width else { continue }
            total +=
              elements[((n * sizes[1] + firstChannel + c) * height + row) * width + column]
              * weights.elements[((k * inputs + c) * kh + u) * kw + v]
          }
        }
      }
      return total
    }
  }

  /// Each x[n, c, i, j] adds x w[c, k, u, v] to y[n, k, i s + u d - p, j s + v d - p].
  public func convTranspose2d(
    _ weights: NDArray, _ bias: NDArray?, _ window: ReferenceWindow, outputPadding: [Int],
    groups: Int
  ) -> NDArray {
    let perGroup = weights.sizes[1]
    let sides: [Int] = (0..<2).map { axis in
      let spread = (sizes[2 + axis] - 1) * window.stride[axis] - 2 * window.low[axis]
      let reach = window.dilation[axis] * (weights.sizes[2 + axis] - 1) + 1
      return spread + reach + outputPadding[axis]
    }
    var result = NDArray([sizes[0], perGroup * groups] + sides) { bias?.elements[$0[1]] ?? 0 }
    for place in indices {
      let group = place[1] / (sizes[1] / groups)
      for k in 0..<perGroup {
        for u in 0..<weights.sizes[2] {
          for v in 0..<weights.sizes[3] {
            let row = place[2] * window.stride[0] + u * window.dilation[0] - window.low[0]
            let column = place[3] * window.stride[1] + v * window.dilation[1] - window.low[1]
            guard row >= 0, row < sides[0], column >= 0, column < sides[1] else { continue }
            result[[place[0], group * perGroup + k, row, column]] +=
              self[place] * weights[[place[1], k, u, v]]
          }
        }
      }
    }
    return result
  }

  /// Reduces each window; `padding` is the number that padding counts as, nil for not at all.
  public func pool2d(
    _ size: [Int], _ window: ReferenceWindow, padding: T?, _ function: ([T]) -> T
  ) -> NDArray {
    let (height, width) = (sizes[2], sizes[3])
    let result = [
      sizes[0], sizes[1], window.outputs(height, size[0], axis: 0),
      window.outputs(width, size[1], axis: 1),
    ]
    return NDArray(result) { index in
      var values: [T] = []
      for u in 0..<size[0] {
        for v in 0..<size[1] {
          let row = index[2] * window.stride[0] + u * window.dilation[0] - window.low[0]
          let column = index[3] * window.stride[1] + v * window.dilation[1] - window.low[1]
          if row >= 0, row < height, column >= 0, column < width {
            values.append(self[[index[0], index[1], row, column]])
          } else if let padding {
            values.append(padding)
          }
        }
      }
      return function(values)
    }
  }

  public func maxPool2d(_ size: [Int], _ window: ReferenceWindow) -> NDArray {
    pool2d(size, window, padding: nil) { $0.max() ?? -.infinity }
  }

  /// The mean over all places of the window, padding counted as zeros.
  public func averagePool2d(_ size: [Int], _ window: ReferenceWindow) -> NDArray {
    pool2d(size, window, padding: 0) { $0.reduce(0, +) / T($0.count) }
  }

  public func softmax(_ axis: Int) -> NDArray {
    let powers = (self - self.largest(axis)).exp()
    return powers / powers.sum(axis)
  }

  public func logSoftmax(_ axis: Int) -> NDArray {
    let shifted = self - self.largest(axis)
    return shifted - shifted.exp().sum(axis).log()
  }

  /// The mean of -log(softmax(row)[label]).
  public func crossEntropy(_ labels: [Int]) -> NDArray {
    let logs = logSoftmax(1)
    let total = labels.enumerated().reduce(T(0)) { $0 - logs[[$1.offset, $1.element]] }
    return NDArray([], [total / T(labels.count)])
  }

  /// Normalises each channel of `[N, C, ...]`, then scales and shifts it.
  public func batchNorm(_ scale: NDArray, _ shift: NDArray, epsilon: T) -> NDArray {
    var result = self
    for channel in 0..<sizes[1] {
      let places = indices.filter { $0[1] == channel }
      let values = places.map { self[$0] }
      let mean = values.reduce(0, +) / T(values.count)
      let variance =
        values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / T(values.count)
      let deviation = (variance + epsilon).squareRoot()
      for place in places {
        result[place] =
          (self[place] - mean) / deviation * scale.elements[channel] + shift.elements[channel]
      }
    }
    return result
  }
}

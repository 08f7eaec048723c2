/// The states of gated recurrent units after each step: `[N, T, C] -> [N, T, H]`.
///
///     r = sigmoid(Wir x + bir + Whr h + bhr)
///     z = sigmoid(Wiz x + biz + Whz h + bhz)
///     n = tanh(Win x + bin + r (Whn h + bhn))
///     h' = (1 - z) n + z h,   h = 0 before the first step
///
/// `weights` `[3 H, C]` and `recurrentWeights` `[3 H, H]` hold the gates in the order r, z, n, as do
/// the biases `[3 H]`: formulas and order are those of PyTorch's `torch.nn.GRU`. Source: Cho et al.,
/// arXiv 1406.1078, with the reset gate behind the product.
public func gru(
  _ x: Tensor, weights: Tensor, recurrentWeights: Tensor, bias: Tensor? = nil,
  recurrentBias: Tensor? = nil
) throws -> Tensor {
  try recurrence(.gru, x, weights, recurrentWeights, bias, recurrentBias)
}

/// The states of long short-term memories after each step: `[N, T, C] -> [N, T, H]`.
///
///     i = sigmoid(Wii x + bii + Whi h + bhi)
///     f = sigmoid(Wif x + bif + Whf h + bhf)
///     g = tanh(Wig x + big + Whg h + bhg)
///     o = sigmoid(Wio x + bio + Who h + bho)
///     c' = f c + i g,   h' = o tanh(c'),   h = c = 0 before the first step
///
/// `weights` `[4 H, C]` and `recurrentWeights` `[4 H, H]` hold the gates in the order i, f, g, o, as
/// do the biases `[4 H]`: formulas and order are those of PyTorch's `torch.nn.LSTM`. Source:
/// Hochreiter, Schmidhuber (1997); Gers, Schmidhuber, Cummins (2000).
public func lstm(
  _ x: Tensor, weights: Tensor, recurrentWeights: Tensor, bias: Tensor? = nil,
  recurrentBias: Tensor? = nil
) throws -> Tensor {
  try recurrence(.lstm, x, weights, recurrentWeights, bias, recurrentBias)
}

/// A recurrent cell, by its gates.
package enum RecurrentCell: String, Sendable {
  case gru = "GRU"
  case lstm = "LSTM"

  package var gates: Int { self == .gru ? 3 : 4 }
}

/// The input goes through one product for all steps; then each step takes one with the state.
///
/// The way back is written out, and the tape holds one entry for all steps: a slice a step would
/// each have a gradient of the whole length.
private func recurrence(
  _ cell: RecurrentCell, _ x: Tensor, _ weights: Tensor, _ recurrent: Tensor, _ bias: Tensor?,
  _ recurrentBias: Tensor?
) throws -> Tensor {
  guard x.rank == 3 else {
    throw TensorError.needsRank("the input of a \(cell.rawValue)", 3, x.shape)
  }
  guard weights.rank == 2, recurrent.rank == 2, weights.shape[1] == x.shape[2],
    weights.shape[0] == recurrent.shape[0], recurrent.shape[0] == cell.gates * recurrent.shape[1]
  else {
    throw TensorError.badArgument(
      "a \(cell.rawValue) on \(x.shape) takes weights [\(cell.gates) H, \(x.shape[2])] and "
        + "recurrent weights [\(cell.gates) H, H], not \(weights.shape) and \(recurrent.shape)")
  }
  let (samples, steps, units) = (x.shape[0], x.shape[1], recurrent.shape[1])
  guard steps > 0 else {
    throw TensorError.badArgument("a \(cell.rawValue) needs at least one step, not \(x.shape)")
  }
  guard samples > 0, units > 0 else {
    return try Tensor(repeating: 0, shape: Shape([samples, steps, units]))
  }
  let rows = try x.transposed(1, 0, 2).reshape(steps * samples, x.shape[2])
  let input = try dense(rows, weights, bias: bias)
  let width = cell.gates * units
  let offset = try recurrentBias.map { try checkedBias($0, outputs: width) }
  let matrix = try recurrent.cast(to: .float32)
  let course = Course(cell: cell, samples: samples, steps: steps, units: units)
  let (states, memory) = try course.forward(
    input.detached().plain(), matrix.detached(), offset?.detached())
  return try stack(states, axis: 1).recorded(
    .custom(
      CustomDerivative(cell.rawValue) { gradient, wanted in
        try course.backward(gradient, states, memory, matrix.detached(), wanted)
      }), offset.map { [input, matrix, $0] } ?? [input, matrix])
}

/// The steps of a recurrence, on tensors that are no part of a tape: `[N, H]` each.
private struct Course: Sendable {
  let cell: RecurrentCell
  let samples: Int
  let steps: Int
  let units: Int

  /// What a step computed that its derivative needs.
  struct Memory: Sendable {
    /// r, z, n of a GRU, or i, f, g, o.
    var gates: [Tensor]
    /// Whn h + bhn of a GRU, or c before the step.
    var inner: Tensor
    /// tanh(c) behind the step of an LSTM.
    var squashed: Tensor?
  }

  private func step(_ t: Int, of rows: Tensor) throws -> Tensor {
    try rows.slice([.range(lower: t * samples, upper: (t + 1) * samples)])
  }

  func forward(
    _ input: Tensor, _ matrix: Tensor, _ offset: Tensor?
  ) throws -> (states: [Tensor], memory: [Memory]) {
    var h = try Tensor(repeating: 0, shape: Shape([samples, units]))
    var c = h
    var (states, memory) = ([Tensor](), [Memory]())
    for t in 0..<steps {
      try Stop.check()
      let own = try dense(h, matrix, bias: offset).plain().split(cell.gates, axis: 1)
      let given = try step(t, of: input).split(cell.gates, axis: 1)
      switch cell {
      case .gru:
        let (r, z) = (try sigmoid(given[0] + own[0]), try sigmoid(given[1] + own[1]))
        let n = try tanh(given[2] + r * own[2])
        h = try n + z * (h - n)
        memory.append(Memory(gates: [r, z, n], inner: own[2]))
      case .lstm:
        let sums = try zip(given, own).map { try $0 + $1 }
        let (i, f) = (try sigmoid(sums[0]), try sigmoid(sums[1]))
        let (g, o) = (try tanh(sums[2]), try sigmoid(sums[3]))
        let before = c
        c = try f * c + i * g
        let squashed = try tanh(c)
        h = try o * squashed
        memory.append(Memory(gates: [i, f, g, o], inner: before, squashed: squashed))
      }
      states.append(h)
    }
    return (states, memory)
  }

  /// The gradients of the projected input, of the matrix and of its bias.
  func backward(
    _ gradient: Tensor, _ states: [Tensor], _ memory: [Memory], _ matrix: Tensor, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    let zero = try Tensor(repeating: 0, shape: Shape([samples, units]))
    let outer = try gradient.transposed(1, 0, 2).plain().reshape(steps * samples, units)
    var (dh, dc) = (zero, zero)
    // From the last step to the first: the gradients of Wi x + bi, and of Wh h + bh.
    var (inputs, sums) = ([Tensor](), [Tensor]())
    for t in (0..<steps).reversed() {
      try Stop.check()
      dh = try dh + step(t, of: outer)
      let known = memory[t]
      let before = t > 0 ? states[t - 1] : zero
      switch cell {
      case .gru:
        let (r, z, n) = (known.gates[0], known.gates[1], known.gates[2])
        let dn = try dh * (1 - z) * (1 - square(n))
        let dz = try dh * (before - n) * z * (1 - z)
        let dr = try dn * known.inner * r * (1 - r)
        let sum = try concatenate([dr, dz, dn * r], axis: 1)
        inputs.append(try concatenate([dr, dz, dn], axis: 1))
        sums.append(sum)
        dh = try dh * z + Tensor.product(sum, matrix)
      case .lstm:
        let (i, f, g, o) = (known.gates[0], known.gates[1], known.gates[2], known.gates[3])
        let squashed = known.squashed ?? zero
        dc = try dc + dh * o * (1 - square(squashed))
        let sum = try concatenate(
          [
            dc * g * i * (1 - i), dc * known.inner * f * (1 - f), dc * i * (1 - square(g)),
            dh * squashed * o * (1 - o),
          ], axis: 1)
        sums.append(sum)
        dc = try dc * f
        dh = try Tensor.product(sum, matrix)
      }
    }
    let before = [zero] + states.dropLast()
    let all = try concatenate(sums.reversed())
    return [
      cell == .lstm ? all : try concatenate(inputs.reversed()),
      wanted[1] ? try Tensor.product(all, concatenate(before), transposeA: true) : nil,
      wanted.count > 2 ? try all.sum(axis: 0) : nil,
    ].prefix(wanted.count).map { $0 }
  }
}

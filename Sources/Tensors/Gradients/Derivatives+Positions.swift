extension Operation {
  /// The gradient of a gather: added up where the elements came from.
  static func gather(
    _ g: Tensor, _ input: Shape, _ axis: Int, _ positions: Tensor
  ) throws -> Tensor {
    try Tensor(repeating: 0, shape: input).scattering(g, positions, axis, adding: true)
  }

  /// The gradients of a scatter: of what was there, and of what was written and stayed.
  static func scatter(
    _ g: Tensor, _ axis: Int, _ positions: Tensor, _ adding: Bool, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    let values = try wanted[1] ? g.gathering(positions, axis) : nil
    if adding { return [g, values] }
    let kept =
      wanted[0]
      ? try g.scattering(
        Tensor(repeating: 0, shape: positions.shape), positions, axis, adding: false) : nil
    guard let values else { return [kept, nil] }
    // Numbers the values in the order of writing: who reads its own number back has stayed.
    let numbers = try Tensor(
      Array(0..<Int32(clamping: positions.count)), shape: positions.shape)
    let last = try Tensor(repeating: 0, shape: g.shape, dtype: .int32)
      .scattering(numbers, positions, axis, adding: false).gathering(positions, axis)
    let stayed = try Tensor.compare(.equal, last, numbers).cast(to: .float32)
    return [kept, try values * stayed]
  }
}

import Tensors

extension QuantizationParameters {
  /// The codes of a tensor, one an element, and how many of its elements lay outside the range.
  ///
  /// q = clamp(round(x / s) + z), int8 or uint8 up to 8 bits, else int32. Infinities saturate; a
  /// NaN is an error that names its position.
  package func codes(
    of x: Tensor, _ rounder: Rounder = Rounder(.halfEven)
  ) throws -> (codes: Tensor, clipped: Int) {
    switch type.dtype {
    case .int8: try codes(of: x, rounder, Int8.self)
    case .uint8: try codes(of: x, rounder, UInt8.self)
    default: try codes(of: x, rounder, Int32.self)
    }
  }

  private func codes<Code: Element & FixedWidthInteger>(
    of x: Tensor, _ rounder: Rounder, _ element: Code.Type
  ) throws -> (codes: Tensor, clipped: Int) {
    let x = try x.detached().cast(to: .float32).plain()
    let partition = try partition(of: x.shape)
    var (clipped, sawNaN) = (0, false)
    let codes = try x.withElements(Float.self) { source in
      try Tensor(shape: x.shape, writing: Code.self) { result in
        guard let from = source.baseAddress, let to = result.baseAddress else { return }
        try partition.forEachRun { start, count, set in
          let seen = GridKernel.codes(
            from + start, to + start, count, grid(set), rounder, first: start)
          clipped += seen.clipped
          if seen.sawNaN { sawNaN = true }
        }
      }
    }
    if sawNaN { throw try x.firstElement(where: \.isNaN, QuantizationError.notANumber) }
    return (codes, clipped)
  }

  /// The real numbers of some codes: s (q - z).
  package func dequantize(_ codes: Tensor) throws -> Tensor {
    switch codes.dtype {
    case .int8: try dequantize(codes, Int8.self)
    case .uint8: try dequantize(codes, UInt8.self)
    case .int32: try dequantize(codes, Int32.self)
    case .float32, .bool: throw QuantizationError.codesNotWhole(codes.dtype)
    }
  }

  private func dequantize<Code: Element & FixedWidthInteger>(
    _ codes: Tensor, _ element: Code.Type
  ) throws -> Tensor {
    let partition = try partition(of: codes.shape)
    return try codes.withElements(Code.self) { source in
      try Tensor(shape: codes.shape, writing: Float.self) { result in
        guard let from = source.baseAddress, let to = result.baseAddress else { return }
        try partition.forEachRun { start, count, set in
          GridKernel.dequantize(from + start, to + start, count, grid(set))
        }
      }
    }
  }
}

extension Tensor {
  /// The range of each set of a granularity; empty for a set without elements.
  ///
  /// A NaN gives a range of NaN. On a blocked tensor without padding the whole range is found
  /// where the elements lie.
  package func valueRanges(_ granularity: Granularity = .tensor) throws -> [ValueRange] {
    let real = try detached().cast(to: .float32)
    if granularity == .tensor, let layout = real.layout, layout.isDense, real.count > 0 {
      return withExtendedLifetime(real.storage) {
        [GridKernel.range(real.storage.pointer.assumingMemoryBound(to: Float.self), real.count)]
      }
    }
    let partition = try granularity.partition(of: shape)
    var ranges = [ValueRange](repeating: .empty, count: partition.setCount)
    try real.withElements(Float.self) { source in
      guard let from = source.baseAddress else { return }
      try partition.forEachRun { start, count, set in
        ranges[set] = ranges[set].union(GridKernel.range(from + start, count))
      }
    }
    return ranges
  }

  /// The ranges of a tensor that is itself to be quantized: no elements, NaN and infinities are
  /// errors that name the place.
  package func finiteRanges(_ granularity: Granularity) throws -> [ValueRange] {
    let ranges = try valueRanges(granularity)
    guard count > 0 else { throw QuantizationError.noElements(shape) }
    guard ranges.allSatisfy(\.isFinite) else {
      if ranges.contains(where: { $0.min.isNaN }) {
        throw try firstElement(where: \.isNaN, QuantizationError.notANumber)
      }
      throw try firstElement(where: \.isInfinite, QuantizationError.infinite)
    }
    return ranges
  }

  /// The error for the first element of a kind, which is known to exist.
  func firstElement(
    where isBad: (Float) -> Bool, _ error: ([Int]) -> QuantizationError
  ) throws -> QuantizationError {
    let index = try cast(to: .float32).withElements(Float.self) { $0.firstIndex(where: isBad) }
    return error(shape.position(of: index ?? 0))
  }
}

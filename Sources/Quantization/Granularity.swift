import Tensors

/// What shares one scale: a whole tensor, a channel, or a group of neighbours.
public enum Granularity: Hashable, Sendable, CustomStringConvertible {
  /// One scale for all elements.
  case tensor
  /// One scale for each position along an axis; negative axes count from the end.
  case channel(axis: Int)
  /// One scale for each run of `size` elements along the last axis; the last run may be shorter.
  case group(size: Int)

  /// One scale for each output channel: axis 0 of a layer's weights.
  public static let channel = Granularity.channel(axis: 0)

  public var description: String {
    switch self {
    case .tensor: "per tensor"
    case .channel(axis: 0): "per channel"
    case .channel(let axis): "per channel of axis \(axis)"
    case .group(let size): "per group of \(size)"
    }
  }

  /// How the elements of a shape, in row-major order, fall into runs that share a scale.
  package func partition(of shape: Shape) throws -> Partition {
    switch self {
    case .tensor:
      return Partition(
        count: shape.elementCount, rowLength: shape.elementCount, runLength: shape.elementCount,
        setCount: 1, scaleShape: .scalar)
    case .channel(let axis):
      let axis = try shape.axis(axis)
      let inner = shape.sizes[(axis + 1)...].reduce(1, *)
      return Partition(
        count: shape.elementCount, rowLength: inner, runLength: inner, setCount: shape[axis],
        scaleShape: Shape(trusted: [shape[axis]]))
    case .group(let size):
      guard size > 0 else { throw QuantizationError.groupSize(size) }
      let last = shape.last ?? 1
      let groups = last == 0 ? 0 : (last - 1) / size + 1
      let rows = last == 0 ? 0 : shape.elementCount / last
      return Partition(
        count: shape.elementCount, rowLength: last, runLength: min(size, max(last, 1)),
        setCount: rows * groups, scaleShape: Shape(trusted: shape.sizes.dropLast() + [groups]))
    }
  }
}

/// The runs of contiguous elements that share a scale; run i belongs to set i modulo `setCount`.
package struct Partition: Equatable, Sendable {
  package let count: Int
  /// Rows are cut into runs; a run never crosses a row.
  package let rowLength: Int
  package let runLength: Int
  /// The number of scales.
  package let setCount: Int
  /// The shape in which the scales are shown.
  package let scaleShape: Shape

  /// Calls a closure with every run: where it starts, how long it is and whose scale it has.
  ///
  /// A long run comes in stretches, between which a wish to stop is heard: then it throws
  /// `TensorError.interrupted`.
  package func forEachRun(_ body: (_ start: Int, _ count: Int, _ set: Int) throws -> Void) throws {
    guard count > 0, rowLength > 0, setCount > 0 else { return }
    var (set, silent) = (0, 0)
    for row in stride(from: 0, to: count, by: rowLength) {
      var start = 0
      while start < rowLength {
        let end = min(start + runLength, rowLength)
        while start < end {
          let length = min(Stretches.length, end - start)
          silent += length
          if silent >= Stretches.length {
            try Stop.check()
            silent = 0
          }
          try body(row + start, length, set)
          start += length
        }
        set = set + 1 == setCount ? 0 : set + 1
      }
    }
  }
}

import Synchronization

/// The record of what a computation did, in order, so that it can be walked backward.
///
/// Entry i knows its operation, with what the derivative needs, and the entries its inputs came
/// from (-1 for constants). The order of recording is a topological order, so the way back is a
/// plain loop. A tape is used by one thread; it is closed when its gradient has been taken, and
/// tensors that outlive it become constants. Where one gradient is taken inside another, the inner
/// tape records, and what comes from it is a constant for the outer one.
package final class Tape: @unchecked Sendable {
  package struct Entry {
    package var operation: Operation
    package var inputs: [Int]
  }

  package private(set) var entries: [Entry] = []
  private(set) var isOpen = true
  /// Larger for tapes begun later: of two open ones the inner one records.
  let order: Int

  private static let begun = Atomic<Int>(0)

  package init() {
    order = Tape.begun.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// A tensor whose gradient is wanted.
  package func watch(_ tensor: Tensor) -> Tensor {
    var watched = tensor.detached()
    watched.trace = Trace(tape: self, index: append(.leaf, []))
    return watched
  }

  func append(_ operation: Operation, _ inputs: [Int]) -> Int {
    entries.append(Entry(operation: operation, inputs: inputs))
    return entries.count - 1
  }

  /// Ends the recording and frees what was saved.
  package func close() {
    isOpen = false
    entries = []
  }

  /// Throws where a value does not come from any of the watched tensors, so that its gradient would
  /// be zeros for sure.
  package func checkDependence(of value: Tensor) throws {
    guard entries.isEmpty || value.trace?.tape === self else { throw TensorError.constantValue }
  }

  /// The gradients of a recorded result with respect to watched tensors; nil where none flows.
  ///
  /// `seed` is the gradient of the result itself: 1 for a plain loss.
  package func gradients(
    of result: Tensor, seed: Tensor, withRespectTo watched: [Tensor]
  ) throws -> [Tensor?] {
    guard isOpen, let trace = result.trace, trace.tape === self else {
      return Array(repeating: nil, count: watched.count)
    }
    // The way back computes with recorded tensors, but is not itself recorded.
    isOpen = false
    defer { isOpen = true }
    var gradients = [Tensor?](repeating: nil, count: entries.count)
    gradients[trace.index] = seed
    for index in stride(from: trace.index, through: 0, by: -1) {
      if case .leaf = entries[index].operation { continue }
      guard let gradient = gradients[index] else { continue }
      gradients[index] = nil
      let entry = entries[index]
      entries[index].operation = .spent
      let contributions = try entry.operation.derivative(
        gradient, wanted: entry.inputs.map { $0 >= 0 })
      for (input, contribution) in zip(entry.inputs, contributions) {
        guard input >= 0, let contribution else { continue }
        if gradients[input] == nil {
          gradients[input] = contribution
        } else {
          try gradients[input]?.accumulate(contribution)
        }
      }
    }
    return watched.map { tensor in tensor.trace.flatMap { gradients[$0.index] } }
  }
}

/// Where a tensor stands on a tape.
package struct Trace: Sendable {
  let tape: Tape
  let index: Int
}

extension Tensor {
  /// Whether it takes part in a gradient that is being recorded.
  package var isRecorded: Bool { openTrace != nil }

  private var openTrace: Trace? { trace.flatMap { $0.tape.isOpen ? $0 : nil } }

  /// Notes that this tensor came from an operation on some inputs, if any of them is recorded.
  package func recorded(
    _ operation: @autoclosure () -> Operation, _ inputs: Tensor...
  ) -> Tensor {
    recorded(operation(), inputs)
  }

  package func recorded(_ operation: @autoclosure () -> Operation, _ inputs: [Tensor]) -> Tensor {
    var tape: Tape?
    for input in inputs {
      if let open = input.openTrace, open.tape.order > tape?.order ?? 0 { tape = open.tape }
    }
    guard let tape else {
      if trace == nil { return self }
      return detached()
    }
    var result = self
    let indices = inputs.map { input in
      input.openTrace.map { $0.tape === tape ? $0.index : -1 } ?? -1
    }
    result.trace = Trace(tape: tape, index: tape.append(operation(), indices))
    return result
  }

  /// Notes that this tensor is a max pooling of another.
  ///
  /// Where that one came straight from a convolution, the two become one step of the tape: the
  /// convolution's gradients need only the elements that the pooling let through.
  func recordedPooling(
    of source: Tensor, _ pooling: BlockedPooling, which: Storage
  ) -> Tensor {
    guard let trace = source.openTrace,
      case .convolution(let x, let weights, nil, let hasBias, let sizes) = trace.tape.entries[
        trace.index
      ].operation
    else { return recorded(.blockedPool(pooling, which: which), source) }
    var result = self
    let operation = Operation.pooledConvolution(
      x: x, weights: weights, hasBias: hasBias, sizes: sizes, pooling: pooling, which: which)
    result.trace = Trace(
      tape: trace.tape, index: trace.tape.append(operation, trace.tape.entries[trace.index].inputs))
    return result
  }

  /// Adds another gradient, in this tensor's memory when nobody else holds it.
  package mutating func accumulate(_ other: Tensor) throws {
    guard shape == other.shape, layout === other.layout else {
      self = try Tensor.binary(.add, self, other)
      return
    }
    guard let layout else { return try addElements(of: other) }
    // Gaps between blocks are added too; they are never read.
    let shape = shape
    let flat = Shape(trusted: [layout.byteCount / 4])
    self = Tensor(shape: flat, dtype: .float32, storage: storage)
    try addElements(of: Tensor(shape: flat, dtype: .float32, storage: other.storage))
    self = Tensor(shape: shape, dtype: .float32, storage: storage, layout: layout)
  }

  /// The sum of gradients in their order, in row-major order; nil of none.
  ///
  /// Some elements of all at a time, on all cores.
  package static func sum(_ addends: [Tensor]) throws -> Tensor? {
    guard var total = addends.first else { return nil }
    let isAlike = addends.allSatisfy {
      $0.shape == total.shape && $0.layout === total.layout && $0.dtype == .float32
    }
    guard isAlike, addends.count > 1 else {
      for addend in addends.dropFirst() { try total.accumulate(addend) }
      return try Workers.alone { try total.plain() }
    }
    let bytes = total.layout?.byteCount ?? total.count * 4
    let result = try Storage(byteCount: bytes)
    let sources = addends.map(\.storage)
    let (count, size) = (bytes / 4, 1 << 13)
    try Workers.run((count + size - 1) / size) { part in
      let range = part * size..<Swift.min(count, (part + 1) * size)
      let sum = UnsafeMutableBufferPointer(
        start: result.reals + range.lowerBound, count: range.count)
      sum.baseAddress?.update(from: sources[0].reals + range.lowerBound, count: range.count)
      for source in sources.dropFirst() {
        let addend = source.reals + range.lowerBound
        for i in sum.indices { sum[i] += addend[i] }
      }
    }
    let sum = Tensor(shape: total.shape, dtype: .float32, storage: result, layout: total.layout)
    // Not shared out: threads that wait for the next such trifle keep a core busy.
    return try Workers.alone { try sum.plain() }
  }

  private mutating func addElements(of other: Tensor) throws {
    try other.withElements(Float.self) { addend in
      try withMutableElements(Float.self) { sum in
        for i in 0..<sum.count { sum[i] += addend[i] }
      }
    }
  }
}

/// The value of a function at some tensors, and its gradients there.
///
///     let (loss, gradients) = try valueWithGradient(at: [w, b]) { p in
///       try (x.matmul(p[0]) + p[1] - y).power(two).mean()
///     }
///
/// The function must return a tensor with one element that depends on a point at least; a point it
/// does not depend on has a gradient of zeros.
public func valueWithGradient(
  at points: [Tensor], of function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
  for point in points where point.dtype != .float32 {
    throw TensorError.needsDType("a gradient is taken at float32 numbers", point.dtype)
  }
  let tape = Tape()
  defer { tape.close() }
  let watched = points.map(tape.watch)
  let value = try function(watched)
  guard value.count == 1 else {
    throw TensorError.badArgument(
      "a gradient needs a function with one number as its value, not shape \(value.shape)")
  }
  guard value.dtype == .float32 else {
    throw TensorError.needsDType("a gradient needs a float32 value", value.dtype)
  }
  try tape.checkDependence(of: value)
  let seed = try Tensor(repeating: 1, shape: value.shape)
  let gradients = try tape.gradients(of: value, seed: seed, withRespectTo: watched)
  return (
    value.detached(),
    try zip(gradients, points).map { gradient, point in
      try gradient?.plain() ?? Tensor(repeating: 0, shape: point.shape)
    }
  )
}

/// The value of a function at one tensor, and its gradient there.
public func valueWithGradient(
  at point: Tensor, of function: (Tensor) throws -> Tensor
) throws -> (value: Tensor, gradient: Tensor) {
  let (value, gradients) = try valueWithGradient(at: [point]) { try function($0[0]) }
  return (value, gradients[0])
}

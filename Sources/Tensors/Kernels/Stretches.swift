/// Long loops in stretches, between which a wish to stop is heard.
///
/// A stretch takes a few milliseconds at most, so that Ctrl-C is answered at once, and is long
/// enough that asking costs nothing.
package enum Stretches {
  /// Elements of a stretch.
  package static let length = 1 << 20

  /// Runs a body for stretches of `0..<count` in order; throws `TensorError.interrupted`.
  @inline(__always)
  package static func run(_ count: Int, _ body: (Range<Int>) throws -> Void) throws {
    var start = 0
    while start < count {
      try Stop.check()
      let end = min(count, start &+ length)
      try body(start..<end)
      start = end
    }
  }

  /// Elements of a stretch that one core works on while others do theirs.
  package static let shared = 1 << 17

  /// Runs a body for stretches of `0..<count` on all cores, where there is more than one stretch.
  @inline(__always)
  package static func spread(
    _ count: Int, _ body: @escaping @Sendable (Range<Int>) throws -> Void
  ) throws {
    guard count > shared else {
      try Stop.check()
      return try body(0..<count)
    }
    try Workers.run((count + shared - 1) / shared) { part in
      try Stop.check()
      try body(part * shared..<min(count, (part + 1) * shared))
    }
  }
}

extension Elementwise {
  /// The shapes of a result and its two operands.
  typealias Shapes = (result: Shape, a: Shape, b: Shape)

  /// Runs a kernel of two broadcast operands stretch by stretch.
  ///
  /// Where the operands differ in shape, a stretch is some of the result's first axis.
  static func inStretches<A, R>(
    _ shapes: Shapes, _ a: UnsafePointer<A>, _ b: UnsafePointer<A>, _ r: UnsafeMutablePointer<R>,
    _ kernel: (Shapes, UnsafePointer<A>, UnsafePointer<A>, UnsafeMutablePointer<R>) -> Void
  ) throws {
    let count = shapes.result.elementCount
    guard count > Stretches.length else {
      try Stop.check()
      return kernel(shapes, a, b, r)
    }
    let isFlatA = shapes.a.elementCount == count
    let isFlatB = shapes.b.elementCount == count
    if isFlatA || isFlatB, isFlatA || shapes.a.elementCount == 1,
      isFlatB || shapes.b.elementCount == 1
    {
      try Stretches.run(count) { range in
        let flat = Shape(trusted: [range.count])
        let one = Shape(trusted: [1])
        kernel(
          (flat, isFlatA ? flat : one, isFlatB ? flat : one), a + (isFlatA ? range.lowerBound : 0),
          b + (isFlatB ? range.lowerBound : 0), r + range.lowerBound)
      }
      return
    }
    let rows = shapes.result[0]
    let inner = count / rows
    let (stepA, stepB) = (
      broadcastStrides(shapes.a, shapes.result)[0], broadcastStrides(shapes.b, shapes.result)[0]
    )
    let most = max(1, Stretches.length / inner)
    var row = 0
    while row < rows {
      try Stop.check()
      let size = min(most, rows - row)
      kernel(
        (
          shapes.result.leading(size), stepA == 0 ? shapes.a : shapes.a.leading(size),
          stepB == 0 ? shapes.b : shapes.b.leading(size)
        ), a + row * stepA, b + row * stepB, r + row * inner)
      row += size
    }
  }
}

extension Shape {
  /// The shape with another size of its first axis.
  fileprivate func leading(_ size: Int) -> Shape {
    Shape(trusted: [size] + sizes.dropFirst())
  }
}

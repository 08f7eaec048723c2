import Dispatch

/// The built-in data set: handwritten-looking digits, 28 x 28, grey, ten classes.
///
///     let train = try Digits.make(count: 2000, seed: 1)
///
/// Each image is a function of the seed and its position alone: the first ten of 2,000 are the ten
/// of `make(count: 10, seed: 1)`, on every machine. Images 10 k to 10 k + 9 show each digit once, in
/// random order. The outermost ring of pixels is always 0.
public enum Digits {
  /// Height and width of an image.
  public static let side = 28
  /// No more memory than this is taken for pixels.
  static let limit = 2 << 30

  /// Draws digits, on all cores when there are many.
  ///
  /// - Parameter isCancelled: polled from any thread; true stops with `DatasetError.cancelled`.
  ///
  /// Errors: a negative count, and one whose images take more than 2 GiB.
  public static func make(
    count: Int, seed: UInt64, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Dataset {
    guard count >= 0 else {
      throw DatasetError.negativeCount(what: "the number of digits", found: count)
    }
    guard count <= limit / (side * side) else {
      throw DatasetError.tooMany(
        what: "images", count: count, bytes: Double(count) * Double(side * side), limit: limit)
    }
    if isCancelled() { throw DatasetError.cancelled }
    let bytes = draw(count: count, seed: seed, isCancelled: isCancelled)
    if isCancelled() { throw DatasetError.cancelled }
    let labels = (0..<count).map { label(at: $0, seed: seed) }
    return try Dataset(
      name: "digits", pixels: ImageBytes(bytes, count: count, height: side, width: side),
      labels: labels)
  }

  /// The digit that an image shows: each ten positions are a shuffle of the ten digits.
  static func label(at index: Int, seed: UInt64) -> UInt8 {
    UInt8(Synthetic.label(at: index, of: 10, seed: seed))
  }

  /// The pixels of all images, drawn in pieces of 64.
  private static func draw(
    count: Int, seed: UInt64, isCancelled: @Sendable () -> Bool
  ) -> [UInt8] {
    let piece = 64
    return [UInt8](unsafeUninitializedCapacity: count * side * side) { buffer, filled in
      // Pieces write to places of their own.
      nonisolated(unsafe) let pixels = buffer
      @Sendable func drawPiece(_ number: Int) {
        if isCancelled() { return }
        var canvas = Canvas()
        for index in number * piece..<min(count, (number + 1) * piece) {
          canvas.draw(digit: Int(label(at: index, seed: seed)), seed: seed, index: index)
          canvas.copy(to: UnsafeMutableBufferPointer(rebasing: pixels[(index * side * side)...]))
        }
      }
      pixels.initialize(repeating: 0)
      let pieces = (count + piece - 1) / piece
      if pieces <= 2 {
        for number in 0..<pieces { drawPiece(number) }
      } else {
        DispatchQueue.concurrentPerform(iterations: pieces, execute: drawPiece)
      }
      filled = count * side * side
    }
  }
}

/// Why a figure cannot be made.
public enum FigureError: Error, Sendable, Equatable {
  case lengthsDiffer(x: Int, y: Int)
  case labelCount(labels: Int, values: Int, what: String)
  case nothing(String)
  case tooMany(String, count: Int, most: Int)
  case badBinCount(Int)
  case noPixels(width: Int, height: Int)
  case imageTooLarge(width: Int, height: Int)
  case badChannels(Int)
  case badPixelCount(got: Int, wanted: Int)
}

extension FigureError: CustomStringConvertible {
  /// The error as one phrase.
  public var description: String {
    switch self {
    case .lengthsDiffer(let x, let y):
      "as many numbers are needed along x as along y, not \(x) and \(y)"
    case .labelCount(let labels, let values, let what):
      "\(values) \(what) need as many labels, not \(labels)"
    case .nothing(let what): "there are no \(what) to draw"
    case .tooMany(let what, let count, let most):
      "a figure has at most \(most) \(what), not \(count)"
    case .badBinCount(let count): "a histogram has 1 to \(Histogram.mostBins) bins, not \(count)"
    case .noPixels(let width, let height): "an image of \(height) x \(width) has no pixels"
    case .imageTooLarge(let width, let height):
      "an image has at most \(Raster.largestSide) pixels a side, not \(height) x \(width)"
    case .badChannels(let count): "an image has 1 channel or 3, not \(count)"
    case .badPixelCount(let got, let wanted): "an image needs \(wanted) bytes, not \(got)"
    }
  }
}

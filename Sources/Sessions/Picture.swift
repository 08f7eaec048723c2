import Datasets
import Figures
import Networks
import Tensors

/// Figures of library values.
enum Picture {
  /// An image or a batch of images, in shades from the least to the largest value of all.
  static func images(_ image: Tensor, title: String) throws -> Figure {
    let (count, channels) = try layout(image)
    let (height, width) = (image.shape[image.rank - 2], image.shape[image.rank - 1])
    guard height > 0, width > 0, count > 0 else {
      throw TensorError.badArgument("an image of shape \(image.shape) has no pixels")
    }
    guard height <= Raster.largestSide, width <= Raster.largestSide else {
      throw FigureError.imageTooLarge(width: width, height: height)
    }
    let shown = count > Figure.mostImages ? Figure.mostImages : count
    let size = channels * height * width
    // The elements of a batch stand one image behind the other.
    let values =
      try
      (count > shown
      ? image.slice([.range(lower: 0, upper: shown, step: 1)]) : image).reals()
    let pictures = (0..<shown).map { number in
      pixels(values[number * size..<(number + 1) * size], channels: channels)
    }
    let finite = pictures.joined().lazy.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let half = high / 2 - low / 2
    var figure = try Figure.images(
      try pictures.map { picture in
        try Raster(
          width: width, height: height, channels: channels == 3 ? 3 : 1,
          bytes: picture.map { value in
            guard half > 0, value.isFinite else { return 0 }
            return UInt8(min(max((value / 2 - low / 2) / half, 0), 1) * 255 + 0.5)
          })
      }, title: title)
    if count > shown { figure.note = "\(count - shown) more of \(count) images are not shown" }
    return figure
  }

  /// The number of images in a tensor, and of their channels.
  private static func layout(_ image: Tensor) throws -> (count: Int, channels: Int) {
    switch image.rank {
    case 2: return (1, 1)
    case 3: return (1, image.shape[0])
    case 4: return (image.shape[0], image.shape[1])
    default:
      throw TensorError.badArgument(
        "an image has 2 axes [height, width], 3 [channels, height, width] or 4 for a batch, "
          + "not \(image.shape)")
    }
  }

  /// The values of an image by pixel: three channels side by side, any other number averaged.
  private static func pixels(_ values: ArraySlice<Double>, channels: Int) -> [Double] {
    guard channels > 1 else { return Array(values) }
    let plane = values.count / channels
    let start = values.startIndex
    if channels == 3 {
      return (0..<plane * 3).map { values[start + $0 % 3 * plane + $0 / 3] }
    }
    return (0..<plane).map { pixel in
      (0..<channels).reduce(0) { $0 + values[start + $1 * plane + pixel] } / Double(channels)
    }
  }

  /// Loss and accuracy of a training, epoch by epoch, one below the other.
  static func history(_ history: History, title: String) throws -> Figure {
    guard !history.epochs.isEmpty else { throw FigureError.nothing("epochs") }
    let x = history.epochs.map { Double($0.epoch) }
    func panel(
      _ name: String, _ training: [Double], _ validation: [Double?]
    ) throws -> Figure {
      var series = [try Series("training", x: x, y: training)]
      if validation.contains(where: { $0 != nil }) {
        series.append(try Series("validation", x: x, y: validation.map { $0 ?? .nan }))
      }
      return try Figure.lines(series, x: Axis("epoch"), y: Axis(name), rows: 8)
    }
    return try Figure.panels(
      [
        panel(
          "loss", history.epochs.map(\.loss), history.epochs.map { $0.validation?.loss }),
        panel(
          "accuracy", history.epochs.map(\.accuracy),
          history.epochs.map { $0.validation?.accuracy }),
      ], title: title)
  }
}

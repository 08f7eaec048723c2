import Datasets
import Figures
import Networks
import Tensors

extension Picture {
  /// Most samples that are drawn of a dataset of images.
  private static let mostImages = 20
  /// Most courses that are drawn one below the other.
  private static let mostCourses = 4

  /// What a dataset holds: its first images, its first courses, or all points by class.
  static func dataset(_ data: Dataset, title: String) throws -> Figure {
    guard data.pixels == nil else { return try images(of: data, title: title) }
    guard !data.isEmpty else { throw FigureError.nothing("samples") }
    guard data.vocabulary == nil else {
      throw TensorError.badArgument(
        "only images, points and courses in time are drawn; 'texts' has the words of "
          + "'\(data.name)'")
    }
    switch data.sampleShape {
    case [2]: return try points(data, title: title)
    case let shape where shape.count == 1 || shape.count == 2 && shape[0] == 1:
      return try courses(data, title: title)
    default:
      throw TensorError.badArgument(
        "only images, points and courses in time are drawn, not samples of \(data.sampleShape)")
    }
  }

  private static func images(of data: Dataset, title: String) throws -> Figure {
    let count = min(data.count, mostImages)
    guard count > 0 else { throw FigureError.nothing("images") }
    var figure = try images(data.samples(at: 0..<count), title: title)
    if data.count > count { figure.note = "\(grouped(data.count - count)) more are not shown" }
    return figure
  }

  /// A mark for each point, a series for each class that can have one of its own.
  private static func points(_ data: Dataset, title: String) throws -> Figure {
    let places = try data.samples().reals()
    let labels = data.labels
    let isApart = data.classCount <= Figure.mostSeries
    let series = try (0..<(isApart ? data.classCount : 1)).map { label in
      let own = labels.indices.filter { !isApart || Int(labels[$0]) == label }
      return try Series(
        isApart ? data.className(label) : "", x: own.map { places[2 * $0] },
        y: own.map { places[2 * $0 + 1] })
    }
    return try Figure.scatter(series, title: title)
  }

  private static func courses(_ data: Dataset, title: String) throws -> Figure {
    let count = min(data.count, mostCourses)
    var figure = try Figure.panels(
      (0..<count).map { position in
        try Figure.lines(
          [Series(y: data.samples(at: position..<position + 1).reals())],
          title: data.className(try data.label(at: position)), rows: 5)
      }, title: title)
    if data.count > count { figure.note = "\(grouped(data.count - count)) more are not shown" }
    return figure
  }
}

extension Dataset {
  /// What a class is called; its number where it has no name.
  func className(_ label: Int) -> String { classNames?[label] ?? "\(label)" }
}

import Datasets
import Figures
import Language
import Networks
import Quantization
import Tensors

extension Library {
  static let looking: [Builtin] =
    drawing + figureFiles + [
      Builtin(
        "help", "Prints what a function is for, or searches for a word.",
        Parameter("_ name", "a function, its name, or a word to search for"),
        examples: [
          Example(
            "help(exp)",
            """
            exp(_ x: Tensor) -> Tensor
            e to the power of each element.
              x  a tensor or a number
            example:
              exp(zeros(2))[0]
              //> 1.0
            """)
        ]
      ) { (session: Session, name: Value) -> Value in
        var output = Output(.printed, try Help.text(for: name, in: session))
        output.isHelp = true
        session.emit(output)
        return .void
      }
    ]

  private static let drawing: [Builtin] = [
    Builtin(
      "show", "Draws an image, or several side by side.",
      Parameter("_ image", "[height, width], [channels, height, width] or a batch of them"),
      Parameter("title", "what stands above it", default: ""),
      examples: [
        Example(
          "show(Tensor([[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]]))", "▄▀▀▄\n▀▄▄▀")
      ]
    ) { (_: Session, image: Tensor, title: String) -> Figure in
      try Picture.images(image, title: title)
    },
    Builtin(
      "show", "Draws the first images or courses of a dataset, or all points by class.",
      Parameter("_ data", "a dataset"),
      Parameter("title", "what stands above them", default: ""),
      examples: [Example("show(digits(3, seed: 1)).summary", "\"3 images\"")]
    ) { (_: Session, data: Dataset, title: String) -> Figure in
      try Picture.dataset(data, title: title)
    },
    Builtin(
      "show", "Shows a figure again.", Parameter("_ figure", "a figure"),
      examples: [Example("let f = bars([1, 2])\nshow(f).summary", "\"2 bars\"")]
    ) { (_: Session, figure: Figure) -> Figure in figure },
    Builtin(
      "plot", "Draws lines through numbers.",
      Parameter("_ x", "numbers along y; with 'y', where they stand along x"),
      Parameter("_ y", "numbers along y; several lists for several lines", default: PlotData?.none),
      Parameter("labels", "names of the lines", default: [String]?.none),
      Parameter("title", "what stands above it", default: ""),
      Parameter("xLabel", "what is measured to the right", default: ""),
      Parameter("yLabel", "what is measured upwards", default: ""),
      Parameter("log", "axes with equal steps for equal factors", default: LogarithmicAxes.none),
      Parameter("height", "rows of the drawing", default: Figure.defaultRows, .positive),
      examples: [
        Example("plot([1, 3, 2, 4], title: \"loss\").title", "\"loss\""),
        Example(
          "plot([0, 10], [[1, 2], [2, 1]], labels: [\"float\", \"int8\"]).summary",
          "\"2 lines of float, int8, from 1 to 2\""),
      ]
    ) {
      (
        _: Session, x: PlotData, y: PlotData?, labels: [String]?, title: String, xLabel: String,
        yLabel: String, log: LogarithmicAxes, height: Int
      ) -> Figure in
      try Figure.lines(
        PlotData.series(x, y, labels: labels), title: title,
        x: Axis(xLabel, isLogarithmic: log.x), y: Axis(yLabel, isLogarithmic: log.y), rows: height)
    },
    Builtin(
      "plot", "Draws loss and accuracy of a training, epoch by epoch.",
      Parameter("_ history", "what fit gave"),
      Parameter("title", "what stands above it", default: ""),
      examples: [
        Example(
          """
          var net = Sequential(Flatten(), Dense(10))
          let history = fit(&net, digits(20), epochs: 2)
          plot(history, title: "training").title
          """, "…\n\"training\"")
      ]
    ) { (_: Session, history: History, title: String) -> Figure in
      try Picture.history(history, title: title)
    },
    Builtin(
      "scatter", "Draws points.",
      Parameter("_ x", "where they stand along x"),
      Parameter("_ y", "along y; several lists for several groups"),
      Parameter("labels", "names of the groups", default: [String]?.none),
      Parameter("title", "what stands above it", default: ""),
      Parameter("xLabel", "what is measured to the right", default: ""),
      Parameter("yLabel", "what is measured upwards", default: ""),
      Parameter("log", "axes with equal steps for equal factors", default: LogarithmicAxes.none),
      Parameter("height", "rows of the drawing", default: Figure.defaultRows, .positive),
      examples: [
        Example("scatter([1, 2, 3], [2, 4, 9]).summary", "\"points, from 2 to 9\"")
      ]
    ) {
      (
        _: Session, x: PlotData, y: PlotData, labels: [String]?, title: String, xLabel: String,
        yLabel: String, log: LogarithmicAxes, height: Int
      ) -> Figure in
      try Figure.scatter(
        PlotData.series(x, y, labels: labels), title: title,
        x: Axis(xLabel, isLogarithmic: log.x), y: Axis(yLabel, isLogarithmic: log.y), rows: height)
    },
    Builtin(
      "bars", "Draws a bar for each number.",
      Parameter("_ values", "numbers, or a dictionary of words and numbers"),
      Parameter("labels", "a word for each", default: [String]?.none),
      Parameter("title", "what stands above it", default: ""),
      examples: [
        Example(
          "bars([2, 1], labels: [\"a\", \"bc\"])",
          " a │████████████████████████████████████████ 2\nbc │████████████████████ 1")
      ]
    ) { (_: Session, values: PlotData, labels: [String]?, title: String) -> Figure in
      guard values.series.count == 1 else {
        throw Fault("bars are drawn of one list of numbers, not of \(values.series.count)")
      }
      return try Figure.bars(values.series[0], labels: labels ?? values.names, title: title)
    },
    Builtin(
      "histogram", "Draws how often values fall into bins of equal width.",
      Parameter("_ x", "a tensor, or numbers"),
      Parameter("bins", "number of bins", default: 16, .positive),
      Parameter("title", "what stands above it", default: ""),
      Parameter("label", "what the values are", default: ""),
      Parameter(
        "grid", "a quantized tensor whose grid is marked below", default: QuantizedTensor?.none),
      examples: [
        Example(
          "let w = linspace(-1, 1, 100)\nhistogram(w, bins: 40, grid: quantize(w, bits: 2)).summary",
          "\"a histogram of 100 values, with 3 marks\""),
        Example(
          "histogram([1, 1, 2], bins: 2)",
          "1 │████████████████████████████████████████ 2\n2 │████████████████████ 1"),
      ]
    ) {
      (
        _: Session, x: Numbers, bins: Int, title: String, label: String, grid: QuantizedTensor?
      ) -> Figure in
      guard let grid else {
        return try Figure.histogram(x.values, bins: bins, title: title, x: Axis(label))
      }
      return try Picture.histogram(
        x.values, grid: grid, bins: bins, title: title, label: label)
    },
  ]

  private static let figureFiles: [Builtin] = [
    Builtin(
      "svg", "The text of a figure as an SVG file.", Parameter("_ figure", "a figure"),
      Parameter("width", "units to the right", default: 640, .positive),
      Parameter("height", "units downwards", default: 400, .positive),
      examples: [Example("plot([1, 2]).svg().count > 500", "true")]
    ) { (_: Session, figure: Figure, width: Int, height: Int) -> String in
      figure.svg(width: width, height: height)
    },
    Builtin(
      "save", "Writes a figure to a file: .svg, .txt, or .png for images.",
      Parameter("_ figure", "a figure"), Parameter("_ path", "the file"),
      examples: [
        Example(
          "let f = plot([1, 3, 2])\nsave(f, \"/tmp/notch-plot.svg\")\nf.summary",
          "\"a line, from 1 to 3\"")
      ]
    ) { (_: Session, figure: Figure, path: String) -> Value in
      try FigureFile.write(figure, to: path)
      return .void
    },
  ]
}

/// Figures in files, by the ending of the name.
enum FigureFile {
  static func write(_ figure: Figure, to path: String) throws {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last
    switch ending?.lowercased() {
    case "svg": try Files.write(Array(figure.svg().utf8), to: path)
    case "txt": try Files.write(Array((figure.recorded().text + "\n").utf8), to: path)
    case "png":
      guard let pixels = figure.pixels() else {
        throw Fault("only images can be written as .png; use .svg for a drawing")
      }
      try Files.write(pixels.png(), to: path)
    default: throw Fault("a figure is written as .svg, .txt or .png, not as '\(path)'")
    }
  }
}

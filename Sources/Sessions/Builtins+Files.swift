import Datasets
import Language
import Networks
import Tensors

extension Table: BridgedPayload {
  static var payloadName: String { "Table" }
  static let properties: [Property<Table>] = [
    Property("numbers", "all columns side by side, float32 [rows, columns]; NaN is missing") {
      try $0.tensor()
    },
    Property("names", "names of the columns") { $0.names },
    Property("count", "number of rows") { $0.count },
  ]

  /// How many rows and columns are shown.
  private static let shown = (rows: 5, columns: 8)

  /// Its first rows.
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    let columns = columns.prefix(Self.shown.columns)
    let more = columns.count < self.columns.count
    let rows = (0..<min(count, Self.shown.rows)).map { row in
      columns.map { column in
        switch column {
        case .numbers(let numbers): numbers[row].isNaN ? "-" : TensorFormat.number(numbers[row])
        case .texts(let texts): Self.cell(texts[row])
        }
      } + (more ? ["…"] : [])
    }
    let head = names.prefix(columns.count).map(Self.cell) + (more ? ["…"] : [])
    let table = TextTable(head: head, rows: rows, numbers: 0).text
    let text = description + "\n" + table + (count > rows.count ? "\n…" : "")
    return (text, RealNumbers.ranges(in: text))
  }

  /// A text in one short line.
  private static func cell(_ text: String) -> String {
    let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return line.count > 24 ? line.prefix(23) + "…" : line
  }

  /// A column by its name: a vector of its numbers, or a list of its texts.
  func element(at indices: [Argument], in session: Session) throws -> Value {
    guard indices.count == 1, let name = indices[0].value.string else {
      throw Fault("a table is indexed by the name of a column")
    }
    switch try column(name) {
    case .numbers(let numbers):
      return try Tensor(numbers.map { Float($0) }).bridged(in: session)
    case .texts(let texts): return try texts.bridged(in: session)
    }
  }
}

extension Library {
  static let fileSources: [Builtin] =
    tables + images + [
      Builtin(
        "fashionMNIST",
        "Fashion-MNIST, from files: 60,000 images of clothes and 10,000 for testing.",
        gives: ["train", "test"],
        examples: [
          Example(
            "let (train, test) = fashionMNIST()\ntrain",
            "fashion-mnist train: 60000 images of 28 x 28, 10 classes",
            files: FashionMNIST.fileNames.map { "$NOTCH_DATA/\($0)" })
        ]
      ) { (_: Session) -> (Dataset, Dataset) in try FashionMNIST.load() },
      Builtin(
        "cifar10", "CIFAR-10, from files: 50,000 images in colour and 10,000 for testing.",
        gives: ["train", "test"],
        examples: [
          Example(
            "let (train, test) = cifar10()\ntrain",
            "cifar10 train: 50000 images of 32 x 32 x 3, 10 classes",
            files: CIFAR10.fileNames.map { "$NOTCH_DATA/\($0)" })
        ]
      ) { (_: Session) -> (Dataset, Dataset) in try CIFAR10.load() },
      Builtin(
        "dataset", "The samples of a tensor with their classes as a dataset.",
        Parameter("_ samples", "float32 or int32, [N, ...]"),
        Parameter("_ labels", "whole numbers from 0, [N]"),
        Parameter("classNames", "what the classes are called", default: [String]?.none),
        Parameter("name", "what it is called", default: "samples"),
        examples: [
          Example(
            "dataset(Tensor([[1, 2], [3, 4], [5, 6]]), [0, 1, 1])",
            "samples: 3 samples of [2], 2 classes")
        ]
      ) {
        (_: Session, samples: Tensor, labels: Tensor, classNames: [String]?, name: String)
          -> Dataset in
        let classes = try classes(labels)
        return try Dataset(
          name: name, samples: samples, labels: classes,
          classCount: classNames?.count ?? (classes.max().map { Int($0) + 1 } ?? 1),
          classNames: classNames)
      },
    ]

  /// Labels as they are stored.
  private static func classes(_ labels: Tensor) throws -> [UInt8] {
    guard labels.rank == 1 else { throw TensorError.needsRank("labels", 1, labels.shape) }
    return try labels.reals().map { label in
      guard let label = UInt8(exactly: label) else {
        throw Fault("labels are whole numbers from 0 to 255, not \(TensorFormat.number(label))")
      }
      return label
    }
  }

  private static let tables: [Builtin] = [
    Builtin(
      "readCSV", "The columns of a file of comma-separated values.",
      Parameter("_ path", "the file, which may end in .gz"),
      Parameter("separator", "what stands between two fields", default: ","),
      Parameter("header", "whether the first row has the names", default: true),
      examples: [
        Example(
          "let flowers = readCSV(\"flowers.csv\")\nflowers[\"kind\"]",
          "[\"setosa\", \"setosa\", \"virginica\"]", files: ["flowers.csv"])
      ]
    ) { (_: Session, path: String, separator: String, header: Bool) -> Table in
      try Table.read(csv: path, separator: separator, header: header)
    },
    Builtin(
      "parseCSV", "The columns of a text of comma-separated values.",
      Parameter("_ text", "the text"),
      Parameter("separator", "what stands between two fields", default: ","),
      Parameter("header", "whether the first row has the names", default: true),
      examples: [
        Example("parseCSV(\"x,kind\\n1,a\\n2,b\")[\"kind\"]", "[\"a\", \"b\"]"),
        Example("parseCSV(\"1,2\\n3,4\", header: false).numbers.sum()", "10.0"),
      ]
    ) { (_: Session, text: String, separator: String, header: Bool) -> Table in
      try Table.parse(
        csv: Array(text.utf8), name: "text", separator: separator, header: header)
    },
    Builtin(
      "select", "Some columns of a table.", Parameter("_ table", "a table"),
      Parameter("_ names", "names of columns"),
      examples: [
        Example("parseCSV(\"x,y,z\\n1,2,3\").select([\"z\", \"x\"]).numbers.list()", "[[3.0, 1.0]]")
      ]
    ) { (_: Session, table: Table, names: [String]) -> Table in try table.select(names) },
    Builtin(
      "droppingMissing", "The rows of a table in which no number is missing.",
      Parameter("_ table", "a table"),
      examples: [Example("parseCSV(\"x,y\\n1,\\n2,3\").droppingMissing().count", "1")]
    ) { (_: Session, table: Table) -> Table in table.droppingMissing() },
    Builtin(
      "dataset", "The rows of a table as samples, classified by one column.",
      Parameter("_ table", "a table whose other columns are numbers"),
      Parameter("label", "the column of the classes"),
      examples: [
        Example(
          "dataset(parseCSV(\"x,kind\\n1,a\\n2,b\"), label: \"kind\").classNames", "[\"a\", \"b\"]")
      ]
    ) { (_: Session, table: Table, label: String) -> Dataset in
      try table.dataset(label: label)
    },
  ]

  private static let images: [Builtin] = [
    Builtin(
      "readImage", "A PNG file as numbers in [0, 1]: [channels, height, width].",
      Parameter("_ path", "the file"),
      examples: [
        Example(
          "save(ones(2, 3), \"/tmp/notch-image.png\")\nreadImage(\"/tmp/notch-image.png\").shape",
          "[1, 2, 3]")
      ]
    ) { (_: Session, path: String) -> Tensor in try PNGImage.read(path).tensor() },
    Builtin(
      "save", "Writes an image to a PNG file.",
      Parameter("_ image", "[height, width] or [channels, height, width] in [0, 1]"),
      Parameter("_ path", "the file"),
      examples: [
        Example(
          "save(eye(3), \"/tmp/notch-pixels.png\")\nreadImage(\"/tmp/notch-pixels.png\").sum()",
          "3.0")
      ]
    ) { (_: Session, image: Tensor, path: String) -> Value in
      guard path.lowercased().hasSuffix(".png") else {
        throw Fault("an image is written as .png, not as '\(path)'")
      }
      try PNGImage(image).write(to: path)
      return .void
    },
    Builtin(
      "imageFolder", "The PNG files of a folder's subfolders, each of which is a class.",
      Parameter("_ path", "the folder"),
      Parameter("resize", "height and width that all get", default: [Int]?.none),
      Parameter("channels", "1 for grey, 3 for colours; else as the files are", default: Int?.none),
      examples: [
        Example(
          "let pets = imageFolder(\"pets\", resize: [32, 32])\n(pets.count, pets.classNames)",
          "(3, [\"cat\", \"dog\"])",
          files: ["pets/cat/1.png", "pets/cat/2.png", "pets/dog/1.png"])
      ]
    ) { (_: Session, path: String, resize: [Int]?, channels: Int?) -> Dataset in
      if let resize, resize.count != 2 {
        throw Fault("'resize' is a height and a width, not \(resize.count) numbers")
      }
      return try ImageFolder.read(
        path, resize: resize.map { ($0[0], $0[1]) }, channels: channels,
        isCancelled: { Stop.isRequested })
    },
  ]
}

public import Tensors

/// Columns with names, each of numbers or of texts: what a file of comma-separated values holds.
///
///     let table = try Table.read(csv: "iris.csv")
///     let data = try table.dataset(label: "species")
///
/// A column whose fields are all numbers or missing is one of numbers; a missing number is NaN.
public struct Table: Sendable, Equatable {
  /// One column.
  public enum Column: Sendable, Equatable {
    case numbers([Double])
    case texts([String])
  }

  /// What the table is called: the name of its file.
  public let name: String
  /// The names of the columns.
  public let names: [String]
  public let columns: [Column]
  /// Number of rows.
  public let count: Int

  /// What stands for a number that is missing.
  static let missing: Set<String> = [
    "", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?",
  ]

  init(name: String, names: [String], columns: [Column], count: Int) {
    self.name = name
    self.names = names
    self.columns = columns
    self.count = count
  }

  /// Reads a file of comma-separated values, which may be compressed by gzip.
  ///
  /// Without a header the columns are called by their numbers, from 0.
  ///
  /// Errors, with file and line: rows of different lengths, quotes that do not fit, two columns of
  /// one name, text that is not UTF-8, more than 16,384 columns, a file above 1 GiB.
  public static func read(
    csv path: String, separator: String = ",", header: Bool = true
  ) throws -> Table {
    var bytes = try Files.read(path)
    if Gzip.isCompressed(bytes) { bytes = try Gzip.inflate(bytes, name: path) }
    return try parse(csv: bytes, name: path, separator: separator, header: header)
  }

  /// The same from the bytes of a file, which errors call `name`.
  public static func parse(
    csv bytes: [UInt8], name: String, separator: String = ",", header: Bool = true
  ) throws -> Table {
    guard separator.utf8.count == 1, let byte = separator.utf8.first, byte != 0x22, byte >= 0x09,
      byte != 0x0A, byte != 0x0D
    else { throw DatasetError.badSeparator(separator) }
    let reader = try CSVReader(bytes, name: name, separator: byte)
    let width = reader.width
    guard width > 0 else {
      throw DatasetError.badCSV(file: name, line: 1, reason: "there is no row")
    }
    let names =
      header
      ? try reader.fields[..<width].map(reader.text) : (0..<width).map(String.init)
    var known: Set<String> = []
    for name in names where !known.insert(name).inserted {
      throw DatasetError.badCSV(
        file: reader.name, line: 1, reason: "two columns are called '\(name)'")
    }
    let first = header ? 1 : 0
    let count = reader.fields.count / width - first
    let columns = try (0..<width).map { column in
      let positions = stride(
        from: first * width + column, to: reader.fields.count, by: width)
      if let numbers = numbers(positions.lazy.map { reader.trimmed(reader.fields[$0]) }) {
        return Column.numbers(numbers)
      }
      return .texts(try positions.map { try reader.text(reader.fields[$0]) })
    }
    return Table(
      name: name.split(separator: "/").last.map(String.init) ?? name, names: names,
      columns: columns, count: count)
  }

  /// The numbers of fields; nil where one is none, or all are missing.
  private static func numbers(_ fields: some Sequence<ArraySlice<UInt8>>) -> [Double]? {
    var numbers: [Double] = []
    var isEmpty = true
    for field in fields {
      if let first = field.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) {
        guard let number = number(field) else { return nil }
        numbers.append(number)
        isEmpty = false
      } else {
        guard field.count <= 4, missing.contains(String(decoding: field, as: UTF8.self)) else {
          return nil
        }
        numbers.append(.nan)
      }
    }
    return isEmpty && !numbers.isEmpty ? nil : numbers
  }

  /// A finite decimal number.
  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    // Not what else Swift reads as a number: 0x10, inf, nan.
    guard
      field.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
      let number = Double(String(decoding: field, as: UTF8.self)), number.isFinite
    else { return nil }
    return number
  }

  /// A column by its name.
  public func column(_ name: String) throws -> Column {
    guard let index = names.firstIndex(of: name) else {
      throw DatasetError.noSuchColumn(name, table: self.name, names: names)
    }
    return columns[index]
  }

  /// Some of the columns, in the order given.
  public func select(_ wanted: [String]) throws -> Table {
    let columns = try wanted.map { try column($0) }
    if let twice = wanted.indices.first(where: { wanted[..<$0].contains(wanted[$0]) }) {
      throw DatasetError.columnTwice(wanted[twice])
    }
    return Table(name: name, names: wanted, columns: columns, count: count)
  }

  /// The rows without a missing number.
  public func droppingMissing() -> Table {
    let rows = (0..<count).filter { row in
      columns.allSatisfy { column in
        if case .numbers(let numbers) = column { !numbers[row].isNaN } else { true }
      }
    }
    let kept = columns.map { column in
      switch column {
      case .numbers(let numbers): Column.numbers(rows.map { numbers[$0] })
      case .texts(let texts): Column.texts(rows.map { texts[$0] })
      }
    }
    return Table(name: name, names: names, columns: kept, count: rows.count)
  }

  /// All columns side by side: float32 `[rows, columns]`; what is missing is NaN.
  ///
  /// Errors: a column of texts.
  public func tensor() throws -> Tensor {
    let numbers = try zip(names, columns).map { name, column -> [Double] in
      guard case .numbers(let numbers) = column else {
        throw DatasetError.columnOfTexts(name, table: self.name)
      }
      return numbers
    }
    return try Tensor(shape: Shape([count, columns.count]), writing: Float.self) { target in
      for (index, column) in numbers.enumerated() {
        for row in 0..<count { target[row * numbers.count + index] = Float(column[row]) }
      }
    }
  }

  /// The rows as samples, with the classes that a column names.
  ///
  /// The classes are the column's different values in order. Errors: another column of texts, a number
  /// that is missing or beyond float32, more than 256 classes.
  public func dataset(label: String) throws -> Dataset {
    let (labels, classes) = try classes(of: label)
    let samples = try select(names.filter { $0 != label })
    guard !samples.columns.isEmpty else {
      throw DatasetError.noFeatures(table: name, label: label)
    }
    let tensor = try samples.tensor()
    try tensor.withElements(Float.self) { elements in
      if let odd = elements.firstIndex(where: { !$0.isFinite }) {
        throw DatasetError.missingNumber(
          row: odd / samples.columns.count, column: samples.names[odd % samples.columns.count],
          table: name)
      }
    }
    return try Dataset(
      name: name, samples: tensor, labels: labels, classCount: classes.count, classNames: classes)
  }

  private func classes(of label: String) throws -> (labels: [UInt8], classes: [String]) {
    func numbered<Value: Hashable & Comparable>(
      _ values: [Value], _ text: (Value) -> String
    ) throws -> ([UInt8], [String]) {
      let classes = Set(values).sorted()
      guard (1...256).contains(classes.count) else {
        throw DatasetError.badClassCount(classes.count)
      }
      let places = Dictionary(
        uniqueKeysWithValues: classes.enumerated().map { ($0.element, UInt8($0.offset)) })
      return (values.compactMap { places[$0] }, classes.map(text))
    }
    switch try column(label) {
    case .texts(let texts): return try numbered(texts) { $0 }
    case .numbers(let numbers):
      if let row = numbers.firstIndex(where: \.isNaN) {
        throw DatasetError.missingNumber(row: row, column: label, table: name)
      }
      return try numbered(numbers) { Int(exactly: $0).map(String.init) ?? "\($0)" }
    }
  }
}

extension Table: CustomStringConvertible {
  /// One line: `iris.csv: 150 rows of 5 columns`.
  public var description: String {
    "\(name): \(counted(count, "row")) of \(counted(columns.count, "column"))"
  }
}

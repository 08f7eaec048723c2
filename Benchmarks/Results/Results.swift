// The article's network on MNIST, quantized in every way: accuracy, bytes, milliseconds.
//
//     NOTCH_DATA=../shared/data make results

import Datasets
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
struct Results {
  static func main() {
    do {
      try measure()
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  private static func measure() throws {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      print(Options.usage)
      exit(2)
    }
    var store = try Store(options.file)
    if !options.tableOnly { try run(options, &store) }
    let table = Table(store.measurements).markdown
    try Data(table.utf8).write(to: URL(filePath: options.table), options: .atomic)
    print(table)
  }

  private static func run(_ options: Options, _ store: inout Store) throws {
    let (all, test) = try MNIST.load()
    let train = try options.subset.map { try all.take($0) } ?? all
    for seed in options.seeds {
      let bench = try Bench(train: train, test: test, seed: seed, options: options)
      for configuration in Configuration.all
      where options.includes(configuration) && !store.has(configuration, seed) {
        let result = try bench.measure(configuration)
        try store.add(result)
        let change = 100 * (result.accuracy - result.floatAccuracy)
        print(
          "seed \(seed)", configuration, "\(Table.percent(result.accuracy)) %",
          "(\(change < 0 ? "" : "+")\(Table.fixed(change, 2)))", "\(result.bytes) bytes",
          "\(Table.fixed(result.milliseconds, 0)) ms", "\(Table.fixed(result.seconds, 1)) s")
        fflush(nil)
      }
    }
  }
}

/// The file of finished measurements.
struct Store {
  private let path: String
  private(set) var measurements: [Measurement] = []

  /// Reads what is finished; a file that does not exist holds nothing.
  init(_ path: String) throws {
    self.path = path
    guard access(path, F_OK) == 0 else { return }
    measurements = try JSONDecoder().decode(
      [Measurement].self, from: Data(contentsOf: URL(filePath: path)))
  }

  func has(_ configuration: Configuration, _ seed: UInt64) -> Bool {
    measurements.contains { $0.configuration == configuration && $0.seed == seed }
  }

  /// Adds a measurement and writes the file, as a whole and at once.
  mutating func add(_ measurement: Measurement) throws {
    measurements.append(measurement)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // A line each, so that a change shows as one.
    let lines = try measurements.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    let text = "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }
}

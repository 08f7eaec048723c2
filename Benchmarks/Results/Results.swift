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
    if let path = options.agreement {
      let (train, test) = try MNIST.load()
      let (table, different) = try Agreement.measure(train, test)
      try Data(table.utf8).write(to: URL(filePath: path), options: .atomic)
      print(table)
      exit(different == 0 ? 0 : 1)
    }
    var store = try Store(options.file)
    if options.timesOnly {
      try time(options, &store)
    } else if !options.tableOnly {
      try run(options, &store)
    }
    let all = Table(store.measurements)
    if let path = options.readme {
      let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      try Data(all.inserted(into: text).utf8).write(to: URL(filePath: path), options: .atomic)
    }
    let table = all.markdown
    try Data(table.utf8).write(to: URL(filePath: options.table), options: .atomic)
    print(table)
  }

  /// Measures the milliseconds of every row anew; they do not depend on what the weights are.
  private static func time(_ options: Options, _ store: inout Store) throws {
    let (train, test) = try MNIST.load()
    var untrained = options
    (untrained.epochs, untrained.subset) = (0, min(train.count, 2000))
    let bench = try Bench(
      train: train.take(min(train.count, 2000)), test: test, seed: 1, options: untrained)
    for configuration in Configuration.all where options.includes(configuration) {
      // AdaRound's network is one rounded to the nearest, as far as time goes.
      let method: Configuration.Method =
        configuration.method == .adaRound ? .nearest : configuration.method
      let twin = Configuration(
        weights: configuration.weights, activations: configuration.activations, method: method)
      try store.keep(bench.measure(twin).milliseconds, of: configuration)
    }
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

  /// Keeps the smaller of the milliseconds that are known and new ones.
  mutating func keep(_ milliseconds: Double, of configuration: Configuration) throws {
    for index in measurements.indices where measurements[index].configuration == configuration {
      measurements[index].milliseconds = min(measurements[index].milliseconds, milliseconds)
    }
    try write()
  }

  /// Adds a measurement and writes the file, as a whole and at once.
  mutating func add(_ measurement: Measurement) throws {
    measurements.append(measurement)
    try write()
  }

  private func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // A line each, so that a change shows as one.
    let lines = try measurements.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    let text = "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }
}

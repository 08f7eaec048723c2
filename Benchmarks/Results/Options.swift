/// What the command line asks for.
struct Options {
  var seeds: [UInt64] = [1, 2, 3]
  /// The epochs and the rate of every training, in the place of those of its row.
  var epochs: Int?
  var rate: Double?
  /// How many training images; nil for all.
  var subset: Int?
  /// Only rows whose name contains one of these.
  var only: [String] = []
  var file = "Benchmarks/results.json"
  var table = "Benchmarks/results.md"
  /// A file with marks between which a summary is written; nil for none.
  var readme: String?
  var tableOnly = false
  /// The file for the table of agreements; nil where none is asked for.
  var agreement: String?
  /// Whether only times are measured anew.
  var timesOnly = false

  static let usage = """
    usage: results [--seeds 1,2,3] [--epochs N] [--rate R] [--subset N] [--only TEXT,TEXT]
                   [--file results.json] [--table results.md] [--readme README.md]
                   [--table-only] [--times]
           results --agreement agreement.md

    Quantizes the article's network on MNIST in every way of the table, with each seed. What is
    finished is kept in the file at once, and is not computed again: the run may be stopped at any
    time and gone on with. With --times only the milliseconds of what is in the file are measured
    anew, on networks that were not trained, and the smaller ones kept.
    """

  /// Reads arguments; nil where they cannot be understood.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if name == "--table-only" || name == "--times" {
        tableOnly = tableOnly || name == "--table-only"
        timesOnly = timesOnly || name == "--times"
        continue
      }
      guard let value = rest.popFirst() else { return nil }
      let parts = value.split(separator: ",").map(String.init)
      switch name {
      case "--seeds":
        seeds = parts.compactMap { UInt64($0) }
        guard seeds.count == parts.count, !seeds.isEmpty else { return nil }
      case "--epochs":
        guard let number = Int(value), number >= 0 else { return nil }
        epochs = number
      case "--rate":
        guard let number = Double(value), number > 0 else { return nil }
        rate = number
      case "--subset":
        guard let number = Int(value), number > 0 else { return nil }
        subset = number
      case "--only": only = parts
      case "--agreement": agreement = value
      case "--readme": readme = value
      case "--file": file = value
      case "--table": table = value
      default: return nil
      }
    }
  }

  /// What a row is trained with; the float network keeps its own schedule unless it alone is run.
  func schedule(for configuration: Configuration) -> Schedule {
    var schedule = Schedule(for: configuration)
    guard configuration.method != .float || only == ["float"] || subset != nil else {
      return schedule
    }
    if let epochs { schedule.epochs = epochs }
    if let rate { schedule.rate = rate }
    return schedule
  }

  /// Whether a row is asked for.
  func includes(_ configuration: Configuration) -> Bool {
    only.isEmpty || only.contains { configuration.description.contains($0) }
  }
}

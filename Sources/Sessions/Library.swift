import Language

/// All builtins, by chapter: the one list that the language, `help`, completion, the reference and
/// the tests are made from.
public enum Library {
  /// A chapter of the reference.
  public struct Chapter: Sendable {
    public let title: String
    public let builtins: [Builtin]
  }

  public static let chapters: [Chapter] = [
    Chapter(title: "Making tensors", builtins: creation),
    Chapter(title: "Shapes", builtins: shaping),
    Chapter(title: "Arithmetic", builtins: arithmetic + activations),
    Chapter(title: "Reductions", builtins: reductions),
    Chapter(title: "Statistics", builtins: statistics),
    Chapter(title: "Sorting and joining", builtins: arranging),
    Chapter(title: "Choosing elements", builtins: choosing),
    Chapter(title: "Linear algebra", builtins: linearAlgebra),
    Chapter(title: "Data", builtins: data + sources),
    Chapter(title: "Networks", builtins: networks + moreLayers + moreImages + sequences),
    Chapter(title: "Training", builtins: training),
    Chapter(title: "Losses and metrics", builtins: losses),
    Chapter(title: "Optimizers and schedules", builtins: optimizers),
    Chapter(title: "Files", builtins: tensorFiles),
    Chapter(title: "Quantization", builtins: quantization),
    Chapter(title: "Learning to quantize", builtins: learning),
    Chapter(title: "Analysis", builtins: analysis),
    Chapter(title: "Looking", builtins: looking),
  ]

  public static let all: [Builtin] = chapters.flatMap(\.builtins)

  static let byName: [String: [Builtin]] = Dictionary(grouping: all, by: \.name)

  nonisolated(unsafe) static let constants: [String: Value] = [
    "pi": .double(Double.pi), "inf": .double(Double.infinity), "nan": .double(Double.nan),
  ]

  /// Builtins that may be called behind a dot on a value.
  static func methodNames(accepting value: Value) -> [String] {
    all.filter { builtin in
      builtin.parameters.first?.label == nil && !builtin.parameters.isEmpty
        && builtin.accepts([Argument(value: value)])
    }.map(\.name)
  }
}

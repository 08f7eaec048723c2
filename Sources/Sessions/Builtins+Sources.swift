import Datasets
import Language
import Tensors

extension Library {
  /// Where data comes from: made, or read from files.
  static let sources: [Builtin] = made + augmenting + fileSources

  private static let made: [Builtin] = [
    Builtin(
      "spirals", "Points on the arms of a spiral, one arm a class: [N, 2].",
      Parameter("_ count", "how many", .notNegative),
      Parameter("classes", "how many arms", default: 3, .positive),
      Parameter("noise", "deviation of a coordinate", default: 0.05),
      Parameter("seed", "which ones", default: 0),
      examples: [
        Example("spirals(300, classes: 3, seed: 1)", "spirals: 300 samples of [2], 3 classes")
      ]
    ) { (_: Session, count: Int, classes: Int, noise: Double, seed: Int) -> Dataset in
      try Points.spirals(
        count: count, classes: classes, noise: noise, seed: UInt64(bitPattern: Int64(seed)),
        isCancelled: { Stop.isRequested })
    },
    Builtin(
      "moons", "Points on two half circles that reach into each other: [N, 2].",
      Parameter("_ count", "how many", .notNegative),
      Parameter("noise", "deviation of a coordinate", default: 0.1),
      Parameter("seed", "which ones", default: 0),
      examples: [Example("moons(200, seed: 1).classNames", "[\"upper\", \"lower\"]")]
    ) { (_: Session, count: Int, noise: Double, seed: Int) -> Dataset in
      try Points.moons(
        count: count, noise: noise, seed: UInt64(bitPattern: Int64(seed)),
        isCancelled: { Stop.isRequested })
    },
    Builtin(
      "tones", "Sounds of eight kinds, 256 samples at 8 kHz: [N, 1, 256], as Conv1D takes them.",
      Parameter("_ count", "how many", .notNegative),
      Parameter("seed", "which ones", default: 0),
      examples: [
        Example("tones(100, seed: 1).shape", "[1, 256]"),
        Example("tones(100, seed: 1).classNames.count", "8"),
      ]
    ) { (_: Session, count: Int, seed: Int) -> Dataset in
      try Tones.make(
        count: count, seed: UInt64(bitPattern: Int64(seed)), isCancelled: { Stop.isRequested })
    },
    Builtin(
      "sentences", "Short reviews, positive or negative, as numbers of words: [N, 16].",
      Parameter("_ count", "how many", .notNegative),
      Parameter("seed", "which ones", default: 0),
      examples: [
        Example("sentences(2, seed: 1).texts.count", "2"),
        Example(
          "let data = sentences(100)\nlet net = Sequential(Embedding(data.vocabulary.count, size: 8), Flatten(), Dense(2))\nevaluate(net, data).count",
          "100"),
      ]
    ) { (_: Session, count: Int, seed: Int) -> Dataset in
      try Sentences.make(
        count: count, seed: UInt64(bitPattern: Int64(seed)), isCancelled: { Stop.isRequested })
    },
  ]
}

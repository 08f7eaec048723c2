import Datasets
import Language
import Tensors

extension Augmentation: BridgedPayload {
  static var payloadName: String { "Augmentation" }
  static let properties: [Property<Augmentation>] = [
    Property("shift", "pixels that an image moves at most") { $0.shift },
    Property("rotate", "degrees that it turns at most") { $0.rotate },
    Property("flip", "whether it may be mirrored") { $0.flip },
    Property("noise", "deviation of what is added") { $0.noise },
  ]

  func shown() throws -> (text: String, reals: [Range<Int>]) {
    let text =
      "Augmentation(shift: \(shift), rotate: \(rotate), flip: \(flip), noise: \(noise))"
    return (text, RealNumbers.ranges(in: text))
  }
}

extension Library {
  static let augmenting: [Builtin] = [
    Builtin(
      "Augmentation",
      "Random changes that leave the class of an image as it is; see fit(augment:).",
      Parameter("shift", "pixels that it moves at most", default: 0, .notNegative),
      Parameter("rotate", "degrees that it turns at most, either way", default: 0.0),
      Parameter("flip", "mirror every other one left to right", default: false),
      Parameter("noise", "deviation of what is added to each number", default: 0.0),
      examples: [
        Example(
          "var net = Sequential(Flatten(), Dense(10))\nfit(&net, digits(50), epochs: 0, augment: Augmentation(shift: 2, rotate: 10)).count",
          "0")
      ]
    ) { (_: Session, shift: Int, rotate: Double, flip: Bool, noise: Double) -> Augmentation in
      try Augmentation(shift: shift, rotate: rotate, flip: flip, noise: noise)
    },
    Builtin(
      "augmented", "Copies of the samples, each changed in its own way.",
      Parameter("_ data", "a dataset"), Parameter("_ augmentation", "how they may change"),
      Parameter("copies", "changed copies of each sample", default: 1, .positive),
      Parameter("seed", "which ones", default: 0),
      examples: [
        Example("augmented(digits(50), Augmentation(rotate: 15), copies: 4, seed: 1).count", "200")
      ]
    ) {
      (_: Session, data: Dataset, augmentation: Augmentation, copies: Int, seed: Int) -> Dataset in
      try augmented(data, augmentation, copies: copies, seed: seed)
    },
    Builtin(
      "shifted", "Each image moved at random, by whole pixels.",
      Parameter("_ data", "a dataset of images"),
      Parameter("upTo", "pixels at most in each direction", .notNegative),
      Parameter("seed", "which moves", default: 0),
      examples: [Example("shifted(digits(50), upTo: 2, seed: 1).count", "50")]
    ) { (_: Session, data: Dataset, reach: Int, seed: Int) -> Dataset in
      try augmented(data, Augmentation(shift: reach), seed: seed)
    },
    Builtin(
      "rotated", "Each image turned at random about its centre.",
      Parameter("_ data", "a dataset of images"),
      Parameter("upTo", "degrees at most, either way"),
      Parameter("seed", "which turns", default: 0),
      examples: [Example("rotated(digits(50), upTo: 15, seed: 1).count", "50")]
    ) { (_: Session, data: Dataset, angle: Double, seed: Int) -> Dataset in
      try augmented(data, Augmentation(rotate: angle), seed: seed)
    },
    Builtin(
      "withNoise", "Random numbers added to all samples.",
      Parameter("_ data", "a dataset"), Parameter("_ deviation", "how large they are"),
      Parameter("seed", "which ones", default: 0),
      examples: [Example("withNoise(tones(20), 0.1, seed: 1).count", "20")]
    ) { (_: Session, data: Dataset, deviation: Double, seed: Int) -> Dataset in
      try augmented(data, Augmentation(noise: deviation), seed: seed)
    },
  ]

  private static func augmented(
    _ data: Dataset, _ augmentation: Augmentation, copies: Int = 1, seed: Int
  ) throws -> Dataset {
    try data.augmented(
      by: augmentation, copies: copies, seed: UInt64(bitPattern: Int64(seed)),
      isCancelled: { Stop.isRequested })
  }
}

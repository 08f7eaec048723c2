import Language
import Testing

@testable import Sessions

/// Data sets as a user sees them.
@Suite struct DataTests {
  @Test(arguments: [
    ("tones(20)", "tones: 20 samples of [1, 256], 8 classes"),
    (
      "for (x, y) in tones(9).batches(8) { print(x.shape, y.shape) }",
      "[8, 1, 256] [8]\n[1, 1, 256] [1]"
    ),
    ("moons(5)[1].sample.shape", "[2]"),
    ("digits(5)[1].image.shape", "[1, 28, 28]"),
    ("digits(5).classNames[3]", "\"3\""),
    ("sentences(3)[0..<2].count", "2"),
    ("sentences(3).samples.dtype", ".int32"),
    ("sentences(3).samples.shape", "[3, 16]"),
    ("sentences(1).vocabulary[1]", "\"the\""),
    ("digits(3).vocabulary", "[]"),
    ("show(spirals(30, classes: 2)).summary", "\"points of 0, 1, from -0.6129 to 0.9112\""),
  ])
  func shows(code: String, text: String) {
    let outcome = Session(seed: 1).run(code)
    #expect(outcome.failure == nil, "\(outcome.message)")
    #expect(outcome.text == text)
  }

  @Test(arguments: [
    ("tones(3).images", "the samples of 'tones' are no images: they have the shape [1, 256]"),
    ("digits(3).texts", "the samples of 'digits' stand for no words"),
    ("spirals(10, classes: 300)", "a dataset has 1 to 256 classes, not 300"),
    ("spirals(10, classes: 0)", "'classes' must be above 0, not 0"),
    ("moons(10, noise: -1)", "a noise is a deviation from 0 to 1000000, not -1.0"),
    ("tones(-1)", "'count' must not be negative, but is -1"),
    ("tones(1000000000)", "1000000000 samples would take 1 TB of memory; the limit is 2.1 GB"),
    ("show(moons(0))", "there are no samples to draw"),
    (
      "show(sentences(2))",
      "only images, points and courses in time are drawn; 'texts' has the words of 'sentences'"
    ),
  ])
  func refuses(code: String, message: String) {
    let outcome = Session(seed: 1).run(code)
    #expect(outcome.message == message)
  }
}
